//! The verdict follows from the run, the basis and the ledger, and every form of the report tells the same.

mod forms;
mod known;
mod reached;
mod required;
mod stranger;
mod unseen;

use std::path::Path;

use signer_conformance::report::{Conclusion, markdown, text};
use signer_conformance::{Cut, Ledger, OpenAnswer, Report, Run, RunOptions, Trials, Verdict};
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
        "[[deviation]]\nrequirement = \"{requirement}\"\noperation = \"{operation}\"\nreason = \"known\"\n\
         date = \"2026-11-23\"\n"
    )
}

fn shown(report: &Report) -> String {
    text(report, "target/certification").to_string()
}

#[track_caller]
fn concludes(report: &Report, verdict: Conclusion, because: &[&str]) {
    let reasons: Vec<&str> = report.because.iter().map(String::as_str).collect();
    assert_eq!((report.verdict, reasons), (verdict, because.to_vec()));
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
    assert!(
        report
            .operations
            .values()
            .all(|row| row.verdict == Verdict::Pass && row.cases == 1 && row.failed == 0)
    );
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
    let rows: Vec<_> =
        report.findings.iter().map(|row| (row.id.as_str(), row.requirement.as_str(), row.counts)).collect();
    assert_eq!(rows, [("F001", ABSENT, true), ("F002", NAME_TAKEN, false)]);
    assert_eq!(report.operations[&PUT].verdict, Verdict::Pass);
    assert_eq!((report.operations[&CANCEL].verdict, report.operations[&CANCEL].failed), (Verdict::Fail, 1));
    let cases: Vec<_> = report.cases.iter().map(|row| (row.verdict, row.findings.join(","))).collect();
    assert_eq!(
        cases,
        [
            (Verdict::Pass, "F002".to_owned()),
            (Verdict::Fail, "F001".to_owned()),
            (Verdict::Pass, String::new())
        ]
    );

    let observed = Report::new(&two_kinds(), &RunOptions { basis: Basis::Observed, ..options() }, None);
    concludes(&observed, Conclusion::Nonconforming, &["2 findings count (F001 to F002)"]);
    assert_eq!(observed.operations[&PUT].verdict, Verdict::Fail);
}

#[test]
fn a_requirement_that_is_departed_from_fails_also_where_it_does_not_count() {
    let report = report(&two_kinds());
    let verdict = |id: &str| {
        report.requirements.iter().find(|row| row.id == id).map(|row| (row.verdict, row.exercised))
    };
    assert_eq!(verdict(NAME_TAKEN), Some((Verdict::Fail, 0)));
    assert_eq!(verdict("common/status-200"), Some((Verdict::Pass, 6)));
    assert_eq!(verdict("TagResource/merges"), Some((Verdict::Skipped, 0)));
    assert_eq!(report.coverage.requirements.exercised, 3);
    assert_eq!(verdict("CancelSigningProfile/purge"), None, "what no client can test is not in the report");
}

#[test]
fn what_was_tried_again_and_never_found_again_does_not_count() {
    let mut run = run(vec![case("tour/a", vec![documented(ABSENT, CANCEL, "model")])]);
    run.roots[0].reproduced = Trials::new(0, 3);
    let gone = report(&run);
    concludes(&gone, Conclusion::Conforms, &[]);
    assert!(!gone.findings[0].counts && gone.cases[0].verdict == Verdict::Pass);
    assert_eq!(gone.operations[&CANCEL].verdict, Verdict::Pass);
    for reproduced in [Trials::new(1, 3), Trials::NONE] {
        run.roots[0].reproduced = reproduced;
        concludes(&report(&run), Conclusion::Nonconforming, &["finding F001 counts"]);
    }
}

#[test]
fn the_rule_behind_an_open_point_is_what_it_admits() {
    let mut wrong = documented("RevokeSigningProfile/wrong-version", CANCEL, "model");
    wrong.departure.basis = Basis::Inferred;
    let report = report(&run(vec![case("tour/a", vec![wrong])]));
    let row = &report.findings[0];
    assert_eq!(row.basis, Basis::Inferred);
    assert!(
        row.statement
            .ends_with("Admitted: 404 ResourceNotFoundException, 400 ValidationException; no other answer.")
    );
}

#[test]
fn a_run_cut_short_is_inconclusive_unless_something_counts() {
    let mut clean = run(vec![case("tour/a", Vec::new())]);
    clean.cut = Some(Cut::Budget);
    concludes(&report(&clean), Conclusion::Inconclusive, &["the time was up before the end of the plan"]);
    let mut guilty = two_kinds();
    guilty.cut = Some(Cut::MaxCalls);
    let report = report(&guilty);
    concludes(
        &report,
        Conclusion::Nonconforming,
        &["finding F001 counts", "the calls were used up before the end of the plan"],
    );
}

#[test]
fn a_run_of_no_case_is_inconclusive() {
    let narrowed = RunOptions { suites: vec!["tour".to_owned()], ..options() };
    concludes(
        &Report::new(&run(Vec::new()), &narrowed, None),
        Conclusion::Inconclusive,
        &["no case was run"],
    );
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
    for (verdict, words) in
        [(Verdict::Error, "ended in an error of ours"), (Verdict::Inconclusive, "could not be told")]
    {
        let report = report(&run(vec![
            case("tour/a", Vec::new()),
            ended("tour/b", verdict, "why"),
            ended("tour/c", verdict, "x"),
        ]));
        concludes(&report, Conclusion::Inconclusive, &[&format!("tour/b and 1 more {words} (why)")]);
        assert_eq!(report.operations[&CANCEL].verdict, verdict, "Cancel is what those cases are about");
        assert_eq!(report.operations[&PUT].verdict, Verdict::Pass, "Put only prepares them");
    }
}

#[test]
fn each_answer_to_an_open_point_is_told_once() {
    const INVALID: OpenAnswer = OpenAnswer::new("400 ValidationException");
    const NOT_FOUND: OpenAnswer = OpenAnswer::new("404 ResourceNotFoundException");
    let answered = |answers: &[OpenAnswer]| {
        let mut result = case("tour/a", Vec::new());
        let answers = answers.iter().copied().collect();
        result.open_points.insert("PutSigningProfile/unknown-platform".into(), answers);
        result
    };
    let run = run(vec![answered(&[INVALID]), answered(&[NOT_FOUND, INVALID]), answered(&[INVALID])]);
    let report = report(&run);
    let [row] = report.open_points.as_slice() else { panic!("one open point: {:?}", report.open_points) };
    assert_eq!(row.observed, "400 ValidationException; 404 ResourceNotFoundException", "in order, each once");
    assert!(!row.question.is_empty() && row.admits.len() >= 2);
}

#[test]
fn the_verdict_says_what_the_target_lacks() {
    let mut alone = run(vec![case("tour/a", Vec::new())]);
    alone.target.capabilities.cross_account = false;
    let report = report(&alone);
    concludes(&report, Conclusion::Conforms, &[]);
    let skipped = report.requirements.iter().filter(|row| row.verdict == Verdict::Skipped).count();
    let words = format!("{skipped} requirements not exercised: the identities belong to one account");
    assert_eq!(report.unasked.as_ref(), Some(&words));
    assert!(shown(&report).contains(&format!("verdict: conforms ({words})\n")));
    assert!(markdown(&report).contains(&words));
}

#[test]
fn another_plan_has_another_hash() {
    let nothing = run(Vec::new());
    let of = |options: &RunOptions| Report::new(&nothing, options, None).hashes;
    let whole = of(&options());
    assert_eq!(
        of(&RunOptions { shard: Some((1, 3)), ..options() }),
        whole,
        "a shard is a part of the same plan"
    );
    let drawn =
        |seed| of(&RunOptions { sequences: 1, seed, suites: vec!["sequences".to_owned()], ..options() });
    assert_ne!(drawn(1).plan, drawn(2).plan);
    assert_eq!(drawn(1).model, drawn(2).model);
    let old = of(&RunOptions { edition: Edition::May2019, ..options() });
    assert!(old.plan != whole.plan && old.model != whole.model);
    assert_eq!((whole.plan.len(), whole.log), (64, None));
}
