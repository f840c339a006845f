//! The one way in which the databases of a data folder are looked at, opened and made.
//!
//! A database is looked at in a copy in memory, with every checksum of it: redb may repair what it opens, and
//! a folder that is not served stays as it is. Its commits are made in two phases, so that a damaged last one
//! is an error and never quietly the one before.

use crate::error::FolderError;
use crate::files::{check_kind, private_file, sync_folder};
use crate::folder::DataFolder;
use redb::backends::{FileBackend, InMemoryBackend};
use redb::{
    Builder, Database, DatabaseError, ReadableDatabase as _, StorageBackend as _, TableDefinition,
    TableError, WriteTransaction,
};
use std::cell::Cell;
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
/// What the secret of the folder leaves in each of its databases.
const BOND: &str = "folder";
/// How each database begins.
const BEGINNING: &[u8] = b"redb";

/// The whole content is in memory anyway, so pages need little room there.
const CACHE_BYTES: usize = 16 << 20;

/// What is written in a database, and how it says so.
#[derive(Debug, Clone, Copy)]
pub struct Schema {
    /// The name of the number in the table of such things.
    pub name: &'static str,
    /// The oldest that is read.
    pub oldest: u64,
    /// The one that is written.
    pub newest: u64,
}

/// What `read` finds in a database, whose schema it is told; the file stays as it is.
pub fn look<T>(
    folder: &DataFolder,
    name: &str,
    schema: Schema,
    read: impl FnOnce(&Database, u64) -> Result<T, FolderError>,
) -> Result<T, FolderError> {
    let file = &folder.path().join(name);
    check_kind(file)?;
    let bytes = fs::read(file).map_err(FolderError::io(file))?;
    if bytes.is_empty() {
        return Err(FolderError::damaged(file, "it is empty"));
    }
    if !bytes.starts_with(BEGINNING) {
        return Err(FolderError::damaged(file, "it is no database"));
    }
    unpanicked(file, || {
        let copy = InMemoryBackend::new();
        let copied = copy.set_len(bytes.len() as u64).and_then(|()| copy.write(0, &bytes));
        drop(bytes);
        copied.map_err(|error| FolderError::damaged(file, format!("it cannot be copied: {error:?}")))?;
        let builder = &mut Builder::new();
        let opened =
            builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true).create_with_backend(copy);
        let database = opened.map_err(|error| unusable(file, error))?;
        let found = number(&database, schema.name).map_err(|error| unusable(file, error))?.unwrap_or(0);
        if !(schema.oldest..=schema.newest).contains(&found) {
            return Err(FolderError::OtherSchema { file: file.clone(), found, known: schema.newest });
        }
        let bond = number(&database, BOND).map_err(|error| unusable(file, error))?;
        if bond.is_some_and(|bond| folder.bond().is_some_and(|own| own != bond)) {
            return Err(FolderError::Foreign { file: file.clone() });
        }
        read(&database, found)
    })
}

/// Opens what was looked at before, to write in it.
pub fn open(file: &Path) -> Result<Database, FolderError> {
    let builder = &mut Builder::new();
    let opened = unpanicked(file, || {
        Ok(builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true).open(file))
    })?;
    opened.map_err(|error| match error {
        DatabaseError::DatabaseAlreadyOpen => FolderError::InUse(file.parent().unwrap_or(file).to_owned()),
        error => unusable(file, error),
    })
}

/// Opens the database to write in it. One that is not there is made, under another name first, so that one
/// that is there has a schema; `prepare` makes its tables, and rewrites what older programs wrote.
pub fn begin(
    folder: &DataFolder,
    name: &'static str,
    schema: Schema,
    prepare: impl FnOnce(&WriteTransaction) -> Result<(), redb::Error>,
) -> Result<Database, FolderError> {
    let file = &folder.path().join(name);
    let io = FolderError::io(file);
    let is_new = !file.exists();
    let unfinished = file.with_extension("unfinished");
    let database = if is_new {
        match fs::remove_file(&unfinished) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(io(error)),
            _ => {}
        }
        let made = private_file().read(true).write(true).create_new(true).open(&unfinished).map_err(&io)?;
        let made = FileBackend::new(made)
            .and_then(|made| Builder::new().set_cache_size(CACHE_BYTES).create_with_backend(made));
        made.map_err(|error| unusable(file, error))?
    } else {
        open(file)?
    };
    let is_current = number(&database, schema.name).ok().flatten() == Some(schema.newest)
        && (folder.bond().is_none() || number(&database, BOND).ok().flatten() == folder.bond());
    if !is_current {
        let write = || -> Result<(), redb::Error> {
            let transaction = transaction(&database)?;
            {
                let mut meta = transaction.open_table(META)?;
                meta.insert(schema.name, schema.newest)?;
                if let Some(bond) = folder.bond() {
                    meta.insert(BOND, bond)?;
                }
            }
            prepare(&transaction)?;
            Ok(transaction.commit()?)
        };
        unpanicked(file, || write().map_err(|error| unusable(file, error)))?;
    }
    if !is_new {
        return Ok(database);
    }
    drop(database);
    fs::rename(&unfinished, file).map_err(&io)?;
    sync_folder(folder.path()).map_err(&io)?;
    folder.register(name)?;
    open(file)
}

/// A transaction whose end is on the disk as a whole, or not at all.
pub fn transaction(database: &Database) -> Result<WriteTransaction, redb::Error> {
    let mut transaction = database.begin_write()?;
    transaction.set_two_phase_commit(true);
    Ok(transaction)
}

/// One of the numbers that a database holds about itself.
fn number(database: &Database, name: &str) -> Result<Option<u64>, redb::Error> {
    let table = match database.begin_read()?.open_table(META) {
        Err(TableError::TableDoesNotExist(_)) => return Ok(None),
        table => table?,
    };
    Ok(table.get(name)?.map(|number| number.value()))
}

thread_local! {
    /// Whether this thread looks at what may be damaged.
    static IS_LOOKING: Cell<bool> = const { Cell::new(false) };
}

/// In a build for development redb panics over a file that is not as it wrote it. Somebody waits for what is
/// done here, and is told by the error alone.
pub fn unpanicked<T>(file: &Path, work: impl FnOnce() -> Result<T, FolderError>) -> Result<T, FolderError> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let hook = panic::take_hook();
        panic::set_hook(Box::new(move |panicked| {
            if !IS_LOOKING.get() {
                hook(panicked);
            }
        }));
    });
    let before = IS_LOOKING.replace(true);
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    IS_LOOKING.set(before);
    done.unwrap_or_else(|_| Err(FolderError::damaged(file, "it cannot be read")))
}

/// Why a database cannot be used: the disk refuses, or what lies there is damaged.
pub fn unusable(file: &Path, error: impl Into<redb::Error>) -> FolderError {
    let file = file.to_owned();
    match error.into() {
        redb::Error::Io(error) if error.kind() != std::io::ErrorKind::InvalidData => {
            FolderError::Io { file, error }
        }
        error => FolderError::Damaged { file, reason: error.to_string() },
    }
}
