//! Two Regions: a target that serves both is asked whether they are apart, one that serves a single one is
//! not.

use signer_conformance::log::NoLog;
use signer_conformance::{Quiet, Run, RunOptions, Verdict, certify, plan};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY, SECOND_REGION};
use signer_reference::{Config, FAULTS};
use signer_schemas::{Basis, Edition};

const REQUIREMENTS: [&str; 4] = [
    "common/regional",
    "RevokeSigningProfile/all-regions",
    "StartSigningJob/same-region",
    "GetRevocationStatus/other-partition",
];

async fn run(fault: Option<&str>, second_region: Option<&str>) -> Run {
    let mut config = Config { seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
    if let Some(fault) = fault {
        config = config.with_fault(fault).expect("a known fault");
    }
    let options = RunOptions {
        basis: Basis::Observed,
        suites: vec!["regions".to_owned()],
        shrink: false,
        second_region: second_region.map(str::to_owned),
        ..RunOptions::new(Edition::Current, "region")
    };
    certify(&InProcess::new(config), &options, &plan(&options), &Quiet, &mut NoLog).await.expect("a run")
}

fn found(run: &Run) -> Vec<String> {
    run.roots.iter().map(|root| format!("{}: {}", root.finding.requirement, root.finding.observed)).collect()
}

#[tokio::test]
async fn regions_that_are_apart_conform() {
    for second_region in [None, Some(SECOND_REGION)] {
        let run = run(None, second_region).await;
        assert!(run.target.capabilities.second_region);
        assert_eq!(found(&run), Vec::<String>::new());
        for result in &run.results {
            assert_eq!(result.verdict, Verdict::Pass, "{}: {:?}", result.program.name, result.reason);
        }
    }
}

#[tokio::test]
async fn every_mistake_between_regions_is_found() {
    let faults: Vec<_> = FAULTS.iter().filter(|fault| REQUIREMENTS.contains(&fault.requirement)).collect();
    assert!(faults.len() >= 9, "{} faults", faults.len());
    for fault in faults {
        let run = run(Some(fault.id), Some(SECOND_REGION)).await;
        let requirements: Vec<_> = run.roots.iter().map(|root| root.finding.requirement.as_str()).collect();
        assert!(requirements.contains(&fault.requirement), "{}: {requirements:?}", fault.id);
    }
}

#[tokio::test]
async fn a_target_that_takes_no_notice_of_the_region_is_asked_only_if_the_user_says_that_it_serves_two() {
    let run = run(Some("region-ignored"), None).await;
    assert!(!run.target.capabilities.second_region);
    assert_eq!(found(&run), Vec::<String>::new());
    for result in &run.results {
        assert_eq!(
            (result.verdict, result.reason.as_deref()),
            (Verdict::Skipped, Some("the target serves one Region"))
        );
    }
}
