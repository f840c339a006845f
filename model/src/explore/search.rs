//! A breadth-first search through all states of a scope, on as many threads as there are visitors.
//!
//! The states are kept exactly (packed, not as fingerprints), so no two can be taken for one. A block of the
//! queue is expanded by all threads at once, against the states known before it; what they find new is then
//! added by one, in the order of the queue. So states have the same places, and witnesses are the same, on
//! any number of threads.

use std::ops::{ControlFlow, Range};

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use signer_schemas::Edition;

use crate::environment::expected;
use crate::explore::packed::Packed;
use crate::explore::symmetry::Symmetry;
use crate::explore::{Choice, Followed, Move, answers, choices, follow};
use crate::outcome::{Admission, Outcome};
use crate::request::Call;
use crate::scopes::scope::Scope;
use crate::state::State;
use crate::symmetry::Renaming;

/// A state by its place in the order in which the search met it: the first is 0, and a nearer one comes
/// before a farther.
pub type Place = usize;

/// What looks on as a search goes through a scope. Each thread has one of its own.
pub trait Visitor: Send {
    /// A state, once.
    fn state(&mut self, place: Place, state: &State) {
        let _ = (place, state);
    }

    /// A call in a state, with all its outcomes, those included that the sources speak against.
    fn call(&mut self, from: Place, state: &State, call: &Call, outcomes: &[Outcome]) {
        let _ = (from, state, call, outcomes);
    }

    /// A step from a state to the next, which may be the same.
    fn step(&mut self, from: Place, step: &Transition<'_>) {
        let _ = (from, step);
    }
}

/// A step from a state to the next, which may be the same.
#[derive(Clone, Copy, Debug)]
pub struct Transition<'a> {
    /// The edition whose rules permit it.
    pub edition: Edition,
    /// The state before.
    pub before: &'a State,
    /// What moves.
    pub by: Move,
    /// The state after.
    pub after: &'a State,
    /// How the answer stands to the sources; an ending job is [`Admission::Required`].
    pub admission: Admission,
}

/// How far a search has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SearchProgress {
    /// States met.
    pub states: usize,
    /// States expanded.
    pub expanded: usize,
}

/// A way from a scope's first state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Path {
    /// The steps.
    pub moves: Vec<Move>,
    /// The state after the last of them.
    pub end: State,
    /// The names that things have at the end of this way, by their names in the state that the search
    /// visited; others only if the search was reduced.
    pub names: Renaming,
}

/// All states of a scope, and a shortest way to each.
#[derive(Clone, Debug)]
pub struct Search {
    scope: Scope,
    symmetry: Symmetry,
    states: IndexSet<Packed, FxBuildHasher>,
    parents: Vec<Place>,
    generated: u64,
    depth: usize,
    is_complete: bool,
}

/// Expanded at once. Large enough that threads pay, small enough that what they find stays small.
const BLOCK: usize = 1 << 15;
/// A part of a block that is worth a thread.
const WORTH_A_THREAD: usize = 256;

/// A state that the expansion of a block met and that was not known before the block.
struct Met {
    state: Packed,
    from: Place,
}

impl Search {
    /// Visits every state of the scope, on one thread for each visitor.
    pub fn run<V: Visitor>(scope: &Scope, visitors: &mut [V], progress: impl FnMut(SearchProgress)) -> Self {
        Self::reduced(scope, Symmetry::none(), visitors, progress)
    }

    /// The same up to a renaming: of the states that differ only in the names of interchangeable things, one
    /// is visited.
    pub fn reduced<V: Visitor>(
        scope: &Scope,
        symmetry: Symmetry,
        visitors: &mut [V],
        mut progress: impl FnMut(SearchProgress),
    ) -> Self {
        Self::until(scope, symmetry, visitors, |at| {
            progress(at);
            ControlFlow::Continue(())
        })
    }

    /// The same until `progress` stops it: the search then knows what it had met by that time.
    pub fn until<V: Visitor>(
        scope: &Scope,
        symmetry: Symmetry,
        visitors: &mut [V],
        mut progress: impl FnMut(SearchProgress) -> ControlFlow<()>,
    ) -> Self {
        let initial = symmetry.representative(&expected(&scope.initial));
        let mut search = Self {
            scope: scope.clone(),
            symmetry,
            states: IndexSet::from_iter([Packed::of(&initial)]),
            parents: vec![0],
            generated: 0,
            depth: 0,
            is_complete: false,
        };
        let (mut next, mut level_end) = (0, 1);
        while next < search.states.len() {
            if next == level_end {
                search.depth += 1;
                level_end = search.states.len();
            }
            let block = next..level_end.min(next + BLOCK * visitors.len().max(1));
            next = block.end;
            for met in search.expand(block, visitors) {
                if search.states.insert(met.state) {
                    search.parents.push(met.from);
                }
            }
            if progress(SearchProgress { states: search.states.len(), expanded: next }).is_break() {
                return search;
            }
        }
        search.is_complete = true;
        search
    }

    /// Whether every state of the scope was visited.
    pub const fn is_complete(&self) -> bool {
        self.is_complete
    }

    /// How many states there are.
    pub fn unique(&self) -> usize {
        self.states.len()
    }

    /// How many steps lead from one to another, or back.
    pub const fn generated(&self) -> u64 {
        self.generated
    }

    /// The longest of the shortest paths.
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// The state at a place.
    pub fn state(&self, place: Place) -> Option<State> {
        self.states.get_index(place).map(|packed| packed.state())
    }

    /// The place of a state.
    pub fn place(&self, state: &State) -> Option<Place> {
        self.states.get_index_of(&Packed::of(&self.symmetry.representative(state)))
    }

    /// A shortest way to a state from the first.
    pub fn path(&self, place: Place) -> Path {
        let mut places = vec![place];
        while let Some(&last) = places.last().filter(|last| **last != 0) {
            places.push(self.parents[last]);
        }
        let mut state = expected(&self.scope.initial);
        let mut path = Vec::new();
        for place in places.into_iter().rev().skip(1) {
            let wanted = self.state(place);
            let leads = |choice: &Choice| Some(self.symmetry.representative(&choice.to)) == wanted;
            if let Some(choice) = choices(&self.scope, &state).into_iter().find(leads) {
                path.push(choice.by);
                state = choice.to;
            }
        }
        let names = self
            .state(place)
            .and_then(|visited| self.symmetry.names(&visited, &state))
            .unwrap_or(Renaming::IDENTITY);
        Path { moves: path, end: state, names }
    }

    /// Expands a block, divided among the visitors, and gives what they met, in the order of the queue.
    fn expand<V: Visitor>(&mut self, block: Range<Place>, visitors: &mut [V]) -> Vec<Met> {
        let threads = visitors.len().min(block.len() / WORTH_A_THREAD).max(1);
        let share = block.len().div_ceil(threads);
        let shares = (0..threads)
            .map(|nth| (block.start + nth * share)..block.end.min(block.start + (nth + 1) * share));
        let this = &*self;
        let expanded: Vec<(Vec<Met>, u64)> = if threads == 1 {
            visitors.iter_mut().take(1).map(|visitor| this.expand_share(block.clone(), visitor)).collect()
        } else {
            std::thread::scope(|threads| {
                let started: Vec<_> = shares
                    .zip(&mut *visitors)
                    .map(|(share, visitor)| threads.spawn(move || this.expand_share(share, visitor)))
                    .collect();
                let joined = started.into_iter().map(std::thread::ScopedJoinHandle::join);
                joined.map(|result| result.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
            })
        };
        self.generated += expanded.iter().map(|(_, generated)| generated).sum::<u64>();
        expanded.into_iter().flat_map(|(met, _)| met).collect()
    }

    fn expand_share<V: Visitor>(&self, share: Range<Place>, visitor: &mut V) -> (Vec<Met>, u64) {
        let (mut met, mut generated) = (Vec::new(), 0);
        let mut fresh: Vec<(Admission, Packed)> = Vec::new();
        for from in share {
            let Some(state) = self.state(from) else { break };
            visitor.state(from, &state);
            let mut consider = |admission: Admission, to: &State| {
                fresh.push((admission, Packed::of(&self.symmetry.representative(to))));
            };
            answers(&self.scope, &state, |call, outcomes| {
                visitor.call(from, &state, call, outcomes);
                for outcome in outcomes {
                    let (by, admission) = (Move::Call(*call, outcome.reply), outcome.admission);
                    let followed = follow(&self.scope, &state, outcome);
                    let after = match &followed {
                        Followed::Stays => &state,
                        Followed::Leads(to) => to,
                        Followed::Left => continue,
                    };
                    generated += 1;
                    let edition = self.scope.edition;
                    visitor.step(from, &Transition { edition, before: &state, by, after, admission });
                    if let Followed::Leads(to) = &followed {
                        consider(admission, to);
                    }
                }
            });
            for (job, status, to) in (self.scope.environment)(&state) {
                generated += 1;
                let (by, admission) = (Move::Ends(job, status), Admission::Required);
                visitor.step(
                    from,
                    &Transition { edition: self.scope.edition, before: &state, by, after: &to, admission },
                );
                consider(admission, &to);
            }
            // Looked up one after the other, so that the processor waits for several at once.
            fresh.retain(|(_, state)| !self.states.contains(state));
            // The way that the sources require is the better witness.
            fresh.sort_by_key(|(admission, _)| *admission);
            met.extend(fresh.drain(..).map(|(_, state)| Met { state, from }));
        }
        (met, generated)
    }
}
