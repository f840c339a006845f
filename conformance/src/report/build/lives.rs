//! What the answers of a run tell of lives: which steps were taken, which statuses were seen.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use signer_model::{Admission, Life, LifeCycle, Passage, Reply, cycles};
use signer_schemas::Edition;

use super::Judge;
use crate::Answered;
use crate::report::{Distribution, EdgeRow, LifeCycleRow};

/// The life cycles of profiles and jobs. They are always the same, so the model is searched once.
fn of_edition(edition: Edition) -> &'static [LifeCycle; 2] {
    static CURRENT: LazyLock<[LifeCycle; 2]> = LazyLock::new(|| cycles(Life::with_status(Edition::Current)));
    static MAY_2019: LazyLock<[LifeCycle; 2]> = LazyLock::new(|| cycles(Life::with_status(Edition::May2019)));
    match edition {
        Edition::Current => &CURRENT,
        Edition::May2019 => &MAY_2019,
    }
}

impl Judge<'_> {
    pub(super) fn life_cycles(&self) -> Vec<LifeCycleRow> {
        let edition = self.options.edition;
        let lives = Life::with_status(edition);
        let mut taken: [BTreeMap<Passage, u32>; 2] = Default::default();
        for result in &self.run.results {
            let mut passages: [BTreeSet<Passage>; 2] = Default::default();
            for Answered { before, call, after, .. } in result.walk(self.run.platforms) {
                for ((life, cycle), passages) in lives.iter().zip(of_edition(edition)).zip(&mut passages) {
                    passages.extend(life.passages(cycle, &before, &call, &after));
                }
            }
            for (taken, passages) in taken.iter_mut().zip(passages) {
                for passage in passages {
                    *taken.entry(passage).or_default() += 1;
                }
            }
        }
        let rows = lives.iter().zip(of_edition(edition)).zip(&taken);
        rows.map(|((life, cycle), taken)| row(life, cycle, taken)).collect()
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

fn row(life: &Life, cycle: &LifeCycle, taken: &BTreeMap<Passage, u32>) -> LifeCycleRow {
    let status = |place: usize| cycle.statuses[place].clone();
    let edges = cycle.arrows.iter().flat_map(|arrow| {
        arrow.by.iter().map(|(by, admission)| {
            let passage = Passage { from: status(arrow.from), to: status(arrow.to), by: by.clone() };
            let cases = taken.get(&passage).copied().unwrap_or(0);
            let Passage { from, to, by } = passage;
            EdgeRow { from, to, by, open: *admission != Admission::Required, cases }
        })
    });
    LifeCycleRow {
        name: life.name.to_owned(),
        begins: life.begins.to_owned(),
        statuses: cycle.statuses.clone(),
        edges: edges.collect(),
    }
}
