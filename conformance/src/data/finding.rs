//! What the judge finds, and the seven verdicts.

use std::ops::Deref;

use serde::{Deserialize, Serialize};
use signer_schemas::{Basis, Operation, RequirementId};

use crate::data::departure::Departure;
use crate::data::detector::Detector;

/// One departure from a requirement, seen at one step of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What departs.
    pub departure: Departure,
    /// Index of the step in the case's program.
    pub step: usize,
    /// Index of the answer that shows it, among all that came to the case.
    pub exchange: usize,
}

/// A finding is a departure, and where it shows.
impl Deref for Finding {
    type Target = Departure;

    fn deref(&self) -> &Departure {
        &self.departure
    }
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

impl Complaint {
    /// The departure that the detector complains of.
    pub(crate) fn departure(self, basis: Basis, operation: Operation, by: Detector) -> Departure {
        let Self { requirement, summary, permitted, observed } = self;
        Departure { requirement, basis, operation, by, crashed_by: None, summary, permitted, observed }
    }
}
