//! The rows on the disk.

use super::folder::{DataFolder, FolderError, sync_folder};
use crate::store::{Job, Profile, Row};
use redb::{Builder, DatabaseError, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What this program reads and writes.
const SCHEMA: u64 = 1;

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
/// By owner and name.
const PROFILES: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("profiles");
/// By the number of their making.
const JOBS: TableDefinition<u64, &[u8]> = TableDefinition::new("jobs");

/// The whole content is in memory anyway, so pages need little room there.
const CACHE_BYTES: usize = 16 << 20;

/// The database of a data folder.
#[derive(Debug)]
pub(crate) struct Database {
    file: PathBuf,
    /// None after an error, until it can be opened again.
    open: Option<redb::Database>,
    _folder: Arc<DataFolder>,
}

impl Database {
    /// Opens the database, or makes it, and reads all of it.
    pub(crate) fn open(folder: &Arc<DataFolder>) -> Result<(Self, Vec<Row>), FolderError> {
        let file = folder.path().join("signer.redb");
        if !file.exists() {
            create(&file)?;
        }
        let database = open(&file)?;
        let rows = unpanicked(&file, || read(&file, &database))?;
        Ok((Self { file, open: Some(database), _folder: Arc::clone(folder) }, rows))
    }

    /// Writes these rows in one step, and returns when they lie on the disk. After an error none of them is there.
    pub(crate) fn commit(&mut self, rows: &[Row]) -> Result<(), FolderError> {
        let before = self.open.take();
        let file = &self.file;
        let database = unpanicked(file, || {
            let database = before.map_or_else(|| open(file), Ok)?;
            write(&database, rows).map_err(|error| unusable(file, error))?;
            Ok(database)
        })?;
        self.open = Some(database);
        Ok(())
    }
}

/// Makes an empty database under another name first, so that one that is there has a schema.
fn create(file: &Path) -> Result<(), FolderError> {
    let io = FolderError::io(file);
    let unfinished = file.with_extension("unfinished");
    if unfinished.exists() {
        fs::remove_file(&unfinished).map_err(&io)?;
    }
    let database = Builder::new().set_cache_size(CACHE_BYTES).create(&unfinished);
    let database = database.map_err(|error| unusable(file, error))?;
    let make = || -> Result<(), redb::Error> {
        let transaction = database.begin_write()?;
        transaction.open_table(META)?.insert("schema", SCHEMA)?;
        transaction.open_table(PROFILES)?;
        transaction.open_table(JOBS)?;
        Ok(transaction.commit()?)
    };
    make().map_err(|error| unusable(file, error))?;
    drop(database);
    fs::rename(&unfinished, file).map_err(&io)?;
    sync_folder(file.parent().unwrap_or(Path::new("."))).map_err(&io)
}

/// Opens what is there, and believes none of it unchecked.
fn open(file: &Path) -> Result<redb::Database, FolderError> {
    if fs::metadata(file).map_err(FolderError::io(file))?.len() == 0 {
        return Err(FolderError::damaged(file, "it is empty"));
    }
    let opened =
        unpanicked(file, || Ok(Builder::new().set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true).open(file)))?;
    opened.map_err(|error| match error {
        DatabaseError::DatabaseAlreadyOpen => FolderError::InUse(file.parent().unwrap_or(file).to_owned()),
        error => unusable(file, error),
    })
}

fn read(file: &Path, database: &redb::Database) -> Result<Vec<Row>, FolderError> {
    let schema = schema(database).map_err(|error| unusable(file, error))?;
    if schema != SCHEMA {
        return Err(FolderError::OtherSchema { file: file.to_owned(), found: schema, known: SCHEMA });
    }
    let mut rows = Vec::new();
    let mut read = || -> Result<Option<String>, redb::Error> {
        let transaction = database.begin_read()?;
        for entry in transaction.open_table(PROFILES)?.iter()? {
            let (key, value) = entry?;
            match serde_json::from_slice::<Profile>(value.value()) {
                Ok(profile) => rows.push(Row::Profile(Arc::new(profile))),
                Err(error) => return Ok(Some(format!("profile {:?}: {error}", key.value()))),
            }
        }
        for entry in transaction.open_table(JOBS)?.iter()? {
            let (key, value) = entry?;
            match serde_json::from_slice::<Job>(value.value()) {
                Ok(job) => rows.push(Row::Job(key.value(), Arc::new(job))),
                Err(error) => return Ok(Some(format!("job {}: {error}", key.value()))),
            }
        }
        Ok(None)
    };
    match read().map_err(|error| unusable(file, error))? {
        Some(unreadable) => Err(FolderError::damaged(file, unreadable)),
        None => Ok(rows),
    }
}

/// The version of the schema; 0 where there is none.
fn schema(database: &redb::Database) -> Result<u64, redb::Error> {
    let table = database.begin_read()?.open_table(META)?;
    Ok(table.get("schema")?.map(|version| version.value()).unwrap_or_default())
}

fn write(database: &redb::Database, rows: &[Row]) -> Result<(), redb::Error> {
    let bytes = |value: serde_json::Result<Vec<u8>>| value.map_err(|error| redb::Error::Io(error.into()));
    let transaction = database.begin_write()?;
    {
        let mut profiles = transaction.open_table(PROFILES)?;
        let mut jobs = transaction.open_table(JOBS)?;
        for row in rows {
            match row {
                Row::Profile(profile) => {
                    let value = bytes(serde_json::to_vec(&**profile))?;
                    profiles.insert((profile.owner.as_str(), profile.name.as_str()), value.as_slice())?;
                }
                Row::Job(number, job) => {
                    let value = bytes(serde_json::to_vec(&**job))?;
                    jobs.insert(number, value.as_slice())?;
                }
                Row::NoProfile(owner, name) => drop(profiles.remove((owner.as_str(), name.as_str()))?),
                Row::NoJob(number) => drop(jobs.remove(number)?),
            }
        }
    }
    Ok(transaction.commit()?)
}

/// In a build for development redb panics over a file that is not as it wrote it. Somebody waits for what is done here.
fn unpanicked<T>(file: &Path, work: impl FnOnce() -> Result<T, FolderError>) -> Result<T, FolderError> {
    let done = panic::catch_unwind(AssertUnwindSafe(work));
    done.unwrap_or_else(|_| Err(FolderError::damaged(file, "it cannot be read")))
}

fn unusable(file: &Path, error: impl Into<redb::Error>) -> FolderError {
    let file = file.to_owned();
    match error.into() {
        redb::Error::Io(error) if error.kind() != std::io::ErrorKind::InvalidData => FolderError::Io { file, error },
        error => FolderError::Damaged { file, reason: error.to_string() },
    }
}
