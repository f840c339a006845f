//! What the model costs: one call, a search through a scope; and beside them stateright over two-phase
//! commit, whose speed others know. `cargo bench -p signer-model`; with `-- --include-ignored` the scope of
//! ten million states, too.

use std::collections::BTreeSet;

use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use signer_model::{Call, CheckOptions, Exploration, Search, State, Visitor, check_with, permits, scope};
use signer_schemas::{Edition, Operation};
use stateright::{Checker, Model, Property};

/// Counts allocations: one call is meant to need none.
#[global_allocator]
static ALLOCATOR: divan::AllocProfiler = divan::AllocProfiler::system();

fn main() {
    let states = TwoPhase { managers: 5 }.checker().spawn_bfs().join().unique_state_count();
    assert_eq!(
        states, 8_832,
        "two-phase commit with five resource managers is known to have that many states"
    );
    divan::main();
}

/// A late state of the joint scope, in which much was made, and one call of each operation that succeeds or
/// not.
fn typical(operation: Operation) -> Option<(State, Call)> {
    struct Nothing;
    impl Visitor for Nothing {}
    let scope = scope("revocation")?;
    let search = Search::run(&scope, &mut [Nothing], |_| {});
    let state = search.state(search.unique() * 3 / 4)?;
    let joint = signer_model::scope("joint")?;
    let call = joint.calls.iter().find(|call| call.request.operation() == operation)?;
    Some((state, *call))
}

#[divan::bench(args = Operation::ALL)]
fn one_call(bencher: Bencher<'_, '_>, operation: Operation) {
    let Some((state, call)) = typical(operation) else { return };
    bencher.bench_local(|| permits(Edition::Current, black_box(&state), black_box(&call)));
}

/// A search without an observer: what it costs to visit every state.
fn search(bencher: Bencher<'_, '_>, name: &str, threads: usize) {
    struct Nothing;
    impl Visitor for Nothing {}
    let Some(scope) = scope(name) else { return };
    let run = || Search::run(&scope, &mut (0..threads).map(|_| Nothing).collect::<Vec<_>>(), |_| {});
    let found = run();
    println!("{name}: {} states, {} steps, depth {}", found.unique(), found.generated(), found.depth());
    bencher.counter(ItemsCount::new(found.generated())).bench_local(run);
}

#[divan::bench(args = [1, 2], sample_count = 3, sample_size = 1)]
fn search_joint(bencher: Bencher<'_, '_>, threads: usize) {
    search(bencher, "joint", threads);
}

#[divan::bench(sample_count = 1, sample_size = 1, ignore)]
fn search_wide(bencher: Bencher<'_, '_>) {
    search(bencher, "wide", 2);
}

/// The search with all properties looked at in every state and of every step.
#[divan::bench(args = [1, 2], sample_count = 3, sample_size = 1)]
fn check_joint(bencher: Bencher<'_, '_>, threads: usize) {
    let Some(scope) = scope("joint") else { return };
    let run = || check_with(&scope, CheckOptions { threads, symmetry: false }, |_| {});
    bencher.counter(ItemsCount::new(run().generated)).bench_local(run);
}

/// The same scope by stateright, whose properties are those of states only.
#[divan::bench(sample_count = 1, sample_size = 1)]
fn stateright_joint(bencher: Bencher<'_, '_>) {
    let Some(scope) = scope("joint") else { return };
    let run = || Exploration { scope: scope.clone() }.checker().spawn_bfs().join().state_count();
    bencher.counter(ItemsCount::new(run())).bench_local(run);
}

/// Two-phase commit by stateright: 296,448 states with seven resource managers.
#[divan::bench(sample_count = 3, sample_size = 1)]
fn stateright_two_phase_commit(bencher: Bencher<'_, '_>) {
    let run = || TwoPhase { managers: 7 }.checker().spawn_bfs().join().state_count();
    bencher.counter(ItemsCount::new(run())).bench_local(run);
}

/// Two-phase commit as Gray and Lamport specify it ("Consensus on Transaction Commit", 2006, module
/// `TwoPhase`).
#[derive(Clone)]
struct TwoPhase {
    managers: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Commit {
    managers: Vec<Manager>,
    coordinator: Coordinator,
    prepared: Vec<bool>,
    messages: BTreeSet<Message>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Manager {
    Working,
    Prepared,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Coordinator {
    Init,
    Committed,
    Aborted,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Message {
    Prepared(usize),
    Commit,
    Abort,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Act {
    CoordinatorLearns(usize),
    CoordinatorCommits,
    CoordinatorAborts,
    Prepares(usize),
    ChoosesToAbort(usize),
    IsToldToCommit(usize),
    IsToldToAbort(usize),
}

impl Model for TwoPhase {
    type State = Commit;
    type Action = Act;

    fn init_states(&self) -> Vec<Commit> {
        vec![Commit {
            managers: vec![Manager::Working; self.managers],
            coordinator: Coordinator::Init,
            prepared: vec![false; self.managers],
            messages: BTreeSet::new(),
        }]
    }

    fn actions(&self, state: &Commit, actions: &mut Vec<Act>) {
        let undecided = state.coordinator == Coordinator::Init;
        if undecided && state.prepared.iter().all(|prepared| *prepared) {
            actions.push(Act::CoordinatorCommits);
        }
        if undecided {
            actions.push(Act::CoordinatorAborts);
        }
        for manager in 0..self.managers {
            if undecided && state.messages.contains(&Message::Prepared(manager)) {
                actions.push(Act::CoordinatorLearns(manager));
            }
            if state.managers[manager] == Manager::Working {
                actions.extend([Act::Prepares(manager), Act::ChoosesToAbort(manager)]);
            }
            if state.messages.contains(&Message::Commit) {
                actions.push(Act::IsToldToCommit(manager));
            }
            if state.messages.contains(&Message::Abort) {
                actions.push(Act::IsToldToAbort(manager));
            }
        }
    }

    fn next_state(&self, state: &Commit, act: Act) -> Option<Commit> {
        let mut next = state.clone();
        match act {
            Act::CoordinatorLearns(manager) => next.prepared[manager] = true,
            Act::CoordinatorCommits => {
                next.coordinator = Coordinator::Committed;
                next.messages.insert(Message::Commit);
            }
            Act::CoordinatorAborts => {
                next.coordinator = Coordinator::Aborted;
                next.messages.insert(Message::Abort);
            }
            Act::Prepares(manager) => {
                next.managers[manager] = Manager::Prepared;
                next.messages.insert(Message::Prepared(manager));
            }
            Act::ChoosesToAbort(manager) | Act::IsToldToAbort(manager) => {
                next.managers[manager] = Manager::Aborted;
            }
            Act::IsToldToCommit(manager) => next.managers[manager] = Manager::Committed,
        }
        Some(next)
    }

    fn properties(&self) -> Vec<Property<Self>> {
        vec![
            Property::sometimes("all commit", |_, state: &Commit| {
                state.managers.iter().all(|manager| *manager == Manager::Committed)
            }),
            Property::always("no two decide differently", |_, state: &Commit| {
                !(state.managers.contains(&Manager::Committed) && state.managers.contains(&Manager::Aborted))
            }),
        ]
    }
}
