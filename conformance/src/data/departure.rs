//! What departs from which requirement, and who says so: findings, counterexamples and judged traffic have
//! it.

use serde::{Deserialize, Serialize};
use signer_schemas::{Basis, Operation, RequirementId};

use crate::data::detector::Detector;

/// An answer that departs from a requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Departure {
    /// The requirement's id in the ledger.
    pub requirement: RequirementId,
    /// What the requirement rests on.
    pub basis: Basis,
    /// The operation whose answer departs.
    pub operation: Operation,
    /// Who noticed.
    pub by: Detector,
    /// Of a crash, what the service crashed on: another input may be another mistake.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crashed_by: Option<String>,
    /// The departure in one sentence.
    pub summary: String,
    /// What was permitted, in the model's words.
    pub permitted: Vec<String>,
    /// What came.
    pub observed: String,
}
