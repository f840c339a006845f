//! What looks on as a search goes through a scope, and remembers the nearest place where each thing was seen.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::call::{JOBS, Job};
use crate::environment::Ends;
use crate::explore::Move;
use crate::explore::search::{Place, Search, Transition, Visitor};
use crate::outcome::{Admission, Outcome, Rule};
use crate::properties::count::Count;
use crate::properties::doubts::{Doubts, address};
use crate::properties::progress::{PROGRESS, lasso, runs};
use crate::properties::property::{PropertyKind, StateProperty};
use crate::properties::reached::REACHED;
use crate::properties::report::{PropertyReport, ScopeReport, Witness};
use crate::properties::safety::SAFETY;
use crate::properties::steps::STEPS;
use crate::request::Call;
use crate::scopes::scope::Scope;
use crate::state::{JobSet, State};

/// The first sights of one thread.
pub(super) struct Watch {
    environment: fn(&State) -> Ends,
    count: Count,
    unsafe_at: [Option<Place>; SAFETY.len()],
    broken_by: [Option<(Place, Move)>; STEPS.len()],
    reached_at: [Option<Place>; REACHED.len()],
    /// Where a job is in progress and cannot end, by job.
    stuck_at: [Vec<Place>; JOBS],
    /// By the address of the requirement's id, which is the same each time that the same line of the rules
    /// answers; and whether it speaks against the answer.
    witnesses: FxHashMap<(usize, bool), Sight>,
    /// Some of those that are among the witnesses, to look up fewer.
    seen: [(usize, bool); SEEN],
    doubts: Doubts,
}

const SEEN: usize = 1024;

#[derive(Clone, Copy)]
struct Sight {
    place: Place,
    call: Call,
    outcome: Outcome,
}

impl Sight {
    /// Nearest first; where a rule admits one answer and speaks against another, the one that it admits.
    fn nearness(&self) -> impl Ord {
        (self.outcome.admission == Admission::Contradicted, self.place, self.call, self.outcome.reply)
    }
}

impl Visitor for Watch {
    fn state(&mut self, place: Place, state: &State) {
        for (first, property) in self.unsafe_at.iter_mut().zip(&SAFETY) {
            if !(property.holds)(state) {
                first.get_or_insert(place);
            }
        }
        for (first, property) in self.reached_at.iter_mut().zip(&REACHED) {
            if first.is_none() && (property.state.holds)(state) {
                *first = Some(place);
            }
        }
        let running = (0..).take(JOBS).map(Job).filter(|job| runs(state, *job)).collect::<JobSet>();
        if !running.is_empty() {
            let ending = (self.environment)(state).iter().map(|(job, ..)| *job).collect::<JobSet>();
            for job in running.iter().filter(|job| !ending.contains(*job)) {
                self.stuck_at[usize::from(job.0)].push(place);
            }
        }
    }

    fn call(&mut self, from: Place, _: &State, call: &Call, outcomes: &[Outcome]) {
        self.count.call(call);
        self.doubts.note(from, call, outcomes);
        for outcome in outcomes {
            let sight = (address(outcome.rule), outcome.admission == Admission::Contradicted);
            let seen = &mut self.seen[sight.0 / 8 % SEEN];
            if *seen != sight {
                *seen = sight;
                self.witnesses.entry(sight).or_insert(Sight { place: from, call: *call, outcome: *outcome });
            }
        }
    }

    fn step(&mut self, from: Place, step: &Transition<'_>) {
        self.count.step(&step.by);
        // Each property of steps compares the state after with the one before, and holds where they are the
        // same.
        if std::ptr::eq(step.before, step.after) {
            debug_assert!(STEPS.iter().all(|property| (property.holds)(step)), "{}", step.by);
            return;
        }
        for (first, property) in self.broken_by.iter_mut().zip(&STEPS) {
            if first.is_none() && !(property.holds)(step) {
                *first = Some((from, step.by));
            }
        }
    }
}

impl Watch {
    pub(super) fn over(scope: &Scope) -> Self {
        Self {
            environment: scope.environment,
            count: Count::of(scope),
            unsafe_at: [None; SAFETY.len()],
            broken_by: [None; STEPS.len()],
            reached_at: [None; REACHED.len()],
            stuck_at: Default::default(),
            witnesses: FxHashMap::default(),
            seen: [(0, false); SEEN],
            doubts: Doubts::default(),
        }
    }

    /// What both have seen, and of what both have seen the nearer sight.
    pub(super) fn joined(mut self, other: Self) -> Self {
        fn nearer<T: Copy, K: Ord>(one: &mut Option<T>, other: Option<T>, by: impl Fn(&T) -> K) {
            *one = one.iter().chain(&other).copied().min_by_key(by);
        }
        self.count.add(&other.count);
        for (one, other) in self.unsafe_at.iter_mut().zip(other.unsafe_at) {
            nearer(one, other, |place| *place);
        }
        for (one, other) in self.reached_at.iter_mut().zip(other.reached_at) {
            nearer(one, other, |place| *place);
        }
        for (one, other) in self.broken_by.iter_mut().zip(other.broken_by) {
            nearer(one, other, |(place, _)| *place);
        }
        for (one, other) in self.stuck_at.iter_mut().zip(other.stuck_at) {
            one.extend(other);
            one.sort_unstable();
        }
        for (rule, sight) in other.witnesses {
            let known = self.witnesses.entry(rule).or_insert(sight);
            if sight.nearness() < known.nearness() {
                *known = sight;
            }
        }
        self.doubts.join(other.doubts);
        self
    }

    /// What the search has shown.
    pub(super) fn report(self, scope: &Scope, search: &Search) -> ScopeReport {
        let path = |place: Place| search.path(place).moves;
        let mut properties = Vec::new();
        for (property, bad) in SAFETY.iter().zip(self.unsafe_at) {
            properties.push(property.report(PropertyKind::Always, bad.is_none(), bad.map(path)));
        }
        for (property, bad) in STEPS.iter().zip(self.broken_by) {
            let witness = bad.map(|(place, by)| {
                let mut path = search.path(place);
                path.moves.push(by.renamed(&path.names));
                path.moves
            });
            properties.push(PropertyReport {
                name: property.name,
                kind: PropertyKind::Step,
                requirement: property.requirement,
                holds: bad.is_none(),
                witness,
                lasso: Vec::new(),
            });
        }
        for (property, reached) in
            REACHED.iter().zip(self.reached_at).filter(|(property, _)| property.is_of(scope))
        {
            properties.push(property.state.report(
                PropertyKind::Sometimes,
                reached.is_some(),
                reached.map(path),
            ));
        }
        properties.push(self.progress(scope, search));
        let mut report = ScopeReport {
            scope: scope.name,
            unique: search.unique(),
            generated: search.generated(),
            depth: search.depth(),
            calls: self.count.calls.clone(),
            ends: self.count.ends,
            properties,
            witnesses: Vec::new(),
            ambiguities: self.doubts.ambiguities(scope, search),
        };
        let mut witnesses = BTreeMap::<Rule, Sight>::new();
        for sight in self.witnesses.into_values() {
            let known = witnesses.entry(sight.outcome.rule).or_insert(sight);
            if sight.nearness() < known.nearness() {
                *known = sight;
            }
        }
        report.witnesses = witnesses
            .into_values()
            .map(|Sight { place, call, outcome: Outcome { rule, reply, admission, .. } }| {
                let path = search.path(place);
                let (call, reply) = (call.renamed(&path.names), reply.renamed(&path.names));
                Witness { rule, path: path.moves, call, reply, admission }
            })
            .collect();
        report
    }

    fn progress(&self, scope: &Scope, search: &Search) -> PropertyReport {
        let stuck = self
            .stuck_at
            .iter()
            .zip((0..).map(Job))
            .flat_map(|(places, job)| places.iter().map(move |place| (*place, job)));
        let mut stuck = stuck.collect::<Vec<_>>();
        stuck.sort_unstable();
        let found = stuck.into_iter().find_map(|(place, job)| {
            let path = search.path(place);
            lasso(scope, &path.end, path.names.job(job)).map(|lasso| (path.moves, lasso))
        });
        let (witness, lasso) = found.map_or((None, Vec::new()), |(path, lasso)| (Some(path), lasso));
        PropertyReport {
            name: PROGRESS.name,
            kind: PropertyKind::Eventually,
            requirement: PROGRESS.requirement,
            holds: witness.is_none(),
            witness,
            lasso,
        }
    }
}

impl StateProperty {
    fn report(&self, kind: PropertyKind, holds: bool, witness: Option<Vec<Move>>) -> PropertyReport {
        PropertyReport {
            name: self.name,
            kind,
            requirement: self.requirement,
            holds,
            witness,
            lasso: Vec::new(),
        }
    }
}
