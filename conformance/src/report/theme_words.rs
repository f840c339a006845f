//! What is wrong with the findings of a theme, in one sentence.

use std::collections::BTreeSet;

use signer_schemas::Operation;

use crate::report::themes::{Key, Notice};
use crate::report::words::counted;
use crate::report::{FindingRow, RequirementRow};

/// The theme in one sentence, given its findings, and the operations that the sentence does not name.
pub(super) fn says(
    key: &Key,
    rows: &[&FindingRow],
    requirements: &[RequirementRow],
) -> (String, Vec<Operation>) {
    let (notice, check) = key;
    let operations: BTreeSet<Operation> =
        rows.iter().flat_map(|row| row.operations.iter().copied()).collect();
    let says = match notice {
        Notice::Lost => "What was given or done is lost, or told as something else".to_owned(),
        Notice::Crash => match rows.len() {
            1 => "The service fails with a status of 500".to_owned(),
            many => format!("The service fails with a status of 500 on {many} inputs"),
        },
        Notice::CrashOnInvalid => match rows.len() {
            1 => "Invalid input ends in a status of 500 in place of a refusal".to_owned(),
            many => format!("Invalid input ends in a status of 500 in place of a refusal, in {many} ways"),
        },
        Notice::NotApart => "Accounts or Regions are not kept apart".to_owned(),
        Notice::Accepted => "Calls that have to be refused are carried out".to_owned(),
        Notice::Refused => "Calls that have to be carried out are refused".to_owned(),
        Notice::Content => "Answers tell something else than what was done".to_owned(),
        Notice::Filters => return (filters(rows, &operations, requirements), Vec::new()),
        Notice::Pages => "Lists are not cut into pages as asked".to_owned(),
        Notice::Unchecked => return (unchecked(rows, &operations, requirements), Vec::new()),
        Notice::Malformed => "Values that the protocol forbids are taken".to_owned(),
        Notice::Signatures => "Signatures of requests are not verified as they should be".to_owned(),
        Notice::ErrorName => "Refusals have another name, status or code".to_owned(),
        Notice::Shape => {
            let rules = rows.iter().map(|row| &row.requirement).collect::<BTreeSet<_>>().len();
            format!("Values in answers break {} of their published form", counted(rules, "rule"))
        }
        Notice::Form => form(check).to_owned(),
    };
    (says, operations.into_iter().collect())
}

fn form(check: &str) -> &'static str {
    match check {
        "content-type" => "Answers are not declared as JSON",
        "declared-error" => "Refusals have a name that the operation does not declare",
        "empty-body" => "Answers have a body where none is documented",
        "error-shape" => "Refusals have no message where clients read it",
        "error-status" => "Refusals have another status than their name asks for",
        "error-type" => "Refusals do not name their type",
        "request-id" => "Answers carry no request id",
        "status" => "Successes have another status than 200",
        "timestamps" => "Timestamps are not numbers of seconds",
        _ => "Bodies are no JSON objects",
    }
}

/// The rules of an operation of a kind that an answer could show to be broken, and how many of them are.
fn broken(
    operation: Operation,
    rows: &[&FindingRow],
    requirements: &[RequirementRow],
    is_of: fn(&str) -> bool,
) -> (usize, usize) {
    let of_it = |id: &str| {
        id.strip_prefix(operation.name()).and_then(|rest| rest.strip_prefix('/')).is_some_and(is_of)
    };
    let asked = requirements.iter().filter(|row| row.seen > 0 && of_it(&row.id)).count();
    let failed: BTreeSet<&str> =
        rows.iter().map(|row| row.requirement.as_str()).filter(|id| of_it(id)).collect();
    (failed.len(), asked.max(failed.len()))
}

fn filters(
    rows: &[&FindingRow],
    operations: &BTreeSet<Operation>,
    requirements: &[RequirementRow],
) -> String {
    let is_of = |name: &str| name.ends_with("filter");
    let told = operations.iter().map(|operation| {
        let (failed, asked) = broken(*operation, rows, requirements, is_of);
        match (failed, asked) {
            (0, _) => format!("{operation} lists what it should leave out"),
            (failed, asked) if failed == asked && asked > 1 => {
                format!("{operation} ignores all of its {asked} filters")
            }
            (failed, asked) => format!("{operation} ignores {failed} of {}", counted(asked, "filter")),
        }
    });
    told.collect::<Vec<_>>().join(", ")
}

/// `PutSigningProfile checks none of 49 constraints`, the worst first.
fn unchecked(
    rows: &[&FindingRow],
    operations: &BTreeSet<Operation>,
    requirements: &[RequirementRow],
) -> String {
    let is_of = |name: &str| name.starts_with("input/");
    let mut told: Vec<(Operation, (usize, usize))> = operations
        .iter()
        .map(|operation| (*operation, broken(*operation, rows, requirements, is_of)))
        .collect();
    told.sort_by_key(|(operation, (failed, _))| (usize::MAX - failed, *operation));
    let words = |(operation, (failed, asked)): &(Operation, (usize, usize))| match (failed, asked) {
        (0, _) => format!("{operation} takes broken input"),
        (failed, asked) if failed == asked => {
            format!("{operation} checks none of {}", counted(*asked, "constraint"))
        }
        (failed, asked) => {
            format!("{operation} leaves {failed} of {} unchecked", counted(*asked, "constraint"))
        }
    };
    let first = told.first().map(words).unwrap_or_default();
    match told.len().saturating_sub(1) {
        0 => first,
        1 => format!("{first}; {}", words(&told[1])),
        more => format!("{first}, and {more} more operations some of theirs"),
    }
}
