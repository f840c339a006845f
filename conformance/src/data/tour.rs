//! How many transitions of the tour a run has reached, and why the others were not.

use serde::{Deserialize, Serialize};
use signer_schemas::{Operation, RequirementId};

/// How many of the tour's transitions were reached, and each of the others.
///
/// A transition is a call in a situation with one class of answers. It is reached when its answer came in a
/// state of which, after all answers before, a client cannot tell that it was another situation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TourCoverage {
    /// So many were reached.
    pub reached: u32,
    /// Of so many.
    pub total: u32,
    /// The others, in the order of the tour.
    pub unreached: Vec<Unreached>,
}

/// A transition that was not reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreached {
    /// The scope, the call, the situation and the answer.
    pub transition: String,
    /// The requirement that admits the answer.
    pub requirement: RequirementId,
    /// The case that goes there.
    pub case: String,
    /// The step of it, from 0, that makes the call.
    pub step: usize,
    /// Why it was not reached.
    #[serde(flatten)]
    pub why: Why,
}

/// Why a transition was not reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "why", rename_all = "kebab-case")]
pub enum Why {
    /// The answer, or one on the way there, is one of several that nobody settles, and the target gives
    /// another.
    OpenPoint {
        /// The requirement that is open.
        point: RequirementId,
        /// What the target answered.
        answered: String,
    },
    /// The answer, or one on the way there, is one of several that the sources require, such as a job's
    /// status, and another one came: time may tell.
    ServiceChose {
        /// What came.
        answered: String,
    },
    /// The target does not have an operation that it takes.
    Unimplemented {
        /// Which.
        operation: Operation,
    },
    /// The call was answered as it should not be.
    Finding {
        /// The requirement that the answer departs from.
        departs_from: RequirementId,
    },
    /// The case went another way, or ended, before the call.
    Parted {
        /// The step, from 0.
        at: usize,
        /// What happened.
        because: String,
    },
    /// The case was not run, or could not be run to that step.
    NotRun {
        /// Why not.
        because: String,
    },
}

impl Why {
    /// The reason without its particulars.
    pub const fn words(&self) -> &'static str {
        match self {
            Self::OpenPoint { .. } => "an open point is answered otherwise",
            Self::ServiceChose { .. } => "the service chose another answer",
            Self::Unimplemented { .. } => "an operation is not there",
            Self::Finding { .. } => "the answer is a finding",
            Self::Parted { .. } => "the case parted before",
            Self::NotRun { .. } => "the case was not run",
        }
    }
}
