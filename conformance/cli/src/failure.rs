//! Why a command gives no result.

use std::fmt;
use std::process::ExitCode;

use signer_conformance::RunError;

/// Why a command gives no result. The text says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Wrong usage or configuration; the text names the option.
    Usage(String),
    /// Unknown: no response, or an internal error.
    Inconclusive(String),
}

impl Failure {
    /// An option has a value that will not do.
    pub fn option(name: &str, what: impl fmt::Display) -> Self {
        Self::Usage(format!("{name}: {what}"))
    }

    /// The exit code.
    pub fn code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Inconclusive(_) => ExitCode::from(3),
        }
    }
}

/// What a run that could not begin means for the user.
impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        match error {
            RunError::Unreachable { .. }
            | RunError::NotASigner { .. }
            | RunError::Throttled { .. }
            | RunError::Cut(_) => Self::Inconclusive(error.to_string()),
            RunError::Unauthorized { .. }
            | RunError::OtherUnauthorized { .. }
            | RunError::SecondRegion { .. }
            | RunError::Buckets { .. } => Self::Usage(error.to_string()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage(text) | Self::Inconclusive(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Failure {}
