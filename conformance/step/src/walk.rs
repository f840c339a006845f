//! The walk: breadth first through the states of a scope, the reference's store beside the model in each of
//! them.
//!
//! A block of the queue is expanded by all threads at once, against the states known before it; what they
//! find is then added by one, in the order of the queue. So a walk gives the same on any number of threads.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};
use signer_conformance::{Program, Step};
use signer_model::{Move, Scope, State, changes, expected};
use signer_reference::faults::Faults;
use signer_reference::freedoms::Freedoms;

use crate::choices::settings;
use crate::driver::Driver;
use crate::expand::{Attempt, Differs, EdgeId, Expanded, Met, Taken, Waiting, Worker};
use crate::hidden::{Key, hidden, known};
use crate::walked::{Disagreement, Untaken, Walked};

/// How far to go, on how many threads.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Visits at most so many states.
    pub states: usize,
    /// Threads to use.
    pub threads: usize,
}

/// Expanded at once, for each thread. Large enough that threads pay, small enough that what they find stays
/// small.
const BLOCK: usize = 1 << 11;
/// A part of a block that is worth a thread.
const WORTH_A_THREAD: usize = 32;

/// Walks through a scope. `tell` hears of the progress.
pub fn walk(
    scope: &Scope,
    faults: Faults,
    limits: Limits,
    tell: &mut dyn FnMut(&Walked),
) -> Result<Walked, String> {
    let mut walk = Walk::new(scope, faults, limits.threads)?;
    while !walk.frontier.is_empty() {
        let size = limits.states.saturating_sub(walk.walked.states).min(BLOCK * limits.threads.max(1));
        if size == 0 {
            return Ok(walk.finish());
        }
        let block = walk.frontier.drain(..size.min(walk.frontier.len())).collect();
        for expanded in walk.expand(block) {
            walk.add(expanded);
            if walk.walked.disagreement.is_some() {
                return Ok(walk.finish());
            }
        }
        tell(&walk.walked);
    }
    walk.walked.complete = true;
    Ok(walk.finish())
}

struct Walk<'a> {
    scope: &'a Scope,
    workers: Vec<Worker<'a>>,
    /// How each state was met first.
    parents: Vec<Option<Taken>>,
    known: FxHashSet<Key>,
    frontier: VecDeque<Waiting>,
    /// States that the store can be in in several ways: the edges which none of those has taken yet.
    open: FxHashMap<State, Vec<EdgeId>>,
    walked: Walked,
}

impl<'a> Walk<'a> {
    fn new(scope: &'a Scope, faults: Faults, threads: usize) -> Result<Self, String> {
        let driver = Driver::new(&settings(scope.edition, Freedoms::default()), faults)?;
        let state = expected(&scope.initial);
        let observed = driver.observe()?;
        if observed != state {
            return Err(format!(
                "the store does not begin where {} does: {}",
                scope.name,
                changes(&state, &observed).join("; ")
            ));
        }
        let key = (state, 0);
        Ok(Self {
            scope,
            workers: (0..threads.max(1)).map(|_| Worker::new(scope)).collect(),
            parents: vec![None],
            known: FxHashSet::from_iter([key]),
            frontier: VecDeque::from([Waiting { place: 0, key, driver }]),
            open: FxHashMap::default(),
            walked: Walked::default(),
        })
    }

    /// Expands a block, divided among the workers, and gives what came of it, in the order of the queue.
    fn expand(&self, mut block: Vec<Waiting>) -> Vec<Expanded> {
        let threads = self.workers.len().min(block.len() / WORTH_A_THREAD).max(1);
        let share = block.len().div_ceil(threads);
        let mut shares = Vec::new();
        while !block.is_empty() {
            let rest = block.split_off(share.min(block.len()));
            shares.push(std::mem::replace(&mut block, rest));
        }
        if let [worker] = self.workers.as_slice() {
            return shares.into_iter().flat_map(|share| self.expand_share(worker, share)).collect();
        }
        std::thread::scope(|threads| {
            let shares = shares.into_iter().zip(&self.workers);
            let started: Vec<_> = shares
                .map(|(share, worker)| threads.spawn(move || self.expand_share(worker, share)))
                .collect();
            let joined = started.into_iter().map(std::thread::ScopedJoinHandle::join);
            joined
                .flat_map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        })
    }

    fn expand_share(&self, worker: &Worker<'_>, share: Vec<Waiting>) -> Vec<Expanded> {
        let mut fresh = FxHashSet::default();
        let mut expanded = Vec::with_capacity(share.len());
        for waiting in share {
            expanded.push(worker.expand(waiting, &self.known, &mut fresh));
            if expanded.last().is_some_and(|last| last.differs.is_some()) {
                break;
            }
        }
        expanded
    }

    /// Adds what came of a state.
    fn add(&mut self, expanded: Expanded) {
        let Expanded { state, edges, left, calls, met, differs } = expanded;
        self.walked.calls += calls;
        for Met { key, driver, taken } in met {
            if self.known.insert(key) {
                self.frontier.push_back(Waiting { place: self.parents.len(), key, driver });
                self.parents.push(Some(taken));
            }
        }
        match differs {
            None => self.count(state, edges, left),
            Some(differs) => self.walked.disagreement = Some(self.disagreement(&state, &differs)),
        }
    }

    /// Adds a state's edges to the sums, the first time that the store is in it.
    fn count(&mut self, state: State, edges: usize, left: Vec<EdgeId>) {
        if let Some(before) = self.open.get_mut(&state) {
            before.retain(|edge| left.contains(edge));
            return;
        }
        self.walked.states += 1;
        self.walked.edges += edges;
        if hidden(&state) != 0 {
            self.open.insert(state, left);
        } else {
            self.give_up(&state, &left);
        }
    }

    fn give_up(&mut self, state: &State, left: &[EdgeId]) {
        for (call, nth) in left {
            let call = &self.scope.calls[usize::from(*call)];
            let outcome = (self.scope.permits)(self.scope.edition, state, call)[usize::from(*nth)];
            let example = (*state, Move::Call(*call, outcome.reply));
            self.walked.untaken.entry(outcome.rule.id).or_insert(Untaken { edges: 0, example }).edges += 1;
        }
    }

    fn finish(mut self) -> Walked {
        let mut open: Vec<_> =
            std::mem::take(&mut self.open).into_iter().filter(|(_, left)| !left.is_empty()).collect();
        open.sort_unstable_by_key(|(state, _)| *state);
        for (state, left) in open {
            if self.walked.complete {
                self.give_up(&state, &left);
            } else {
                // The walk may have ended before it came here the other way: of these edges nothing can be
                // said.
                self.walked.edges -= left.len();
            }
        }
        let untaken: usize = self.walked.untaken.values().map(|untaken| untaken.edges).sum();
        self.walked.taken = self.walked.edges - untaken;
        self.walked
    }

    fn disagreement(&self, before: &State, differs: &Differs) -> Disagreement {
        let mut path = vec![differs.taken];
        while let Some(taken) = path.last().and_then(|taken| self.parents[taken.from]) {
            path.push(taken);
        }
        path.reverse();
        let worker = &self.workers[0];
        let permitted = differs.permitted.iter().map(|(reply, next, rule)| {
            let Some(reply) = reply else { return worker.words(differs.taken.step) };
            let after = changes(before, next).join("; ");
            let after = if after.is_empty() { "nothing changes".to_owned() } else { after };
            format!("{reply} ({after}) [{}]", rule.map_or("", |rule| rule.id))
        });
        let difference = differs.seen.map_or_else(Vec::new, |(reply, observed)| {
            let alike = differs
                .permitted
                .iter()
                .find(|(permitted, ..)| *permitted == reply)
                .map_or(before, |(_, next, _)| next);
            changes(alike, &known(&observed, alike))
        });
        let steps = path.iter().map(|taken| match taken.step {
            Attempt::Call(index) => Step::Call(self.scope.calls[usize::from(index)]),
            Attempt::End(job, _) => Step::Settle(job),
        });
        let name = format!("step/{}", self.scope.name);
        Disagreement {
            program: Program { name, edition: self.scope.edition, steps: steps.collect() },
            freedoms: path.iter().map(|taken| worker.names(taken)).collect(),
            step: worker.words(differs.taken.step),
            permitted: permitted.collect(),
            observed: differs.observed.clone(),
            difference,
        }
    }
}
