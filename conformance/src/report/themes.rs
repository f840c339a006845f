//! What there is to mend, in the order in which a client notices it: findings of one kind are a theme.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use signer_schemas::{Operation, requirement};

use crate::data::detector::Detector;
use crate::report::words::{counted, share};
use crate::report::{FindingRow, RequirementRow};

/// Several findings of one kind, which one change of the target is likely to mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ThemeRow {
    /// `T1`, in the order of the report.
    pub id: String,
    /// What a client notices.
    pub notice: Notice,
    /// What is wrong, in one sentence.
    pub says: String,
    /// The operations at which it shows, if the sentence does not name them.
    #[serde(default)]
    pub operations: Vec<Operation>,
    /// Its findings.
    pub findings: Vec<String>,
    /// The finding that shows it best.
    pub example: String,
    /// The requirement that that one is of.
    #[serde(default)]
    pub such_as: String,
    /// The cases in which one of its findings was made.
    pub cases: u32,
    /// Those of them in which nothing else was found that counts.
    pub alone: u32,
    /// It is found in most of the cases that fail, so that their number says nothing of what else is wrong.
    #[serde(default)]
    pub hides: bool,
}

/// What a client notices of a departure, first what hurts most.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Notice {
    /// What it gave or did is gone, or is told as something else.
    Lost,
    /// The service crashes.
    Crash,
    /// Accounts and Regions see each other's things.
    NotApart,
    /// A call that has to be refused is carried out.
    Accepted,
    /// A call that has to be carried out is refused.
    Refused,
    /// An answer tells something else than what was done.
    Content,
    /// A list has more than was asked for, or less.
    Filters,
    /// A list is not cut into pages as was asked.
    Pages,
    /// Input is not held to its constraints.
    Unchecked,
    /// Text that the protocol forbids is taken.
    Malformed,
    /// Signatures of requests are not verified.
    Signatures,
    /// A refusal has another name, status or reason.
    ErrorName,
    /// A value of an answer has another form.
    Shape,
    /// What comes along with an answer: status, headers, the form of all errors.
    Form,
}

/// Findings with the same key are one theme: what is noticed, and for what comes along with every answer,
/// which check speaks.
pub(super) type Key = (Notice, &'static str);

/// The theme of a finding.
pub(super) fn key(row: &FindingRow) -> Key {
    let notice = notice(row);
    let check = if notice == Notice::Form { row.by.id() } else { "" };
    (notice, check)
}

/// The checks of what comes along with every answer.
const OF_FORM: [Detector; 9] = [
    Detector::ContentType,
    Detector::DeclaredError,
    Detector::EmptyBody,
    Detector::ErrorShape,
    Detector::ErrorStatus,
    Detector::ErrorType,
    Detector::RequestId,
    Detector::Status,
    Detector::Timestamps,
];

/// The rules of `common/` about text that the protocol forbids.
const MALFORMED: [&str; 11] = [
    "body-blobs",
    "body-integers",
    "body-timestamps",
    "malformed-body-refused",
    "malformed-value-error",
    "null-in-list-refused",
    "oversize-body",
    "query-booleans-strict",
    "query-integers",
    "query-timestamps-strict",
    "wrong-json-type-refused",
];

/// Parts of the names of rules of `common/` about signatures.
const SIGNATURES: [&str; 13] = [
    "amz-date",
    "amz-headers",
    "bad-signature",
    "credential-format",
    "date-alone",
    "expired-request",
    "payload-",
    "presigned",
    "query-signing",
    "scope-",
    "sign",
    "two-authorization",
    "unknown-key",
];

fn notice(row: &FindingRow) -> Notice {
    let (place, name) = row.requirement.split_once('/').unwrap_or(("", &row.requirement));
    let is_common = place == "common";
    let named = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if row.by == Detector::ServerError || status(row) == Some(5) {
        Notice::Crash
    } else if name.starts_with("input/") {
        if status(row) == Some(4) { Notice::Refused } else { Notice::Unchecked }
    } else if OF_FORM.contains(&row.by) || row.by == Detector::WellFormedJson {
        Notice::Form
    } else if is_common && MALFORMED.contains(&name) || named(&["bad-tags", "bad-keys", "bad-arn"]) {
        if is_common { Notice::Malformed } else { Notice::Unchecked }
    } else if is_common && (named(&SIGNATURES) || name == "unsigned-refused" || name == "security-token") {
        Notice::Signatures
    } else if row.by == Detector::OutputSchema || named(&["characters", "format"]) {
        Notice::Shape
    } else if named(&["account", "owner", "region"]) {
        Notice::NotApart
    } else if named(&["filter", "active-only", "include-canceled", "by-default"]) {
        Notice::Filters
    } else if row.by == Detector::Pagination
        || named(&["page", "complete", "token-ends", "bad-token", "token-and"])
    {
        Notice::Pages
    } else {
        answered(row, name)
    }
}

/// The class of the status, where what was observed begins with one: `4` of `404 ResourceNotFoundException`.
fn status(row: &FindingRow) -> Option<u16> {
    let word = row.observed.split([' ', ':']).next().filter(|word| word.len() == 3)?;
    word.parse::<u16>().ok().map(|status| status / 100)
}

/// By what was asked for and what came.
fn answered(row: &FindingRow, name: &str) -> Notice {
    let has_effect = requirement(&row.requirement).is_some_and(|rule| rule.effect);
    if has_effect || row.as_if_without.is_some() || name.ends_with("kept") || name.starts_with("token-replay")
    {
        return if status(row) == Some(4) && row.as_if_without.is_none() {
            Notice::Refused
        } else {
            Notice::Lost
        };
    }
    let is_refusal = |permitted: &String| ["Exception", "refus"].iter().any(|word| permitted.contains(word));
    let due = !row.permitted.is_empty() && row.permitted.iter().all(is_refusal)
        || row.statement.contains(" is refused");
    match (due, status(row)) {
        (true, Some(2)) => Notice::Accepted,
        (true, _) => Notice::ErrorName,
        (false, Some(4))
            if name.ends_with("error") || name.contains("validation") || name.contains("route") =>
        {
            Notice::ErrorName
        }
        (false, Some(4)) => Notice::Refused,
        (false, _) if name.contains("code") => Notice::ErrorName,
        (false, _) => Notice::Content,
    }
}

impl ThemeRow {
    /// The sentence, and where it shows.
    pub fn heading(&self) -> String {
        const NAMED: usize = 3;
        let names: Vec<&str> = self.operations.iter().take(NAMED).map(|operation| operation.name()).collect();
        match self.operations.len().saturating_sub(NAMED) {
            _ if names.is_empty() => self.says.clone(),
            0 => format!("{}: {}", self.says, names.join(", ")),
            more => format!("{}: {} and {}", self.says, names.join(", "), counted(more, "more operation")),
        }
    }

    /// The sentence and its example, as one line says it.
    pub fn line(&self) -> String {
        let such_as =
            if self.such_as.is_empty() { String::new() } else { format!(", such as {}", self.such_as) };
        format!("{}{such_as} ({})", self.says, self.example)
    }

    /// How many findings it has, and how many of the cases that fail it explains.
    pub fn weight(&self, failing: u32) -> String {
        let findings = counted(self.findings.len(), "finding");
        let alone =
            if self.alone > 0 { format!(", {} of them for nothing else", self.alone) } else { String::new() };
        format!("{findings}, {} of the cases that fail{alone}", share(self.cases, failing))
    }
}

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

/// The rules of an operation of a kind that were put to the test, and how many of them are broken.
fn broken(
    operation: Operation,
    rows: &[&FindingRow],
    requirements: &[RequirementRow],
    is_of: fn(&str) -> bool,
) -> (usize, usize) {
    let of_it = |id: &str| {
        id.strip_prefix(operation.name()).and_then(|rest| rest.strip_prefix('/')).is_some_and(is_of)
    };
    let asked = requirements.iter().filter(|row| row.exercised > 0 && of_it(&row.id)).count();
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
