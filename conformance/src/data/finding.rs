//! What the judge finds, and the seven verdicts.

use serde::{Deserialize, Serialize};
use signer_schemas::{Basis, Operation, RequirementId};

use crate::data::detector::Detector;

/// One departure from a requirement, seen at one step of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The requirement's id in the ledger.
    pub requirement: RequirementId,
    /// What the requirement rests on.
    pub basis: Basis,
    /// The operation whose answer departed.
    pub operation: Operation,
    /// Who noticed.
    pub by: Detector,
    /// The departure in one sentence.
    pub summary: String,
    /// What was permitted, in the model's words.
    pub permitted: Vec<String>,
    /// What came.
    pub observed: String,
    /// Index of the step in the case's program.
    pub step: usize,
    /// Index of the answer that shows it, among all that came to the case.
    pub exchange: usize,
    /// Of a crash, what the service crashed on: another input may be another mistake.
    pub crashed_by: Option<String>,
}

impl Finding {
    /// What makes two findings one, whoever noticed: requirement and operation, and of a crash the input.
    pub fn root(&self) -> (String, Operation) {
        (root_of(&self.requirement, self.crashed_by.as_deref()), self.operation)
    }
}

/// The requirement, and of a crash the input that it was on.
pub(crate) fn root_of(requirement: &str, crashed_by: Option<&str>) -> String {
    crashed_by.map_or_else(|| requirement.to_owned(), |input| format!("{requirement} on {input}"))
}

/// How a case, an operation or a requirement fared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Exercised, nothing found.
    Pass,
    /// Departs from a requirement that counts.
    Fail,
    /// Departs as the target's ledger says it does.
    Deviates,
    /// The target does not have the operation.
    Unimplemented,
    /// Not run, for the reason given.
    Skipped,
    /// Run, but without a verdict (no response in time, budget spent).
    Inconclusive,
    /// Our own mistake.
    Error,
}

impl Verdict {
    /// The verdict as reports spell it.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::Deviates => "deviates",
            Self::Unimplemented => "unimplemented",
            Self::Skipped => "skipped",
            Self::Inconclusive => "inconclusive",
            Self::Error => "error",
        }
    }
}

/// A requirement that an answer did not keep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    /// The requirement's id in the ledger.
    pub requirement: RequirementId,
    /// The departure in one sentence.
    pub summary: String,
    /// What would have been right.
    pub permitted: Vec<String>,
    /// What came.
    pub observed: String,
}
