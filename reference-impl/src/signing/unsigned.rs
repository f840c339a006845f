//! Why something was not signed.

use std::fmt;

use signer_folder::FolderError;

/// Why something was not signed, in words for the job's `statusReason`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsigned(pub String);

impl fmt::Display for Unsigned {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<FolderError> for Unsigned {
    fn from(error: FolderError) -> Self {
        Self(format!("Signing failed: {error}"))
    }
}

impl From<der::Error> for Unsigned {
    fn from(error: der::Error) -> Self {
        Self(format!("Signing failed: {error}"))
    }
}
