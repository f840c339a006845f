//! Files that are written whole or not at all, and that only their owner may read.

use crate::error::FolderError;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// What is there must be a file: others may never end.
pub(crate) fn check_kind(file: &Path) -> Result<(), FolderError> {
    match fs::metadata(file) {
        Ok(found) if !found.is_file() => Err(FolderError::damaged(file, "it is no regular file")),
        _ => Ok(()),
    }
}

/// Takes the rights of other users away, whatever they are.
#[cfg(unix)]
pub(crate) fn close_to_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(found) = fs::symlink_metadata(path) else { return };
    let mode = found.permissions().mode();
    if found.is_symlink() || mode & 0o777 == mode & 0o700 {
        return;
    }
    match fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700)) {
        Ok(()) => tracing::info!(
            "{} was open to other users (mode {:03o}) and is closed now",
            path.display(),
            mode & 0o777
        ),
        Err(error) => tracing::warn!("{} stays open to other users: {error}", path.display()),
    }
}

#[cfg(not(unix))]
pub(crate) fn close_to_others(_: &Path) {}

/// How files are made that only their owner may read.
pub fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Makes a folder that only its owner may enter, unless it is there.
pub fn private_folder(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a file so that it is there as a whole, or not at all, whenever the machine stops.
pub(crate) fn write_whole(file: &Path, content: &[u8]) -> io::Result<()> {
    let folder = file.parent().unwrap_or(Path::new("."));
    private_folder(folder)?;
    let unfinished = file.with_extension("unfinished");
    let mut written = private_file().write(true).create(true).truncate(true).open(&unfinished)?;
    written.write_all(content)?;
    written.sync_all()?;
    fs::rename(&unfinished, file)?;
    sync_folder(folder)
}

/// A new name in a folder outlives the machine's end only when the folder was synchronised.
pub(crate) fn sync_folder(folder: &Path) -> io::Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}
