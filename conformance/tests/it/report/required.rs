//! What a full run has to see: behaviours, and the errors that its calls provoke.

use signer_conformance::report::{Conclusion, markdown};
use signer_conformance::{Finding, Report, Run, RunOptions};
use signer_model::{JobStatus, Reply};
use signer_schemas::Operation;

use super::{ABSENT, CANCEL, concludes, line, report, shown, with_ledger};
use crate::runs::{case, documented, options, run};

#[test]
fn a_full_run_that_has_not_seen_what_it_must_does_not_conform() {
    let mut blind = run(vec![case("tour/a", Vec::new())]);
    blind.results[0].answers.retain(|answer| !matches!(answer.reply, Some(Reply::Job(_))));
    blind.results[0].exercised.remove("ListSigningJobs/complete");
    let because = "a full run sees a job that Succeeded, a job that Failed, a second page of jobs, and this \
        one has not";
    let doubtful = report(&blind);
    concludes(&doubtful, Conclusion::Inconclusive, &[because]);
    for out in [shown(&doubtful), markdown(&doubtful)] {
        assert!(out.contains("a job that Failed\n"), "{out}");
    }
    let narrowed = RunOptions { shard: Some((0, 2)), ..options() };
    concludes(&Report::new(&blind, &narrowed, None), Conclusion::Conforms, &[]);

    blind.target.capabilities.s3 = false;
    let only_pages = "a full run sees a second page of jobs, and this one has not";
    concludes(&report(&blind), Conclusion::Inconclusive, &[only_pages]);

    let departure = "ListSigningJobs/page-size";
    blind.results[0].findings.push(documented(departure, Operation::ListSigningJobs, "pagination"));
    blind = run(blind.results);
    let excused = report(&blind);
    let row =
        excused.witnesses.iter().find(|row| row.what == "a second page of jobs").expect("it is required");
    assert_eq!(
        row.excused.as_deref(),
        Some("F001"),
        "a finding there may be why, and the verdict tells of it"
    );
    assert_eq!(excused.verdict, Conclusion::Nonconforming);
}

#[test]
fn a_ledger_line_excuses_only_what_it_names() {
    let mut blind = run(vec![case(
        "tour/a",
        vec![documented("GetSigningProfile/view", Operation::GetSigningProfile, "model")],
    )]);
    blind.results[0].answers.retain(|answer| answer.call.request.operation() != Operation::GetSigningProfile);
    let report =
        with_ledger(&blind, &options(), &line("GetSigningProfile/view", Operation::GetSigningProfile));
    let missed = report.witnesses.iter().filter(|row| row.is_missed()).map(|row| row.what.as_str());
    assert!(missed.into_iter().any(|what| what == "a profile that is Active"));
    assert_eq!(report.verdict, Conclusion::Inconclusive);

    let (start, bad_zip) = (Operation::StartSigningJob, "StartSigningJob/lambda-bad-zip");
    let mut never = run(vec![case("tour/a", vec![documented(bad_zip, start, "scene")])]);
    let failed = |reply| matches!(reply, Some(Reply::Job(view)) if view.status == JobStatus::Failed);
    never.results[0].answers.retain(|answer| !failed(answer.reply));
    let report = with_ledger(&never, &options(), &line(bad_zip, start));
    concludes(&report, Conclusion::Conforms, &[]);
}

/// A run that has not seen that error.
fn without_error(operation: Operation, name: &str, findings: Vec<Finding>) -> Run {
    let mut run = run(vec![case("tour/a", findings)]);
    run.results[0].errors.entry(operation).or_default().retain(|error| error != name);
    run
}

#[test]
fn a_full_run_that_has_not_seen_an_error_that_calls_provoke_does_not_conform() {
    let (start, absent) = (Operation::StartSigningJob, "ResourceNotFoundException");
    let mut blind = without_error(start, absent, Vec::new());
    let doubtful = report(&blind);
    let because = "a full run sees StartSigningJob: ResourceNotFoundException, and this one has not";
    concludes(&doubtful, Conclusion::Inconclusive, &[because]);
    assert_eq!(doubtful.missed_errors(), (vec!["StartSigningJob: ResourceNotFoundException"], Vec::new()));
    let out = shown(&doubtful);
    assert!(
        out.contains("provokes, and this one has not (1): StartSigningJob: ResourceNotFoundException\n"),
        "{out}"
    );

    blind.target.unimplemented = vec![start, Operation::PutSigningProfile];
    assert!(report(&blind).missed_errors().0.is_empty(), "nobody can provoke it there");
}

#[test]
fn a_ledger_line_for_an_error_that_does_not_come_leaves_it_required() {
    let blind = without_error(CANCEL, "ResourceNotFoundException", vec![documented(ABSENT, CANCEL, "model")]);
    let report = with_ledger(&blind, &options(), &line(ABSENT, CANCEL));
    concludes(&report, Conclusion::Conforms, &[]);
    let other = without_error(
        CANCEL,
        "ResourceNotFoundException",
        vec![documented("common/content-type", CANCEL, "model")],
    );
    let report = with_ledger(&other, &options(), &line("common/content-type", CANCEL));
    assert_eq!(report.verdict, Conclusion::Inconclusive, "that line speaks of something else");
}

#[test]
fn an_error_that_no_client_provokes_is_not_required() {
    let report = report(&without_error(CANCEL, "InternalServiceErrorException", Vec::new()));
    concludes(&report, Conclusion::Conforms, &[]);
    assert_eq!(
        report.missed_errors(),
        (Vec::new(), vec!["CancelSigningProfile: InternalServiceErrorException"])
    );
    let out = shown(&report);
    assert!(out.contains("is sure to (1): CancelSigningProfile: InternalServiceErrorException\n"), "{out}");
}
