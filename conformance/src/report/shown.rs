//! What a run has shown of the API, whatever it found: life cycles, distributions, witnesses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signer_schemas::Operation;

/// The life cycle of one kind of resource, and how far the run has followed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LifeCycleRow {
    /// The kind of resource.
    pub name: String,
    /// What the first status stands for.
    pub begins: String,
    /// The statuses, in the order in which a search of the model meets them.
    pub statuses: Vec<String>,
    /// The steps from one status to another.
    pub edges: Vec<EdgeRow>,
}

/// One step of a life cycle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EdgeRow {
    /// The status before.
    pub from: String,
    /// The status after.
    pub to: String,
    /// What moves: an operation, or time.
    pub by: String,
    /// Nobody says whether it does.
    pub open: bool,
    /// In so many cases the answers leave no other explanation than that this step was taken.
    pub cases: u32,
}

/// How often what was called and seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Distribution {
    /// Calls by operation.
    pub calls: BTreeMap<Operation, u64>,
    /// Answers that tell a profile's status, by status.
    pub profile_statuses: BTreeMap<String, u64>,
    /// Answers that tell a job's status, by status.
    pub job_statuses: BTreeMap<String, u64>,
    /// Cases in which an error was seen, by its name.
    pub errors: BTreeMap<String, u64>,
}
