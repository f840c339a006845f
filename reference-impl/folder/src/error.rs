//! Why a data folder cannot be used.

use std::io;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a data folder cannot be used, and what to do about it.
#[derive(Debug, Error)]
pub enum FolderError {
    /// Something else has it.
    #[error("the data folder {} is in use by another server: end that one, or use another folder", .0.display())]
    InUse(PathBuf),
    /// A newer version wrote it.
    #[error(
        "{} has version {found} of the schema, and this program knows version {known}: use the program that \
         wrote it, or another data folder", file.display()
    )]
    OtherSchema {
        /// The file.
        file: PathBuf,
        /// Its version.
        found: u64,
        /// Ours.
        known: u64,
    },
    /// It is not as it was written.
    #[error("{} is damaged ({reason}): put it back from a copy, or begin anew in another data folder", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// It is gone.
    #[error("{} is missing: put it back from a copy, or begin anew in another data folder", .0.display())]
    Missing(PathBuf),
    /// It was written in another folder.
    #[error(
        "{} belongs to another data folder than the keys beside it: put the right one back from a copy, or \
         begin anew in another data folder", file.display()
    )]
    Foreign {
        /// The file.
        file: PathBuf,
    },
    /// The disk refuses.
    #[error("{}: {error}", file.display())]
    Io {
        /// The file or folder.
        file: PathBuf,
        /// What the operating system says.
        error: io::Error,
    },
}

impl FolderError {
    /// The error of an operation on that file.
    pub fn io(file: &Path) -> impl Fn(io::Error) -> Self {
        let file = file.to_owned();
        move |error| Self::Io { file: file.clone(), error }
    }

    /// The file is not as it was written, for this reason.
    pub fn damaged(file: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Damaged { file: file.to_owned(), reason: reason.to_string() }
    }
}
