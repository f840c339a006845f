//! What the model costs.
use divan::Bencher;
use signer_model::*;
use signer_schemas::Edition;

fn main() {
    println!(
        "outcome {} outcomes {} state {} reply {} call {}",
        size_of::<Outcome>(),
        size_of::<Outcomes>(),
        size_of::<State>(),
        size_of::<Reply>(),
        size_of::<Call>()
    );
    divan::main();
}

fn typical() -> Vec<(&'static str, State, Call)> {
    let scope = scope("jobs").expect("scope");
    let graph = Graph::build(&scope);
    let state = *graph.states.last().expect("a state");
    scope.calls.iter().map(|call| (call.request.operation().name(), state, *call)).collect()
}

#[divan::bench(args = 0..33)]
fn permitted(bencher: Bencher<'_, '_>, index: usize) {
    let Some((_, state, call)) = typical().get(index).copied() else { return };
    bencher.bench_local(|| permits(Edition::Current, divan::black_box(&state), divan::black_box(&call)));
}

#[divan::bench(args = ["jobs", "permissions", "lifecycle"])]
fn graph(bencher: Bencher<'_, '_>, name: &str) {
    let scope = scope(name).expect("scope");
    bencher.bench_local(|| Graph::build(&scope));
}
