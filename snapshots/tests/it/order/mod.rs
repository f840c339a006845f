//! What finds most comes first: the list that orders the plan, and that a quick run consists of, is derived from what each case finds
//! in the reference with each seeded fault. The derivation takes minutes and is a command; what it gave is held to the plan.

mod choose;
mod curve;
mod kills;

use std::collections::BTreeSet;

use signer_conformance::log::NoLog;
use signer_conformance::{Depth, Program, Quiet, Report, Run, RunOptions, certify, comes_last, ordered, plan, plan_by_suite};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_reference::{Config, FAULTS};
use signer_schemas::Edition;

use crate::golden::golden;
use crate::kill_matrix::options;
use crate::order::choose::{choose, hundredths, share};
use crate::order::kills::Kills;
use crate::tree::root;

/// A quick run of the reference sends no more requests.
const MOST_REQUESTS: u32 = 2000;

/// What a quick run must find, of all seeded faults, in hundredths.
const LEAST_FOUND: f64 = 90.0;

const LIST: &str = "conformance/src/plan/order.txt";
const PICTURE: &str = "snapshots/order.svg";

fn quick(edition: Edition) -> RunOptions {
    RunOptions { depth: Depth::Quick, shrink: false, ..options(edition) }
}

/// A reference that makes the mistake of that name, if any.
fn config(edition: Edition, fault: Option<&str>) -> Config {
    let config = Config { edition, seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
    fault.into_iter().try_fold(config, Config::with_fault).expect("a known fault")
}

/// A run of these programs on the reference.
async fn run(edition: Edition, programs: &[Program], fault: Option<&str>) -> Run {
    let endpoint = InProcess::new(config(edition, fault));
    certify(&endpoint, &quick(edition), programs, &Quiet, &mut NoLog).await.expect("a run")
}

#[test]
fn the_list_names_cases_of_the_plan_each_once() {
    let planned: BTreeSet<String> =
        Edition::ALL.iter().flat_map(|edition| plan(&options(*edition))).map(|program| program.name).collect();
    let mut seen = BTreeSet::new();
    for name in ordered() {
        assert!(
            planned.contains(name),
            "{LIST} names {name}, which the plan does not have: derive it anew, as its first lines say"
        );
        assert!(seen.insert(name), "{LIST} names {name} twice");
    }
    let late = Edition::ALL.iter().flat_map(|edition| plan(&options(*edition))).filter(comes_last).map(|program| program.name);
    assert_eq!(late.filter(|name| seen.contains(name.as_str())).collect::<Vec<_>>(), [""; 0], "these are for the end of a run");
    assert!(!seen.is_empty(), "{LIST} names no case");
}

#[test]
fn every_run_begins_with_what_finds_most() {
    for edition in Edition::ALL {
        let names = |options: &RunOptions| plan(options).into_iter().map(|program| program.name).collect::<Vec<_>>();
        let (quick, full) = (names(&quick(edition)), names(&options(edition)));
        let listed: Vec<&str> = ordered().filter(|name| full.iter().any(|other| other == name)).collect();
        assert_eq!(quick, listed, "a quick run has the cases of the list, in its order");
        assert_eq!(full[..quick.len()], quick, "so begins every other one");
        let sorted = |mut names: Vec<String>| {
            names.sort_unstable();
            names
        };
        let by_suite = plan_by_suite(&options(edition)).into_iter().map(|program| program.name).collect();
        assert_eq!(sorted(full), sorted(by_suite), "no case is lost");
    }
}

#[tokio::test]
async fn a_quick_run_of_the_reference_conforms_within_its_requests() {
    for edition in Edition::ALL {
        let programs = plan(&quick(edition));
        let run = run(edition, &programs, None).await;
        assert!(run.exchanges <= u64::from(MOST_REQUESTS), "{edition}: {} requests", run.exchanges);
        let report = Report::new(&run, &quick(edition), None);
        assert_eq!((report.verdict.id(), report.because.as_slice()), ("conforms", [].as_slice()), "{edition}");
        assert!(report.extent().is_some_and(|words| words.contains("quick")), "it does not say that it was quick");
    }
}

/// Every so manieth fault is tried with the whole of the list.
const SAMPLE: usize = 37;

#[tokio::test]
async fn a_quick_run_finds_what_the_list_was_chosen_for() {
    let mut missed = Vec::new();
    let sample: Vec<_> = FAULTS.iter().step_by(SAMPLE).collect();
    for fault in &sample {
        let run = run(fault.editions[0], &plan(&quick(fault.editions[0])), Some(fault.id)).await;
        if !run.roots.iter().any(|root| root.finding.requirement == fault.requirement) {
            missed.push(fault.id);
        }
    }
    let found = hundredths(sample.len() - missed.len(), sample.len());
    assert!(found >= LEAST_FOUND, "of {} faults, a quick run does not find {missed:?}", sample.len());
}

/// Tries every case with every fault, chooses the list anew, and writes it, the table and the picture. `KILLS=FILE` keeps what was
/// tried in a file, and reads it from there if it is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "every case with every fault takes minutes"]
async fn another_order_finds_more() {
    let tried = kills::tried().await;
    let table = Kills::new(tried).await;
    let all: Vec<usize> = (0..FAULTS.len()).collect();
    let (chosen, honest) = within_budget(&table, &all).await;
    let requests: u64 = honest.iter().map(|(_, requests)| u64::from(*requests)).sum();
    let found = share(&table, &chosen, &all);
    println!("{} cases, {requests} requests of the reference, {found:.1} % of {} faults", chosen.len(), all.len());
    assert!(found >= LEAST_FOUND, "a quick run finds {found:.1} % of the faults");
    write(LIST, &list(&chosen));
    let old = curve::Curve::new(&table, &sent(Edition::Current, &by_suite()).await, &all);
    let new = curve::Curve::new(&table, &full(&chosen).await, &all);
    let mut held_out = Vec::new();
    for parity in 0..2 {
        let (one, other): (Vec<usize>, Vec<usize>) = all.iter().partition(|fault| *fault % 2 == parity);
        let (chosen, honest) = within_budget(&table, &one).await;
        println!("chosen on {} faults: {} cases, {:.1} % of the others", one.len(), chosen.len(), share(&table, &chosen, &other));
        held_out.push(curve::Curve::new(&table, &honest, &other));
    }
    write(PICTURE, &curve::picture(&old, &new, &held_out));
    golden("tables", "order", &curve::table(&old, &new, &held_out));
}

/// The cases of the plan in the order of the suites.
fn by_suite() -> Vec<String> {
    plan_by_suite(&options(Edition::Current)).into_iter().map(|program| program.name).collect()
}

/// The best list for these faults of which a run of the reference stays below its requests, and what each case sent there.
async fn within_budget(table: &Kills, faults: &[usize]) -> (Vec<String>, Vec<(String, u32)>) {
    let mut budget = MOST_REQUESTS;
    loop {
        let chosen = choose(table, faults, budget);
        let honest = sent(Edition::Current, &chosen).await;
        let requests: u32 = honest.iter().map(|(_, requests)| requests).sum();
        println!("a budget of {budget}: {} cases, which send {requests}", chosen.len());
        // What looks at the target first takes requests, too, and a little room is left for a plan that changes.
        if requests <= MOST_REQUESTS * 19 / 20 {
            return (chosen, honest);
        }
        budget = budget * 19 / 20;
    }
}

/// What each of these cases sends to the reference, when they are run in this order.
async fn sent(edition: Edition, names: &[String]) -> Vec<(String, u32)> {
    let mut programs = plan_by_suite(&options(edition));
    programs.retain(|program| names.contains(&program.name));
    programs.sort_by_key(|program| names.iter().position(|name| *name == program.name));
    let run = run(edition, &programs, None).await;
    run.results.into_iter().map(|result| (result.program.name, result.exchanges)).collect()
}

/// What each case of a full run sends that begins with the chosen ones.
async fn full(chosen: &[String]) -> Vec<(String, u32)> {
    let rest = by_suite().into_iter().filter(|name| !chosen.contains(name));
    let names: Vec<String> = chosen.iter().cloned().chain(rest).collect();
    sent(Edition::Current, &names).await
}

fn list(chosen: &[String]) -> String {
    let mut text = String::from(
        "# The cases that find most for the requests that they send, best first: a quick run consists of them, and every other one begins\n\
         # with them. Derived by: INSTA_UPDATE=always cargo test -p signer-snapshots order -- --ignored\n",
    );
    for name in chosen {
        text.push_str(name);
        text.push('\n');
    }
    text
}

fn write(path: &str, text: &str) {
    std::fs::write(root().join(path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
}
