//! The verdict follows from the run, the basis and the ledger, and every form of the report tells the same.

mod forms;
mod stranger;
mod unseen;

use std::path::Path;

use signer_conformance::report::{Conclusion, markdown, text};
use signer_conformance::{
    Answer, Cut, Finding, Ledger, OpenAnswer, Report, Run, RunOptions, Step, Trials, Verdict, Why,
};
use signer_model::{
    JobStatus, OwnerArg, Profile, ProfileStatus, ProfileView, Reply, Request as Ask, Validity,
};
use signer_schemas::{Basis, Edition, Operation};

use crate::runs::{case, documented, ended, observed, options, run, unreached};

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
    let because = "the ledger's line 8: common/no-server-error at CancelSigningProfile is not found; remove \
        it or mend it";
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
        &["the ledger's line 3: common/no-server-error at CancelSigningProfile is not found; remove it or \
             mend it"],
    );
}

#[test]
fn an_operation_that_is_not_there_does_not_conform_unless_the_ledger_says_so() {
    let mut run = run(vec![case("tour/a", Vec::new())]);
    run.target.unimplemented = vec![Operation::SignPayload, Operation::TagResource];
    concludes(
        &report(&run),
        Conclusion::Nonconforming,
        &["the target does not have SignPayload, TagResource"],
    );

    let absent = |operation| {
        format!("[[unimplemented]]\noperation = \"{operation}\"\nreason = \"known\"\ndate = \"2026-11-23\"\n")
    };
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
fn coverage_counts_each_declared_error_once() {
    let mut seen = case("tour/a", Vec::new());
    let errors = vec![
        "ResourceNotFoundException".to_owned(),
        "ResourceNotFoundException".to_owned(),
        "Undeclared".to_owned(),
    ];
    seen.errors = [(CANCEL, errors)].into();
    let coverage = report(&run(vec![seen.clone(), seen])).coverage;
    let declared: usize =
        signer_schemas::operations(Edition::Current).iter().map(|document| document.errors.len()).sum();
    assert_eq!((coverage.errors.reached, coverage.errors.total as usize), (1, declared));
    assert_eq!(coverage.errors_missed.len(), declared - 1);
    assert_eq!((coverage.tour.reached, coverage.tour.total), (2, 3));
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

/// Put, Cancel, and what `GetSigningProfile` then shows, if it is asked.
fn canceled(shown: Option<ProfileStatus>) -> Report {
    let mut result = case("tour/a", Vec::new());
    let Step::Call(put) = result.program.steps[0] else { panic!("the program begins with a call") };
    let Step::Call(cancel) = result.program.steps[1] else { panic!("the program goes on with a call") };
    let get = Ask::GetSigningProfile { profile: Profile(0), owner: OwnerArg::Omitted }.by_owner();
    let view = |status| {
        let platform = Some(signer_model::Platform::Lambda);
        Reply::Profile(ProfileView {
            status,
            platform,
            validity: Some(Validity::Default),
            tags: Default::default(),
            effective: None,
        })
    };
    let told = [(put, Reply::Created), (cancel, Reply::Done)]
        .into_iter()
        .chain(shown.map(|status| (get, view(status))));
    result.answers = told
        .enumerate()
        .map(|(step, (call, reply))| Answer { step, call, reply: Some(reply), by_list: false })
        .collect();
    report(&run(vec![result]))
}

/// In how many cases a profile went from the one status to the other.
fn passed(report: &Report, from: &str, to: &str) -> u32 {
    report.life_cycles[0]
        .edges
        .iter()
        .filter(|edge| edge.from == from && edge.to == to)
        .map(|edge| edge.cases)
        .sum()
}

#[test]
fn a_passage_that_no_answer_shows_is_drawn_as_not_taken() {
    assert_eq!(passed(&canceled(None), "Active", "Canceled"), 0);
    assert_eq!(passed(&canceled(Some(ProfileStatus::Active)), "Active", "Canceled"), 0);
    let shown = canceled(Some(ProfileStatus::Canceled));
    assert_eq!(passed(&shown, "Active", "Canceled"), 1);
    assert_eq!(passed(&shown, "[*]", "Active"), 0, "what the next call moved on was never shown");
}

#[test]
fn the_life_cycle_shows_what_the_tour_has_not_reached() {
    let mut run = run(vec![case("tour/a", Vec::new())]);
    let shares = |run: &Run| {
        let profile = report(run).life_cycles.swap_remove(0);
        profile.edges.iter().map(|edge| edge.tour).chain(profile.tour).collect::<Vec<_>>()
    };
    run.tour.unreached.clear();
    let whole = shares(&run);
    assert!(whole.iter().all(|share| share.reached == share.total));
    assert!(whole.iter().map(|share| share.total).sum::<u32>() > 1000);
    run.tour.unreached.push(unreached(Why::ServiceChose { answered: "Succeeded".to_owned() }));
    let missed = shares(&run).iter().map(|share| share.total - share.reached).sum::<u32>();
    assert_eq!(missed, 1, "the transition is known by its name");
}

#[test]
fn the_distribution_counts_only_what_was_seen() {
    let mut run = run(vec![case("tour/a", Vec::new()), case("tour/b", Vec::new())]);
    run.results[0].errors = [(CANCEL, vec!["ValidationException".to_owned()])].into();
    run.results[1].errors = [(PUT, vec!["ValidationException".to_owned()])].into();
    let seen = report(&run).distribution;
    assert_eq!(seen.calls[&PUT], 2);
    assert_eq!(seen.errors, [("ValidationException".to_owned(), 2)].into());
    assert_eq!(seen.profile_statuses["Revoked"], 2);
    assert_eq!(seen.job_statuses.values().sum::<u64>(), 4);
    assert!(shown(&report(&run)).contains("cases with errors: 2 ValidationException\n"));
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
