//! Every form of the report: JSON, text, `JUnit`, Markdown, the folder, the scripts.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::Value;
use signer_conformance::ledger::PLACEHOLDER;
use signer_conformance::report::{
    Again, Conclusion, Counterexample, Regression, Tone, WriteError, junit, ledger_lines, markdown, text,
    write,
};
use signer_conformance::{Cut, Ledger, Ran, Report, StepExchange, Verdict, Why};
use signer_schemas::{Basis, Operation, RequirementId};

use super::{ABSENT, CANCEL, NAME_TAKEN, PUT, concludes, line, report, shown, two_kinds, with_ledger};
use crate::runs::{case, documented, ended, exchange, observed, options, run, unreached};

#[test]
fn the_json_keeps_its_schema() {
    let schema: Value = serde_json::from_str(include_str!("../../../../schemas/report.schema.json"))
        .expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let mut cut = two_kinds();
    cut.cut = Some(Cut::Unreachable);
    cut.target.unimplemented = vec![Operation::SignPayload];
    cut.results.push(ended("tour/z", Verdict::Skipped, "no S3"));
    let ledger = line(ABSENT, CANCEL) + &line("common/no-server-error", CANCEL);
    let point = RequirementId::from("RevokeSignature/in-progress");
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
        let errors: Vec<String> = validator
            .iter_errors(&value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
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
    let out = shown(&report(&run));
    for expected in [
        "moto at http://127.0.0.1:5055",
        "SignPayload               unimplemented ",
        "3 exercised / ",
        "F001 CancelSigningProfile/absent at CancelSigningProfile\n     CancelSigningProfile departs\n     The API reference says: ",
        "\n     called    1. ",
        "     permitted ResourceNotFoundException\n     after     p0: Absent → Active; p0: on Lambda\n     observed  HTTP 500\n",
        "\n               https://docs.aws.amazon.com/signer/latest/api/API_CancelSigningProfile.html\n",
        "signer-conformance replay target/certification/counterexamples/F001.json --endpoint \
         http://127.0.0.1:5055",
        "Findings that do not count here (1)",
        "to be filled in: target/certification/ledger-lines.toml\n",
        "verdict: nonconforming\n  finding F001 counts\n  the target does not have SignPayload\n",
    ] {
        assert!(out.contains(expected), "no {expected:?} in\n{out}");
    }
    assert!(!out.contains('\u{1b}'), "the library does not colour");
    let text = text(&report(&run), "out");
    assert!(text.pieces().any(|piece| piece == (Some(Tone::Bad), "nonconforming")), "{text:?}");
}

#[test]
fn the_ledger_lines_offered_are_what_makes_it_conform() {
    let mut run = two_kinds();
    run.target.unimplemented = vec![Operation::SignPayload];
    "a \"moto\"\\".clone_into(&mut run.target.name);
    run.roots[1].finding.departure.summary.push_str("\n\u{1b}[2Jgone");
    let at = "2026-11-23T10:00:00Z".parse().expect("a time");
    run.results[0].ran = Some(Ran { at, took: Duration::ZERO });
    let lines = ledger_lines(&report(&run)).expect("lines are offered");
    for expected in [
        "\nedition = \"current\"\n\n[[unimplemented]]\noperation = \"SignPayload\"\nreason = \"REASON: ",
        "[[deviation]]\nrequirement = \"CancelSigningProfile/absent\"\n\
         operation = \"CancelSigningProfile\"\nreason = \"REASON: ",
        "\ndate = \"2026-11-23\"\n",
    ] {
        assert!(lines.contains(expected), "no {expected:?} in\n{lines}");
    }
    let refused = Ledger::parse(Path::new("moto.toml"), &lines)
        .expect_err("the reasons are to be filled in")
        .to_string();
    assert!(refused.contains("`reason` is still to be written"), "{refused}");
    let ledger = Ledger::parse(Path::new("moto.toml"), &lines.replace(PLACEHOLDER, "looked at"))
        .expect("the rest is right");
    assert_eq!(ledger.name, run.target.name);
    concludes(&Report::new(&run, &options(), Some(&ledger)), Conclusion::Conforms, &[]);
    assert_eq!(ledger_lines(&Report::new(&run, &options(), Some(&ledger))), None, "nothing is new");
    let more = ledger_lines(&with_ledger(&run, &options(), "")).expect("lines are offered");
    assert!(
        !more.contains("name = ") && more.contains("\n[[deviation]]\n"),
        "a ledger that is there has its name\n{more}"
    );
}

#[test]
fn control_characters_of_a_target_do_not_reach_the_terminal() {
    let mut finding = documented(ABSENT, CANCEL, "model");
    finding.departure.observed = "\u{1b}[2Jgone".to_owned();
    let report = report(&run(vec![case("tour/a", vec![finding])]));
    assert!(!shown(&report).contains('\u{1b}'));
    assert!(!junit(&report).contains('\u{1b}'));
    let markdown = markdown(&report);
    assert!(!markdown.contains('\u{1b}') && markdown.contains("\\u{1b}"), "{markdown}");
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
fn junit_tells_when_each_case_ran_and_how_long() {
    let mut run = two_kinds();
    let ran =
        |at: &str, took| Some(Ran { at: at.parse().expect("a time"), took: Duration::from_millis(took) });
    run.results[0].ran = ran("2026-11-23T10:00:01.5Z", 250);
    run.results[1].ran = ran("2026-11-23T10:00:00Z", 1250);
    let xml = junit(&report(&run));
    for expected in [
        "<testsuites name=\"signer-conformance current\" tests=\"4\"",
        "timestamp=\"2026-11-23T10:00:00.000+00:00\" time=\"1.500\">\n    <testsuite name=\"tour\"",
        "failures=\"1\" timestamp=\"2026-11-23T10:00:00.000+00:00\" time=\"1.500\">",
        "<testcase name=\"tour/put-twice\" classname=\"signer.tour\" time=\"0.250\"",
        "<testcase name=\"tour/cancel-absent\" classname=\"signer.tour\" time=\"1.250\"",
        "<testcase name=\"verdict\" classname=\"signer.certification\" time=\"0.000\"",
    ] {
        assert!(xml.contains(expected), "no {expected:?} in\n{xml}");
    }
    assert_eq!(xml.matches("<test").count(), xml.matches(" time=").count(), "each has a time");
    assert_eq!(
        xml.matches("<testsuite").count(),
        xml.matches(" timestamp=").count(),
        "each suite has a timestamp"
    );
}

#[test]
fn markdown_keeps_the_targets_text_inside_its_cell() {
    let mut finding = documented(ABSENT, CANCEL, "model");
    finding.departure.observed = "a | b\n<script>".to_owned();
    let out = markdown(&report(&run(vec![case("tour/a", vec![finding])])));
    assert!(
        out.contains("| F001 | T1 | CancelSigningProfile/absent (documented) | CancelSigningProfile |"),
        "{out}"
    );
    assert!(out.contains("| `a \\u{7c} b <script>` |"), "{out}");
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
    let refused = write(&folder, &report, &run, None).expect_err("nobody knows whose these files are");
    assert!(matches!(refused, WriteError::Foreign { .. }), "{refused}");
    std::fs::write(folder.join("exchanges.ndjson"), "{\"run\":{}}\n").expect("it can be written");
    write(&folder, &report, &run, None).expect("the report is written");
    let mut names: Vec<String> = std::fs::read_dir(folder.join("counterexamples"))
        .expect("the folder is there")
        .map(|entry| entry.expect("it can be read").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "F001.aws.sh",
            "F001.json",
            "F001.rs",
            "F001.sh",
            "F002.aws.sh",
            "F002.json",
            "F002.rs",
            "F002.sh",
            "mine.json"
        ]
    );
    for name in ["report.json", "report.html", "junit.xml", "summary.md"] {
        assert!(folder.join(name).is_file(), "no {name}");
    }
    let program =
        Counterexample::read_program(&folder.join("counterexamples/F001.json")).expect("it can be replayed");
    assert_eq!(program, run.roots[1].program);
    let bare = folder.join("bare.json");
    std::fs::write(&bare, serde_json::to_string(&program).expect("it is JSON")).expect("it can be written");
    assert_eq!(Counterexample::read_program(&bare).expect("a bare program will do"), program);
}

#[test]
fn a_regression_of_a_weaker_requirement_never_fails() {
    let folder = folder("report-regression");
    let run = two_kinds();
    write(&folder, &report(&run), &run, None).expect("the report is written");
    let kept =
        Regression::read(&folder.join("counterexamples/F002.json")).expect("a counterexample can be kept");
    assert_eq!((kept.requirement.as_deref(), kept.basis), (Some(NAME_TAKEN), Some(Basis::Observed)));
    let path = folder.join("kept.json");
    std::fs::write(&path, serde_json::to_string(&kept).expect("it is JSON")).expect("it can be written");
    assert_eq!(Regression::read(&path).expect("what was kept can be read"), kept);
    let same = observed(NAME_TAKEN, PUT, "model");
    let other = observed("ListSigningJobs/page-size", Operation::ListSigningJobs, "pagination");
    assert!(kept.fails_for(&same, Basis::Documented));
    assert!(!kept.fails_for(&other, Basis::Documented) && kept.fails_for(&other, Basis::Observed));
    assert!(kept.fails_for(&documented(ABSENT, CANCEL, "model"), Basis::Documented));
    let bare = Regression { requirement: None, basis: None, operation: None, ..kept };
    assert!(!bare.fails_for(&same, Basis::Documented));
}

#[test]
fn a_replay_tells_whether_the_recorded_finding_is_there() {
    let folder = folder("report-again");
    let run = two_kinds();
    write(&folder, &report(&run), &run, None).expect("the report is written");
    let kept =
        Regression::read(&folder.join("counterexamples/F001.json")).expect("a counterexample can be kept");
    assert_eq!((kept.requirement.as_deref(), kept.operation), (Some(ABSENT), Some(CANCEL)));
    let sent = |step| StepExchange::new(step, exchange("GET", "/", "", "{}"));
    let whole = [sent(0), sent(kept.program.steps.len() - 1)];
    let with = |findings| case("tour/a", findings);
    let (same, other) =
        (documented(ABSENT, CANCEL, "model"), documented("common/request-id", PUT, "request-id"));
    assert_eq!(kept.outcome(&with(vec![other.clone(), same]), &whole), Again::There);
    assert_eq!(kept.outcome(&with(Vec::new()), &whole), Again::Nothing);
    assert_eq!(
        kept.outcome(&with(vec![other.clone()]), &whole),
        Again::Others,
        "what departs is another finding"
    );
    assert_eq!(
        kept.outcome(&with(vec![other.clone()]), &whole[..1]),
        Again::Before,
        "it ended before the finding could show"
    );
    assert_eq!(kept.outcome(&ended("tour/a", Verdict::Skipped, "no"), &[]), Again::Untold);
    let bare = Regression { requirement: None, basis: None, operation: None, ..kept };
    assert_eq!(bare.outcome(&with(vec![other]), &whole), Again::Departs);
    let codes = [Again::There, Again::Others, Again::Nothing, Again::Before].map(Again::exit_code);
    assert_eq!(codes, [1, 0, 0, 3]);
}

#[test]
fn a_file_that_is_no_counterexample_is_refused_by_name() {
    let folder = folder("report-not-replayable");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    for (name, text, expected) in [
        ("a.json", "<html>", "a.json: is not JSON: "),
        ("b.json", "{}", "b.json: it is not a program: "),
        ("c.json", "{\"program\": 1}", "c.json: its member `program` is not a program: "),
        ("d.json", "{\"program\": 1, \"basis\": \"hearsay\"}", "d.json: its member `basis` is no basis: "),
    ] {
        let path = folder.join(name);
        std::fs::write(&path, text).expect("it can be written");
        let error = Counterexample::read_program(&path).expect_err("it is refused").to_string();
        assert!(error.contains(expected), "{error}");
    }
}
