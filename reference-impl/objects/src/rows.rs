//! The rows of the index on disk: how each is written, and how all are read.

use crate::asker::Asker;
use crate::bucket::{BucketInfo, Versioning};
use crate::change::Change;
use crate::content::Content;
use crate::index::Index;
use crate::parts::{Part, Upload};
use crate::settings::Settings;
use crate::version::{Attributes, Checksum, Object, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition, WriteTransaction};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use signer_folder::FolderError;
use signer_folder::database::{self, Schema};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What is written below says the same in each version of this number. In the first one buckets had neither
/// owner nor Region, and contents no digests.
pub(crate) const FORMAT: Schema = Schema { name: "format", oldest: 1, newest: 2 };

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
    /// In base64.
    digests: Option<String>,
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
    /// In base64.
    digests: Option<String>,
}

/// Reads the index out of a database.
pub(crate) struct Reader<'a> {
    pub(crate) path: &'a Path,
    pub(crate) contents: &'a Path,
    /// Whose the buckets are that have no owner.
    pub(crate) home: Asker<'a>,
}

impl Reader<'_> {
    pub(crate) fn read(&self, database: &Database) -> Result<(Index, u64), FolderError> {
        let (mut index, mut last) = (Index::default(), 0);
        self.rows(database, BUCKETS, |name: &str, row: BucketRow| {
            let BucketRow { owner, region, created_at_ns, versioning, settings } = row;
            let owner = owner.unwrap_or_else(|| self.home.account.to_owned());
            let region = region.unwrap_or_else(|| self.home.region.to_owned());
            let info =
                BucketInfo { owner, region, created_at: self.time(created_at_ns)?, versioning, settings };
            index.apply(Change::Bucket { name: name.to_owned(), info });
            Ok(())
        })?;
        self.rows(database, VERSIONS, |(bucket, key, sequence): (&str, &str, u64), row: VersionRow| {
            last = last.max(sequence);
            if index.bucket(bucket).is_err() {
                return Err(
                    self.damaged(format!("a version is in the bucket {bucket:?}, which is not there"))
                );
            }
            let object = row.object.map(|row| {
                let content = Arc::new(self.content(&row.file, row.size, row.digests)?);
                Ok::<_, FolderError>(Object { etag: row.etag, attributes: row.attributes, content })
            });
            let written_at = self.time(row.written_at_ns)?;
            let version = Arc::new(Version { sequence, id: row.id, written_at, object: object.transpose()? });
            index.apply(Change::Version { bucket: bucket.to_owned(), key: key.to_owned(), version });
            Ok(())
        })?;
        self.rows(database, UPLOADS, |id: &str, row: UploadRow| {
            let UploadRow { bucket, key, attributes, started_at_ns } = row;
            let upload = Upload {
                bucket,
                key,
                attributes,
                started_at: self.time(started_at_ns)?,
                parts: BTreeMap::new(),
            };
            index.apply(Change::Upload { id: id.to_owned(), upload });
            Ok(())
        })?;
        self.rows(database, PARTS, |(id, number): (&str, u16), row: PartRow| {
            let content = Arc::new(self.content(&row.file, row.size, row.digests)?);
            let part = Part {
                etag: row.etag,
                written_at: self.time(row.written_at_ns)?,
                checksum: row.checksum,
                content,
            };
            index.apply(Change::Part { id: id.to_owned(), number, part: Arc::new(part) });
            Ok(())
        })?;
        Ok((index, last))
    }

    /// Hands each row of a table to `take`.
    fn rows<K: redb::Key + 'static, R: DeserializeOwned>(
        &self,
        database: &Database,
        table: TableDefinition<'_, K, &'static [u8]>,
        mut take: impl FnMut(K::SelfType<'_>, R) -> Result<(), FolderError>,
    ) -> Result<(), FolderError> {
        let unusable = |error: redb::Error| database::unusable(self.path, error);
        let transaction = database.begin_read().map_err(|error| unusable(error.into()))?;
        let table = transaction.open_table(table).map_err(|error| unusable(error.into()))?;
        for row in table.iter().map_err(|error| unusable(error.into()))? {
            let (key, row) = row.map_err(|error| unusable(error.into()))?;
            let row = serde_json::from_slice(row.value())
                .map_err(|error| self.damaged(format!("a row cannot be read: {error}")))?;
            take(key.value(), row)?;
        }
        Ok(())
    }

    fn content(&self, file: &str, size: u64, digests: Option<String>) -> Result<Content, FolderError> {
        let digests = digests.map(|digests| STANDARD.decode(digests)).transpose();
        let digests = digests.map_err(|error| self.damaged(format!("a digest cannot be read: {error}")))?;
        Content::known(self.contents, file, size, digests)
    }

    fn time(&self, nanoseconds: i128) -> Result<Timestamp, FolderError> {
        Timestamp::from_nanosecond(nanoseconds)
            .map_err(|error| self.damaged(format!("a time cannot be read: {error}")))
    }

    fn damaged(&self, reason: String) -> FolderError {
        FolderError::damaged(self.path, reason)
    }
}

/// Makes the tables that are not there.
pub(crate) fn make_tables(transaction: &WriteTransaction) -> Result<(), redb::Error> {
    transaction.open_table(BUCKETS)?;
    transaction.open_table(VERSIONS)?;
    transaction.open_table(UPLOADS)?;
    transaction.open_table(PARTS)?;
    Ok(())
}

/// Whether a change that writes contents can be read. The others have none; the writer is told of the error
/// and may ask again.
pub(crate) fn holds(database: &Database, change: &Change) -> Result<bool, redb::Error> {
    let transaction = database.begin_read()?;
    let versions = transaction.open_table(VERSIONS)?;
    let parts = transaction.open_table(PARTS)?;
    Ok(match change {
        Change::Version { bucket, key, version } => {
            let row = versions.get((bucket.as_str(), key.as_str(), version.sequence))?;
            let row: Option<VersionRow> = row.and_then(|row| serde_json::from_slice(row.value()).ok());
            let attributes = |object: &Object| object.attributes.clone();
            row.is_some_and(|row| {
                row.object.map(|row| row.attributes) == version.object.as_ref().map(attributes)
            })
        }
        Change::Part { id, number, part } => {
            let row = parts.get((id.as_str(), *number))?;
            let row: Option<PartRow> = row.and_then(|row| serde_json::from_slice(row.value()).ok());
            row.is_some_and(|row| Some(row.file.as_str()) == part.content.file_name())
        }
        Change::Bucket { .. }
        | Change::BucketGone { .. }
        | Change::VersionGone { .. }
        | Change::Upload { .. }
        | Change::UploadGone { .. } => false,
    })
}

/// Writes a change.
pub(crate) fn write(transaction: &WriteTransaction, change: &Change) -> Result<(), redb::Error> {
    let file = |content: &Content| content.file_name().unwrap_or_default().to_owned();
    let digests = |content: &Content| Some(STANDARD.encode(content.digests()));
    match change {
        Change::Bucket { name, info } => {
            let BucketInfo { owner, region, created_at, versioning, settings } = info.clone();
            let (owner, region) = (Some(owner), Some(region));
            let row =
                BucketRow { owner, region, created_at_ns: created_at.as_nanosecond(), versioning, settings };
            put(transaction, BUCKETS, name.as_str(), &row)
        }
        Change::BucketGone { name } => {
            transaction.open_table(BUCKETS)?.remove(name.as_str())?;
            Ok(())
        }
        Change::Version { bucket, key, version } => {
            let object = version.object.as_ref().map(|object| ObjectRow {
                etag: object.etag.clone(),
                attributes: object.attributes.clone(),
                file: file(&object.content),
                size: object.content.size(),
                digests: digests(&object.content),
            });
            let row = VersionRow {
                id: version.id.clone(),
                written_at_ns: version.written_at.as_nanosecond(),
                object,
            };
            put(transaction, VERSIONS, (bucket.as_str(), key.as_str(), version.sequence), &row)
        }
        Change::VersionGone { bucket, key, sequence } => {
            let mut versions = transaction.open_table(VERSIONS)?;
            versions.remove((bucket.as_str(), key.as_str(), *sequence))?;
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
                digests: digests(&part.content),
            };
            put(transaction, PARTS, (id.as_str(), *number), &row)
        }
        Change::UploadGone { id } => {
            transaction.open_table(UPLOADS)?.remove(id.as_str())?;
            let mut parts = transaction.open_table(PARTS)?;
            parts.retain_in((id.as_str(), 0)..=(id.as_str(), u16::MAX), |_, _| false)?;
            Ok(())
        }
    }
}

fn put<K: redb::Key + 'static>(
    transaction: &WriteTransaction,
    table: TableDefinition<'_, K, &'static [u8]>,
    key: K::SelfType<'_>,
    row: &impl Serialize,
) -> Result<(), redb::Error> {
    let row = serde_json::to_vec(row).map_err(|error| redb::Error::Io(error.into()))?;
    let mut table = transaction.open_table(table)?;
    table.insert(key, row.as_slice())?;
    Ok(())
}
