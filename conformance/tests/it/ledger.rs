//! A ledger that says something wrong, or nothing, is refused with file, line and advice; one that is right
//! matches strictly, both ways.

use std::path::Path;

use signer_conformance::Ledger;
use signer_schemas::Operation;

use crate::runs::{documented, observed, root};

const GOOD: &str = r#"
name = "moto"
edition = "current"

[[deviation]]
requirement = "PutSigningProfile/name-taken"
operation = "PutSigningProfile"
reason = "replaces the profile"
date = "2026-11-23"

[[deviation]]
requirement = "common/no-server-error"
operation = "CancelSigningProfile"
by = "server-error"
reason = "does not look before it cancels"
date = 2026-11-23

[[unimplemented]]
operation = "SignPayload"
reason = "not there"
date = "2026-11-23"
"#;

fn refused(text: &str, expected: &str) {
    let error =
        Ledger::parse(Path::new("targets/moto/ledger.toml"), text).expect_err("the ledger is refused");
    assert_eq!(error.to_string(), expected);
}

fn refused_with(from: &str, to: &str, expected: &str) {
    assert!(GOOD.contains(from), "the sample has {from:?}");
    refused(&GOOD.replacen(from, to, 1), expected);
}

fn good() -> Ledger {
    Ledger::parse(Path::new("targets/moto/ledger.toml"), GOOD).expect("the sample is right")
}

#[test]
fn a_ledger_is_read_as_it_is_written() {
    let ledger = good();
    assert_eq!(ledger.name, "moto");
    assert_eq!(
        ledger.deviations.iter().map(|line| (line.line, line.date.as_str())).collect::<Vec<_>>(),
        [(5, "2026-11-23"), (11, "2026-11-23")]
    );
    assert_eq!(ledger.absent(Operation::SignPayload).map(|line| line.line), Some(18));
    assert_eq!(ledger.absent(Operation::TagResource), None);
}

#[test]
fn an_unknown_requirement_is_refused_with_its_line() {
    refused_with(
        "PutSigningProfile/name-taken",
        "PutSigningProfile/nonsense",
        "targets/moto/ledger.toml:5: no requirement is called \"PutSigningProfile/nonsense\"; \
         `signer-conformance requirements` lists them",
    );
}

#[test]
fn an_unknown_operation_is_refused_with_its_line() {
    refused_with(
        "operation = \"CancelSigningProfile\"",
        "operation = \"Cancel\"",
        "targets/moto/ledger.toml:11: the edition current has no operation \"Cancel\"",
    );
}

#[test]
fn an_operation_of_the_other_edition_is_refused() {
    let both = GOOD.replacen("PutSigningProfile/name-taken", "PutSigningProfile/arn-format", 1);
    refused(
        &both.replacen("edition = \"current\"", "edition = \"2019-05-22\"", 1),
        "targets/moto/ledger.toml:18: the edition 2019-05-22 has no operation \"SignPayload\"",
    );
}

#[test]
fn a_requirement_of_the_other_edition_is_refused() {
    let text = GOOD.replacen("\"current\"", "\"2019-05-22\"", 1).replacen(
        "PutSigningProfile/name-taken",
        "PutSigningProfile/validity-kept",
        1,
    );
    refused(
        &text,
        "targets/moto/ledger.toml:5: PutSigningProfile/validity-kept is no requirement of the edition \
         2019-05-22; remove the line",
    );
}

#[test]
fn an_unknown_edition_is_refused_with_the_known_ones() {
    refused_with(
        "\"current\"",
        "\"2020\"",
        "targets/moto/ledger.toml:3: no edition is called \"2020\"; write current or 2019-05-22",
    );
}

#[test]
fn a_line_without_a_reason_is_refused() {
    refused_with(
        "reason = \"replaces the profile\"",
        "reason = \"  \"",
        "targets/moto/ledger.toml:5: `reason` is empty; say why the deviation is known and left",
    );
}

#[test]
fn a_line_that_is_offered_is_refused_until_its_reason_is_written() {
    for reason in [signer_conformance::ledger::PLACEHOLDER, "REASON"] {
        refused_with(
            "replaces the profile",
            reason,
            "targets/moto/ledger.toml:5: `reason` is still to be written; say why the deviation is known \
             and left",
        );
    }
}

#[test]
fn a_line_of_an_unknown_detector_is_refused() {
    let text = GOOD.replacen("by = \"server-error\"", "by = \"server-errors\"", 1);
    let error = Ledger::parse(Path::new("x.toml"), &text).expect_err("nobody is called so").to_string();
    let expected = "x.toml:11: no detector is called \"server-errors\"; there are model, view, \
        scene, near-miss, ";
    assert!(error.starts_with(expected) && error.contains(", server-error, "), "{error}");
}

#[test]
fn a_day_that_has_not_come_is_refused() {
    refused_with(
        "\"2026-11-23\"",
        "\"9999-12-30\"",
        "targets/moto/ledger.toml:5: `date` is 9999-12-30, which is still to come",
    );
}

#[test]
fn a_day_that_does_not_exist_is_refused() {
    for day in ["2026-02-30", "23.11.2026", "2026-11-23T10:00:00", ""] {
        refused_with(
            "\"2026-11-23\"",
            &format!("{day:?}"),
            &format!(
                "targets/moto/ledger.toml:5: `date` is {day:?}; write the day it was looked at last as \
                 YYYY-MM-DD"
            ),
        );
    }
}

#[test]
fn a_line_without_a_date_is_refused() {
    refused_with("date = \"2026-11-23\"\n", "", "targets/moto/ledger.toml:5: missing field `date`");
}

#[test]
fn a_misspelt_member_is_refused() {
    let text = GOOD.replacen("by = ", "bye = ", 1);
    let error = Ledger::parse(Path::new("x.toml"), &text).expect_err("`bye` is no member").to_string();
    assert!(error.starts_with("x.toml:14: unknown field `bye`"), "{error}");
}

#[test]
fn text_that_is_not_toml_is_refused_with_its_line() {
    let error =
        Ledger::parse(Path::new("x.toml"), "name = \"a\"\nedition").expect_err("not TOML").to_string();
    assert!(error.starts_with("x.toml:2: "), "{error}");
}

#[test]
fn the_same_line_twice_is_refused() {
    let text = format!(
        "{GOOD}\n[[unimplemented]]\noperation = \"SignPayload\"\nreason = \"again\"\ndate = \"2026-11-23\"\n"
    );
    refused(&text, "targets/moto/ledger.toml:23: says the same as line 18; remove one of them");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = Ledger::load(Path::new("no/such/ledger.toml")).expect_err("it is not there").to_string();
    assert!(error.starts_with("no/such/ledger.toml: cannot be read: "), "{error}");
}

#[test]
fn a_line_matches_by_requirement_operation_and_check() {
    let ledger = good();
    let put = root("tour/a", observed("PutSigningProfile/name-taken", Operation::PutSigningProfile, "model"));
    let cancel =
        root("tour/b", documented("common/no-server-error", Operation::CancelSigningProfile, "server-error"));
    let same_by_another_check =
        root("tour/b", documented("common/no-server-error", Operation::CancelSigningProfile, "model"));
    let same_elsewhere =
        root("tour/c", documented("common/no-server-error", Operation::GetSigningProfile, "server-error"));

    let roots = [same_elsewhere, put, same_by_another_check, cancel];
    let applied = ledger.apply(&roots);
    assert_eq!(applied.deviating.keys().copied().collect::<Vec<_>>(), [1, 3]);
    assert_eq!(applied.unmatched, Vec::<&signer_conformance::ledger::Deviation>::new());

    let applied = ledger.apply(&roots[..3]);
    assert_eq!(applied.unmatched.iter().map(|line| line.line).collect::<Vec<_>>(), [11]);
}
