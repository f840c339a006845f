//! The kill matrix: every seeded fault of the witness is caught, by the requirement that it breaks, and every check
//! catches at least one.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use signer_conformance::log::NoLog;
use signer_conformance::{Program, Quiet, Root, RunOptions, checks, hunt, plan};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_reference::{Config, FAULTS, faults::Fault};
use signer_schemas::{Edition, Operation};

use crate::golden::golden;

/// What a fault's run gave.
struct Kill {
    root: Option<Root>,
    noticed_by: BTreeSet<String>,
}

pub(crate) fn options(edition: Edition) -> RunOptions {
    RunOptions { job_timeout: Duration::from_secs(5), ..RunOptions::new(edition, "kill") }
}

/// The programs that call the operation whose requirement the fault breaks, or all, if it breaks a common one; the shortest
/// first, as most faults show in few calls.
fn programs(fault: &Fault, edition: Edition) -> Vec<Program> {
    let operation = fault.requirement.split('/').next().and_then(Operation::from_name);
    let calls = |program: &Program| {
        operation.is_none_or(|operation| program.steps.iter().any(|step| step.operations().contains(&operation)))
    };
    let mut programs = plan(&options(edition)).into_iter().filter(calls).collect::<Vec<_>>();
    programs.sort_by_key(|program| program.steps.len());
    programs
}

async fn kill(fault: &'static Fault) -> Kill {
    let edition = fault.editions[0];
    let config = Config { edition, job_delay: JOB_DELAY, ..Config::default() }.with_fault(fault.id).expect("a known fault");
    let endpoint = InProcess::new(config);
    let right = |root: &Root| root.finding.requirement == fault.requirement;
    let run = hunt(&endpoint, &options(edition), &programs(fault, edition), &right, &Quiet, &mut NoLog).await.expect("a run");
    let noticed_by = run.roots.iter().map(|root| root.finding.by.clone()).collect();
    Kill { root: run.roots.into_iter().find(right), noticed_by }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_seeded_fault_survives_or_a_check_catches_none() {
    let mut kills = BTreeMap::new();
    for pair in FAULTS.chunks(2) {
        let running: Vec<_> = pair.iter().map(|fault| (fault.id, tokio::spawn(kill(fault)))).collect();
        for (id, kill) in running {
            kills.insert(id, kill.await.expect("no panic"));
        }
    }
    let mut table =
        String::from("fault | edition | broken requirement | basis | noticed by | calls\n--- | --- | --- | --- | --- | ---\n");
    let mut survivors = Vec::new();
    let mut marked = BTreeSet::new();
    for fault in FAULTS {
        let kill = &kills[fault.id];
        marked.extend(kill.noticed_by.iter().cloned());
        let Some(root) = &kill.root else {
            survivors.push(format!("{} (breaks {}; noticed by {:?})", fault.id, fault.requirement, kill.noticed_by));
            continue;
        };
        let basis = root.finding.basis.id();
        let calls = root.program.steps.len();
        writeln!(
            table,
            "{} | {} | {} | {basis} | {} | {calls}",
            fault.id,
            fault.editions[0].id(),
            fault.requirement,
            root.finding.by
        )
        .expect("a string takes text");
        assert!(root.reproduced.0 > 0, "{}: the minimal program does not find it again", fault.id);
    }
    assert!(survivors.is_empty(), "seeded faults that no finding names:\n{}", survivors.join("\n"));
    let idle: Vec<_> = checks::CHECKS.iter().map(|check| check.name).filter(|name| !marked.contains(*name)).collect();
    assert!(idle.is_empty(), "checks that catch no seeded fault: {idle:?}. Seed one, or delete the check.");
    golden("tables", "kill-matrix", &table);
}
