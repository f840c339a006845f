//! Map: the life cycles, and all states of a scope as a table of groups.

use std::sync::LazyLock;

use serde::Serialize;
use signer_conformance::report::{EdgeRow, LifeCycleRow, Reached};
use signer_model::{Admission, Axis, BEGIN, Grouping, LIVES, Life, LifeCycle, cycles};
use signer_schemas::Edition;

use crate::position::{Position, View};
use crate::query::Query;
use crate::site::Site;
use crate::view::frame::Frame;
use crate::view::grid::{Grid, grid};
use crate::work::{Progress, Task};

/// What the page shows.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Map {
    /// What every page shows.
    pub(crate) frame: Frame,
    /// The life cycles, each with where the things of this state stand in it.
    pub(crate) lives: Vec<LifeView>,
    /// Why there is no table, if there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) cannot: Option<&'static str>,
    /// How far the search is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) progress: Option<Progress>,
    /// What the columns can tell: the title, the link, and whether they do.
    pub(crate) axes: Vec<(&'static str, String, bool)>,
    /// The table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grid: Option<Grid>,
}

/// A life cycle.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LifeView {
    /// The cycle, with what a run followed of it, if there is one.
    pub(crate) row: LifeCycleRow,
    /// Whether it tells of a run.
    pub(crate) is_of_run: bool,
    /// Whether it can be drawn: a life that goes in circles cannot.
    pub(crate) is_drawn: bool,
    /// Where the things of this state stand: the symbol and the status.
    pub(crate) here: Vec<(String, String)>,
}

/// The axis that a link asks for, or the one that tells most.
pub(crate) fn axis(position: &Position) -> Axis {
    let asked = position.query.axis.as_deref();
    let known = asked.and_then(|id| Axis::ALL.into_iter().find(|axis| axis.id() == id));
    known.unwrap_or_else(|| Axis::of(&position.subject.scope))
}

/// The page of a map, whose search was begun or not.
pub(crate) fn map(site: &Site, position: &Position, task: Option<&Task<Grouping>>) -> Map {
    let subject = position.subject;
    let chosen = axis(position);
    let cannot = (!subject.can_be_searched()).then_some(if subject.name == "wide" {
        "It has ten million states, which are not put into groups here. The scope joint is a part of it."
    } else {
        "It is no scope but all calls of the edition, whose states are too many. Each scope has a map."
    });
    let axes = Axis::ALL.map(|axis| {
        let query = Query { axis: Some(axis.id().to_owned()), ..position.query.clone() };
        (axis.id(), position.link(View::Map, &query), axis == chosen)
    });
    Map {
        frame: Frame::new(site, position, View::Map),
        lives: lives(site, position),
        cannot,
        progress: task.map(Task::progress),
        axes: axes.into(),
        grid: task.and_then(|task| Some(grid(site, position, task.found()?))),
    }
}

static CURRENT: LazyLock<Vec<(Life, LifeCycle)>> = LazyLock::new(|| {
    let [profile, job, signature, policy, ..] = LIVES;
    let lives = [profile, job, signature, policy];
    lives.into_iter().zip(cycles(lives)).collect()
});

static MAY_2019: LazyLock<Vec<(Life, LifeCycle)>> = LazyLock::new(|| {
    let lives = Life::with_status(Edition::May2019);
    lives.into_iter().zip(cycles(lives)).collect()
});

fn lives(site: &Site, position: &Position) -> Vec<LifeView> {
    let edition = position.subject.scope.edition;
    let all = match edition {
        Edition::Current => &*CURRENT,
        Edition::May2019 => &*MAY_2019,
    };
    let overlay = position.query.as_target.as_deref().and_then(|name| site.overlay(name));
    let of_run = overlay
        .filter(|overlay| overlay.report.edition == edition)
        .map(|overlay| &overlay.report.life_cycles);
    let view = |(life, cycle): &(Life, LifeCycle)| {
        let run = of_run.and_then(|rows| rows.iter().find(|row| row.name == life.name)).cloned();
        let letter = if matches!(life.name, "job" | "job of 2019" | "signature") { 'j' } else { 'p' };
        let mut here: Vec<(String, String)> = Vec::new();
        for world in position.worlds() {
            for (number, status) in
                life.status(world).into_iter().enumerate().filter(|(_, status)| status != BEGIN)
            {
                let thing = (format!("{letter}{number}"), status);
                if !here.contains(&thing) {
                    here.push(thing);
                }
            }
        }
        LifeView {
            is_of_run: run.is_some(),
            is_drawn: matches!(life.name, "profile" | "job" | "profile of 2019" | "job of 2019"),
            row: run.unwrap_or_else(|| row(life, cycle)),
            here,
        }
    };
    all.iter().map(view).collect()
}

fn row(life: &Life, cycle: &LifeCycle) -> LifeCycleRow {
    let edges = cycle.arrows.iter().flat_map(|arrow| {
        arrow.by.iter().map(|(by, admission)| EdgeRow {
            from: cycle.statuses[arrow.from].clone(),
            to: cycle.statuses[arrow.to].clone(),
            by: by.clone(),
            open: *admission == Admission::Open,
            cases: 0,
            tour: Reached::default(),
        })
    });
    LifeCycleRow {
        name: life.name.to_owned(),
        begins: life.begins.to_owned(),
        statuses: cycle.statuses.clone(),
        edges: edges.collect(),
        tour: Vec::new(),
    }
}
