//! The kill matrix: every seeded fault of the witness is caught, by the requirement that it breaks, and every
//! check catches at least one.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::time::Duration;

use signer_conformance::log::NoLog;
use signer_conformance::{
    CaseResult, Detector, Program, Quiet, Root, RunOptions, Step, checks, plan_by_suite, run_until,
    step_operations,
};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY, SECOND_REGION};
use signer_reference::faults::{Category, Fault};
use signer_reference::{Config, FAULTS};
use signer_schemas::{Edition, Operation, RequirementId};

use crate::golden::golden;

/// What a fault's run gave.
struct Kill {
    /// The finding of the requirement that the fault breaks.
    root: Option<Root>,
    noticed_by: BTreeSet<Detector>,
    /// What was found besides.
    others: BTreeSet<RequirementId>,
    /// How many steps were run until it showed.
    steps: usize,
    /// How long that took, its reduction to a minimal program included.
    time: Duration,
}

pub(crate) fn options(edition: Edition) -> RunOptions {
    let second_region = Some(SECOND_REGION.to_owned());
    RunOptions { job_timeout: Duration::from_secs(5), second_region, ..RunOptions::new(edition, "kill") }
}

/// Kinds of fault that show in conversations written by hand, if at all, rather than in few calls: those run
/// first for them.
const DEEP: &[Category] = &[
    Category::Isolation,
    Category::Long,
    Category::Race,
    Category::Signing,
    Category::Strict,
    Category::View,
];

/// Faults that show in another operation than the one whose requirement they break.
const SHOWN_BY: &[(&str, Operation)] = &[("permission-for-any-action", Operation::GetSigningProfile)];

/// How many steps a program may have to be run before those that are written by hand.
const SHORT: usize = 3;

/// The programs that call the operation whose requirement the fault breaks, or all, if it breaks a common
/// one. They run in four stages, each on a fresh server: short ones, as most faults show in few calls; those
/// written by hand, which make so much that every list is long after them; the others; and, for what shows in
/// none of these alone, all of them together, as in a run, where the account holds what they all have made.
pub(crate) fn stages(fault: &Fault, edition: Edition) -> [Vec<Program>; 4] {
    let mut all = plan_by_suite(&options(edition));
    all.retain(|program| may_show(program, fault));
    let [mut short, mut by_hand, long] = by_cost(all.iter().cloned());
    if DEEP.contains(&fault.category) {
        std::mem::swap(&mut short, &mut by_hand);
    }
    [short, by_hand, long, all]
}

/// Whether a program calls the operation whose requirement the fault breaks, if that is a requirement of one
/// operation.
pub(crate) fn may_show(program: &Program, fault: &Fault) -> bool {
    let elsewhere = SHOWN_BY.iter().find(|(id, _)| *id == fault.id).map(|(_, operation)| *operation);
    let operation = elsewhere.or_else(|| fault.requirement.split('/').next().and_then(Operation::from_name));
    operation
        .is_none_or(|operation| program.steps.iter().any(|step| step_operations(step).contains(&operation)))
}

/// Programs of few steps, those written by hand, and the others; of each in the order of the plan, in which
/// cases that list things come together, so that the lists have as many pages as in a run.
pub(crate) fn by_cost(programs: impl IntoIterator<Item = Program>) -> [Vec<Program>; 3] {
    let mut stages = [const { Vec::new() }; 3];
    for program in programs {
        let by_hand = program.steps.iter().any(|step| matches!(step, Step::Scene(_)));
        stages[if by_hand { 1 } else { 2 * usize::from(program.steps.len() > SHORT) }].push(program);
    }
    stages
}

async fn kill(fault: &'static Fault) -> Kill {
    let edition = fault.editions[0];
    let config = Config { edition, seed: Some(1), job_delay: JOB_DELAY, ..Config::default() }
        .with_fault(fault.id)
        .expect("a known fault");
    let right = |root: &Root| root.finding.requirement == fault.requirement;
    let mut kill = Kill {
        root: None,
        noticed_by: BTreeSet::new(),
        others: BTreeSet::new(),
        steps: 0,
        time: Duration::ZERO,
    };
    for programs in stages(fault, edition) {
        let endpoint = InProcess::new(config.clone());
        let run = run_until(&endpoint, &options(edition), &programs, &right, &Quiet, &mut NoLog)
            .await
            .expect("a run");
        kill.time += run.elapsed;
        kill.steps += run.results.iter().map(|result| steps_taken(result, fault)).sum::<usize>();
        kill.noticed_by.extend(run.roots.iter().map(|root| root.finding.by));
        kill.others.extend(
            run.roots.iter().filter(|root| !right(root)).map(|root| root.finding.requirement.clone()),
        );
        kill.root = run.roots.into_iter().find(right);
        if kill.root.is_some() {
            break;
        }
    }
    kill
}

/// The next power of ten: when a job ends is up to the clock, so the steps until something shows are another
/// few each time.
fn at_most(steps: usize) -> String {
    let mut bound = 10;
    while bound < steps {
        bound *= 10;
    }
    format!("≤ {bound}")
}

/// How many steps of the case were run until the fault showed.
fn steps_taken(result: &CaseResult, fault: &Fault) -> usize {
    let shown = result.findings.iter().find(|finding| finding.requirement == fault.requirement);
    shown.map_or(result.program.steps.len(), |finding| finding.step + 1)
}

/// What the runs of these faults give, by their ids, two at a time.
async fn kills(faults: &[&'static Fault]) -> BTreeMap<&'static str, Kill> {
    let mut kills = BTreeMap::new();
    for pair in faults.chunks(2) {
        let running: Vec<_> = pair.iter().map(|fault| (fault.id, tokio::spawn(kill(fault)))).collect();
        for (id, kill) in running {
            let kill = kill.await.expect("no panic");
            println!("{id}: {:.2?}, {} steps", kill.time, kill.steps);
            kills.insert(id, kill);
        }
    }
    kills
}

/// The row of a fault that was caught.
fn row(fault: &Fault, kill: &Kill, root: &Root) -> String {
    // Who notices a race, and when, is another one each time.
    let told = match fault.category {
        Category::Race => "varies | varies | varies".to_owned(),
        _ => format!("{} | {} | {}", root.finding.by, at_most(kill.steps), root.calls()),
    };
    let (edition, basis) = (fault.editions[0].id(), root.finding.basis.id());
    format!("{} | {edition} | {} | {basis} | {told}", fault.id, fault.requirement)
}

/// The rows of these faults. Each is caught, and found again by its minimal program.
fn rows(faults: &[&'static Fault], kills: &BTreeMap<&'static str, Kill>) -> Vec<String> {
    let (mut rows, mut survivors, mut lost) = (Vec::new(), Vec::new(), Vec::new());
    for fault in faults {
        let kill = &kills[fault.id];
        let Some(root) = &kill.root else {
            survivors.push(format!("{} (breaks {}; found: {:?})", fault.id, fault.requirement, kill.others));
            continue;
        };
        rows.push(row(fault, kill, root));
        if root.reproduced.again == 0 {
            lost.push(fault.id);
        }
    }
    assert!(survivors.is_empty(), "seeded faults that no finding names:\n{}", survivors.join("\n"));
    assert!(lost.is_empty(), "faults that their minimal programs do not find again: {lost:?}");
    rows
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_seeded_fault_is_caught_and_every_check_catches_one() {
    let faults: Vec<&Fault> = FAULTS.iter().collect();
    let kills = kills(&faults).await;
    let mut times: Vec<(Duration, &str)> =
        kills.iter().filter(|(_, kill)| kill.root.is_some()).map(|(id, kill)| (kill.time, *id)).collect();
    times.sort_unstable();
    if let (Some((median, _)), Some((worst, slowest))) = (times.get(times.len() / 2), times.last()) {
        println!(
            "{} faults caught: {median:.2?} in the median, {worst:.2?} at worst ({slowest})",
            times.len()
        );
    }
    let rows = rows(&faults, &kills);
    let marked: BTreeSet<Detector> =
        kills.values().flat_map(|kill| kill.noticed_by.iter().copied()).collect();
    let idle: Vec<_> =
        checks::CHECKS.iter().map(|check| check.name).filter(|name| !marked.contains(name)).collect();
    assert!(idle.is_empty(), "checks that catch no seeded fault: {idle:?}. Seed one, or delete the check.");
    let head = "fault | edition | broken requirement | basis | noticed by | steps until it shows | shortest\n\
                --- | --- | --- | --- | --- | --- | ---\n";
    golden("tables", "kill-matrix", &format!("{head}{}\n", rows.join("\n")));
}

/// `FAULTS=ID,ID` tries these alone, while they are being written, and prints their rows of the matrix.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a part of the matrix, named by FAULTS"]
async fn each_fault_that_is_named_is_caught() {
    let named = env::var("FAULTS").expect("FAULTS names the faults, with commas between them");
    let known = |id| FAULTS.iter().find(|fault| fault.id == id).unwrap_or_else(|| panic!("no fault {id:?}"));
    let faults: Vec<&Fault> = named.split(',').map(known).collect();
    println!("{}", rows(&faults, &kills(&faults).await).join("\n"));
}
