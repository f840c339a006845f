//! The rows on the disk.

use super::folder::{DataFolder, FolderError, sync_folder};
use crate::store::{Change, Job, Profile, Region, Row};
use redb::{Builder, DatabaseError, ReadableDatabase as _, ReadableTable as _, Table, TableDefinition, WriteTransaction};
use std::fs;
use std::panic::{self, AssertUnwindSafe};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What this program writes.
const SCHEMA: u64 = 2;
/// What it also reads, and turns into its own: the rows of one Region, which their ARNs name.
const SCHEMA_OF_ONE_REGION: u64 = 1;

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
/// By Region, owner and name.
const PROFILES: TableDefinition<(&str, &str, &str), &[u8]> = TableDefinition::new("profiles-by-region");
/// By Region and the number of their making there.
const JOBS: TableDefinition<(&str, u64), &[u8]> = TableDefinition::new("jobs-by-region");

/// Profiles of one Region, by owner and name.
const OLD_PROFILES: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("profiles");
/// Jobs of one Region, by number.
const OLD_JOBS: TableDefinition<u64, &[u8]> = TableDefinition::new("jobs");

/// The whole content is in memory anyway, so pages need little room there.
const CACHE_BYTES: usize = 16 << 20;

/// What is in a database when it is opened.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// The rows.
    pub(crate) rows: Vec<(Region, Row)>,
    /// Everything was forgotten, and what was to come instead is not all there: see [`Change::Cleared`].
    pub(crate) is_unfinished: bool,
}

/// The database of a data folder.
#[derive(Debug)]
pub(crate) struct Database {
    file: PathBuf,
    /// None after an error, until it can be opened again.
    open: Option<redb::Database>,
    _folder: Arc<DataFolder>,
}

impl Database {
    /// Opens the database, or makes it, and reads all of it. Rows that name no Region are of `home`.
    pub(crate) fn open(folder: &Arc<DataFolder>, home: &str) -> Result<(Self, Contents), FolderError> {
        let file = folder.path().join("signer.redb");
        if !file.exists() {
            create(&file)?;
        }
        let database = open(&file)?;
        let contents = unpanicked(&file, || read(&file, &database, home))?;
        Ok((Self { file, open: Some(database), _folder: Arc::clone(folder) }, contents))
    }

    /// Writes these changes in one step, and returns when they lie on the disk. After an error none of them is there.
    pub(crate) fn commit(&mut self, changes: &[Change]) -> Result<(), FolderError> {
        let before = self.open.take();
        let file = &self.file;
        let database = unpanicked(file, || {
            let database = before.map_or_else(|| open(file), Ok)?;
            write(&database, changes).map_err(|error| unusable(file, error))?;
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
        transaction.open_table(META)?.insert(VERSION, SCHEMA)?;
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

fn read(file: &Path, database: &redb::Database, home: &str) -> Result<Contents, FolderError> {
    let meta = |name| number(database, name).map_err(|error| unusable(file, error));
    match meta(VERSION)? {
        SCHEMA => {}
        SCHEMA_OF_ONE_REGION => return renewed(file, database, home),
        found => return Err(FolderError::OtherSchema { file: file.to_owned(), found, known: SCHEMA }),
    }
    let is_unfinished = meta(UNFINISHED)? != 0;
    let mut rows = Vec::new();
    let mut read = || -> Result<Option<String>, redb::Error> {
        let transaction = database.begin_read()?;
        for entry in transaction.open_table(PROFILES)?.iter()? {
            let (key, value) = entry?;
            match profile(value.value()) {
                Ok(row) => rows.push((key.value().0.into(), row)),
                Err(error) => return Ok(Some(format!("profile {:?}: {error}", key.value()))),
            }
        }
        for entry in transaction.open_table(JOBS)?.iter()? {
            let (key, value) = entry?;
            match job(key.value().1, value.value()) {
                Ok(row) => rows.push((key.value().0.into(), row)),
                Err(error) => return Ok(Some(format!("job {:?}: {error}", key.value()))),
            }
        }
        Ok(None)
    };
    match read().map_err(|error| unusable(file, error))? {
        Some(unreadable) => Err(FolderError::damaged(file, unreadable)),
        None => Ok(Contents { rows, is_unfinished }),
    }
}

/// Turns a database of the older schema into one of this, in one step.
fn renewed(file: &Path, database: &redb::Database, home: &str) -> Result<Contents, FolderError> {
    let mut rows = Vec::new();
    let mut read = || -> Result<Option<String>, redb::Error> {
        let transaction = database.begin_read()?;
        for entry in transaction.open_table(OLD_PROFILES)?.iter()? {
            let (key, value) = entry?;
            match profile(value.value()) {
                Ok(row) => rows.push(row),
                Err(error) => return Ok(Some(format!("profile {:?}: {error}", key.value()))),
            }
        }
        for entry in transaction.open_table(OLD_JOBS)?.iter()? {
            let (key, value) = entry?;
            match job(key.value(), value.value()) {
                Ok(row) => rows.push(row),
                Err(error) => return Ok(Some(format!("job {}: {error}", key.value()))),
            }
        }
        Ok(None)
    };
    if let Some(unreadable) = read().map_err(|error| unusable(file, error))? {
        return Err(FolderError::damaged(file, unreadable));
    }
    let rows: Vec<(Region, Row)> = rows.into_iter().map(|row| (row.region().unwrap_or(home).into(), row)).collect();
    let write = || -> Result<(), redb::Error> {
        let transaction = database.begin_write()?;
        transaction.delete_table(OLD_PROFILES)?;
        transaction.delete_table(OLD_JOBS)?;
        let mut tables = Tables::open(&transaction)?;
        tables.meta.insert(VERSION, SCHEMA)?;
        for (region, row) in &rows {
            tables.insert(region, row)?;
        }
        drop(tables);
        Ok(transaction.commit()?)
    };
    write().map_err(|error| unusable(file, error))?;
    Ok(Contents { rows, is_unfinished: false })
}

fn profile(bytes: &[u8]) -> serde_json::Result<Row> {
    serde_json::from_slice::<Profile>(bytes).map(|profile| Row::Profile(Arc::new(profile)))
}

fn job(number: u64, bytes: &[u8]) -> serde_json::Result<Row> {
    serde_json::from_slice::<Job>(bytes).map(|job| Row::Job(number, Arc::new(job)))
}

/// The version of the schema.
const VERSION: &str = "schema";
/// Not 0 between [`Change::Cleared`] and [`Change::Whole`].
const UNFINISHED: &str = "unfinished";

/// A number of the database itself; 0 where there is none.
fn number(database: &redb::Database, name: &str) -> Result<u64, redb::Error> {
    let table = database.begin_read()?.open_table(META)?;
    Ok(table.get(name)?.map(|number| number.value()).unwrap_or_default())
}

fn write(database: &redb::Database, changes: &[Change]) -> Result<(), redb::Error> {
    let transaction = database.begin_write()?;
    {
        let mut tables = Tables::open(&transaction)?;
        for change in changes {
            match change {
                Change::Row(region, row) => tables.insert(region, row)?,
                Change::Cleared => tables.clear()?,
                Change::Whole => drop(tables.meta.remove(UNFINISHED)?),
            }
        }
    }
    Ok(transaction.commit()?)
}

/// The tables, to write.
struct Tables<'t> {
    meta: Table<'t, &'static str, u64>,
    profiles: Table<'t, (&'static str, &'static str, &'static str), &'static [u8]>,
    jobs: Table<'t, (&'static str, u64), &'static [u8]>,
}

impl<'t> Tables<'t> {
    fn open(transaction: &'t WriteTransaction) -> Result<Self, redb::Error> {
        Ok(Self {
            meta: transaction.open_table(META)?,
            profiles: transaction.open_table(PROFILES)?,
            jobs: transaction.open_table(JOBS)?,
        })
    }

    fn insert(&mut self, region: &str, row: &Row) -> Result<(), redb::Error> {
        let bytes = |value: serde_json::Result<Vec<u8>>| value.map_err(|error| redb::Error::Io(error.into()));
        match row {
            Row::Profile(profile) => {
                let value = bytes(serde_json::to_vec(&**profile))?;
                self.profiles.insert((region, profile.owner.as_str(), profile.name.as_str()), value.as_slice())?;
            }
            Row::Job(number, job) => {
                let value = bytes(serde_json::to_vec(&**job))?;
                self.jobs.insert((region, *number), value.as_slice())?;
            }
            Row::NoProfile(owner, name) => drop(self.profiles.remove((region, owner.as_str(), name.as_str()))?),
            Row::NoJob(number) => drop(self.jobs.remove((region, *number))?),
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), redb::Error> {
        self.profiles.retain(|_, _| false)?;
        self.jobs.retain(|_, _| false)?;
        self.meta.insert(UNFINISHED, 1)?;
        Ok(())
    }
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
