//! The verdict follows from the run, the basis and the ledger, and every form of the report tells the same.

mod forms;

use std::path::Path;

use signer_conformance::report::{Conclusion, Paint, Surroundings, markdown, plain, text};
use signer_conformance::{Cut, Ledger, Report, Run, RunOptions, Verdict};
use signer_model::Reply;
use signer_schemas::{Basis, Edition, Operation};

use crate::runs::{case, documented, ended, observed, options, run};

const NAME_TAKEN: &str = "PutSigningProfile/name-taken";
const ABSENT: &str = "CancelSigningProfile/absent";
const PUT: Operation = Operation::PutSigningProfile;
const CANCEL: Operation = Operation::CancelSigningProfile;

fn report(run: &Run) -> Report {
    Report::new(run, &options(), None)
}

fn with_ledger(run: &Run, options: &RunOptions, lines: &str) -> Report {
    let text = format!("name = \"moto\"\nedition = \"current\"\n{lines}");
    let ledger = Ledger::parse(Path::new("moto.toml"), &text).expect("the ledger is right");
    Report::new(run, options, Some(&ledger))
}

fn line(requirement: &str, operation: Operation) -> String {
    format!(
        "[[deviation]]\nrequirement = \"{requirement}\"\noperation = \"{operation}\"\nreason = \"known\"\ndate = \"2026-11-23\"\n"
    )
}

fn shown(report: &Report, paint: Paint<'_>) -> String {
    text(report, Surroundings { folder: "target/certification", today: "2026-11-23", paint })
}

#[track_caller]
fn concludes(report: &Report, verdict: Conclusion, because: &[&str]) {
    assert_eq!((report.verdict, report.because.iter().map(String::as_str).collect::<Vec<_>>()), (verdict, because.to_vec()));
}

fn two_kinds() -> Run {
    run(vec![
        case("tour/put-twice", vec![observed(NAME_TAKEN, PUT, "model")]),
        case("tour/cancel-absent", vec![documented(ABSENT, CANCEL, "model")]),
        case("tour/cancel", Vec::new()),
    ])
}

#[test]
fn a_run_without_findings_conforms() {
    let report = report(&run(vec![case("tour/a", Vec::new())]));
    concludes(&report, Conclusion::Conforms, &[]);
    assert_eq!(report.operations.len(), 19);
    assert!(report.operations.values().all(|row| row.verdict == Verdict::Pass && row.cases == 1 && row.failed == 0));
}

#[test]
fn the_edition_of_2019_has_its_nine_operations_and_its_own_requirements() {
    let options = RunOptions { edition: Edition::May2019, ..options() };
    let report = Report::new(&run(vec![case("tour/a", Vec::new())]), &options, None);
    assert_eq!(report.operations.len(), 9);
    assert!(report.requirements.iter().all(|row| !row.id.starts_with("SignPayload/")));
    concludes(&report, Conclusion::Conforms, &[]);
}

#[test]
fn only_findings_at_least_as_strong_as_the_basis_count() {
    let report = report(&two_kinds());
    concludes(&report, Conclusion::Nonconforming, &["finding F001 counts"]);
    let rows: Vec<_> = report.findings.iter().map(|row| (row.id.as_str(), row.requirement.as_str(), row.counts)).collect();
    assert_eq!(rows, [("F001", ABSENT, true), ("F002", NAME_TAKEN, false)]);
    assert_eq!(report.operations[&PUT].verdict, Verdict::Pass);
    assert_eq!((report.operations[&CANCEL].verdict, report.operations[&CANCEL].failed), (Verdict::Fail, 1));
    let cases: Vec<_> = report.cases.iter().map(|row| (row.verdict, row.findings.join(","))).collect();
    assert_eq!(cases, [(Verdict::Pass, "F002".to_owned()), (Verdict::Fail, "F001".to_owned()), (Verdict::Pass, String::new())]);

    let observed = Report::new(&two_kinds(), &RunOptions { basis: Basis::Observed, ..options() }, None);
    concludes(&observed, Conclusion::Nonconforming, &["2 findings count (F001 to F002)"]);
    assert_eq!(observed.operations[&PUT].verdict, Verdict::Fail);
}

#[test]
fn a_requirement_that_is_departed_from_fails_also_where_it_does_not_count() {
    let report = report(&two_kinds());
    let verdict = |id: &str| report.requirements.iter().find(|row| row.id == id).map(|row| (row.verdict, row.exercised));
    assert_eq!(verdict(NAME_TAKEN), Some((Verdict::Fail, 0)));
    assert_eq!(verdict("common/status-200"), Some((Verdict::Pass, 6)));
    assert_eq!(verdict("TagResource/merges"), Some((Verdict::Skipped, 0)));
    assert_eq!(report.coverage.requirements.exercised, 3);
    assert_eq!(verdict("CancelSigningProfile/purge"), None, "what no client can test is not in the report");
}

#[test]
fn a_known_deviation_does_not_count() {
    let report = with_ledger(&two_kinds(), &options(), &line(ABSENT, CANCEL));
    concludes(&report, Conclusion::Conforms, &[]);
    assert_eq!(report.operations[&CANCEL].verdict, Verdict::Deviates);
    assert_eq!(report.cases[1].verdict, Verdict::Deviates);
    assert_eq!(report.findings[0].known.as_ref().map(|known| known.line), Some(3));
}

#[test]
fn a_ledger_line_that_matches_nothing_does_not_conform() {
    let lines = line(ABSENT, CANCEL) + &line("common/no-server-error", CANCEL);
    let report = with_ledger(&two_kinds(), &options(), &lines);
    let because = "the ledger's line 8: common/no-server-error at CancelSigningProfile is not found; remove it or mend it";
    concludes(&report, Conclusion::Nonconforming, &[because]);
}

#[test]
fn a_ledger_line_for_what_was_not_run_is_left_in_peace() {
    let lines = line("common/no-server-error", CANCEL);
    let clean = run(vec![case("smoke/a", Vec::new())]);
    let narrowed = RunOptions { suites: vec!["smoke".to_owned()], ..options() };
    let report = with_ledger(&clean, &narrowed, &lines);
    concludes(&report, Conclusion::Conforms, &[]);
    assert_eq!(report.ledger.expect("there is a ledger").untold.len(), 1);
    concludes(
        &with_ledger(&clean, &options(), &lines),
        Conclusion::Nonconforming,
        &["the ledger's line 3: common/no-server-error at CancelSigningProfile is not found; remove it or mend it"],
    );
}

#[test]
fn an_operation_that_is_not_there_does_not_conform_unless_the_ledger_says_so() {
    let mut run = run(vec![case("tour/a", Vec::new())]);
    run.target.unimplemented = vec![Operation::SignPayload, Operation::TagResource];
    concludes(&report(&run), Conclusion::Nonconforming, &["the target does not have SignPayload, TagResource"]);

    let absent =
        |operation| format!("[[unimplemented]]\noperation = \"{operation}\"\nreason = \"known\"\ndate = \"2026-11-23\"\n");
    let both = absent(Operation::SignPayload) + &absent(Operation::TagResource);
    let report = with_ledger(&run, &options(), &both);
    concludes(&report, Conclusion::Conforms, &[]);
    assert_eq!(report.operations[&Operation::SignPayload].verdict, Verdict::Unimplemented);

    let one_more = both + &absent(PUT);
    let because = "the ledger's line 11: PutSigningProfile is implemented; remove it or mend it";
    concludes(&with_ledger(&run, &options(), &one_more), Conclusion::Nonconforming, &[because]);
}

#[test]
fn a_run_cut_short_is_inconclusive_unless_something_counts() {
    let mut clean = run(vec![case("tour/a", Vec::new())]);
    clean.cut = Some(Cut::Budget);
    concludes(&report(&clean), Conclusion::Inconclusive, &["the time was up before the end of the plan"]);
    let mut guilty = two_kinds();
    guilty.cut = Some(Cut::MaxCalls);
    let report = report(&guilty);
    concludes(&report, Conclusion::Nonconforming, &["finding F001 counts", "the calls were used up before the end of the plan"]);
}

#[test]
fn a_run_of_no_case_is_inconclusive() {
    let narrowed = RunOptions { suites: vec!["tour".to_owned()], ..options() };
    concludes(&Report::new(&run(Vec::new()), &narrowed, None), Conclusion::Inconclusive, &["no case was run"]);
    let skipped = run(vec![ended("tour/a", Verdict::Skipped, "no S3")]);
    concludes(&Report::new(&skipped, &narrowed, None), Conclusion::Inconclusive, &["no case was run"]);
}

#[test]
fn an_operation_that_was_never_called_is_inconclusive() {
    let mut lacking = case("tour/a", Vec::new());
    lacking.operations.remove(&Operation::SignPayload);
    let report = report(&run(vec![lacking]));
    concludes(&report, Conclusion::Inconclusive, &["SignPayload was never called"]);
    assert_eq!(report.operations[&Operation::SignPayload].verdict, Verdict::Inconclusive);
}

#[test]
fn our_own_errors_and_doubts_are_never_the_targets_failures() {
    for (verdict, words) in [(Verdict::Error, "ended in an error of ours"), (Verdict::Inconclusive, "could not be told")] {
        let report =
            report(&run(vec![case("tour/a", Vec::new()), ended("tour/b", verdict, "why"), ended("tour/c", verdict, "x")]));
        concludes(&report, Conclusion::Inconclusive, &[&format!("tour/b and 1 more {words} (why)")]);
        assert_eq!(report.operations[&CANCEL].verdict, verdict, "Cancel is what those cases are about");
        assert_eq!(report.operations[&PUT].verdict, Verdict::Pass, "Put only prepares them");
    }
}

#[test]
fn coverage_counts_each_declared_error_once() {
    let mut seen = case("tour/a", Vec::new());
    let errors = vec!["ResourceNotFoundException".to_owned(), "ResourceNotFoundException".to_owned(), "Undeclared".to_owned()];
    seen.errors.insert(CANCEL, errors);
    let coverage = report(&run(vec![seen.clone(), seen])).coverage;
    let declared: usize = signer_schemas::operations(Edition::Current).iter().map(|document| document.errors.len()).sum();
    assert_eq!((coverage.errors.reached, coverage.errors.total as usize), (1, declared));
    assert_eq!(coverage.errors_missed.len(), declared - 1);
    assert_eq!((coverage.tour.reached, coverage.tour.total), (2, 3));
}

#[test]
fn open_points_tell_every_answer_seen() {
    let answered = |answer: &str| {
        let mut result = case("tour/a", Vec::new());
        result.open_points.insert("PutSigningProfile/unknown-platform".to_owned(), answer.to_owned());
        result
    };
    let run = run(vec![answered("ValidationException"), answered("ResourceNotFoundException"), answered("ValidationException")]);
    let report = report(&run);
    let [row] = report.open_points.as_slice() else { panic!("one open point: {:?}", report.open_points) };
    assert_eq!(row.observed, "ResourceNotFoundException; ValidationException");
    assert!(!row.question.is_empty() && row.admits.len() >= 2);
}

#[test]
fn a_full_run_that_has_not_seen_what_it_must_conforms() {
    let mut blind = run(vec![case("tour/a", Vec::new())]);
    blind.results[0].answers.retain(|answer| !matches!(answer.reply, Some(Reply::Job(_))));
    blind.results[0].exercised.remove("ListSigningJobs/complete");
    let because = "a full run sees a job that Succeeded, a job that Failed, a second page of jobs, and this one has not";
    let doubtful = report(&blind);
    concludes(&doubtful, Conclusion::Inconclusive, &[because]);
    for out in [shown(&doubtful, &plain), markdown(&doubtful)] {
        assert!(out.contains("a job that Failed\n"), "{out}");
    }
    let narrowed = RunOptions { shard: Some((0, 2)), ..options() };
    concludes(&Report::new(&blind, &narrowed, None), Conclusion::Conforms, &[]);

    blind.target.capabilities.s3 = false;
    let only_pages = "a full run sees a second page of jobs, and this one has not";
    concludes(&report(&blind), Conclusion::Inconclusive, &[only_pages]);

    blind.results[0].findings.push(observed("ListSigningJobs/page-size", Operation::ListSigningJobs, "pagination"));
    let excused = report(&run(blind.results.clone()));
    let row = excused.witnesses.iter().find(|row| row.what == "a second page of jobs").expect("it is required");
    assert_eq!(row.excused.as_deref(), Some("F001"), "a finding there may be why");
}

#[test]
fn the_distribution_counts_what_was_not_seen() {
    let mut run = run(vec![case("tour/a", Vec::new()), case("tour/b", Vec::new())]);
    run.results[0].errors.insert(CANCEL, vec!["ValidationException".to_owned()]);
    run.results[1].errors.insert(PUT, vec!["ValidationException".to_owned()]);
    let seen = report(&run).distribution;
    assert_eq!(seen.calls[&PUT], 2);
    assert_eq!(seen.errors, [("ValidationException".to_owned(), 2)].into());
    assert_eq!(seen.profile_statuses["Revoked"], 2);
    assert_eq!(seen.job_statuses.values().sum::<u64>(), 4);
    assert!(shown(&report(&run), &plain).contains("cases with errors: 2 ValidationException\n"));
}

#[test]
fn another_plan_has_the_same_hash() {
    let nothing = run(Vec::new());
    let of = |options: &RunOptions| Report::new(&nothing, options, None).hashes;
    let whole = of(&options());
    assert_eq!(of(&RunOptions { shard: Some((1, 3)), ..options() }), whole, "a shard is a part of the same plan");
    let drawn = |seed| of(&RunOptions { sequences: 1, seed, suites: vec!["sequences".to_owned()], ..options() });
    assert_ne!(drawn(1).plan, drawn(2).plan);
    assert_eq!(drawn(1).model, drawn(2).model);
    let old = of(&RunOptions { edition: Edition::May2019, ..options() });
    assert!(old.plan != whole.plan && old.model != whole.model);
    assert_eq!((whole.plan.len(), whole.log), (64, None));
}
