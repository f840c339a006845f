//! One version of an object, and its metadata.

use crate::content::Content;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The id of a version that was written while the bucket kept no versions.
pub const NULL_VERSION: &str = "null";

/// One version of a key: an object, or the mark that it was deleted.
#[derive(Debug)]
pub struct Version {
    /// Its place in the order of all writes.
    pub(crate) sequence: u64,
    /// Its id.
    pub id: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// The object; a delete marker has none.
    pub object: Option<Object>,
}

/// What a version holds.
#[derive(Debug)]
pub struct Object {
    /// The MD5 of the content in quotes; of an object from parts, the MD5 of their MD5s and their number.
    pub etag: String,
    /// The metadata that the writer gave.
    pub attributes: Attributes,
    /// Its bytes.
    pub content: Arc<Content>,
}

/// The metadata that a writer gives an object, for its readers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attributes {
    /// The headers that S3 keeps, such as `content-type`, by lower-case name.
    pub headers: BTreeMap<String, String>,
    /// The writer's own, without `x-amz-meta-`.
    pub metadata: BTreeMap<String, String>,
    /// The object's tags.
    #[serde(default)]
    pub tags: BTreeMap<String, String>,
    /// The checksum that the writer gave, after it was found right.
    pub checksum: Option<Checksum>,
}

/// A checksum beside the `ETag`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Checksum {
    /// `CRC32`, `SHA256` and so on.
    pub algorithm: String,
    /// In base64; of an object from parts possibly with their number.
    pub value: String,
    /// `FULL_OBJECT`, or `COMPOSITE` for the checksum of the parts' checksums.
    pub kind: String,
}
