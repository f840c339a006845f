//! The folder itself: one server at a time, and a list of what belongs to it.

use crate::error::FolderError;
use crate::files::{check_kind, close_to_others, private_file, private_folder, write_whole};
use std::fs::{self, File, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

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

impl DataFolder {
    /// Takes the folder, which is made if it is not there.
    pub fn open(path: &Path) -> Result<Self, FolderError> {
        private_folder(path).map_err(FolderError::io(path))?;
        let file = path.join(LOCK);
        let is_untouched = AtomicBool::new(!file.exists());
        check_kind(&file)?;
        let lock = private_file()
            .create(true)
            .read(true)
            .append(true)
            .open(&file)
            .map_err(FolderError::io(&file))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(FolderError::InUse(path.to_owned())),
            Err(TryLockError::Error(error)) => return Err(FolderError::Io { file, error }),
        }
        let folder =
            Self { path: path.to_owned(), lock, bond: OnceLock::new(), torn: Mutex::new(None), is_untouched };
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
        let unknown =
            || FolderError::damaged(&file, "it lists something else than the files of a data folder");
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
        let is_listed =
            |name: &&str| listed.split_inclusive('\n').any(|line| line.strip_suffix('\n') == Some(name));
        for name in
            IN_ORDER.into_iter().chain([RSA]).filter(|name| !is_listed(name) && self.path.join(name).exists())
        {
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
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Err(FolderError::damaged(&file, error))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(FolderError::Io { file, error }),
        }
    }

    /// The file of that name, or what `make` says, which is kept under that name from then on. Only its owner
    /// may read it.
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

    /// Closes what was open to other users. A folder that holds other things beside stays as it is, and so
    /// does what belongs to another user; either is said.
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
