//! What comes of a run: what speaks against the target, and what leaves doubt.

use std::collections::{BTreeMap, BTreeSet};

use signer_schemas::Operation;

use crate::data::finding::Verdict;
use crate::report::build::Judge;
use crate::report::shown::WitnessRow;
use crate::report::{CaseRow, Conclusion, FindingRow, LedgerRow, OperationRow};

/// Lines of a ledger may be out of date; more than these, and more than those that match, are of something
/// else.
const MOST_STRAY: usize = 4;

impl Judge<'_> {
    pub(super) fn conclude(
        &self,
        findings: &[FindingRow],
        cases: &[CaseRow],
        operations: &BTreeMap<Operation, OperationRow>,
        witnesses: &[WitnessRow],
        ledger: Option<&LedgerRow>,
    ) -> (Conclusion, Vec<String>) {
        let mut against = against(findings, cases, operations, ledger);
        let mut doubt = self.doubts(cases, operations, witnesses);
        let conclusion = if !against.is_empty() {
            Conclusion::Nonconforming
        } else if !doubt.is_empty() {
            Conclusion::Inconclusive
        } else {
            Conclusion::Conforms
        };
        against.append(&mut doubt);
        (conclusion, against)
    }

    /// What leaves the verdict open.
    fn doubts(
        &self,
        cases: &[CaseRow],
        operations: &BTreeMap<Operation, OperationRow>,
        witnesses: &[WitnessRow],
    ) -> Vec<String> {
        let mut doubt = Vec::new();
        if let Some(cut) = self.run.cut {
            doubt.push(cut.words().to_owned());
        }
        let ran = |case: &&CaseRow| case.verdict != Verdict::Skipped;
        if cases.iter().filter(ran).count() == 0 {
            doubt.push("no case was run".to_owned());
        }
        let missed: Vec<&str> =
            witnesses.iter().filter(|row| row.is_missed()).map(|row| row.what.as_str()).collect();
        if !missed.is_empty()
            && !self.narrowed()
            && self.run.cut.is_none()
            && cases.iter().any(|case| ran(&case))
        {
            doubt.push(format!("a full run sees {}, and this one has not", missed.join(", ")));
        }
        for (verdict, words) in
            [(Verdict::Error, "ended in an error of ours"), (Verdict::Inconclusive, "could not be told")]
        {
            let mut ended = cases.iter().filter(|case| case.verdict == verdict);
            if let Some(first) = ended.next() {
                let more = ended.count();
                let others = if more > 0 { format!(" and {more} more") } else { String::new() };
                let reason = first.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
                doubt.push(format!("{}{others} {words}{reason}", first.id));
            }
        }
        for (operation, row) in operations {
            if row.cases == 0 && row.verdict == Verdict::Inconclusive {
                doubt.push(format!("{operation} was never called"));
            }
        }
        doubt
    }
}

/// What speaks against conformance.
fn against(
    findings: &[FindingRow],
    cases: &[CaseRow],
    operations: &BTreeMap<Operation, OperationRow>,
    ledger: Option<&LedgerRow>,
) -> Vec<String> {
    let mut against = Vec::new();
    let counting: Vec<&FindingRow> = findings.iter().filter(|row| row.is_new()).collect();
    let roots =
        counting.iter().map(|row| row.cause.as_ref().unwrap_or(&row.id)).collect::<BTreeSet<_>>().len();
    match counting.as_slice() {
        [] => {}
        [only] => against.push(format!("finding {} counts", only.id)),
        [first, .., last] => {
            let count = counting.len();
            let of = match roots {
                1 => ", of one cause".to_owned(),
                all if all == count => String::new(),
                some => format!(", of {some} causes"),
            };
            against.push(format!("{count} findings count ({} to {}){of}", first.id, last.id));
        }
    }
    let failing =
        cases.iter().filter(|case| case.verdict == Verdict::Fail && case.findings.is_empty()).count();
    if failing > 0 {
        against.push(format!("{failing} cases fail for findings without a root"));
    }
    let absent: Vec<&str> = operations
        .iter()
        .filter(|(_, row)| row.verdict == Verdict::Unimplemented && row.known.is_none())
        .map(|(operation, _)| operation.name())
        .collect();
    if !absent.is_empty() {
        against.push(format!("the target does not have {}", absent.join(", ")));
    }
    if let Some(row) = ledger.filter(|row| row.unmatched.len() > row.matched.max(MOST_STRAY)) {
        against.push(format!(
            "{} of {} lines of the ledger of {} match nothing: if it is another target's, name the \
             right one with --ledger",
            row.unmatched.len(),
            row.unmatched.len() + row.matched,
            row.name
        ));
    }
    if let Some(row) = ledger {
        against
            .extend(row.unmatched.iter().map(|words| format!("the ledger's {words}; remove it or mend it")));
    }
    against
}
