//! Faults that nobody seeded: cargo-mutants breaks the witness in one place at a time, and what is left of it is certified
//! here until the first thing is noticed. The seeded faults are ours, and so may share a blind spot with the judge.

use signer_conformance::log::NoLog;
use signer_conformance::{Program, Quiet, RunOptions, Step, Verdict, hunt, plan};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_reference::Config;
use signer_schemas::{Basis, Edition};

/// The plan in the order of what it costs: few calls, conversations written by hand, and the rest.
fn stages(options: &RunOptions) -> [Vec<Program>; 3] {
    let mut stages = [const { Vec::new() }; 3];
    for program in plan(options) {
        let by_hand = program.steps.iter().any(|step| matches!(step, Step::Scene(_)));
        let stage = if by_hand { 1 } else { 2 * usize::from(program.steps.len() > 3) };
        stages[stage].push(program);
    }
    stages
}

#[tokio::test]
#[ignore = "`certification` runs the same plan; this is for mutants, and stops at the first finding"]
async fn the_witness_does_not_conform() {
    for edition in Edition::ALL {
        let basis = Basis::Observed;
        let options = RunOptions { basis, sequences: 100, shrink: false, ..crate::kill_matrix::options(edition) };
        for programs in stages(&options) {
            let config = Config { edition, seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
            let run = hunt(&InProcess::new(config), &options, &programs, &|_| true, &Quiet, &mut NoLog).await.expect("a run");
            if let Some(root) = run.roots.first() {
                let finding = &root.finding;
                panic!("{} in {} ({edition}): {}", finding.requirement, root.case, finding.observed);
            }
            for result in run.results {
                let fits = matches!(result.verdict, Verdict::Pass | Verdict::Skipped);
                assert!(fits, "{} ({edition}) is {}: {:?}", result.program.name, result.verdict.id(), result.reason);
            }
        }
    }
}
