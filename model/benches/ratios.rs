//! What checking a scope costs, beside the search alone and beside stateright on the same scope, in one run:
//! `cargo bench -p signer-model --bench ratios`. Each side takes its turn three times, and the median counts.

use std::hint::black_box;
use std::time::{Duration, Instant};

use signer_model::{Exploration, Search, Visitor, check, permits, scope};
use stateright::{Checker as _, Model as _};

/// How often each side takes its turn.
const ROUNDS: usize = 3;

/// A search that looks at nothing.
struct Nothing;

impl Visitor for Nothing {}

fn main() {
    // `cargo test --benches` asks for one round to see that it works.
    let is_test = !std::env::args().any(|argument| argument == "--bench");
    let (rounds, names) =
        if is_test { (1, ["tags", "pagination"]) } else { (ROUNDS, ["revocation", "joint"]) };
    println!("Steps a second on one core, and how many times those of the search that looks at nothing.");
    println!(
        "{:<14}{:>10}{:>12}{:>12}{:>18}{:>20}",
        "scope", "states", "steps", "search", "check", "stateright"
    );
    for name in names {
        compare(name, rounds);
    }
    calls();
}

fn compare(name: &str, rounds: usize) {
    let scope = scope(name).unwrap_or_else(|| panic!("there is no scope `{name}`"));
    let found = Search::run(&scope, &mut [Nothing], |_| {});
    let (states, steps) = (found.unique(), found.generated());
    drop(found);
    let (mut search, mut checked, mut peer) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        search.push(time(|| drop(black_box(Search::run(&scope, &mut [Nothing], |_| {})))));
        checked.push(time(|| drop(black_box(check(&scope)))));
        let exploration = Exploration { scope: scope.clone() };
        peer.push(time(|| drop(black_box(exploration.checker().spawn_bfs().join()))));
    }
    let [limit, ours, peer] = [search, checked, peer].map(|times| rate(steps, median(times)));
    println!(
        "{name:<14}{states:>10}{steps:>12}{limit:>12.0}{ours:>12.0}{:>6.2}{peer:>14.0}{:>6.2}",
        ours / limit,
        peer / limit
    );
}

/// What `permits` is asked in a second: every call of the joint scope, in states from all of the scope.
fn calls() {
    let Some(joint) = scope("joint") else { return };
    let found = Search::run(&joint, &mut [Nothing], |_| {});
    let states: Vec<_> = (0..1000).filter_map(|nth| found.state(found.unique() / 1000 * nth)).collect();
    let took = time(|| {
        for state in &states {
            for call in &joint.calls {
                black_box(permits(joint.edition, black_box(state), black_box(call)));
            }
        }
    });
    let each = rate((states.len() * joint.calls.len()) as u64, took);
    println!("permits: {each:.0} calls a second, {:.0} ns each", 1e9 / each);
}

fn time(work: impl FnOnce()) -> Duration {
    let started = Instant::now();
    work();
    started.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

#[expect(clippy::cast_precision_loss, reason = "there are far fewer")]
fn rate(count: u64, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
