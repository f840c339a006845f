//! What looks on as a search goes through a scope, and remembers the nearest place where each thing was seen.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::progress::{lasso, runs};
use super::{Ambiguity, PROGRESS, PropertyKind, PropertyReport, REACHED, SAFETY, STEPS, ScopeReport, StateProperty, Witness};
use crate::explore::{Place, Search, Transition, Visitor};
use crate::{Admission, Call, Ends, JOBS, Job, JobSet, Move, Outcome, Reply, Rule, Scope, State, changes};

/// The first sights of one thread.
pub(super) struct Watch {
    environment: fn(&State) -> Ends,
    unsafe_at: [Option<Place>; SAFETY.len()],
    broken_by: [Option<(Place, Move)>; STEPS.len()],
    reached_at: [Option<Place>; REACHED.len()],
    /// Where a job is in progress and cannot end, by job.
    stuck_at: [Vec<Place>; JOBS],
    /// By the address of the requirement's id, which is the same each time that the same line of the rules
    /// answers; and whether it speaks against the answer.
    witnesses: FxHashMap<(usize, bool), Sight>,
    /// By the addresses of the open points' ids.
    open: FxHashMap<OpenRules, OpenSight>,
}

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

/// The open points that leave a call's outcome open, in order.
type OpenRules = smallvec::SmallVec<[usize; 4]>;

fn address(rule: Rule) -> usize {
    rule.id.as_ptr().addr()
}

#[derive(Clone, Copy)]
struct OpenSight {
    place: Place,
    call: Call,
    states: u64,
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
        for outcome in outcomes {
            self.witnesses.entry((address(outcome.rule), outcome.admission == Admission::Contradicted)).or_insert(Sight {
                place: from,
                call: *call,
                outcome: *outcome,
            });
        }
        let mut rules = OpenRules::new();
        for outcome in outcomes.iter().filter(|outcome| outcome.admission == Admission::Open) {
            let rule = address(outcome.rule);
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        if !rules.is_empty() {
            rules.sort_unstable();
            self.open.entry(rules).or_insert(OpenSight { place: from, call: *call, states: 0 }).states += 1;
        }
    }

    fn step(&mut self, from: Place, step: &Transition<'_>) {
        // Each property of steps compares the state after with the one before, and holds where they are the same.
        if std::ptr::eq(step.before, step.after) {
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
            unsafe_at: [None; SAFETY.len()],
            broken_by: [None; STEPS.len()],
            reached_at: [None; REACHED.len()],
            stuck_at: Default::default(),
            witnesses: FxHashMap::default(),
            open: FxHashMap::default(),
        }
    }

    /// What both have seen, and of what both have seen the nearer sight.
    pub(super) fn joined(mut self, other: Self) -> Self {
        fn nearer<T: Copy, K: Ord>(one: &mut Option<T>, other: Option<T>, by: impl Fn(&T) -> K) {
            *one = one.iter().chain(&other).copied().min_by_key(by);
        }
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
        for (rules, sight) in other.open {
            let known = self.open.entry(rules).or_insert(OpenSight { states: 0, ..sight });
            let states = known.states + sight.states;
            *known = OpenSight { states, ..if sight.place < known.place { sight } else { *known } };
        }
        self
    }

    /// What the search has shown.
    pub(super) fn report(self, scope: &Scope, search: &Search) -> ScopeReport {
        let path = |place: Place| search.path(place).0;
        let mut properties = Vec::new();
        for (property, bad) in SAFETY.iter().zip(self.unsafe_at) {
            properties.push(property.report(PropertyKind::Always, bad.is_none(), bad.map(path)));
        }
        for (property, bad) in STEPS.iter().zip(self.broken_by) {
            let witness = bad.map(|(place, by)| {
                let mut path = path(place);
                path.push(by);
                path
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
        for (property, reached) in REACHED.iter().zip(self.reached_at).filter(|(property, _)| property.is_of(scope)) {
            properties.push(property.state.report(PropertyKind::Sometimes, reached.is_some(), reached.map(path)));
        }
        properties.push(self.progress(scope, search));
        let mut report = ScopeReport {
            scope: scope.name,
            unique: search.unique(),
            generated: search.generated(),
            depth: search.depth(),
            properties,
            witnesses: Vec::new(),
            ambiguities: self.ambiguities(scope, search),
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
                // Up to a renaming in a search that was reduced: the call is made in the state in which the path ends.
                Witness { rule, path: path(place), call, reply, admission }
            })
            .collect();
        report
    }

    fn progress(&self, scope: &Scope, search: &Search) -> PropertyReport {
        let stuck =
            self.stuck_at.iter().zip((0..).map(Job)).flat_map(|(places, job)| places.iter().map(move |place| (*place, job)));
        let mut stuck = stuck.collect::<Vec<_>>();
        stuck.sort_unstable();
        let found = stuck.into_iter().find_map(|(place, job)| {
            let (path, end) = search.path(place);
            lasso(scope, &end, job).map(|lasso| (path, lasso))
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

    fn ambiguities(&self, scope: &Scope, search: &Search) -> Vec<Ambiguity> {
        let mut ambiguities = BTreeMap::<Vec<Rule>, (Place, Ambiguity)>::new();
        let told = |sight: &OpenSight| {
            let state = search.state(sight.place)?;
            let outcomes = (scope.permits)(scope.edition, &state, &sight.call);
            let admitted = outcomes.iter().filter(|outcome| outcome.admission != Admission::Contradicted);
            let mut rules = admitted
                .clone()
                .filter(|outcome| outcome.admission == Admission::Open)
                .map(|open| open.rule)
                .collect::<Vec<Rule>>();
            rules.sort_unstable();
            rules.dedup();
            let mut answers: Vec<(Reply, Vec<String>)> =
                admitted.map(|outcome| (outcome.reply, changes(&state, &state.after(&outcome.change)))).collect();
            answers.sort();
            answers.dedup();
            Some(Ambiguity { rules, path: search.path(sight.place).0, call: sight.call, outcomes: answers, states: sight.states })
        };
        for sight in self.open.values() {
            let Some(one) = told(sight) else { continue };
            let known =
                ambiguities.entry(one.rules.clone()).or_insert_with(|| (sight.place, Ambiguity { states: 0, ..one.clone() }));
            let states = known.1.states + sight.states;
            if (sight.place, one.call) < (known.0, known.1.call) {
                *known = (sight.place, one);
            }
            known.1.states = states;
        }
        let mut ambiguities = ambiguities.into_values().collect::<Vec<_>>();
        ambiguities.sort_by(|(place, one), (other_place, other)| (place, one.call).cmp(&(other_place, other.call)));
        ambiguities.into_iter().map(|(_, ambiguity)| ambiguity).collect()
    }
}

impl StateProperty {
    fn report(&self, kind: PropertyKind, holds: bool, witness: Option<Vec<Move>>) -> PropertyReport {
        PropertyReport { name: self.name, kind, requirement: self.requirement, holds, witness, lasso: Vec::new() }
    }
}
