//! What the ledger says is known: it does not count, and what is not found any more does.

use signer_conformance::report::Conclusion;
use signer_conformance::{RunOptions, Verdict};
use signer_schemas::Operation;

use super::{ABSENT, CANCEL, PUT, concludes, line, report, two_kinds, with_ledger};
use crate::runs::{case, options, run};

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
