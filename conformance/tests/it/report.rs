//! The verdict follows from the run, the basis and the ledger, and every form of the report tells the same.

use std::path::{Path, PathBuf};

use serde_json::Value;
use signer_conformance::report::{
    Conclusion, Counterexample, Paint, Surroundings, Tone, curl_script, junit, markdown, plain, text, write,
};
use signer_conformance::{Cut, Ledger, Report, Run, RunOptions, Signature, Verdict, Why};
use signer_model::Reply;
use signer_schemas::{Basis, Edition, Operation};

use crate::runs::{case, documented, ended, exchange, observed, options, run, unreached};

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
    let replay_options = "--endpoint http://127.0.0.1:5055";
    text(report, Surroundings { folder: "target/certification", replay_options, today: "2026-11-23", paint })
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
fn the_json_keeps_its_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../../schemas/report.schema.json")).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let mut cut = two_kinds();
    cut.cut = Some(Cut::Unreachable);
    cut.target.unimplemented = vec![Operation::SignPayload];
    cut.results.push(ended("tour/z", Verdict::Skipped, "no S3"));
    let ledger = line(ABSENT, CANCEL) + &line("common/no-server-error", CANCEL);
    let point = "RevokeSignature/in-progress".to_owned();
    cut.tour.unreached = [
        Why::OpenPoint { point: point.clone(), answered: "done".to_owned() },
        Why::ServiceChose { answered: "Succeeded".to_owned() },
        Why::Unimplemented { operation: Operation::SignPayload },
        Why::Finding { departs_from: point },
        Why::Parted { at: 0, because: "no answer".to_owned() },
        Why::NotRun { because: "no S3".to_owned() },
    ]
    .map(unreached)
    .to_vec();
    for report in [report(&cut), with_ledger(&cut, &options(), &ledger), report(&run(Vec::new()))] {
        let value: Value = serde_json::from_str(&report.to_json()).expect("the report is JSON");
        let errors: Vec<String> =
            validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert_eq!(serde_json::from_value::<Report>(value.clone()).expect("it reads its own form"), report);
        for member in ["verdict", "findings", "coverage"] {
            let mut broken = value.clone();
            broken.as_object_mut().expect("an object").remove(member);
            assert!(!validator.is_valid(&broken), "the schema does not ask for {member}");
        }
    }
}

#[test]
fn the_text_explains_each_finding() {
    let mut run = two_kinds();
    run.target.unimplemented = vec![Operation::SignPayload];
    let out = shown(&report(&run), &plain);
    for expected in [
        "moto at http://127.0.0.1:5055",
        "SignPayload               unimplemented ",
        "3 exercised / ",
        "F001 CancelSigningProfile/absent at CancelSigningProfile\n     CancelSigningProfile departs\n     called    1. ",
        "     permitted ResourceNotFoundException\n     observed  HTTP 500\n     rule      ",
        "signer-conformance replay target/certification/counterexamples/F001.json --endpoint http://127.0.0.1:5055",
        "Findings that do not count here (1)",
        "[[unimplemented]]\noperation = \"SignPayload\"\nreason = \"\"\ndate = \"2026-11-23\"",
        "[[deviation]]\nrequirement = \"CancelSigningProfile/absent\"\noperation = \"CancelSigningProfile\"\nreason = \"\"\n",
        "verdict: nonconforming\n  finding F001 counts\n  the target does not have SignPayload\n",
    ] {
        assert!(out.contains(expected), "no {expected:?} in\n{out}");
    }
    assert!(!out.contains('\u{1b}'), "the library does not colour");
    let marked = |tone, text: &str| if tone == Tone::Bad { format!("<{text}>") } else { text.to_owned() };
    let toned = shown(&report(&run), &marked);
    assert!(toned.contains("verdict: <nonconforming>"), "{toned}");
}

#[test]
fn the_ledger_lines_offered_are_what_makes_it_conform() {
    let mut run = two_kinds();
    run.target.unimplemented = vec![Operation::SignPayload];
    let out = shown(&report(&run), &plain);
    let lines =
        out.split("to be filled in\n").nth(1).and_then(|rest| rest.split("\nverdict:").next()).expect("lines are offered");
    let report = with_ledger(&run, &options(), &lines.replace("reason = \"\"", "reason = \"looked at\""));
    concludes(&report, Conclusion::Conforms, &[]);
}

#[test]
fn control_characters_of_a_target_do_not_reach_the_terminal() {
    let mut finding = documented(ABSENT, CANCEL, "model");
    finding.observed = "\u{1b}[2Jgone".to_owned();
    let report = report(&run(vec![case("tour/a", vec![finding])]));
    assert!(!shown(&report, &plain).contains('\u{1b}'));
    assert!(!junit(&report).contains('\u{1b}'));
}

#[test]
fn junit_has_a_test_case_for_each_case_and_one_for_the_whole() {
    let mut run = two_kinds();
    run.results.push(ended("smoke/x", Verdict::Skipped, "no S3 & no <jobs>"));
    run.results.push(ended("smoke/y", Verdict::Error, "ours"));
    let xml = junit(&report(&run));
    for expected in [
        "tests=\"6\" skipped=\"1\" failures=\"2\" errors=\"1\"",
        "<testsuite name=\"tour\" tests=\"3\" skipped=\"0\" errors=\"0\" failures=\"1\"",
        "message=\"F001 CancelSigningProfile/absent at CancelSigningProfile: CancelSigningProfile departs\"",
        "message=\"skipped: no S3 &amp; no &lt;jobs&gt;\"",
        "name=\"verdict\"",
    ] {
        assert!(xml.contains(expected), "no {expected:?} in\n{xml}");
    }
}

#[test]
fn markdown_keeps_the_targets_text_inside_its_cell() {
    let mut finding = documented(ABSENT, CANCEL, "model");
    finding.observed = "a | b\n<script>".to_owned();
    let out = markdown(&report(&run(vec![case("tour/a", vec![finding])])));
    assert!(out.contains("| F001 | CancelSigningProfile/absent (documented) | CancelSigningProfile |"), "{out}");
    assert!(out.contains("a \\| b \\<script>"), "{out}");
}

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

#[test]
fn the_folder_holds_every_file_and_no_old_counterexample() {
    let folder = folder("report-files");
    let run = two_kinds();
    std::fs::create_dir_all(folder.join("counterexamples")).expect("the folder can be made");
    for old in ["F009.json", "F009.sh", "F009.aws.sh", "F009.rs", "mine.json"] {
        std::fs::write(folder.join("counterexamples").join(old), "old").expect("it can be written");
    }
    let report = report(&run);
    write(&folder, &report, &run).expect("the report is written");
    let mut names: Vec<String> = std::fs::read_dir(folder.join("counterexamples"))
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        ["F001.aws.sh", "F001.json", "F001.rs", "F001.sh", "F002.aws.sh", "F002.json", "F002.rs", "F002.sh", "mine.json"]
    );
    for name in ["report.json", "report.html", "junit.xml", "summary.md"] {
        assert!(folder.join(name).is_file(), "no {name}");
    }
    let program = Counterexample::read_program(&folder.join("counterexamples/F001.json")).expect("it can be replayed");
    assert_eq!(program, run.roots[1].program);
    let bare = folder.join("bare.json");
    std::fs::write(&bare, serde_json::to_string(&program).expect("it is JSON")).expect("it can be written");
    assert_eq!(Counterexample::read_program(&bare).expect("a bare program will do"), program);
}

#[test]
fn a_file_that_is_no_counterexample_is_refused_by_name() {
    let folder = folder("report-not-replayable");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    for (name, text, expected) in [
        ("a.json", "<html>", "a.json: is not JSON: "),
        ("b.json", "{}", "b.json: it is not a program: "),
        ("c.json", "{\"program\": 1}", "c.json: its member `program` is not a program: "),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("it can be written");
        let error = Counterexample::read_program(&path).expect_err("it is refused").to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn the_curl_script_binds_names_and_ids_anew_and_quotes_the_rest() {
    let mut run = two_kinds();
    let version = "aB3dE6gH9j";
    run.roots[0].exchanges = vec![
        exchange("PUT", "/signing-profiles/c7abcd_p0", "{\"a\":\"it's\"}", &format!("{{\"profileVersion\":\"{version}\"}}")),
        exchange("PUT", "/signing-profiles/c7abcd_p0/revoke", &format!("{{\"profileVersion\":\"{version}\"}}"), ""),
        exchange("PUT", "/bucket/key", "", ""),
    ];
    run.roots[0].exchanges[2].request.signature = Signature::Missing;
    run.roots[0].exchanges[2].to = signer_conformance::Service::S3;
    let report = report(&run);
    let script = curl_script(&report.findings[1], &run.roots[0]);
    for expected in [
        "--aws-sigv4 \"aws:amz:$AWS_REGION:$service\"",
        "RUN=${RUN:-$(LC_ALL=C tr -dc 'a-z' </dev/urandom | head -c 6)}",
        "call owner signer 'PUT' '/signing-profiles/'\"${RUN}\"'_p0' \\\n",
        "--data-raw '{\"a\":\"it'\\''s\"}'",
        "profileVersion_1=$(given profileVersion)",
        "--data-raw '{\"profileVersion\":\"'\"${profileVersion_1}\"'\"}'",
        "call nobody s3 'PUT' '/bucket/key'",
    ] {
        assert!(script.contains(expected), "no {expected:?} in\n{script}");
    }
    let (_, calls) = script.split_once("\nRUN=").expect("the prefix is drawn");
    assert!(!calls.contains(version) && !calls.contains("c7abcd"), "{script}");
}

#[test]
fn a_full_run_that_has_not_seen_what_it_must_conforms() {
    let mut blind = run(vec![case("tour/a", Vec::new())]);
    blind.results[0].answers.retain(|answer| !matches!(answer.reply, Reply::Job(_)));
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
