//! How much of a plan is run.

use serde::{Deserialize, Serialize};

/// How much of a plan is run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Depth {
    /// The cases that find most for what they cost.
    Quick,
    /// All cases.
    #[default]
    Full,
}
