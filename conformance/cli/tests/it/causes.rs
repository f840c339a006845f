//! One mistake is reported as one, however many requirements it breaks, and two as two.

use signer_conformance::log::NoLog;
use signer_conformance::{Quiet, Report, RunOptions, certify, plan};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_reference::Config;
use signer_schemas::{Basis, Edition, Operation};

async fn report(fault: &str, only: &[&str]) -> Report {
    let config = Config { seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
    let config = config.with_fault(fault).expect("a known fault");
    let options = RunOptions {
        basis: Basis::Observed,
        only: only.iter().map(|text| (*text).to_owned()).collect(),
        shrink: false,
        ..RunOptions::new(Edition::Current, "cause")
    };
    let run = certify(&InProcess::new(config), &options, &plan(&options), &Quiet, &mut NoLog).await.expect("a run");
    Report::new(&run, &options, None)
}

#[tokio::test]
async fn a_call_without_effect_is_told_once_for_each_call_that_shows_it() {
    for (fault, operation, only) in [
        ("cancel-has-no-effect", Operation::CancelSigningProfile, ["tour/profiles", "tour/tags"]),
        ("remove-keeps-statement", Operation::RemoveProfilePermission, ["tour/permissions", "smoke/"]),
        ("signature-revocation-lost", Operation::RevokeSignature, ["tour/revocation", "smoke/"]),
    ] {
        let report = report(fault, &only).await;
        let (first, others) = report.findings.split_first().expect("it is found");
        assert_eq!(first.as_if_without, Some(operation), "{fault}: {}", first.requirement);
        for row in others {
            let told = (row.cause.as_deref(), row.as_if_without);
            assert_eq!(told.0, Some(first.id.as_str()), "{fault}: {} is told as another mistake", row.requirement);
        }
        let reason = report.because.join("; ");
        assert!(reason.contains("of one cause") || report.findings.len() == 1, "{reason}");
    }
}

#[tokio::test]
async fn a_call_that_is_seen_to_have_an_effect_is_blamed_for_what_others_do() {
    // Canceled profiles are shown as canceled, and sign all the same.
    let report = report("canceled-signs", &["tour/jobs", "tour/profiles"]).await;
    assert!(!report.findings.is_empty(), "it is found");
    for row in &report.findings {
        assert_eq!(row.as_if_without, None, "{}", row.requirement);
    }
}
