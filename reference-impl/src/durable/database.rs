//! The rows on the disk.

use super::file::{self, Schema};
use super::folder::{DataFolder, FolderError, SIGNER};
use crate::store::{Job, Profile, Row};
use redb::{ReadableDatabase as _, ReadableTable as _, TableDefinition};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What this program reads and writes.
const SCHEMA: u64 = 1;

/// By owner and name.
const PROFILES: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("profiles");
/// By the number of their making.
const JOBS: TableDefinition<u64, &[u8]> = TableDefinition::new("jobs");

const SCHEMAS: Schema = Schema { name: "schema", oldest: SCHEMA, newest: SCHEMA };

/// The database of a data folder.
#[derive(Debug)]
pub(crate) struct Database {
    file: PathBuf,
    /// None after an error, until it can be opened again.
    open: Option<redb::Database>,
    _folder: Arc<DataFolder>,
}

impl Database {
    /// Reads all of the database, if it is there. The file stays as it is.
    pub(crate) fn look(folder: &DataFolder) -> Result<Vec<Row>, FolderError> {
        let file = folder.path().join(SIGNER);
        if !file.exists() {
            return Ok(Vec::new());
        }
        file::look(folder, SIGNER, SCHEMAS, |database, _| read(&file, database))
    }

    /// Opens the database that was looked at, or makes it.
    pub(crate) fn begin(folder: &Arc<DataFolder>) -> Result<Self, FolderError> {
        let database = file::begin(folder, SIGNER, SCHEMAS, |transaction| {
            transaction.open_table(PROFILES)?;
            transaction.open_table(JOBS)?;
            Ok(())
        })?;
        Ok(Self { file: folder.path().join(SIGNER), open: Some(database), _folder: Arc::clone(folder) })
    }

    /// Writes these rows in one step, and returns when they lie on the disk. After an error none of them is there.
    pub(crate) fn commit(&mut self, rows: &[Row]) -> Result<(), FolderError> {
        let before = self.open.take();
        let file = &self.file;
        let database = file::unpanicked(file, || {
            let database = before.map_or_else(|| file::open(file), Ok)?;
            write(&database, rows).map_err(|error| file::unusable(file, error))?;
            Ok(database)
        })?;
        self.open = Some(database);
        Ok(())
    }
}

fn read(file: &Path, database: &redb::Database) -> Result<Vec<Row>, FolderError> {
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
    match read().map_err(|error| file::unusable(file, error))? {
        Some(unreadable) => Err(FolderError::damaged(file, unreadable)),
        None => Ok(rows),
    }
}

fn write(database: &redb::Database, rows: &[Row]) -> Result<(), redb::Error> {
    let bytes = |value: serde_json::Result<Vec<u8>>| value.map_err(|error| redb::Error::Io(error.into()));
    let transaction = file::transaction(database)?;
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
