//! The rows of a report: how each operation, requirement and case fared, and what else a run was asked.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signer_schemas::{Basis, RequirementId};

use crate::data::finding::Verdict;
use crate::report::finding::Known;

/// How one operation fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationRow {
    /// Fail if a finding at this operation counts; the rest by the same rule.
    pub verdict: Verdict,
    /// The cases that called it.
    pub cases: u32,
    /// Those of them with a finding at this operation that counts and is not known.
    pub failed: u32,
    /// Those of them with a finding at this operation that counts and is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deviating: Option<u32>,
    /// Those of the failed ones that fail for something else than the theme that hides others, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<u32>,
    /// The ledger line that foresaw that the target does not have it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub known: Option<Known>,
}

/// How one requirement fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementRow {
    /// Its id in the ledger of rules.
    pub id: RequirementId,
    /// What it rests on.
    pub basis: Basis,
    /// Whether the target keeps it, also where a departure does not count.
    pub verdict: Verdict,
    /// How often it was put to the test.
    pub exercised: u32,
    /// How often an answer could have shown that it is not kept. Of an effect an acknowledgement alone shows
    /// nothing, and of a filter no list that had nothing to leave out.
    #[serde(default)]
    pub seen: u32,
}

impl RequirementRow {
    /// Whether it was answered, and no answer could have shown that it is not kept.
    pub const fn is_unseen(&self) -> bool {
        self.exercised > 0 && self.seen == 0
    }
}

/// How one case fared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRow {
    /// The program's name.
    pub id: String,
    /// Its suite.
    pub suite: String,
    /// Fail only for findings that count and are not known.
    pub verdict: Verdict,
    /// Why, where there is something to say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The requirements that it put to the test.
    pub requirements: Vec<RequirementId>,
    /// The findings that it has a share in.
    pub findings: Vec<String>,
    /// When it began; none if it was not run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub began: Option<Timestamp>,
    /// How long it took, in seconds; none if it was not run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub elapsed_s: Option<f64>,
}

/// How the target answers one open point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPointRow {
    /// Its id in the ledger of rules.
    pub id: RequirementId,
    /// What the documents leave open.
    pub question: String,
    /// The answer seen; several, separated by `; `, if the target is of two minds.
    pub observed: String,
    /// The answers that are admitted.
    pub admits: Vec<String>,
}

/// What the target's ledger made of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// The target's name in it.
    pub name: String,
    /// The lines that foresaw a root or an operation that is not there.
    pub matched: usize,
    /// The lines that match nothing, in words. Each makes the verdict nonconforming.
    pub unmatched: Vec<String>,
    /// The lines that match nothing and of which nothing can be told, as only a part of the plan was run.
    pub untold: Vec<String>,
}
