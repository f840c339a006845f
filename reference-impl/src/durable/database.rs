//! The rows on the disk.

use std::path::PathBuf;
use std::sync::Arc;

use redb::{ReadableDatabase as _, ReadableTable as _, Table, TableDefinition, WriteTransaction};
use signer_folder::database::{self as file, Schema};
use signer_folder::{DataFolder, FolderError, SIGNER};

use crate::store::arn::Region;
use crate::store::changes::{Change, Row};
use crate::store::job::Job;
use crate::store::profile::Profile;

/// The schema of rows that name no Region but in their ARNs. It is read, and turned into the present one.
const OF_ONE_REGION: u64 = 1;

const SCHEMAS: Schema = Schema { name: "schema", oldest: OF_ONE_REGION, newest: 2 };

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

/// Not 0 between [`Change::Cleared`] and [`Change::Whole`].
const UNFINISHED: &str = "unfinished";

/// By Region, owner and name.
const PROFILES: TableDefinition<(&str, &str, &str), &[u8]> = TableDefinition::new("profiles-by-region");

/// By Region and the number of their making there.
const JOBS: TableDefinition<(&str, u64), &[u8]> = TableDefinition::new("jobs-by-region");

/// By owner and name, in the older schema.
const OLD_PROFILES: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("profiles");

/// By the number of their making, in the older schema.
const OLD_JOBS: TableDefinition<u64, &[u8]> = TableDefinition::new("jobs");

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
    /// Reads all of the database, if it is there. The file stays as it is. Rows that name no Region are of
    /// `home`.
    pub(crate) fn look(folder: &DataFolder, home: &str) -> Result<Contents, FolderError> {
        let file = folder.path().join(SIGNER);
        if !file.exists() {
            return Ok(Contents::default());
        }
        file::look(folder, SIGNER, SCHEMAS, |database, found| {
            let mut contents = Contents::default();
            let read = if found == OF_ONE_REGION {
                read_older(database, home, &mut contents)
            } else {
                read(database, &mut contents)
            };
            match read.map_err(|error| file::unusable(&file, error))? {
                Some(unreadable) => Err(FolderError::damaged(&file, unreadable)),
                None => Ok(contents),
            }
        })
    }

    /// Opens the database that was looked at, or makes it. What was found there in an older schema is kept in
    /// the present one.
    pub(crate) fn begin(folder: &Arc<DataFolder>, found: &Contents) -> Result<Self, FolderError> {
        let database = file::begin(folder, SIGNER, SCHEMAS, |transaction| {
            transaction.delete_table(OLD_PROFILES)?;
            transaction.delete_table(OLD_JOBS)?;
            let mut tables = Tables::open(transaction)?;
            found.rows.iter().try_for_each(|(region, row)| tables.insert(region, row))
        })?;
        Ok(Self { file: folder.path().join(SIGNER), open: Some(database), _folder: Arc::clone(folder) })
    }

    /// Writes these changes in one step, and returns when they lie on the disk. After an error none of them
    /// is there.
    pub(crate) fn commit(&mut self, changes: &[Change]) -> Result<(), FolderError> {
        let before = self.open.take();
        let file = &self.file;
        let database = file::unpanicked(file, || {
            let database = before.map_or_else(|| file::open(file), Ok)?;
            write(&database, changes).map_err(|error| file::unusable(file, error))?;
            Ok(database)
        })?;
        self.open = Some(database);
        Ok(())
    }
}

/// Reads what is there; says what of it cannot be read.
fn read(database: &redb::Database, contents: &mut Contents) -> Result<Option<String>, redb::Error> {
    let transaction = database.begin_read()?;
    let unfinished = transaction.open_table(META)?.get(UNFINISHED)?.map(|number| number.value());
    contents.is_unfinished = unfinished.is_some_and(|number| number != 0);
    for entry in transaction.open_table(PROFILES)?.iter()? {
        let (key, value) = entry?;
        match profile(value.value()) {
            Ok(row) => contents.rows.push((key.value().0.into(), row)),
            Err(error) => return Ok(Some(format!("profile {:?}: {error}", key.value()))),
        }
    }
    for entry in transaction.open_table(JOBS)?.iter()? {
        let (key, value) = entry?;
        match job(key.value().1, value.value()) {
            Ok(row) => contents.rows.push((key.value().0.into(), row)),
            Err(error) => return Ok(Some(format!("job {:?}: {error}", key.value()))),
        }
    }
    Ok(None)
}

/// The same in the older schema.
fn read_older(
    database: &redb::Database,
    home: &str,
    contents: &mut Contents,
) -> Result<Option<String>, redb::Error> {
    let mut found = |row: Row| contents.rows.push((row.region().unwrap_or(home).into(), row));
    let transaction = database.begin_read()?;
    for entry in transaction.open_table(OLD_PROFILES)?.iter()? {
        let (key, value) = entry?;
        match profile(value.value()) {
            Ok(row) => found(row),
            Err(error) => return Ok(Some(format!("profile {:?}: {error}", key.value()))),
        }
    }
    for entry in transaction.open_table(OLD_JOBS)?.iter()? {
        let (key, value) = entry?;
        match job(key.value(), value.value()) {
            Ok(row) => found(row),
            Err(error) => return Ok(Some(format!("job {}: {error}", key.value()))),
        }
    }
    Ok(None)
}

fn profile(bytes: &[u8]) -> serde_json::Result<Row> {
    serde_json::from_slice::<Profile>(bytes).map(|profile| Row::Profile(Arc::new(profile)))
}

fn job(number: u64, bytes: &[u8]) -> serde_json::Result<Row> {
    serde_json::from_slice::<Job>(bytes).map(|job| Row::Job(number, Arc::new(job)))
}

fn write(database: &redb::Database, changes: &[Change]) -> Result<(), redb::Error> {
    let transaction = file::transaction(database)?;
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
                self.profiles
                    .insert((region, profile.owner.as_str(), profile.name.as_str()), value.as_slice())?;
            }
            Row::Job(number, job) => {
                let value = bytes(serde_json::to_vec(&**job))?;
                self.jobs.insert((region, *number), value.as_slice())?;
            }
            Row::NoProfile(owner, name) => {
                drop(self.profiles.remove((region, owner.as_str(), name.as_str()))?);
            }
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
