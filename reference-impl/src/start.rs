//! Why a server does not start.

use signer_folder::FolderError;
use thiserror::Error;

use crate::signing::unsigned::Unsigned;

/// Why a server does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Its data folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Its keys cannot be made.
    #[error("{0}")]
    Keys(Unsigned),
    /// A reset had begun, and cannot be completed.
    #[error("the objects that a reset was to remove cannot be removed: {0}")]
    Forgetting(String),
}

impl From<Unsigned> for StartError {
    fn from(unsigned: Unsigned) -> Self {
        Self::Keys(unsigned)
    }
}
