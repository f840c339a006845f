//! Faults that nobody seeded: cargo-mutants breaks the witness in one place at a time, and what is left of it
//! is certified here until the first thing is noticed. The seeded faults are ours, and so may share a blind
//! spot with the judge.

use signer_conformance::log::NoLog;
use signer_conformance::{Quiet, RunOptions, Verdict, plan, run_until};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_reference::Config;
use signer_schemas::{Basis, Edition};

use crate::kill_matrix::{by_cost, options as usual};

#[tokio::test]
#[ignore = "`certification` runs the same plan; this is for mutants, and stops at the first finding"]
async fn the_reference_conforms() {
    for edition in Edition::ALL {
        let basis = Basis::Observed;
        let options = RunOptions { basis, sequences: 100, shrink: false, ..usual(edition) };
        for programs in by_cost(plan(&options)) {
            let config = Config { edition, seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
            let run = run_until(&InProcess::new(config), &options, &programs, &|_| true, &Quiet, &mut NoLog)
                .await
                .expect("a run");
            if let Some(root) = run.roots.first() {
                let finding = &root.finding;
                panic!("{} in {} ({edition}): {}", finding.requirement, root.case, finding.observed);
            }
            for result in run.results {
                let fits = matches!(result.verdict, Verdict::Pass | Verdict::Skipped);
                assert!(
                    fits,
                    "{} ({edition}) is {}: {:?}",
                    result.program.name,
                    result.verdict.id(),
                    result.reason
                );
            }
        }
    }
}
