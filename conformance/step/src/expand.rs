//! One state: each call in it, under each choice, held against the model.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use signer_model::{
    Admission, Call, Job, JobStatus, Move, Outcome, Reply, Rule, Scope, State, expected, renames,
};
use signer_reference::freedoms::Freedoms;
use signer_reference::store::Settings;
use signer_schemas::Operation;

use crate::choices::{Choices, settings};
use crate::driver::Driver;
use crate::hidden::{Key, agrees, hidden, observed};

/// A state that is to be expanded, with a store that is in it.
pub(super) struct Waiting {
    pub(super) place: usize,
    pub(super) key: Key,
    pub(super) driver: Driver,
}

/// What the store is asked to do.
#[derive(Clone, Copy)]
pub(super) enum Attempt {
    /// A call, by its place among the scope's.
    Call(u16),
    /// A job ends.
    End(Job, JobStatus),
}

/// A step that was taken.
#[derive(Clone, Copy)]
pub(super) struct Taken {
    pub(super) from: usize,
    pub(super) step: Attempt,
    /// The choice, by its place among those of the call's operation; none for the default.
    pub(super) chosen: Option<u16>,
}

/// An edge that leaves a state: the call and which of its outcomes, by their places.
pub(super) type EdgeId = (u16, u8);

/// A state that was not known when its neighbour was expanded.
pub(super) struct Met {
    pub(super) key: Key,
    pub(super) driver: Driver,
    pub(super) taken: Taken,
}

/// What came of a state.
pub(super) struct Expanded {
    pub(super) state: State,
    pub(super) edges: usize,
    pub(super) left: Vec<EdgeId>,
    pub(super) calls: usize,
    pub(super) met: Vec<Met>,
    pub(super) differs: Option<Box<Differs>>,
}

/// The store does what the model does not have.
pub(super) struct Differs {
    pub(super) taken: Taken,
    /// What the model permits: the answer of a call, the state after it, the rule.
    pub(super) permitted: Vec<(Option<Reply>, State, Option<Rule>)>,
    pub(super) observed: String,
    /// The answer of a call and the state that the store is in after it, if they can be said.
    pub(super) seen: Option<(Option<Reply>, State)>,
}

/// What one thread expands states with. Its settings are its own: a count of users that several threads share
/// would slow each.
pub(super) struct Worker<'a> {
    scope: &'a Scope,
    base: Arc<Settings>,
    /// For each call of the scope.
    choices: Vec<Arc<Choices>>,
}

/// One outcome that is permitted. An edge that leaves the scope is permitted, but not asked for.
struct Edge {
    nth: usize,
    reply: Option<Reply>,
    next: State,
    rule: Option<Rule>,
    within: bool,
    taken: bool,
}

/// What the store has done.
struct Done {
    reply: Option<Reply>,
    /// The store and the state that it is in, if it has changed.
    changed: Option<(Driver, State)>,
}

impl<'a> Worker<'a> {
    pub(super) fn new(scope: &'a Scope) -> Self {
        let mut known = FxHashMap::<Operation, Arc<Choices>>::default();
        let mut of = |call: &Call| {
            let operation = call.request.operation();
            let choices =
                known.entry(operation).or_insert_with(|| Arc::new(Choices::of(operation, scope.edition)));
            Arc::clone(choices)
        };
        let choices = scope.calls.iter().map(&mut of).collect();
        Self { scope, base: settings(scope.edition, Freedoms::default()), choices }
    }

    /// The names of the freedoms that a step was taken with.
    pub(super) fn names(&self, taken: &Taken) -> Vec<String> {
        let Attempt::Call(call) = taken.step else { return Vec::new() };
        let choice = taken.chosen.and_then(|chosen| self.choices[usize::from(call)].get(usize::from(chosen)));
        choice.map_or_else(Vec::new, |choice| choice.names.clone())
    }

    /// Does all that can be done in a state. What is `known` need not be met again.
    pub(super) fn expand(
        &self,
        waiting: Waiting,
        known: &FxHashSet<Key>,
        fresh: &mut FxHashSet<Key>,
    ) -> Expanded {
        let Waiting { place, key, mut driver } = waiting;
        driver.store.set_settings(&self.base);
        let expanded =
            Expanded { state: key.0, edges: 0, left: Vec::new(), calls: 0, met: Vec::new(), differs: None };
        let scratch = driver.clone();
        let mut visit =
            Visit { worker: self, place, key, driver, scratch, known, fresh, edges: Vec::new(), expanded };
        let differs = visit.expand().err();
        Expanded { differs, ..visit.expanded }
    }
}

/// A state, while it is expanded.
struct Visit<'a> {
    worker: &'a Worker<'a>,
    place: usize,
    key: Key,
    driver: Driver,
    /// A copy of the driver, to be asked.
    scratch: Driver,
    known: &'a FxHashSet<Key>,
    fresh: &'a mut FxHashSet<Key>,
    /// The edges of the step that is looked at.
    edges: Vec<Edge>,
    expanded: Expanded,
}

impl Visit<'_> {
    fn expand(&mut self) -> Result<(), Box<Differs>> {
        let (worker, state) = (self.worker, self.key.0);
        let scope = worker.scope;
        for ((index, call), choices) in (0..).zip(&scope.calls).zip(&worker.choices) {
            if renames(scope.edition, &state, call) {
                continue;
            }
            let outcomes = (scope.permits)(scope.edition, &state, call);
            self.edges.clear();
            self.edges.extend(
                outcomes.iter().enumerate().filter_map(|(nth, outcome)| edge(scope, &state, nth, outcome)),
            );
            let open = outcomes.iter().any(|outcome| outcome.admission == Admission::Open);
            // What a client cannot see at once is a choice, too.
            let unseen = self.edges.iter().any(|edge| hidden(&edge.next) & !hidden(&state) != 0);
            let step = Attempt::Call(index);
            self.attempt(step, None)?;
            let all = open || unseen || self.misses();
            for (chosen, _) in (0..).zip(&choices.singles).take_while(|_| all) {
                self.attempt(step, Some(chosen))?;
            }
            for chosen in choices.singles.len()..choices.len() {
                if !self.misses() {
                    break;
                }
                self.attempt(step, u16::try_from(chosen).ok())?;
            }
            self.expanded.edges += self.edges.iter().filter(|edge| edge.within).count();
            let left = self.edges.iter().filter(|edge| edge.within && !edge.taken);
            self.expanded.left.extend(left.filter_map(|edge| Some((index, u8::try_from(edge.nth).ok()?))));
        }
        for (job, status, next) in (scope.environment)(&state) {
            self.edges.clear();
            self.edges.push(Edge { nth: 0, reply: None, next, rule: None, within: true, taken: false });
            self.attempt(Attempt::End(job, status), None)?;
            self.expanded.edges += 1;
        }
        Ok(())
    }

    fn misses(&self) -> bool {
        self.edges.iter().any(|edge| edge.within && !edge.taken)
    }

    /// Has the store do something under a choice, and looks for an edge that says the same.
    fn attempt(&mut self, step: Attempt, chosen: Option<u16>) -> Result<(), Box<Differs>> {
        self.expanded.calls += 1;
        let taken = Taken { from: self.place, step, chosen };
        let Done { reply, changed } = match self.ask(&taken) {
            Ok(done) => done,
            Err(what) => return Err(Box::new(self.differs(taken, what, None))),
        };
        let observed = changed.as_ref().map_or_else(|| observed(&self.key), |(_, observed)| *observed);
        let mut found = None;
        for edge in self.edges.iter_mut().filter(|edge| edge.reply == reply && agrees(&observed, &edge.next))
        {
            edge.taken = true;
            found = found.or(edge.within.then_some(Some(edge.next))).or(Some(None));
        }
        let Some(found) = found else {
            let what = reply.map_or_else(|| self.worker.words(step), |reply| reply.to_string());
            return Err(Box::new(self.differs(taken, what, Some((reply, observed)))));
        };
        let Some(key) = found.map(|next| (next, hidden(&observed))).filter(|key| *key != self.key) else {
            return Ok(());
        };
        if !self.known.contains(&key) && self.fresh.insert(key) {
            let driver = changed.map_or_else(|| self.driver.clone(), |(driver, _)| driver);
            self.expanded.met.push(Met { key, driver, taken });
        }
        Ok(())
    }

    fn ask(&mut self, taken: &Taken) -> Result<Done, String> {
        let worker = self.worker;
        let (reply, is_still) = match taken.step {
            Attempt::Call(index) => {
                let call = &worker.scope.calls[usize::from(index)];
                let choice = taken
                    .chosen
                    .and_then(|chosen| worker.choices[usize::from(index)].get(usize::from(chosen)));
                self.scratch.again(&self.driver, choice.map_or(&worker.base, |choice| &choice.settings));
                let reply = self.scratch.call(call);
                let is_still = call.request.is_read() || matches!(reply, Ok(Reply::Refused(_)));
                (reply.map(Some), is_still)
            }
            Attempt::End(job, status) => {
                self.scratch.again(&self.driver, &worker.base);
                (self.scratch.end(job, status).map(|()| None), false)
            }
        };
        if self.scratch.is_untouched(&self.driver) {
            return Ok(Done { reply: reply?, changed: None });
        }
        let mut driver = std::mem::replace(&mut self.scratch, self.driver.clone());
        driver.store.set_settings(&worker.base);
        let reply = reply?;
        if is_still && !driver.keeps_the_same(&self.driver) {
            return Err(format!(
                "{}, and something in the store changes",
                reply.map_or_else(String::new, |reply| reply.to_string())
            ));
        }
        if driver.is_same(&self.driver) {
            return Ok(Done { reply, changed: None });
        }
        let observed = driver.observe()?;
        Ok(Done { reply, changed: Some((driver, observed)) })
    }

    fn differs(&self, taken: Taken, observed: String, seen: Option<(Option<Reply>, State)>) -> Differs {
        let permitted = self.edges.iter().map(|edge| (edge.reply, edge.next, edge.rule)).collect();
        Differs { taken, permitted, observed, seen }
    }
}

impl Worker<'_> {
    /// The step in words.
    pub(super) fn words(&self, step: Attempt) -> String {
        match step {
            Attempt::Call(index) => self.scope.calls[usize::from(index)].to_string(),
            Attempt::End(job, status) => Move::Ends(job, status).to_string(),
        }
    }
}

/// The edge of an outcome; none of one that the real service's answers speak against.
fn edge(scope: &Scope, state: &State, nth: usize, outcome: &Outcome) -> Option<Edge> {
    if outcome.admission == Admission::Contradicted {
        return None;
    }
    let next = expected(&state.after(&outcome.change));
    Some(Edge {
        nth,
        reply: Some(outcome.reply),
        next,
        rule: Some(outcome.rule),
        within: (scope.within)(&next),
        taken: false,
    })
}
