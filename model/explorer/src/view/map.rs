//! Map: the life cycles, and all states of a scope as a table of groups.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use serde::Serialize;
use signer_conformance::report::{EdgeRow, LifeCycleRow, Reached};
use signer_model::{Admission, Axis, BEGIN, Group, Grouping, JobStatus, LIVES, Life, LifeCycle, ProfileStatus, cycles};
use signer_schemas::Edition;

use crate::position::{Position, View};
use crate::query::Query;
use crate::site::Site;
use crate::view::frame::Frame;
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

/// The table of groups.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Grid {
    /// What the columns tell.
    pub(crate) axis: &'static str,
    /// The columns: the words, and in short.
    pub(crate) columns: Vec<Name>,
    /// The rows.
    pub(crate) rows: Vec<GridRow>,
    /// How many states there are.
    pub(crate) states: usize,
    /// How many groups.
    pub(crate) groups: usize,
    /// What leads from this group to others.
    pub(crate) ways: Vec<Way>,
    /// What leads from any group to any other.
    pub(crate) crossings: Vec<Way>,
    /// How many of these change both row and column.
    pub(crate) diagonal: usize,
}

/// A name in words, and in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Name {
    /// In words.
    pub(crate) words: String,
    /// In short, for narrow screens.
    pub(crate) short: String,
}

/// A row of the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct GridRow {
    /// What it stands for.
    pub(crate) name: Name,
    /// Its cells; none where there is no state.
    pub(crate) cells: Vec<Option<CellView>>,
}

/// A cell of the table.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct CellView {
    /// How many states.
    pub(crate) states: usize,
    /// How dark it is, from 0 to 7: a step for each power of six.
    pub(crate) tint: u32,
    /// Whether this state is one of them.
    pub(crate) is_here: bool,
    /// What leads here in one step, if anything does, and whether it is only something open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) by: Option<(String, bool)>,
    /// The link to the nearest of them.
    pub(crate) link: String,
}

/// What leads from one group to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Way {
    /// The group before, in words.
    pub(crate) from: String,
    /// The group after, in words.
    pub(crate) to: String,
    /// What leads there.
    pub(crate) by: String,
    /// Whether no source settles that it does.
    pub(crate) open: bool,
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
        grid: task.and_then(|task| Some(grid(position, task.found()?))),
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
    let of_run = overlay.filter(|overlay| overlay.report.edition == edition).map(|overlay| &overlay.report.life_cycles);
    let view = |(life, cycle): &(Life, LifeCycle)| {
        let run = of_run.and_then(|rows| rows.iter().find(|row| row.name == life.name)).cloned();
        let letter = if matches!(life.name, "job" | "job of 2019" | "signature") { 'j' } else { 'p' };
        let mut here: Vec<(String, String)> = Vec::new();
        for world in position.worlds() {
            for (number, status) in life.status(world).into_iter().enumerate().filter(|(_, status)| status != BEGIN) {
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

fn grid(position: &Position, grouping: &Grouping) -> Grid {
    let axis = grouping.axis;
    let mut rows: BTreeSet<u8> = grouping.cells.iter().map(|cell| cell.group.row).collect();
    let columns: BTreeSet<u8> = grouping.cells.iter().map(|cell| cell.group.column).collect();
    let here: BTreeSet<Group> = position.worlds().iter().map(|world| Group::of(axis, world)).collect();
    let ways = |wanted: &dyn Fn(Group) -> bool| {
        let mut ways = BTreeMap::<(Group, Group), Vec<(String, bool)>>::new();
        for (crossing, admission) in grouping.crossings.iter().filter(|(crossing, _)| wanted(crossing.from)) {
            let by = crossing.by.map_or("a job ends", |operation| operation.name());
            ways.entry((crossing.from, crossing.to)).or_default().push((by.to_owned(), *admission == Admission::Open));
        }
        ways
    };
    let from_here = ways(&|group| here.contains(&group));
    let cell = |row: u8, column: u8| {
        let cell = grouping.cells.iter().find(|cell| (cell.group.row, cell.group.column) == (row, column))?;
        let by = from_here.iter().filter(|((_, to), _)| *to == cell.group).flat_map(|(_, by)| by);
        let by: Vec<_> = by.collect();
        let words = by.iter().map(|(by, _)| by.as_str()).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>().join(", ");
        let open = by.iter().all(|(_, open)| *open);
        Some(CellView {
            states: cell.states,
            tint: (cell.states.ilog2() / 2).min(7),
            is_here: here.contains(&cell.group),
            by: (!by.is_empty()).then_some((words, open)),
            link: format!("/{}/goto?to=cell:{}:{row}.{column}", position.subject.name, axis.id()),
        })
    };
    let words = |group: Group| format!("{}, {}", row_name(group.row).words, column_name(axis, group.column).words);
    let told = |ways: BTreeMap<(Group, Group), Vec<(String, bool)>>| {
        let told = ways.into_iter().flat_map(|((from, to), by)| by.into_iter().map(move |(by, open)| (from, to, by, open)));
        told.map(|(from, to, by, open)| Way { from: words(from), to: words(to), by, open }).collect::<Vec<_>>()
    };
    let both = |from: Group, to: Group| from.row != to.row && from.column != to.column;
    let diagonal = grouping.crossings.keys().filter(|crossing| both(crossing.from, crossing.to));
    let diagonal = diagonal.map(|crossing| (crossing.from, crossing.to)).collect::<BTreeSet<_>>().len();
    rows.insert(0);
    Grid {
        axis: axis.id(),
        columns: columns.iter().map(|column| column_name(axis, *column)).collect(),
        rows: rows
            .iter()
            .map(|row| GridRow { name: row_name(*row), cells: columns.iter().map(|column| cell(*row, *column)).collect() })
            .collect(),
        states: grouping.search.unique(),
        groups: grouping.cells.len(),
        crossings: told(ways(&|_| true)),
        ways: told(from_here),
        diagonal,
    }
}

/// Statuses in words, and by their first letters.
fn set(names: &[&str], none: &str) -> Name {
    if names.is_empty() {
        return Name { words: none.to_owned(), short: "–".to_owned() };
    }
    Name { words: names.join(" + "), short: names.iter().filter_map(|name| name.get(..2)).collect::<Vec<_>>().join("+") }
}

fn row_name(row: u8) -> Name {
    let names: Vec<&str> = Group { row, column: 0 }.profiles().map(ProfileStatus::id).collect();
    set(&names, "no profile")
}

fn column_name(axis: Axis, column: u8) -> Name {
    let count = |one: &str| {
        let words = match column {
            0 => format!("no {one}"),
            1 => format!("1 {one}"),
            many => format!("{many} {one}s"),
        };
        Name { words, short: column.to_string() }
    };
    match axis {
        Axis::Jobs => {
            let names: Vec<&str> = Group { row: 0, column }.jobs().map(JobStatus::id).collect();
            set(&names, "no job")
        }
        Axis::Permissions => count("permission"),
        Axis::Tags => count("tag"),
        Axis::Revoked => count("revoked signature"),
    }
}
