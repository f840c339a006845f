//! The walk: breadth first through the states of a scope, the reference's store beside the model in each of them.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use signer_conformance::{Program, Step};
use signer_model::{
    Admission, Call, Job, JobStatus, Move, Outcome, Reply, Rule, Scope, State, changes, expected, renames, steps,
};
use signer_reference::faults::Faults;
use signer_reference::freedoms::Freedoms;
use signer_reference::store::Settings;
use signer_schemas::Operation;

use super::choices::{Choice, Choices, settings};
use super::driver::Driver;
use super::walked::{Disagreement, Untaken, Walked};

/// Walks through a scope, through at most `states` of its states. `tell` hears of the progress.
pub fn walk(scope: &Scope, faults: Faults, states: usize, tell: &mut dyn FnMut(&Walked)) -> Result<Walked, String> {
    let mut walk = Walk::new(scope, faults)?;
    while let Some((place, driver)) = walk.frontier.pop_front() {
        if walk.walked.states >= states {
            walk.walked.complete = false;
            return Ok(walk.finish());
        }
        walk.walked.disagreement = walk.expand(place, &driver).err().map(|disagreement| *disagreement);
        if walk.walked.disagreement.is_some() {
            return Ok(walk.finish());
        }
        tell(&walk.walked);
    }
    walk.walked.complete = true;
    Ok(walk.finish())
}

/// A state of the model, and what the store shows in it: the same, but for what only the store knows.
struct Node {
    state: State,
    observed: State,
    parent: Option<Taken>,
}

/// A step that was taken.
#[derive(Clone, Copy)]
struct Taken {
    from: usize,
    step: Attempt,
    chosen: Option<(Operation, usize)>,
}

/// What the store is asked to do.
#[derive(Clone, Copy)]
enum Attempt {
    Call(Call),
    End(Job, JobStatus),
}

/// One edge that leaves a state.
struct Edge {
    by: Move,
    next: State,
    rule: Option<Rule>,
    /// An edge that leaves the scope is permitted, but not asked for.
    within: bool,
    taken: bool,
}

struct Walk<'a> {
    scope: &'a Scope,
    choices: HashMap<Operation, Choices>,
    nodes: Vec<Node>,
    places: HashMap<(State, u8), usize>,
    frontier: VecDeque<(usize, Driver)>,
    /// States that the store can be in in several ways: the edges which none of those has taken yet.
    open: HashMap<State, Vec<(Move, State, Option<Rule>)>>,
    walked: Walked,
    base: Arc<Settings>,
}

impl<'a> Walk<'a> {
    fn new(scope: &'a Scope, faults: Faults) -> Result<Self, String> {
        let base = settings(scope.edition, faults, Freedoms::default());
        let driver = Driver::new(&base)?;
        let state = expected(&scope.initial);
        let observed = driver.observe()?;
        if observed != state {
            return Err(format!("the store does not begin where {} does: {}", scope.name, changes(&state, &observed).join("; ")));
        }
        let operations = scope.calls.iter().map(|call| call.request.operation());
        let choices = operations.map(|operation| (operation, Choices::of(operation, scope.edition, faults))).collect();
        Ok(Self {
            scope,
            choices,
            nodes: vec![Node { state, observed, parent: None }],
            places: HashMap::from([((state, 0), 0)]),
            frontier: VecDeque::from([(0, driver)]),
            open: HashMap::new(),
            walked: Walked::default(),
            base,
        })
    }

    /// Does all that can be done in a state.
    fn expand(&mut self, place: usize, driver: &Driver) -> Result<(), Box<Disagreement>> {
        let state = self.nodes[place].state;
        let mut left = Vec::new();
        let mut count = 0;
        let scope = self.scope;
        for call in scope.calls.iter().filter(|call| !renames(&state, call)) {
            let outcomes = (scope.permits)(scope.edition, &state, call);
            let open = outcomes.iter().any(|outcome| outcome.admission == Admission::Open);
            let mut edges: Vec<Edge> = outcomes.iter().filter_map(|outcome| edge(scope, &state, call, outcome)).collect();
            let step = Attempt::Call(*call);
            self.attempt(place, driver, step, None, &mut edges)?;
            let operation = call.request.operation();
            let choices = self.choices.get(&operation).map_or((0, 0), |known| (known.singles.len(), known.pairs.len()));
            // What a client cannot see at once is a choice, too.
            let unseen = edges.iter().any(|edge| hidden(&edge.next) & !hidden(&state) != 0);
            if open || unseen || misses(&edges) {
                for index in 0..choices.0 {
                    self.attempt(place, driver, step, Some((operation, index)), &mut edges)?;
                }
            }
            for index in choices.0..choices.0 + choices.1 {
                if !misses(&edges) {
                    break;
                }
                self.attempt(place, driver, step, Some((operation, index)), &mut edges)?;
            }
            count += edges.iter().filter(|edge| edge.within).count();
            left.extend(edges.into_iter().filter(|edge| edge.within && !edge.taken).map(|edge| (edge.by, edge.next, edge.rule)));
        }
        for (job, status, next) in steps(&state) {
            let mut edges = [Edge { by: Move::Ends(job, status), next, rule: None, within: true, taken: false }];
            self.attempt(place, driver, Attempt::End(job, status), None, &mut edges)?;
            count += 1;
        }
        self.count(state, count, left);
        Ok(())
    }

    /// Adds a state's edges to the sums, the first time that the store is in it.
    fn count(&mut self, state: State, edges: usize, left: Vec<(Move, State, Option<Rule>)>) {
        if let Some(before) = self.open.get_mut(&state) {
            before.retain(|edge| left.contains(edge));
            return;
        }
        self.walked.states += 1;
        self.walked.edges += edges;
        if hidden(&state) != 0 {
            self.open.insert(state, left);
        } else {
            self.give_up(state, left);
        }
    }

    fn give_up(&mut self, state: State, left: Vec<(Move, State, Option<Rule>)>) {
        for (by, _, rule) in left {
            let id = rule.map_or("an ending job", |rule| rule.id);
            let untaken = self.walked.untaken.entry(id).or_insert(Untaken { edges: 0, example: (state, by) });
            untaken.edges += 1;
        }
    }

    fn finish(mut self) -> Walked {
        let mut open: Vec<_> = std::mem::take(&mut self.open).into_iter().collect();
        open.sort_by_key(|(state, _)| *state);
        for (state, left) in open {
            if self.walked.complete {
                self.give_up(state, left);
            } else {
                // The walk may have ended before it came here the other way: of these edges nothing can be said.
                self.walked.edges -= left.len();
            }
        }
        let untaken: usize = self.walked.untaken.values().map(|untaken| untaken.edges).sum();
        self.walked.taken = self.walked.edges - untaken;
        self.walked
    }

    /// Has the store do something under a choice, and looks for an edge that says the same.
    fn attempt(
        &mut self,
        place: usize,
        driver: &Driver,
        step: Attempt,
        chosen: Option<(Operation, usize)>,
        edges: &mut [Edge],
    ) -> Result<(), Box<Disagreement>> {
        self.walked.calls += 1;
        let mut copy = driver.clone();
        if let Some(choice) = self.choice(chosen) {
            copy.store.set_settings(&choice.settings);
        }
        let done = match step {
            Attempt::Call(call) => copy.call(&call).map(|reply| Move::Call(call, reply)),
            Attempt::End(job, status) => copy.end(job, status).map(|()| Move::Ends(job, status)),
        };
        copy.store.set_settings(&self.base);
        let outcome = done.and_then(|done| {
            if is_still(&done) && !copy.store.has_same_data(&driver.store) {
                return Err(format!("{}, and something in the store changes", answer(&done)));
            }
            let observed = if copy.is_same(driver) { self.nodes[place].observed } else { copy.observe()? };
            Ok((done, observed))
        });
        let taken = Taken { from: place, step, chosen };
        let (done, observed) = match outcome {
            Ok(outcome) => outcome,
            Err(what) => return Err(Box::new(self.disagreement(taken, edges, what, None))),
        };
        let mut found = None;
        for edge in edges.iter_mut().filter(|edge| edge.by == done && agrees(&observed, &edge.next)) {
            edge.taken = true;
            found = found.or(edge.within.then_some(Some(edge.next))).or(Some(None));
        }
        match found {
            None => Err(Box::new(self.disagreement(taken, edges, answer(&done), Some((done, observed))))),
            Some(None) => Ok(()),
            Some(Some(next)) => {
                let key = (next, hidden(&observed));
                if !self.places.contains_key(&key) {
                    self.places.insert(key, self.nodes.len());
                    self.frontier.push_back((self.nodes.len(), copy));
                    self.nodes.push(Node { state: next, observed, parent: Some(taken) });
                }
                Ok(())
            }
        }
    }

    fn choice(&self, chosen: Option<(Operation, usize)>) -> Option<&Choice> {
        let (operation, index) = chosen?;
        let known = self.choices.get(&operation)?;
        known.singles.get(index).or_else(|| known.pairs.get(index - known.singles.len()))
    }

    fn disagreement(&self, last: Taken, edges: &[Edge], observed: String, seen: Option<(Move, State)>) -> Disagreement {
        let mut path = vec![last];
        while let Some(before) = path.last().and_then(|taken| self.nodes[taken.from].parent) {
            path.push(before);
        }
        path.reverse();
        let freedoms = path.iter().map(|taken| self.choice(taken.chosen).map_or_else(Vec::new, |choice| choice.names.clone()));
        let freedoms = freedoms.collect();
        let name = format!("step/{}", self.scope.name);
        let steps = path.iter().map(|taken| taken.step.as_step()).collect();
        let permitted = edges.iter().map(|edge| match edge.by {
            Move::Call(_, reply) => {
                let after = changes(&self.nodes[last.from].state, &edge.next).join("; ");
                let after = if after.is_empty() { "nothing changes".to_owned() } else { after };
                let rule = edge.rule.map_or("", |rule| rule.id);
                format!("{reply} ({after}) [{rule}]")
            }
            Move::Ends(..) => edge.by.to_string(),
        });
        let difference = seen.map_or_else(Vec::new, |(done, observed)| {
            let alike = edges.iter().find(|edge| edge.by == done).map_or(&self.nodes[last.from].state, |edge| &edge.next);
            changes(alike, &known(&observed, alike))
        });
        Disagreement {
            program: Program { name, edition: self.scope.edition, steps },
            freedoms,
            step: last.step.to_string(),
            permitted: permitted.collect(),
            observed,
            difference,
        }
    }
}

impl Attempt {
    const fn as_step(self) -> Step {
        match self {
            Self::Call(call) => Step::Call(call),
            Self::End(job, _) => Step::Settle(job),
        }
    }
}

impl std::fmt::Display for Attempt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Call(call) => call.fmt(f),
            Self::End(job, status) => write!(f, "{job} becomes {status}"),
        }
    }
}

/// The edge of an outcome; none of one that the real service's answers speak against.
fn edge(scope: &Scope, state: &State, call: &Call, outcome: &Outcome) -> Option<Edge> {
    let next = expected(&state.after(&outcome.change));
    let by = Move::Call(*call, outcome.reply);
    let permitted = outcome.admission != Admission::Contradicted;
    permitted.then(|| Edge { by, next, rule: Some(outcome.rule), within: (scope.within)(&next), taken: false })
}

/// Whether nothing may change, be it seen or not: a call that only asks, or that is refused.
const fn is_still(done: &Move) -> bool {
    match done {
        Move::Call(call, reply) => call.request.is_read() || matches!(reply, Reply::Refused(_)),
        Move::Ends(..) => false,
    }
}

fn answer(done: &Move) -> String {
    match done {
        Move::Call(_, reply) => reply.to_string(),
        Move::Ends(..) => done.to_string(),
    }
}

fn misses(edges: &[Edge]) -> bool {
    edges.iter().any(|edge| edge.within && !edge.taken)
}

/// Whether the store is in that state. Where the model holds that a revision may have moved, it may, or not.
fn agrees(observed: &State, state: &State) -> bool {
    known(observed, state) == *state
}

/// What a client knows of an observed state, if `state` is what it knows otherwise.
fn known(observed: &State, state: &State) -> State {
    let mut known = *observed;
    for (known, state) in known.profiles.iter_mut().zip(&state.profiles) {
        known.policy.revision_uncertain |= state.policy.revision_uncertain;
    }
    known
}

/// Whose policies' revisions have moved; in a state of the model, may have moved, so that the store can be in it in several ways.
fn hidden(state: &State) -> u8 {
    let moved = state.profiles.iter().map(|profile| u8::from(profile.policy.revision_uncertain));
    moved.fold(0, |bits, moved| bits << 1 | moved)
}
