//! Where signing jobs read their sources and write what they have signed.

use super::remote::Remote;
use super::{Attributes, Failure, Objects};
use bytes::Bytes;
use jiff::Timestamp;

/// The S3 of the signing jobs. Its errors are reasons for people, as a failed job's `statusReason` shows them.
///
/// The calls wait for a disk or for a network: make them where that may take a while, and while nothing is locked.
#[derive(Debug, Clone)]
pub enum Depot {
    /// The embedded one.
    Embedded(Objects),
    /// One elsewhere.
    External(Remote),
}

impl Depot {
    /// The content of a version of an object, if it has at most `max_mb` megabytes.
    pub fn source(&self, bucket: &str, key: &str, version: Option<&str>, max_mb: u32) -> Result<Bytes, String> {
        // A megabyte has 1,048,576 bytes here; S3 and Lambda count so.
        let max_bytes = u64::from(max_mb) << 20;
        let read = match self {
            Self::Embedded(objects) => embedded(objects, bucket, key, version, max_bytes),
            Self::External(remote) => remote.get(bucket, key, version, max_bytes),
        };
        read.map_err(|told| format!("The source object {bucket}/{key} could not be read. {told}"))
    }

    /// Whether the version of the object is there.
    pub fn has_object(&self, bucket: &str, key: &str, version: Option<&str>) -> bool {
        match self {
            Self::Embedded(objects) => objects.get(bucket, key, version).is_ok(),
            Self::External(remote) => remote.has_object(bucket, key, version),
        }
    }

    /// Whether the bucket is there.
    pub fn has_bucket(&self, bucket: &str) -> bool {
        match self {
            Self::Embedded(objects) => objects.has_bucket(bucket),
            Self::External(remote) => remote.has_bucket(bucket),
        }
    }

    /// Writes a signed object.
    pub fn keep(&self, bucket: &str, key: &str, content: Bytes, now: Timestamp) -> Result<(), String> {
        let kept = match self {
            Self::Embedded(objects) => {
                let kept = objects.put(bucket, key, content, Attributes::default(), now);
                kept.map(drop).map_err(|failure| failure.to_string())
            }
            Self::External(remote) => remote.put(bucket, key, &content),
        };
        kept.map_err(|told| format!("The signed object {bucket}/{key} could not be written. {told}"))
    }
}

fn embedded(objects: &Objects, bucket: &str, key: &str, version: Option<&str>, max_bytes: u64) -> Result<Bytes, String> {
    let read = objects.get(bucket, key, version).and_then(|found| {
        let content = found.object.as_ref().map(|object| object.content.clone());
        content.ok_or(Failure::IsMarker)
    });
    let content = read.map_err(|failure| failure.to_string())?;
    if content.size() > max_bytes {
        return Err(too_large(content.size(), max_bytes));
    }
    content.read_all().map_err(|failure| failure.to_string())
}

pub(super) fn too_large(bytes: u64, max_bytes: u64) -> String {
    format!("It has {bytes} bytes or more, and the platform signs at most {} MB", max_bytes >> 20)
}
