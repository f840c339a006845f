//! What one run of one program gave.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signer_schemas::Operation;

use crate::{Finding, Program, Verdict};

/// The result of one case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseResult {
    /// What was run.
    pub program: Program,
    /// Pass, fail (any finding, counting or not), unimplemented, skipped, inconclusive or error.
    pub verdict: Verdict,
    /// Why, unless it passed.
    pub reason: Option<String>,
    /// What was found, in order.
    pub findings: Vec<Finding>,
    /// The requirements that were put to the test, and how often.
    pub exercised: BTreeMap<String, u32>,
    /// The open points that were answered: requirement id → answer.
    pub open_points: BTreeMap<String, String>,
    /// The operations called, and how often.
    pub operations: BTreeMap<Operation, u32>,
    /// Error answers seen: operation → error names.
    pub errors: BTreeMap<Operation, Vec<String>>,
    /// Requests sent.
    pub exchanges: u32,
}

impl CaseResult {
    /// Nothing sent, nothing found.
    pub(crate) fn new(program: &Program) -> Self {
        Self {
            program: program.clone(),
            verdict: Verdict::Pass,
            reason: None,
            findings: Vec::new(),
            exercised: BTreeMap::new(),
            open_points: BTreeMap::new(),
            operations: BTreeMap::new(),
            errors: BTreeMap::new(),
            exchanges: 0,
        }
    }
}
