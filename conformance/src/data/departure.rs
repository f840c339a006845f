//! What departs from which requirement, and who says so: findings, counterexamples and judged traffic have
//! it.

use serde::{Deserialize, Serialize};
use signer_schemas::{Basis, Operation, RequirementId};

use crate::data::detector::Detector;

/// What makes findings one, whoever noticed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RootKey {
    /// The requirement that is departed from.
    pub requirement: RequirementId,
    /// Of a crash, what the service crashed on.
    pub crashed_by: Option<String>,
    /// The operation whose answer departs.
    pub operation: Operation,
}

impl RootKey {
    /// What all answers of the operation have in common that depart from the requirement, and are no crashes.
    pub fn new(requirement: impl Into<RequirementId>, operation: Operation) -> Self {
        Self { requirement: requirement.into(), crashed_by: None, operation }
    }

    /// Its requirement, and of a crash the input that it was on, as the log has them.
    pub(crate) fn subject(&self) -> String {
        let Self { requirement, crashed_by, .. } = self;
        crashed_by
            .as_ref()
            .map_or_else(|| requirement.to_string(), |input| format!("{requirement} on {input}"))
    }
}

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

impl Departure {
    /// What makes it one with other findings.
    pub fn root(&self) -> RootKey {
        let Self { requirement, crashed_by, operation, .. } = self;
        RootKey { requirement: requirement.clone(), crashed_by: crashed_by.clone(), operation: *operation }
    }
}
