//! The folder itself: one server at a time, a list of what belongs to it, files that are written whole or not at all, and that
//! nobody but their owner may read.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use thiserror::Error;

/// The file that is locked, and lists what belongs to the folder: a name on each line.
const LOCK: &str = "lock";
/// What all keys are derived from.
pub const SECRET: &str = "keys/secret.key";
/// The root certificate.
pub const ROOT: &str = "keys/root.pem";
/// The RSA key of devices.
pub const RSA: &str = "keys/rsa.pem";
/// The index of buckets and objects.
pub const OBJECTS: &str = "objects.redb";
/// Profiles and jobs.
pub const SIGNER: &str = "signer.redb";
/// The folder of the objects' contents.
pub const CONTENTS: &str = "objects";

/// What a folder is made of at its first start, in this order.
const IN_ORDER: [&str; 4] = [SECRET, ROOT, OBJECTS, SIGNER];

/// A data folder, held until it is dropped.
#[derive(Debug)]
pub struct DataFolder {
    path: PathBuf,
    lock: File,
    /// What the secret of the folder leaves in its databases.
    bond: OnceLock<u64>,
    /// Where the list ends, if something unfinished follows it.
    torn: Mutex<Option<u64>>,
    /// Whether the lock was made just now, and nothing beside it.
    is_untouched: AtomicBool,
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
        "{} belongs to another data folder than the keys beside it: put the right one back from a copy, or begin anew in another \
         data folder", file.display()
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

impl DataFolder {
    /// Takes the folder, which is made if it is not there.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        private_folder(path).map_err(FolderError::io(path))?;
        let file = path.join(LOCK);
        let is_untouched = AtomicBool::new(!file.exists());
        check_kind(&file)?;
        let lock = private_file().create(true).read(true).append(true).open(&file).map_err(FolderError::io(&file))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FolderError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(FolderError::Io { file, error }),
        }
        let folder = Self { path: path.to_owned(), lock, bond: OnceLock::new(), torn: Mutex::new(None), is_untouched };
        folder.check_complete()?;
        Ok(folder)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is listed is there, and nothing is there without what was made before it.
    fn check_complete(&self) -> Result<(), FolderError> {
        let is_there = |name: &str| self.path.join(name).exists();
        let missing = self.listed()?.into_iter().find(|name| !is_there(name));
        let missing = missing.or_else(|| {
            let last = IN_ORDER.iter().rposition(|name| is_there(name))?;
            // Folders from before there were objects have none.
            let is_needed = |name: &&&str| **name != OBJECTS || self.has_contents();
            IN_ORDER[..last].iter().filter(is_needed).find(|name| !is_there(name)).copied()
        });
        let missing = missing.or_else(|| (self.has_contents() && !is_there(OBJECTS)).then_some(OBJECTS));
        missing.map_or(Ok(()), |name| Err(FolderError::Missing(self.path.join(name))))
    }

    fn has_contents(&self) -> bool {
        fs::read_dir(self.path.join(CONTENTS)).is_ok_and(|mut entries| entries.next().is_some())
    }

    /// The names in the list. What follows the last end of a line was never finished.
    fn listed(&self) -> Result<Vec<&'static str>, FolderError> {
        // Longer than any list.
        const LIMIT: u64 = 4096;
        let file = self.path.join(LOCK);
        let mut text = Vec::new();
        (&self.lock).take(LIMIT).read_to_end(&mut text).map_err(FolderError::io(&file))?;
        let text = String::from_utf8_lossy(&text);
        let (lines, torn) = text.rsplit_once('\n').unwrap_or(("", &text));
        if !torn.is_empty() {
            let finished = (text.len() - torn.len()) as u64;
            *self.torn.lock().unwrap_or_else(PoisonError::into_inner) = Some(finished);
        }
        let known = |line: &str| IN_ORDER.into_iter().chain([RSA]).find(|name| *name == line);
        let unknown = || FolderError::damaged(&file, "it lists something else than the files of a data folder");
        lines.lines().map(|line| known(line).ok_or_else(unknown)).collect()
    }

    /// From now on the file of that name belongs to the folder.
    pub fn register(&self, name: &'static str) -> Result<(), FolderError> {
        self.is_untouched.store(false, Ordering::Relaxed);
        let file = self.path.join(LOCK);
        let io = FolderError::io(&file);
        if let Some(finished) = self.torn.lock().unwrap_or_else(PoisonError::into_inner).take() {
            self.lock.set_len(finished).map_err(&io)?;
        }
        (&self.lock).write_all(format!("{name}\n").as_bytes()).map_err(&io)?;
        self.lock.sync_all().map_err(&io)
    }

    /// After the start: lists what is there, and closes it to other users.
    pub fn settle(&self) -> Result<(), FolderError> {
        let file = self.path.join(LOCK);
        let listed = fs::read_to_string(&file).map_err(FolderError::io(&file))?;
        let is_listed = |name: &&str| listed.split_inclusive('\n').any(|line| line.strip_suffix('\n') == Some(name));
        for name in IN_ORDER.into_iter().chain([RSA]).filter(|name| !is_listed(name) && self.path.join(name).exists()) {
            self.register(name)?;
        }
        self.close();
        Ok(())
    }

    /// What binds a database to this folder, once its secret is known.
    pub fn bond(&self) -> Option<u64> {
        self.bond.get().copied()
    }

    /// The secret of the folder is known.
    pub fn bind(&self, bond: u64) {
        let _ = self.bond.set(bond);
    }

    /// The content of a text file, if it is there.
    pub fn text(&self, name: &str) -> Result<Option<(String, PathBuf)>, FolderError> {
        let file = self.path.join(name);
        check_kind(&file)?;
        match fs::read_to_string(&file) {
            Ok(text) => Ok(Some((text, file))),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(FolderError::damaged(&file, error)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(FolderError::Io { file, error }),
        }
    }

    /// The file of that name, or what `make` says, which is kept under that name from then on. Only its owner may read it.
    pub fn kept<E: From<FolderError>>(
        &self,
        name: &'static str,
        make: impl FnOnce() -> Result<String, E>,
    ) -> Result<(String, PathBuf), E> {
        if let Some(found) = self.text(name)? {
            return Ok(found);
        }
        let file = self.path.join(name);
        let text = make()?;
        write_whole(&file, text.as_bytes()).map_err(FolderError::io(&file))?;
        self.register(name)?;
        Ok((text, file))
    }

    /// Closes what was open to other users. A folder that holds other things beside stays as it is, and so does what belongs to
    /// another user; either is said.
    fn close(&self) {
        const OWN: [&str; 6] = [LOCK, "keys", OBJECTS, SIGNER, CONTENTS, "certificates"];
        let names = |folder: &Path| {
            let entries = fs::read_dir(folder).into_iter().flatten().flatten();
            entries.map(|entry| entry.path()).collect::<Vec<_>>()
        };
        let is_own = |path: &PathBuf| path.file_name().is_some_and(|name| OWN.iter().any(|own| name == *own));
        let mut all: Vec<PathBuf> = names(&self.path).into_iter().filter(is_own).collect();
        if names(&self.path).iter().all(is_own) {
            all.push(self.path.clone());
        }
        all.retain(|path| !path.ends_with("certificates"));
        for inner in ["keys", CONTENTS] {
            all.extend(names(&self.path.join(inner)));
        }
        for path in &all {
            close_to_others(path);
        }
    }
}

impl Drop for DataFolder {
    fn drop(&mut self) {
        if self.is_untouched.load(Ordering::Relaxed) {
            // A start that was refused leaves nothing behind.
            let _ = fs::remove_file(self.path.join(LOCK));
        }
        // A process that is just being started may still hold a copy of the open file.
        let _ = self.lock.unlock();
    }
}

/// What is there must be a file: others may never end.
pub(crate) fn check_kind(file: &Path) -> Result<(), FolderError> {
    match fs::metadata(file) {
        Ok(found) if !found.is_file() => Err(FolderError::damaged(file, "it is no regular file")),
        _ => Ok(()),
    }
}

/// Takes the rights of other users away, whatever they are.
#[cfg(unix)]
fn close_to_others(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    let Ok(found) = fs::symlink_metadata(path) else { return };
    let mode = found.permissions().mode();
    if found.is_symlink() || mode & 0o777 == mode & 0o700 {
        return;
    }
    match fs::set_permissions(path, fs::Permissions::from_mode(mode & 0o700)) {
        Ok(()) => tracing::info!("{} was open to other users (mode {:03o}) and is closed now", path.display(), mode & 0o777),
        Err(error) => tracing::warn!("{} stays open to other users: {error}", path.display()),
    }
}

#[cfg(not(unix))]
fn close_to_others(_: &Path) {}

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
fn write_whole(file: &Path, content: &[u8]) -> io::Result<()> {
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
