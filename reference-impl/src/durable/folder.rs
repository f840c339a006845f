//! The folder itself: one server at a time, and files that are written whole or not at all.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// A data folder, held until it is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// Why a data folder cannot be used, and what to do about it.
#[derive(Debug, Error)]
pub enum FolderError {
    /// Something else has it.
    #[error("the data folder {} is in use by another server: end that one, or use another folder", .0.display())]
    InUse(PathBuf),
    /// Somebody newer wrote it.
    #[error(
        "{} has version {found} of the schema, and this program knows version {known}: use the program that wrote it, or another \
         data folder", file.display()
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
    #[error("{} is damaged ({reason}): put it back from a copy, or move it away to begin anew without what it held", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong with it.
        reason: String,
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
    pub(crate) fn io(file: &Path) -> impl Fn(io::Error) -> Self {
        let file = file.to_owned();
        move |error| Self::Io { file: file.clone(), error }
    }

    pub(crate) fn damaged(file: &Path, reason: impl std::fmt::Display) -> Self {
        Self::Damaged { file: file.to_owned(), reason: reason.to_string() }
    }
}

impl DataFolder {
    /// Takes the folder, which is made if it is not there.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        fs::create_dir_all(path).map_err(FolderError::io(path))?;
        let file = path.join("lock");
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(&file).map_err(FolderError::io(&file))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path: path.to_owned(), _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => Err(FolderError::Io { file, error }),
        }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file of that name, or what `make` says, which is kept under that name from then on. Only its owner may read it.
    pub(crate) fn kept<E: From<FolderError>>(
        &self,
        name: &str,
        make: impl FnOnce() -> Result<String, E>,
    ) -> Result<(String, PathBuf), E> {
        let file = self.path.join(name);
        match fs::read_to_string(&file) {
            Ok(text) => return Ok((text, file)),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(FolderError::damaged(&file, error).into()),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(FolderError::Io { file, error }.into()),
            Err(_) => {}
        }
        let text = make()?;
        write_whole(&file, text.as_bytes()).map_err(FolderError::io(&file))?;
        Ok((text, file))
    }
}

/// Writes a file so that it is there as a whole, or not at all, whenever the machine stops.
fn write_whole(file: &Path, content: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let unfinished = file.with_extension("unfinished");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&unfinished)?;
    written.write_all(content)?;
    written.sync_all()?;
    fs::rename(&unfinished, file)?;
    sync_folder(folder)
}

/// A new name in a folder outlives the machine's end only when the folder was synchronised.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
