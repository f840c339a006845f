//! How much of the API a run has reached.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::data::tour::Unreached;

/// How much was reached, of how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Transitions of the model that the tour goes to.
    pub tour: Reached,
    /// Errors that the edition's operations declare.
    pub errors: Reached,
    /// Requirements that a client can test.
    pub requirements: Exercised,
    /// The declared errors that were not provoked, as `Operation: Error`.
    pub errors_missed: Vec<String>,
}

/// What the tour through the model did not reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TourRow {
    /// Each transition, in the order of the tour, with the reason.
    pub unreached: Vec<Unreached>,
}

impl TourRow {
    /// How many were not reached for each reason, in words.
    pub fn reasons(&self) -> BTreeMap<&'static str, usize> {
        let mut reasons = BTreeMap::new();
        for unreached in &self.unreached {
            *reasons.entry(unreached.why.words()).or_default() += 1;
        }
        reasons
    }
}

/// A share of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// So many were reached.
    pub reached: u32,
    /// Of so many.
    pub total: u32,
}

/// The share of the testable requirements that was put to the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exercised {
    /// So many were put to the test.
    pub exercised: u32,
    /// Of so many that can be.
    pub testable: u32,
}
