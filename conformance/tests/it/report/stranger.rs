//! The text as someone reads it who has never seen one: every line says by itself what it is about.

use signer_conformance::report::{Conclusion, files, markdown};
use signer_conformance::{Change, Departure, Probe, Step};
use signer_schemas::Operation;

use super::{ABSENT, CANCEL, PUT, concludes, line, report, shown, with_ledger};
use crate::runs::{case, documented, options, run};

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
