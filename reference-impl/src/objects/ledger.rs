//! The index on disk, in one file that is whole after a loss of power: a change is there when [`Ledger::keep`] has returned.

use super::bucket::BucketInfo;
use super::index::{Change, Index};
use super::uploads::{Part, Upload};
use super::{Asker, Attributes, Checksum, Content, Failure, Object, Settings, Version, Versioning};
use jiff::Timestamp;
use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition, WriteTransaction};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What is written below says the same in each version of this number.
const FORMAT: u64 = 1;

const META: TableDefinition<'_, &str, u64> = TableDefinition::new("meta");
const BUCKETS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("buckets");
/// By bucket, key and place in the order of all writes.
const VERSIONS: TableDefinition<'_, (&str, &str, u64), &[u8]> = TableDefinition::new("versions");
const UPLOADS: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("uploads");
const PARTS: TableDefinition<'_, (&str, u16), &[u8]> = TableDefinition::new("parts");

#[derive(Serialize, Deserialize)]
struct BucketRow {
    /// Nothing in rows from before buckets had an owner and a Region.
    owner: Option<String>,
    region: Option<String>,
    created_at_ns: i128,
    versioning: Versioning,
    #[serde(default)]
    settings: Settings,
}

#[derive(Serialize, Deserialize)]
struct VersionRow {
    id: String,
    written_at_ns: i128,
    object: Option<ObjectRow>,
}

#[derive(Serialize, Deserialize)]
struct ObjectRow {
    etag: String,
    attributes: Attributes,
    file: String,
    size: u64,
}

#[derive(Serialize, Deserialize)]
struct UploadRow {
    bucket: String,
    key: String,
    attributes: Attributes,
    started_at_ns: i128,
}

#[derive(Serialize, Deserialize)]
struct PartRow {
    etag: String,
    written_at_ns: i128,
    checksum: Option<Checksum>,
    file: String,
    size: u64,
}

/// The file.
#[derive(Debug)]
pub(super) struct Ledger {
    path: PathBuf,
    /// Nothing after an error, until it can be opened again.
    database: Option<Database>,
}

impl Ledger {
    /// Opens the file, or makes it, and reads the index; with it comes the highest sequence number. Contents that nobody
    /// knows, of writes that were never acknowledged, are removed from the folder.
    pub(super) fn open(path: &Path, folder: &Path, home: Asker<'_>) -> Result<(Self, Index, u64), Failure> {
        let told = |failure: Failure| match failure {
            Failure::Disk(told) => Failure::Disk(format!("{}: {told}", path.display())),
            other => other,
        };
        let database = Database::create(path).map_err(|error| told(redb::Error::from(error).into()))?;
        let mut ledger = Self { path: path.to_owned(), database: Some(database) };
        ledger.prepare().map_err(told)?;
        let (index, last) = ledger.read(folder, home).map_err(told)?;
        remove_unknown(&index, folder)?;
        Ok((ledger, index, last))
    }

    /// Makes the tables, and refuses a file of another format.
    fn prepare(&mut self) -> Result<(), Failure> {
        let transaction = self.database()?.begin_write().map_err(redb::Error::from)?;
        let format = {
            let mut meta = transaction.open_table(META).map_err(redb::Error::from)?;
            let format = meta.get("format").map_err(redb::Error::from)?.map(|format| format.value());
            meta.insert("format", FORMAT).map_err(redb::Error::from)?;
            transaction.open_table(BUCKETS).map_err(redb::Error::from)?;
            transaction.open_table(VERSIONS).map_err(redb::Error::from)?;
            transaction.open_table(UPLOADS).map_err(redb::Error::from)?;
            transaction.open_table(PARTS).map_err(redb::Error::from)?;
            format.unwrap_or(FORMAT)
        };
        if format != FORMAT {
            let told = format!("it has format {format}, and this program reads {FORMAT}; use the program that wrote it");
            return Err(Failure::Disk(told));
        }
        Ok(transaction.commit().map_err(redb::Error::from)?)
    }

    fn database(&mut self) -> Result<&Database, Failure> {
        if self.database.is_none() {
            self.database = Some(Database::open(&self.path).map_err(redb::Error::from)?);
        }
        self.database.as_ref().ok_or_else(|| Failure::Disk("it is closed".to_owned()))
    }

    /// Writes changes down, all or none.
    pub(super) fn keep(&mut self, changes: &[Change]) -> Result<(), Failure> {
        if changes.is_empty() {
            return Ok(());
        }
        let Err(failure) = self.try_keep(changes) else { return Ok(()) };
        // After an error the file does not take anything more until it is opened again; that also tells what it holds.
        self.database = None;
        match self.holds_first(changes) {
            Ok(true) => Ok(()),
            Ok(false) => Err(failure),
            Err(_) => {
                // Nobody knows. The contents stay for the next start to judge.
                contents(changes).for_each(|content| content.index(true));
                Err(failure)
            }
        }
    }

    fn try_keep(&mut self, changes: &[Change]) -> Result<(), Failure> {
        let transaction = self.database()?.begin_write().map_err(redb::Error::from)?;
        for change in changes {
            write(&transaction, change)?;
        }
        Ok(transaction.commit().map_err(redb::Error::from)?)
    }

    /// Whether the first of the changes, and so all, can be read.
    fn holds_first(&mut self, changes: &[Change]) -> Result<bool, Failure> {
        let transaction = self.database()?.begin_read().map_err(redb::Error::from)?;
        let versions = transaction.open_table(VERSIONS).map_err(redb::Error::from)?;
        let parts = transaction.open_table(PARTS).map_err(redb::Error::from)?;
        Ok(match changes.first() {
            Some(Change::Version { bucket, key, version }) => {
                versions.get((bucket.as_str(), key.as_str(), version.sequence)).map_err(redb::Error::from)?.is_some()
            }
            Some(Change::Part { id, number, part }) => {
                let row = parts.get((id.as_str(), *number)).map_err(redb::Error::from)?;
                let row: Option<PartRow> = row.and_then(|row| serde_json::from_slice(row.value()).ok());
                row.is_some_and(|row| Some(row.file.as_str()) == part.content.file_name())
            }
            // The others have no contents; the writer is told of the error and may ask again.
            Some(
                Change::Bucket { .. }
                | Change::BucketGone { .. }
                | Change::VersionGone { .. }
                | Change::Upload { .. }
                | Change::UploadGone { .. },
            )
            | None => false,
        })
    }

    fn read(&mut self, folder: &Path, home: Asker<'_>) -> Result<(Index, u64), Failure> {
        let transaction = self.database()?.begin_read().map_err(redb::Error::from)?;
        let (mut index, mut last) = (Index::default(), 0);
        for row in transaction.open_table(BUCKETS).and_then(|table| Ok(table.range::<&str>(..)?)).map_err(redb::Error::from)? {
            let (name, row) = row.map_err(redb::Error::from)?;
            let BucketRow { owner, region, created_at_ns, versioning, settings } = parsed(row.value())?;
            let (owner, region) =
                (owner.unwrap_or_else(|| home.account.to_owned()), region.unwrap_or_else(|| home.region.to_owned()));
            let info = BucketInfo { owner, region, created_at: time(created_at_ns)?, versioning, settings };
            index.apply(Change::Bucket { name: name.value().to_owned(), info });
        }
        let rows = transaction.open_table(VERSIONS).and_then(|table| Ok(table.range::<(&str, &str, u64)>(..)?));
        for row in rows.map_err(redb::Error::from)? {
            let (place, row) = row.map_err(redb::Error::from)?;
            let (bucket, key, sequence) = place.value();
            let row: VersionRow = parsed(row.value())?;
            last = last.max(sequence);
            let object = row.object.map(|row| row.read(folder)).transpose()?;
            let version = Arc::new(Version { sequence, id: row.id, written_at: time(row.written_at_ns)?, object });
            index.apply(Change::Version { bucket: bucket.to_owned(), key: key.to_owned(), version });
        }
        for row in transaction.open_table(UPLOADS).and_then(|table| Ok(table.range::<&str>(..)?)).map_err(redb::Error::from)? {
            let (id, row) = row.map_err(redb::Error::from)?;
            let row: UploadRow = parsed(row.value())?;
            let UploadRow { bucket, key, attributes, started_at_ns } = row;
            let upload = Upload { bucket, key, attributes, started_at: time(started_at_ns)?, parts: BTreeMap::new() };
            index.apply(Change::Upload { id: id.value().to_owned(), upload });
        }
        for row in
            transaction.open_table(PARTS).and_then(|table| Ok(table.range::<(&str, u16)>(..)?)).map_err(redb::Error::from)?
        {
            let (place, row) = row.map_err(redb::Error::from)?;
            let (id, number) = place.value();
            let row: PartRow = parsed(row.value())?;
            let content = Arc::new(Content::known(folder, &row.file, row.size)?);
            let part = Part { etag: row.etag, written_at: time(row.written_at_ns)?, checksum: row.checksum, content };
            index.apply(Change::Part { id: id.to_owned(), number, part: Arc::new(part) });
        }
        Ok((index, last))
    }
}

impl ObjectRow {
    fn read(self, folder: &Path) -> Result<Object, Failure> {
        let content = Arc::new(Content::known(folder, &self.file, self.size)?);
        Ok(Object { etag: self.etag, attributes: self.attributes, content })
    }
}

fn write(transaction: &WriteTransaction, change: &Change) -> Result<(), Failure> {
    let error = redb::Error::from;
    let file = |content: &Content| content.file_name().unwrap_or_default().to_owned();
    match change {
        Change::Bucket { name, info } => {
            let BucketInfo { owner, region, created_at, versioning, settings } = info.clone();
            let (owner, region) = (Some(owner), Some(region));
            let row = BucketRow { owner, region, created_at_ns: created_at.as_nanosecond(), versioning, settings };
            put(transaction, BUCKETS, name.as_str(), &row)
        }
        Change::BucketGone { name } => {
            transaction.open_table(BUCKETS).map_err(error)?.remove(name.as_str()).map_err(redb::Error::from)?;
            Ok(())
        }
        Change::Version { bucket, key, version } => {
            let object = version.object.as_ref().map(|object| ObjectRow {
                etag: object.etag.clone(),
                attributes: object.attributes.clone(),
                file: file(&object.content),
                size: object.content.size(),
            });
            let row = VersionRow { id: version.id.clone(), written_at_ns: version.written_at.as_nanosecond(), object };
            put(transaction, VERSIONS, (bucket.as_str(), key.as_str(), version.sequence), &row)
        }
        Change::VersionGone { bucket, key, sequence } => {
            let mut versions = transaction.open_table(VERSIONS).map_err(error)?;
            versions.remove((bucket.as_str(), key.as_str(), *sequence)).map_err(redb::Error::from)?;
            Ok(())
        }
        Change::Upload { id, upload } => {
            let Upload { bucket, key, attributes, started_at, .. } = upload.clone();
            let row = UploadRow { bucket, key, attributes, started_at_ns: started_at.as_nanosecond() };
            put(transaction, UPLOADS, id.as_str(), &row)
        }
        Change::Part { id, number, part } => {
            let row = PartRow {
                etag: part.etag.clone(),
                written_at_ns: part.written_at.as_nanosecond(),
                checksum: part.checksum.clone(),
                file: file(&part.content),
                size: part.content.size(),
            };
            put(transaction, PARTS, (id.as_str(), *number), &row)
        }
        Change::UploadGone { id } => {
            transaction.open_table(UPLOADS).map_err(error)?.remove(id.as_str()).map_err(redb::Error::from)?;
            let mut parts = transaction.open_table(PARTS).map_err(error)?;
            parts.retain_in((id.as_str(), 0)..=(id.as_str(), u16::MAX), |_, _| false).map_err(redb::Error::from)?;
            Ok(())
        }
    }
}

fn put<K: redb::Key + 'static>(
    transaction: &WriteTransaction,
    table: TableDefinition<'_, K, &'static [u8]>,
    key: K::SelfType<'_>,
    row: &impl Serialize,
) -> Result<(), Failure> {
    let row = serde_json::to_vec(row).map_err(|error| Failure::Disk(error.to_string()))?;
    let mut table = transaction.open_table(table).map_err(redb::Error::from)?;
    table.insert(key, row.as_slice()).map_err(redb::Error::from)?;
    Ok(())
}

fn parsed<T: DeserializeOwned>(row: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(row).map_err(|error| Failure::Disk(format!("a row is damaged: {error}")))
}

fn time(nanoseconds: i128) -> Result<Timestamp, Failure> {
    Timestamp::from_nanosecond(nanoseconds).map_err(|error| Failure::Disk(format!("a row is damaged: {error}")))
}

fn contents(changes: &[Change]) -> impl Iterator<Item = &Content> {
    changes.iter().filter_map(|change| match change {
        Change::Version { version, .. } => version.object.as_ref().map(|object| object.content.as_ref()),
        Change::Part { part, .. } => Some(part.content.as_ref()),
        Change::Bucket { .. }
        | Change::BucketGone { .. }
        | Change::VersionGone { .. }
        | Change::Upload { .. }
        | Change::UploadGone { .. } => None,
    })
}

fn remove_unknown(index: &Index, folder: &Path) -> Result<(), Failure> {
    let versions = index.buckets.values().flat_map(|bucket| bucket.keys.values().flatten());
    let objects = versions.filter_map(|version| version.object.as_ref()?.content.file_name());
    let parts = index.uploads.values().flat_map(|upload| upload.parts.values()).filter_map(|part| part.content.file_name());
    let known: HashSet<&str> = objects.chain(parts).collect();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let is_known = entry.file_name().to_str().is_some_and(|name| known.contains(name));
        if !is_known && entry.file_type()?.is_file() {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}
