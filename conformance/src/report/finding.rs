//! A finding as a report has it.

use serde::{Deserialize, Serialize};
use signer_schemas::{Basis, Operation, RequirementId};

use crate::data::departure::RootKey;
use crate::data::detector::Detector;
use crate::data::trials::{Trials, as_text};
use crate::report::address::address;

/// One root of findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FindingRow {
    /// `F001`, in the order of the report.
    pub id: String,
    /// The requirement that is departed from.
    pub requirement: RequirementId,
    /// What the requirement rests on.
    pub basis: Basis,
    /// The operation whose answer departs in the minimal program.
    pub operation: Operation,
    /// All operations whose answers depart so: a requirement of all operations has one root, wherever it
    /// shows.
    #[serde(default)]
    pub operations: Vec<Operation>,
    /// Who noticed.
    pub by: Detector,
    /// Of a crash, what the service crashed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub crashed_by: Option<String>,
    /// Whether it makes the verdict nonconforming at the chosen basis, unless it is known.
    pub counts: bool,
    /// The ledger line that foresaw it.
    pub known: Option<Known>,
    /// The departure in one sentence.
    pub summary: String,
    /// The rule, as the ledger of rules states it.
    pub statement: String,
    /// Where the rule comes from.
    pub source: String,
    /// What was permitted.
    pub permitted: Vec<String>,
    /// What came.
    pub observed: String,
    /// The minimal program, a line for each step.
    pub called: Vec<String>,
    /// The request whose answer departs, with its body, where the program says it in symbols; none where the
    /// program lists its requests.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent: Option<String>,
    /// How many requests of the program lead up to that one.
    #[serde(default)]
    pub sent_before: usize,
    /// The step where the answers part from what is permitted, from 0.
    #[serde(default)]
    pub step: usize,
    /// What the model knows before that step of what the call names, where it differs from nothing made yet.
    #[serde(default)]
    pub before: Vec<String>,
    /// What may also be true, where no response has decided: one of several.
    #[serde(default)]
    pub alternatives: Vec<Vec<String>>,
    /// What each permitted answer would have changed.
    #[serde(default)]
    pub effects: Vec<String>,
    /// How many steps it has.
    pub calls: usize,
    /// Found again so often, of so many tries.
    #[serde(with = "as_text")]
    pub reproduced: Trials,
    /// It was not found again each time: a run may pass without it.
    #[serde(default)]
    pub flaky: bool,
    /// Whether it was found again on a fresh service; none if the target cannot be started afresh.
    #[serde(default)]
    pub on_fresh: Option<bool>,
    /// The finding that explains this one: it vanishes when that one is put right. None for the first of a
    /// cause.
    #[serde(default)]
    pub cause: Option<String>,
    /// The theme that it belongs to; none if it does not count.
    #[serde(default)]
    pub theme: Option<String>,
    /// What departs here would be permitted if calls of that operation changed nothing, and no answer of the
    /// run speaks against that.
    #[serde(default)]
    pub as_if_without: Option<Operation>,
    /// The case that found it first.
    pub case: String,
    /// In how many cases it was seen.
    pub cases: u32,
    /// The file of the minimal program, relative to the report.
    pub counterexample: String,
}

impl FindingRow {
    /// Whether it makes the verdict nonconforming: it counts, and no ledger line foresees it.
    pub const fn is_new(&self) -> bool {
        self.counts && self.known.is_none()
    }

    /// What the findings of its cause look like.
    pub(crate) fn looks(&self) -> Option<String> {
        self.as_if_without.map(|operation| format!("as if {operation} changed nothing"))
    }

    /// On which service it was found again, as an ending of a sentence.
    pub(crate) const fn where_again(&self) -> &'static str {
        match self.on_fresh {
            Some(true) => " on a fresh service",
            Some(false) => ", but only after what the run did before",
            None => "",
        }
    }

    /// The page on which its source can be read, if there is one.
    pub fn address(&self) -> Option<String> {
        address(&self.source, self.operation)
    }

    /// What makes those of its findings one that are of that operation.
    pub(crate) fn root(&self, operation: Operation) -> RootKey {
        let Self { requirement, crashed_by, .. } = self;
        RootKey { requirement: requirement.clone(), crashed_by: crashed_by.clone(), operation }
    }

    /// What makes its findings one, by operation.
    pub fn roots(&self) -> impl Iterator<Item = RootKey> {
        let operations =
            if self.operations.is_empty() { vec![self.operation] } else { self.operations.clone() };
        operations.into_iter().map(|operation| self.root(operation))
    }

    /// The operations where it shows, in words.
    pub fn places(&self) -> String {
        match self.operations.as_slice() {
            [] => self.operation.to_string(),
            operations => operations.iter().map(|operation| operation.name()).collect::<Vec<_>>().join(", "),
        }
    }
}

/// A ledger line, as a report cites it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Why it is known and left.
    pub reason: String,
    /// When it was looked at last.
    pub date: String,
    /// The line in the ledger file.
    pub line: usize,
}
