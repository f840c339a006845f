//! The requirement behind an outcome, as the ledger of rules has it.

use serde::Serialize;
use signer_schemas::requirement;

/// A requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Requirement {
    /// Its id.
    pub(crate) id: &'static str,
    /// What it rests on.
    pub(crate) basis: &'static str,
    /// The rule.
    pub(crate) statement: &'static str,
    /// Where it comes from.
    pub(crate) source: &'static str,
    /// What no source settles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) question: Option<&'static str>,
    /// The answers to that which are admitted.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(crate) admits: &'static [String],
}

impl Requirement {
    /// The requirement of that id.
    pub(crate) fn of(id: &str) -> Option<Self> {
        let row = requirement(id)?;
        Some(Self {
            id: &row.id,
            basis: row.basis.id(),
            statement: &row.statement,
            source: &row.source,
            question: row.question.as_deref(),
            admits: &row.admits,
        })
    }
}
