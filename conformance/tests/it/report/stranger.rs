//! The text as someone reads it who has never seen one: every line says by itself what it is about.

use signer_conformance::report::{Conclusion, files, markdown};
use signer_conformance::{CaseResult, Change, Departure, Probe, Step};
use signer_schemas::Operation;

use super::{ABSENT, CANCEL, PUT, concludes, line, report, shown, two_kinds, with_ledger};
use crate::runs::{case, documented, exchange, options, run};

#[test]
fn crashes_that_are_only_listed_differ_by_what_was_called_and_say_what_was_expected() {
    let crash = |number: usize| {
        let mut finding = documented("common/no-server-error", PUT, "server-error");
        let Departure { crashed_by, observed, permitted, .. } = &mut finding.departure;
        *crashed_by = Some(format!("profileName {number}"));
        "status 500, an error without a type: <!doctype html>".clone_into(observed);
        *permitted = vec!["a success (common/no-server-error)".to_owned(), "a refusal".to_owned()];
        finding
    };
    let cases = (0..60).map(|number| case(&format!("near-misses/{number}"), vec![crash(number)])).collect();
    let mut run = run(cases);
    for (length, root) in (100..).zip(&mut run.roots) {
        let Step::Call(call) = root.program.steps[0] else { panic!("a program begins with a call") };
        let (requirement, member) = ("PutSigningProfile/input/profileName/max-length", "profileName");
        root.program.steps = vec![Step::Probe(Probe {
            call,
            requirement: requirement.into(),
            member: member.to_owned(),
            change: Change::Length(length),
            valid: false,
        })];
    }
    let out = shown(&report(&run));
    let mut listed: Vec<&str> = out
        .lines()
        .filter(|line| line.starts_with('F') && line.ends_with(" (1 case)"))
        .filter_map(|line| line.split_once(": ").map(|(_, rest)| rest))
        .collect();
    let all = listed.len();
    assert!(all > 30, "{out}");
    let both = "; answered: status 500, an error without a type; expected: a success or a refusal (1 case)";
    assert!(listed.iter().all(|line| line.contains(" characters") && line.ends_with(both)), "{listed:#?}");
    listed.sort_unstable();
    listed.dedup();
    assert_eq!(listed.len(), all, "each is told apart");
}

#[test]
fn what_the_ledger_knows_and_what_is_new_are_counted_apart() {
    let run =
        run(vec![case("tour/a", vec![documented(ABSENT, CANCEL, "model")]), case("tour/b", Vec::new())]);
    let known = with_ledger(&run, &options(), &line(ABSENT, CANCEL));
    concludes(&known, Conclusion::Conforms, &[]);
    let (row, out) = (&known.operations[&CANCEL], shown(&known));
    assert_eq!((row.deviating, row.failed), (Some(1), 0));
    let words = "conforms to its ledger: 1 known deviation, in 1 of 2 cases; nothing is new";
    for expected in [
        "\nOperation                 verdict         cases   known     new\n",
        "\nCancelSigningProfile      deviates            2       1       0\n",
        "\n     known since 2026-11-23 (ledger.toml:",
        &format!("\nverdict: {words}\n"),
    ] {
        assert!(out.contains(expected), "no {expected:?} in\n{out}");
    }
    let page = markdown(&known);
    assert!(page.contains("| cases | known | new |") && page.contains(words), "{page}");
    let new = shown(&report(&run));
    assert!(new.contains("verdict         cases  failed\n") && !new.contains("its ledger"), "{new}");
}

#[test]
fn every_operation_that_is_not_there_is_named_and_nothing_twice() {
    let mut run = run(vec![case("tour/a", Vec::new())]);
    run.target.unimplemented = Operation::ALL.into_iter().filter(|operation| *operation != CANCEL).collect();
    run.target.capabilities.jobs = false;
    run.target.capabilities.signature = false;
    run.target.capabilities.auth = false;
    let out = shown(&report(&run));
    let head: Vec<&str> = out.lines().take_while(|line| !line.is_empty()).collect();
    let absent = head.iter().find(|line| line.starts_with("18 of 19 operations are not there: "));
    let absent = absent.unwrap_or_else(|| panic!("{head:#?}"));
    assert_eq!(absent.matches(", ").count(), 17, "{absent}");
    assert!(head.contains(&"not there, so not tested: authentication"), "{head:#?}");
}

#[test]
fn each_crash_of_an_operation_has_the_program_that_showed_it() {
    let crash = |input: &str| {
        let mut finding = documented("common/no-server-error", PUT, "server-error");
        finding.departure.crashed_by = Some(input.to_owned());
        finding
    };
    let run = run(vec![
        case("near-misses/long", vec![crash("profileName max-length")]),
        case("near-misses/short", vec![crash("profileName min-length")]),
    ]);
    let report = report(&run);
    let files = files(&report, &run, None);
    assert_eq!(report.findings.len(), 2);
    for (row, case) in report.findings.iter().zip(["near-misses/long", "near-misses/short"]) {
        let written = files.iter().find(|(path, _)| path.to_str() == Some(row.counterexample.as_str()));
        let (_, text) = written.expect("it has a counterexample");
        let kept: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
        assert_eq!((&kept["crashed_by"], &kept["case"]), (&row.crashed_by.clone().into(), &case.into()));
        assert_eq!(kept["program"]["name"], case);
    }
}

#[test]
fn the_verdict_stands_in_the_first_lines_and_again_at_the_end() {
    let out = shown(&report(&two_kinds()));
    let head: Vec<&str> = out.lines().take_while(|line| !line.is_empty()).collect();
    assert_eq!(head.get(2), Some(&"verdict: nonconforming"), "{head:#?}");
    assert!(out.ends_with("\nverdict: nonconforming\n  finding F001 counts\n"), "{out}");
}

#[test]
fn what_most_cases_show_is_explained_wherever_it_stands() {
    let form = documented("common/content-type", PUT, "content-type");
    let long = (0..12).map(|number| format!("line {number}")).collect::<Vec<_>>().join("\n");
    let found = [
        ("TagResource/tags", "model", "200"),
        ("common/no-server-error", "server-error", "500"),
        ("common/accounts-apart", "model", "200"),
        ("PutSigningProfile/bad-certificate", "model", "200"),
        ("PutSigningProfile/created", "model", "400"),
        ("ListSigningPlatforms/partner-filter", "model", "200"),
        ("ListSigningPlatforms/page-size", "model", "200"),
        ("PutSigningProfile/input/profileName/max-length", "near-miss", "200"),
        ("common/malformed-body-refused", "near-miss", "200"),
        ("PutSigningProfile/output/arn/type", "output-schema", "arn: 5"),
    ];
    let cases: Vec<CaseResult> = found
        .into_iter()
        .map(|(requirement, by, came)| {
            let mut other = documented(requirement, PUT, by);
            other.departure.observed = format!("{came} {long}");
            case(&format!("tour/{requirement}"), vec![form.clone(), other])
        })
        .collect();
    let report = report(&run(cases));
    let (all, out) = (report.themes.len(), shown(&report));
    let is_explained = |id: &String| out.contains(&format!("\n\n{id} "));
    let explained: Vec<&String> =
        report.themes.iter().map(|theme| &theme.example).filter(|id| is_explained(id)).collect();
    assert!((2..all).contains(&explained.len()), "there is room for some of {all}: {explained:?}\n{out}");
    let widest = report.themes.iter().find(|theme| theme.hides).expect("one is found in every case");
    assert!(explained.contains(&&widest.example), "{explained:?}\n{out}");
}

#[test]
fn a_finding_that_takes_several_requests_says_how_many_and_which_script_sends_them() {
    let mut run = run(vec![case("tour/a", vec![documented(ABSENT, CANCEL, "model")])]);
    let name = "/signing-profiles/c7abcdp0";
    let requests = [exchange("PUT", name, "{}", "{}"), exchange("DELETE", name, "", "{}")];
    run.roots[0].exchanges = requests[1..].to_vec();
    let sent = format!("\n     sent      DELETE {name}\n");
    assert!(shown(&report(&run)).contains(&(sent.clone() + "     before 1")));
    run.roots[0].exchanges = requests.to_vec();
    let more =
        "               after 1 other request; target/certification/counterexamples/F001.sh sends them all\n";
    let out = shown(&report(&run));
    assert!(out.contains(&(sent + more)), "{out}");
}

#[test]
fn requirements_findings_and_lines_of_the_ledger_are_counted_side_by_side() {
    const CRASH: &str = "common/no-server-error";
    let crash = |input: &str| {
        let mut crash = documented(CRASH, PUT, "server-error");
        crash.departure.crashed_by = Some(input.to_owned());
        crash
    };
    let absent = documented(ABSENT, CANCEL, "model");
    let found = vec![crash("profileName max-length"), crash("profileName min-length"), absent.clone()];
    let mut run = run(vec![case("tour/a", found)]);
    run.target.unimplemented = vec![Operation::SignPayload];
    let absent_line =
        "[[unimplemented]]\noperation = \"SignPayload\"\nreason = \"known\"\ndate = \"2026-11-23\"\n";
    let lines = line(CRASH, PUT) + &line(ABSENT, CANCEL) + absent_line;
    let apart = "(each crash, and what the ledger has another reason for, is one of its own)";
    let ledger =
        "lines of the ledger 3 (2 for a requirement at an operation, 1 for an operation that is not there)";
    let out = shown(&with_ledger(&run, &options(), &lines));
    let words = format!("\nrequirements broken 2 · findings 3 {apart} · {ledger}\n");
    assert!(out.contains(&words), "no {words:?} in\n{out}");
    let out = shown(&report(&crate::runs::run(vec![case("tour/a", vec![absent])])));
    assert!(out.contains("\nrequirements broken 1 · findings 1\n"), "{out}");
}
