//! One mistake is reported as one, however many requirements it breaks, and two as two.

use signer_conformance::log::NoLog;
use signer_conformance::report::FindingRow;
use signer_conformance::{Quiet, Report, RunOptions, certify, plan};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_reference::Config;
use signer_schemas::{Basis, Edition, Operation};

async fn report(fault: &str, only: &[&str]) -> Report {
    report_of(&[fault], only).await
}

async fn report_of(faults: &[&str], only: &[&str]) -> Report {
    let mut config = Config { seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
    for fault in faults {
        config = config.with_fault(fault).expect("a known fault");
    }
    let options = RunOptions {
        basis: Basis::Observed,
        only: only.iter().map(|text| (*text).to_owned()).collect(),
        shrink: false,
        ..RunOptions::new(Edition::Current, "cause")
    };
    let run =
        certify(&InProcess::new(config), &options, &plan(&options), &Quiet, &mut NoLog).await.expect("a run");
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
            assert_eq!(
                told.0,
                Some(first.id.as_str()),
                "{fault}: {} is told as another mistake",
                row.requirement
            );
        }
        let reason = report.because.join("; ");
        assert!(reason.contains("of one cause") || report.findings.len() == 1, "{reason}");
    }
}

#[tokio::test]
async fn a_call_that_is_seen_to_have_an_effect_is_not_blamed_for_what_others_do() {
    // Canceled profiles are shown as canceled, and sign all the same.
    let report = report("canceled-signs", &["tour/jobs", "tour/profiles"]).await;
    assert!(!report.findings.is_empty(), "it is found");
    for row in &report.findings {
        assert_eq!(row.as_if_without, None, "{}", row.requirement);
    }
}

#[tokio::test]
async fn a_value_of_a_wrong_form_is_told_once_for_every_answer_that_repeats_it() {
    let report = report("profile-version-hyphenated", &["tour/profiles", "smoke/"]).await;
    // A list shows what other cases have made, too, whose answers are not this case's to put right: there
    // nothing is shown.
    let is_told =
        |row: &&FindingRow| row.requirement.contains("/output/") && !row.requirement.starts_with("List");
    let of_form: Vec<_> = report.findings.iter().filter(is_told).collect();
    let (first, others) = of_form.split_first().expect("it is found");
    assert_eq!(first.requirement, "PutSigningProfile/output/profileVersion/pattern");
    assert!(!others.is_empty(), "other operations tell the version, too");
    for row in others {
        assert_eq!(
            row.cause.as_deref(),
            Some(first.id.as_str()),
            "{} is told as another mistake",
            row.requirement
        );
    }
}

#[tokio::test]
async fn two_mistakes_that_are_never_met_apart_are_told_as_two() {
    let report =
        report_of(&["content-type-html", "cancel-has-no-effect"], &["tour/profiles", "smoke/"]).await;
    let first = |requirement: &str| {
        report.findings.iter().find(|row| row.requirement == requirement).expect("it is found")
    };
    let (form, lost) = (first("common/content-type"), first("CancelSigningProfile/cancels"));
    assert!(form.cases > lost.cases && form.cause.is_none() && lost.cause.is_none(), "{form:#?}\n{lost:#?}");
    assert!(lost.id < form.id, "what is lost is told before what is beside the point");
}
