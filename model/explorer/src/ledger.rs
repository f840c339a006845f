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
    /// Where only the error is left open: the requirement by which there is a refusal at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refuses: Option<Refuses>,
    /// The answers to that which are admitted.
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    pub(crate) admits: &'static [String],
}

/// A requirement by which a call is refused, where another one leaves the error open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refuses {
    /// Its id.
    pub(crate) id: &'static str,
    /// The rule.
    pub(crate) statement: &'static str,
    /// Where it comes from.
    pub(crate) source: &'static str,
    /// What it rests on.
    pub(crate) basis: &'static str,
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
            refuses: id.strip_suffix("-error").and_then(requirement).map(|of| Refuses {
                id: &of.id,
                statement: &of.statement,
                source: &of.source,
                basis: of.basis.id(),
            }),
            admits: &row.admits,
        })
    }
}
