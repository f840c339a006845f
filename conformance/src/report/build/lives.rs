//! What the answers of a run tell of lives: which steps were taken, which statuses were seen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use signer_model::{Admission, Life, LifeCycle, Passage, Reply, Spot, cycles};
use signer_schemas::Edition;

use crate::data::case::Answered;
use crate::plan::tour::tours;
use crate::report::Reached;
use crate::report::build::Judge;
use crate::report::shown::{Distribution, EdgeRow, LifeCycleRow};

/// The life cycles of profiles and jobs. They are always the same, so the model is searched once.
fn of_edition(edition: Edition) -> &'static [LifeCycle; 2] {
    static CURRENT: LazyLock<[LifeCycle; 2]> = LazyLock::new(|| cycles(Life::with_status(Edition::Current)));
    static MAY_2019: LazyLock<[LifeCycle; 2]> = LazyLock::new(|| cycles(Life::with_status(Edition::May2019)));
    match edition {
        Edition::Current => &CURRENT,
        Edition::May2019 => &MAY_2019,
    }
}

/// Makes what is always the same in the reports of an edition.
pub(in crate::report) fn prepare(edition: Edition) {
    of_edition(edition);
    spots(edition);
}

/// Where in the two life cycles each transition of an edition's tour lies, by its name.
type Spots = Vec<(&'static str, [Option<Spot>; 2])>;

/// They are always the same, too.
fn spots(edition: Edition) -> &'static Spots {
    static CURRENT: LazyLock<Spots> = LazyLock::new(|| placed(Edition::Current));
    static MAY_2019: LazyLock<Spots> = LazyLock::new(|| placed(Edition::May2019));
    match edition {
        Edition::Current => &CURRENT,
        Edition::May2019 => &MAY_2019,
    }
}

fn placed(edition: Edition) -> Spots {
    let lives = Life::with_status(edition);
    let transitions = tours(edition).iter().flat_map(|tour| &tour.transitions);
    transitions
        .map(|planned| (planned.name.as_str(), lives.map(|life| life.spot(&planned.transition))))
        .collect()
}

/// The passages of one case in one kind of life that its answers tell of.
#[derive(Default)]
struct Followed {
    /// By the thing: where the answers leave no other explanation than that it passed, and no status was
    /// shown since.
    inferred: BTreeMap<usize, Vec<Passage>>,
    /// Those after which the status was shown.
    seen: BTreeSet<Passage>,
}

impl Followed {
    fn passed(&mut self, thing: usize, passage: Passage, by_call: bool) {
        let inferred = self.inferred.entry(thing).or_default();
        // What one call is said to have moved, the status after another call does not show.
        if by_call {
            inferred.clear();
        }
        inferred.push(passage);
    }

    /// An answer shows the status: if it is where the last passage leads, so does the way there.
    fn shown(&mut self, thing: usize, status: &str) {
        let inferred = self.inferred.remove(&thing).unwrap_or_default();
        if inferred.last().is_some_and(|last| last.to == status) {
            self.seen.extend(inferred);
        }
    }
}

impl Judge<'_> {
    pub(super) fn life_cycles(&self) -> Vec<LifeCycleRow> {
        let edition = self.options.edition;
        let lives = Life::with_status(edition);
        let mut taken: [BTreeMap<Passage, u32>; 2] = Default::default();
        for result in &self.run.results {
            let mut followed: [Followed; 2] = Default::default();
            for Answered { before, call, permitted, after, .. } in result.walk(self.run.platforms) {
                for ((life, cycle), followed) in lives.iter().zip(of_edition(edition)).zip(&mut followed) {
                    for (thing, passage) in life.passages(cycle, &before, &call, &after) {
                        let by_call = passage.by == call.request.operation().name();
                        followed.passed(thing, passage, by_call);
                    }
                    if let Some((thing, status)) = life.shown(&call, &permitted.reply) {
                        followed.shown(thing, &status);
                    }
                }
            }
            for (taken, followed) in taken.iter_mut().zip(followed) {
                for passage in followed.seen {
                    *taken.entry(passage).or_default() += 1;
                }
            }
        }
        let missed: BTreeSet<&str> =
            self.run.tour.unreached.iter().map(|one| one.transition.as_str()).collect();
        let rows = lives.iter().zip(of_edition(edition)).zip(&taken).enumerate();
        rows.map(|(place, ((life, cycle), taken))| {
            let mut tour = BTreeMap::<&Spot, Reached>::new();
            for (name, spots) in spots(edition) {
                if let Some(spot) = &spots[place] {
                    let share = tour.entry(spot).or_default();
                    share.total += 1;
                    share.reached += u32::from(!missed.contains(name));
                }
            }
            row(life, cycle, taken, &tour)
        })
        .collect()
    }

    pub(super) fn distribution(&self) -> Distribution {
        let mut seen = Distribution::default();
        for result in &self.run.results {
            for (operation, calls) in &result.operations {
                *seen.calls.entry(*operation).or_default() += u64::from(*calls);
            }
            for answer in &result.answers {
                let (statuses, status) = match answer.reply {
                    Some(Reply::Profile(view)) => (&mut seen.profile_statuses, view.status.id()),
                    Some(Reply::Job(view)) => (&mut seen.job_statuses, view.status.id()),
                    _ => continue,
                };
                *statuses.entry(status.to_owned()).or_default() += 1;
            }
            let errors: BTreeSet<&String> = result.errors.values().flatten().collect();
            for error in errors {
                *seen.errors.entry(error.clone()).or_default() += 1;
            }
        }
        seen
    }
}

fn row(
    life: &Life,
    cycle: &LifeCycle,
    taken: &BTreeMap<Passage, u32>,
    tour: &BTreeMap<&Spot, Reached>,
) -> LifeCycleRow {
    let status = |place: usize| cycle.statuses[place].clone();
    let share = |spot: &Spot| tour.get(spot).copied().unwrap_or_default();
    let edges = cycle.arrows.iter().flat_map(|arrow| {
        arrow.by.iter().map(|(by, admission)| {
            let passage = Passage { from: status(arrow.from), to: status(arrow.to), by: by.clone() };
            let cases = taken.get(&passage).copied().unwrap_or(0);
            let tour = share(&Spot::Passage(passage.clone()));
            let Passage { from, to, by } = passage;
            EdgeRow { from, to, by, open: *admission != Admission::Required, cases, tour }
        })
    });
    LifeCycleRow {
        name: life.name.to_owned(),
        begins: life.begins.to_owned(),
        statuses: cycle.statuses.clone(),
        edges: edges.collect(),
        tour: cycle.statuses.iter().map(|status| share(&Spot::Status(status.clone()))).collect(),
    }
}
