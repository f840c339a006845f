//! What there is to mend, in the order in which a client notices it: findings of one kind are a theme.

use serde::{Deserialize, Serialize};
use signer_schemas::{Operation, requirement};

use crate::data::detector::Detector;
use crate::report::FindingRow;
use crate::report::words::{counted, share, some_of};

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
    /// The service crashes on what the documents permit.
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
    /// The service crashes on input that it has to refuse.
    CrashOnInvalid,
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

/// The theme of a finding, whose program sends nothing that the documents forbid or does.
pub(super) fn key(row: &FindingRow, is_valid: bool) -> Key {
    let notice = match notice(row) {
        Notice::Crash if !is_valid => Notice::CrashOnInvalid,
        other => other,
    };
    let check = if notice == Notice::Form { row.by.id() } else { "" };
    (notice, check)
}

/// The checks of what comes along with every answer.
pub(super) const OF_FORM: [Detector; 10] = [
    Detector::ContentType,
    Detector::DeclaredError,
    Detector::EmptyBody,
    Detector::ErrorShape,
    Detector::ErrorStatus,
    Detector::ErrorType,
    Detector::RequestId,
    Detector::Status,
    Detector::Timestamps,
    Detector::WellFormedJson,
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
    } else if OF_FORM.contains(&row.by) {
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
        || named(&["page", "token-ends", "bad-token", "token-and"])
        || name == "complete"
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
        match self.operations.as_slice() {
            [] => self.says.clone(),
            operations => format!("{}: {}", self.says, some_of(operations, 3)),
        }
    }

    /// The sentence and its example, as one line says it.
    pub fn line(&self) -> String {
        let (says, example, such_as) = (&self.says, &self.example, &self.such_as);
        match self.rule() {
            Some(rule) => format!("{says}; {example} breaks the rule: {rule}"),
            None if such_as.is_empty() => format!("{says} ({example})"),
            None => format!("{says}, such as {such_as} ({example})"),
        }
    }

    /// The rule that its example breaks, in words; none where its sentence says so itself.
    pub(super) fn rule(&self) -> Option<&'static str> {
        requirement(&self.such_as).map(|rule| rule.statement.trim_end_matches('.'))
    }

    /// How many findings it has, and in how many of the cases in which anything was found they were made.
    pub fn weight(&self, failing: u32) -> String {
        let findings = counted(self.findings.len(), "finding");
        let alone = match self.alone {
            0 => String::new(),
            1 => ", 1 of which shows nothing else".to_owned(),
            many => format!(", {many} of which show nothing else"),
        };
        format!("{findings}, in {} of these cases{alone}", share(self.cases, failing))
    }
}
