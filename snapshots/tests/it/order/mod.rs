//! What finds most comes first: the list that orders the plan, and that a quick run consists of, is derived
//! from what each case finds in the reference with each seeded fault. The derivation takes minutes and is a
//! command; what it gave is held to the plan.

mod choose;
mod curve;
mod kills;

use std::collections::BTreeSet;

use signer_conformance::log::{Line, LogSink, NoLog};
use signer_conformance::{
    Depth, Program, Quiet, Report, Run, RunOptions, certify, comes_first, comes_last, plan, plan_by_suite,
    plan_in_rounds, rounds,
};
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
    let planned: Vec<Program> = Edition::ALL.iter().flat_map(|edition| plan(&options(*edition))).collect();
    let mut seen = BTreeSet::new();
    for name in rounds().iter().flatten() {
        let program = planned.iter().find(|program| program.name == *name);
        let program = program.unwrap_or_else(|| {
            panic!("{LIST} names {name}, which the plan does not have: derive it anew, as it says")
        });
        assert!(!comes_last(program), "{name} is for the end of a run");
        assert!(seen.insert(name), "{LIST} names {name} twice");
    }
    assert!(!seen.is_empty(), "{LIST} names no case");
}

#[test]
fn every_run_begins_with_what_finds_most() {
    for edition in Edition::ALL {
        let (quick, full) = (plan(&quick(edition)), plan(&options(edition)));
        let round = |program: &Program| {
            rounds().iter().position(|round| round.contains(&program.name.as_str())).unwrap_or(usize::MAX)
        };
        for programs in [&quick, &full] {
            assert!(programs.iter().map(comes_first).rev().is_sorted(), "{edition}: small pages first");
        }
        let behind_lists = |programs: &[Program]| -> Vec<usize> {
            programs.iter().filter(|program| !comes_first(program)).map(round).collect()
        };
        assert!(behind_lists(&quick).is_sorted(), "{edition}: round by round");
        let all_rounds_first = behind_lists(&full).iter().map(|round| *round == usize::MAX).is_sorted();
        assert!(all_rounds_first, "{edition}: all rounds, and then the others");
        let sorted = |mut names: Vec<String>| {
            names.sort_unstable();
            names
        };
        let by_suite = plan_by_suite(&options(edition)).into_iter().map(|program| program.name).collect();
        let full = full.into_iter().map(|program| program.name).collect();
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
        assert_eq!(
            (report.verdict.id(), report.because.as_slice()),
            ("conforms", [].as_slice()),
            "{edition}"
        );
        assert!(
            report.extent().is_some_and(|words| words.contains("quick")),
            "it does not say that it was quick"
        );
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

/// Tries the cases with every fault, chooses the list anew, and writes it, the table and the picture.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "every case with every fault takes minutes"]
async fn the_order_of_the_plan_finds_most_first() {
    let tried = kills::tried().await;
    let table = Kills::new(tried).await;
    let all: Vec<usize> = (0..FAULTS.len()).collect();
    let (chosen, honest) = within_budget(&table, &all).await;
    let found = share(&table, &chosen, &all);
    println!("{} cases, {} requests, {found:.1} % of {} faults", honest.len(), requests(&honest), all.len());
    assert!(found >= LEAST_FOUND, "a quick run finds {found:.1} % of the faults");
    write(LIST, &list(&chosen));
    let old = curve::Curve::new(&table, &sent(&[], Depth::Full).await, &all);
    let quick = curve::Curve::new(&table, &honest, &all);
    let new = curve::Curve::new(&table, &sent(&chosen, Depth::Full).await, &all);
    println!(
        "a whole run sends {} requests in the order of the suites, {} in the new one",
        old.requests, new.requests
    );
    let mut held_out = Vec::new();
    for parity in 0..2 {
        let (one, other): (Vec<usize>, Vec<usize>) = all.iter().partition(|fault| *fault % 2 == parity);
        let (chosen, honest) = within_budget(&table, &one).await;
        println!(
            "chosen on {} faults: {} cases, {:.1} % of the others",
            one.len(),
            honest.len(),
            share(&table, &chosen, &other)
        );
        held_out.push(curve::Curve::new(&table, &honest, &other));
    }
    write(PICTURE, &curve::picture(&old, &new, &quick, &held_out));
    golden("tables", "order", &curve::table(&old, &new, &quick, &held_out));
}

/// A case, and the requests that it sends.
type Sent = (String, u32);

fn requests(cases: &[Sent]) -> u32 {
    cases.iter().map(|(_, requests)| requests).sum()
}

/// The best rounds for these faults with which a run of the reference stays below its requests, and what each
/// case sends there.
async fn within_budget(table: &Kills, faults: &[usize]) -> (Vec<Vec<String>>, Vec<Sent>) {
    // What cases share is sent once, so that more of them fit than each for itself.
    let mut budget = MOST_REQUESTS * 3 / 2;
    loop {
        let chosen = choose(table, faults, budget);
        let honest = sent(&chosen, Depth::Quick).await;
        println!("a budget of {budget}: {} cases, which send {}", honest.len(), requests(&honest));
        // What looks at the target first takes requests, too, and a little room is left for a plan that
        // changes.
        let most = MOST_REQUESTS * 19 / 20;
        if requests(&honest) <= most {
            return (chosen, honest);
        }
        budget = (budget * most / requests(&honest)).min(budget * 49 / 50);
    }
}

/// What each case sends to the reference in a run of the current edition, which has these rounds.
async fn sent(rounds: &[Vec<String>], depth: Depth) -> Vec<Sent> {
    let options = RunOptions { depth, ..quick(Edition::Current) };
    let round = |name: &str| rounds.iter().position(|round| round.iter().any(|other| other == name));
    let programs = if rounds.is_empty() { plan_by_suite(&options) } else { plan_in_rounds(&options, &round) };
    let mut sent = Counted(Vec::new());
    let endpoint = InProcess::new(config(Edition::Current, None));
    certify(&endpoint, &options, &programs, &Quiet, &mut sent).await.expect("a run");
    sent.0
}

/// Counts what each case sends, as a log has it: what several cases rest on is there once.
struct Counted(Vec<Sent>);

impl LogSink for Counted {
    fn line(&mut self, line: &Line) {
        match line {
            Line::Case { program, .. } => self.0.push((program.name.clone(), 0)),
            Line::Exchange(_) => self.0.last_mut().expect("a case has begun").1 += 1,
            _ => {}
        }
    }
}

fn list(rounds: &[Vec<String>]) -> String {
    let mut text = String::from(
        "# The cases that find most for the requests that they send, in rounds, each of which is in the order of the alphabet: a quick\n\
         # run consists of them, and every other one begins with them. This command derives them:\n\
         # INSTA_UPDATE=always cargo test --release -p signer-snapshots order -- --ignored --nocapture\n",
    );
    for (index, round) in rounds.iter().enumerate() {
        text.push_str(if index > 0 { "\n" } else { "" });
        for name in round {
            text.extend([name.as_str(), "\n"]);
        }
    }
    text
}

fn write(path: &str, text: &str) {
    std::fs::write(root().join(path), text).unwrap_or_else(|error| panic!("{path}: {error}"));
}
