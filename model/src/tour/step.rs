//! One step of a tour.

use serde::{Deserialize, Serialize};

use crate::call::Job;
use crate::request::Call;

/// One step of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Make the call.
    Call(Call),
    /// Ask for the job's status until it has ended.
    Settle(Job),
}
