//! Two mistakes at once: neither may hide the other from the judge so that the service passes, and as a rule
//! both are named.

use std::collections::BTreeSet;
use std::env;
use std::sync::Mutex;

use signer_conformance::log::NoLog;
use signer_conformance::{Quiet, Root, RunOptions, run_until};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_reference::faults::Fault;
use signer_reference::{Config, FAULTS};

use crate::kill_matrix::{options, stages};

/// How many pairs the short test draws.
const FEW: usize = 8;

/// How many pairs the long test draws by default.
const MANY: usize = 400;

/// How many calls may be made until a fault shows: far more than any needs.
const MOST_CALLS: u64 = 60_000;

/// Pairs of the short test of which the first mistake is not named, since the second keeps it from showing.
const MASKED: &[(&str, &str)] = &[];

type Pair = (&'static Fault, &'static Fault);

/// The first so many pairs of a fixed order in which neighbours have nothing in common.
fn draw(count: usize) -> impl Iterator<Item = Pair> {
    let known: Vec<&Fault> = FAULTS.iter().collect();
    let all = known.len();
    let pairs = (0..).map(move |index: usize| (index * 37 % all, (index * 53 + 11 + index / all) % all));
    let pairs = pairs.filter(|(one, other)| one != other).map(move |(one, other)| (known[one], known[other]));
    pairs.filter(|(one, other)| one.editions[0] == other.editions[0]).take(count)
}

/// Which of the two requirements were found broken.
async fn found((one, other): Pair) -> BTreeSet<&'static str> {
    let edition = one.editions[0];
    let config = Config { edition, job_delay: JOB_DELAY, ..Config::default() };
    let config =
        config.with_fault(one.id).and_then(|config| config.with_fault(other.id)).expect("known faults");
    let options = RunOptions { shrink: false, max_calls: Some(MOST_CALLS), ..options(edition) };
    let found = Mutex::new(BTreeSet::new());
    for fault in [one, other] {
        let enough = |root: &Root| {
            let mut found = found.lock().expect("no panic");
            let asked = [one, other].into_iter().find(|fault| fault.requirement == root.finding.requirement);
            found.extend(asked.map(|fault| fault.requirement));
            found.contains(fault.requirement)
        };
        for programs in stages(fault, edition) {
            let endpoint = InProcess::new(config.clone());
            let run =
                run_until(&endpoint, &options, &programs, &enough, &Quiet, &mut NoLog).await.expect("a run");
            if run.roots.iter().any(enough) {
                break;
            }
        }
    }
    found.into_inner().expect("no panic")
}

/// Hunts all pairs. Gives those of which only the second mistake was named; that none is named is a failure.
async fn masked(count: usize) -> Vec<(&'static str, &'static str)> {
    let (mut masked, mut hidden) = (Vec::new(), Vec::new());
    for two in draw(count).collect::<Vec<_>>().chunks(2) {
        let running: Vec<_> = two.iter().map(|pair| (*pair, tokio::spawn(found(*pair)))).collect();
        for ((one, other), task) in running {
            let found = task.await.expect("no panic");
            if found.is_empty() {
                hidden.push((one.id, other.id));
            } else if let Some(fault) =
                [one, other].into_iter().find(|fault| !found.contains(fault.requirement))
            {
                masked.push((fault.id, if fault.id == one.id { other.id } else { one.id }));
            }
        }
    }
    assert!(hidden.is_empty(), "pairs of faults of which no finding names either: {hidden:?}");
    masked
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_two_faults_hide_each_other() {
    assert_eq!(
        masked(FEW).await,
        MASKED,
        "pairs of which only one is found (left) must be those that are known for it"
    );
}

/// `FAULT_PAIRS=N` draws so many pairs instead of four hundred.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "four hundred hunts take minutes"]
async fn no_two_faults_hide_each_other_in_many_pairs() {
    let count = env::var("FAULT_PAIRS").map_or(MANY, |text| text.parse().expect("FAULT_PAIRS is a number"));
    let masked = masked(count).await;
    println!("{count} pairs; of {} only one is named: {masked:?}", masked.len());
}
