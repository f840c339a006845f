//! What to mend first is said first, and says how much it explains.

use std::time::Duration;

use signer_conformance::report::compare::Handed;
use signer_conformance::report::{
    Board, Counterexample, Notice, html, issue, markdown, site, text, track_record,
};
use signer_conformance::{CaseResult, Change, Finding, Ledger, Probe, Ran, Report, Root, Run, Step};
use signer_schemas::{Operation, requirements};

use crate::runs::{case, documented, exchange, options, run};

const CONTENT_TYPE: &str = "common/content-type";
const PUT: Operation = Operation::PutSigningProfile;
const TAG: Operation = Operation::TagResource;

fn answered(requirement: &str, operation: Operation, by: &str, observed: &str) -> Finding {
    let mut finding = documented(requirement, operation, by);
    observed.clone_into(&mut finding.departure.observed);
    finding
}

fn html_body() -> Finding {
    answered(CONTENT_TYPE, PUT, "content-type", "text/html")
}

/// A target whose answers are all of the wrong type, that loses tags, crashes once, and takes a name that is
/// too long.
fn poor() -> Run {
    let lost = answered("TagResource/tags", TAG, "model", "200 {}");
    let crash = answered("common/no-server-error", TAG, "server-error", "status 500");
    let unchecked = answered("PutSigningProfile/input/profileName/max-length", PUT, "near-miss", "200 {}");
    let mut cases: Vec<CaseResult> =
        (0..6).map(|number| case(&format!("tour/{number}"), vec![html_body()])).collect();
    cases.push(case("near-misses/name", vec![html_body(), unchecked]));
    cases.push(case("tour/crash", vec![html_body(), crash]));
    cases.push(case("tour/tags", vec![html_body(), lost]));
    run(cases)
}

fn report(run: &Run) -> Report {
    Report::new(run, &options(), None)
}

#[test]
fn themes_and_findings_come_in_the_order_in_which_a_client_notices_them() {
    let report = report(&poor());
    let notices: Vec<Notice> = report.themes.iter().map(|theme| theme.notice).collect();
    assert_eq!(notices, [Notice::Lost, Notice::Crash, Notice::Unchecked, Notice::Form]);
    let ids: Vec<&str> = report.findings.iter().map(|row| row.requirement.as_str()).collect();
    let expected = [
        "TagResource/tags",
        "common/no-server-error",
        "PutSigningProfile/input/profileName/max-length",
        CONTENT_TYPE,
    ];
    assert_eq!(ids, expected, "the one that is met first is named last");
    for (theme, row) in report.themes.iter().zip(&report.findings) {
        assert_eq!((row.theme.as_ref(), &theme.findings), (Some(&theme.id), &vec![row.id.clone()]));
    }
}

#[test]
fn a_list_that_lacks_something_is_a_matter_of_pages_and_a_job_that_lacks_its_end_is_not() {
    let notice = |requirement: &str, operation| {
        report(&run(vec![case("tour/a", vec![answered(requirement, operation, "view", "200 {}")])])).themes[0]
            .notice
    };
    assert_eq!(notice("ListSigningJobs/complete", Operation::ListSigningJobs), Notice::Pages);
    assert_ne!(notice("DescribeSigningJob/completed-at", Operation::DescribeSigningJob), Notice::Pages);
}

/// Makes the root's program one call with a member of its input changed, so that it breaks the requirement.
fn probe(root: &mut Root, requirement: &str, change: Change) {
    let Step::Call(call) = root.program.steps[0] else { panic!("a program begins with a call") };
    let (requirement, member) = (requirement.into(), "member".to_owned());
    root.program.steps = vec![Step::Probe(Probe { call, requirement, member, change, valid: false })];
}

#[test]
fn a_crash_on_invalid_input_is_noticed_after_one_on_a_valid_call() {
    let crash = answered("common/no-server-error", PUT, "server-error", "status 500");
    let mut run = run(vec![case("tour/a", vec![crash])]);
    let valid = report(&run);
    probe(&mut run.roots[0], "PutSigningProfile/input/platformId/type", Change::Set(7.into()));
    let invalid = report(&run);
    let notice = |report: &Report| report.themes.iter().map(|theme| theme.notice).collect::<Vec<_>>();
    assert_eq!((notice(&valid), notice(&invalid)), (vec![Notice::Crash], vec![Notice::CrashOnInvalid]));
    assert!(Notice::Crash < Notice::Accepted && Notice::Accepted < Notice::CrashOnInvalid);
}

#[test]
fn the_example_of_a_theme_has_the_plainest_input() {
    const PLAIN: &str = "PutSigningProfile/input/profileName/max-length";
    const ODD: &str = "PutSigningProfile/input/platformId/type";
    let found = |requirement: &str| answered(requirement, PUT, "near-miss", "200 {}");
    let mut run = run(vec![
        case("near-misses/odd", vec![found(ODD)]),
        case("near-misses/odd-again", vec![found(ODD)]),
        case("near-misses/plain", vec![found(PLAIN)]),
    ]);
    probe(&mut run.roots[0], ODD, Change::Set(7.into()));
    probe(&mut run.roots[1], PLAIN, Change::Length(65));
    let report = report(&run);
    assert_eq!((report.themes[0].example.as_str(), report.themes[0].such_as.as_str()), ("F001", PLAIN));
}

#[test]
fn a_finding_shows_the_request_whose_answer_departs_with_its_body() {
    let (report, _) = one(None);
    assert_eq!(report.findings[0].sent.as_deref(), Some("POST /tags/c7abcdp0 {\"tags\":{\"a\":\"it's\"}}"));
    let out = text(&report, "out").to_string();
    assert!(out.contains("\n     sent      POST /tags/c7abcdp0 {\"tags\":"), "{out}");
    assert!(out.find("Findings that count") < out.find("\nOperation "), "findings come first\n{out}");
}

#[test]
fn what_is_wrong_with_every_answer_does_not_hide_how_much_else_is() {
    let report = report(&poor());
    let hiding: Vec<&str> =
        report.themes.iter().filter(|theme| theme.hides).map(|theme| theme.id.as_str()).collect();
    assert_eq!((hiding.as_slice(), report.failing), (["T4"].as_slice(), 9));
    let last = report.themes.last().expect("there are four");
    assert_eq!((last.cases, last.alone), (9, 6));
    let row = &report.operations[&PUT];
    assert_eq!((row.failed, row.beside), (9, Some(1)), "one case fails for something else");
    let out = text(&report, "out").to_string();
    assert!(out.contains("failed    without T4\n"), "{out}");
    assert!(markdown(&report).contains("| PutSigningProfile | fail | 9 | 9 | 1 |"), "{}", markdown(&report));
}

#[test]
fn the_first_lines_say_what_to_mend_in_at_most_ten() {
    let report = report(&poor());
    let out = text(&report, "out").to_string();
    let first: Vec<&str> = out
        .lines()
        .skip_while(|line| !line.starts_with("Mend first"))
        .take_while(|line| !line.is_empty())
        .collect();
    assert!((2..=10).contains(&first.len()), "{first:#?}");
    assert!(first[0].ends_with("; what a client notices first stands first"), "{first:#?}");
    assert!(first[1].starts_with("T1  ") && first[1].contains("; F001 breaks the rule: "), "{first:#?}");
    assert!(
        out.lines().position(|line| line.starts_with("Mend first")).is_some_and(|line| line < 8),
        "{out}"
    );
    let page = html(&report, &|_| None);
    assert!(page.find("What to mend first") < page.find("<h2>Operations</h2>"));
}

#[test]
fn the_text_has_at_most_200_lines_however_much_is_found() {
    let near = requirements().iter().filter(|rule| rule.testable && rule.id.contains("/input/"));
    let found: Vec<Finding> = near
        .filter_map(|rule| {
            let mut finding = answered(&rule.id, rule.operation?, "near-miss", "200");
            "it is\ntaken".clone_into(&mut finding.departure.summary);
            Some(finding)
        })
        .collect();
    assert!(found.len() > 150, "{} constraints", found.len());
    let many: Vec<CaseResult> = found
        .into_iter()
        .enumerate()
        .map(|(number, finding)| case(&format!("near-misses/{number}"), vec![finding]))
        .collect();
    let report = report(&run(many));
    let lines = text(&report, "out").to_string().lines().count();
    assert!((100..=200).contains(&lines), "{lines} lines");
}

#[test]
fn what_follows_from_another_finding_stands_behind_it_and_in_its_theme() {
    let mut run = poor();
    let (cause, effect) = (documented("TagResource/tags", TAG, "model").root(), html_body().root());
    run.vanishing = [(effect, [cause].into())].into();
    let report = report(&run);
    let (first, second) = (&report.findings[0], &report.findings[1]);
    assert_eq!(
        (second.requirement.as_str(), second.cause.as_deref()),
        (CONTENT_TYPE, Some(first.id.as_str()))
    );
    assert_eq!(second.theme, first.theme);
}

#[test]
fn two_findings_that_are_always_met_together_are_two_unless_one_vanishes_with_the_other() {
    let two = || vec![html_body(), answered("TagResource/tags", TAG, "model", "200 {}")];
    let report = report(&run(vec![case("tour/a", two()), case("tour/b", two())]));
    assert!(report.findings.iter().all(|row| row.cause.is_none()), "{:#?}", report.findings);
}

/// A report of one finding with its exchanges, as `moto` of a day.
fn one(reason: Option<&str>) -> (Report, Counterexample) {
    let mut run = run(vec![case("tour/tags", vec![answered("TagResource/tags", TAG, "model", "200 {}")])]);
    let at = "2026-11-23T10:00:00Z".parse().expect("a time");
    run.results[0].ran = Some(Ran { at, took: Duration::ZERO });
    run.roots[0].exchanges = vec![exchange("POST", "/tags/c7abcdp0", "{\"tags\":{\"a\":\"it's\"}}", "{}")];
    let ledger = reason.map(|reason| {
        let lines = format!(
            "name = \"moto\"\nedition = \"current\"\n[[deviation]]\nrequirement = \"TagResource/tags\"\n\
             operation = \"TagResource\"\nreason = \"{reason}\"\ndate = \"2026-11-23\"\n"
        );
        Ledger::parse(std::path::Path::new("moto.toml"), &lines).expect("the ledger is right")
    });
    let report = Report::new(&run, &options(), ledger.as_ref());
    let counterexample = Counterexample::new(&report.findings[0], &run.roots[0]);
    (report, counterexample)
}

#[test]
fn an_issue_says_what_a_maintainer_asks_and_nothing_of_us_but_the_version() {
    let (report, counterexample) = one(None);
    let out = issue(&report, &report.findings[0], &counterexample, "moto 5.2.5");
    for part in [
        "**Sent**",
        "**Expected**",
        "Source: API reference",
        "**Observed**",
        "moto 5.2.5",
        "curl -sS",
        "'{\"tags\":",
    ] {
        assert!(out.contains(part), "no {part:?} in\n{out}");
    }
    let ours = out.lines().filter(|line| line.contains("conformance")).collect::<Vec<_>>();
    assert_eq!(ours.len(), 1, "{ours:?}");
    assert!(ours[0].ends_with(&format!("{}.", report.suite_version)));
    for inner in ["TagResource/tags", "tour/", "F001", "c7abcd", "p0 on"] {
        assert!(!out.contains(inner), "{inner} means nothing there\n{out}");
    }
}

fn handed(name: &str, report: Report) -> Handed {
    Handed { name: Some(name.to_owned()), folder: format!("reports/{name}"), report }
}

#[test]
fn the_board_has_a_page_for_each_run_and_each_leads_to_the_others() {
    let (old, _) = one(None);
    let board = Board::new(vec![
        handed("moto@5.2.5", report(&poor())),
        handed("moto@5.2.4", old.clone()),
        handed("index", old),
    ]);
    let files = site(&board);
    let names: Vec<String> = files.iter().map(|(path, _)| path.display().to_string()).collect();
    assert_eq!(names, ["index.html", "board.json", "target.html", "moto-5.2.4.html", "moto-5.2.5.html"]);
    for (path, text) in
        files.iter().filter(|(path, _)| path.extension().is_some_and(|ending| ending == "html"))
    {
        assert!(!text.contains("<script"), "{} needs a script", path.display());
        for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let leads = match link.strip_prefix('#') {
                Some(anchor) => text.contains(&format!("id=\"{anchor}\"")),
                None => names.iter().any(|name| name == link),
            };
            assert!(leads, "{} has a link to {link}", path.display());
        }
    }
    let index = &files[0].1;
    assert!(index.contains("signer-conformance verify reports/moto@5.2.4"), "{index}");
}

#[test]
fn the_track_record_tells_what_a_person_has_looked_at() {
    let (known, _) = one(Some("tags are dropped"));
    let (new, _) = one(None);
    let out = track_record(&Board::new(vec![handed("moto@5.2.5", known), handed("other", new)]));
    assert!(out.contains("## moto `5.2.5` (1)") || out.contains("## moto 5.2.5 (1)"), "{out}");
    assert!(out.contains("| tags are dropped | TagResource/tags at TagResource (documented) |"), "{out}");
    assert!(out.contains("## other (0)"), "{out}");
}
