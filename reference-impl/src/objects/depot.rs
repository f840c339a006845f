//! Where signing jobs read their sources and write what they have signed.

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
}

impl Depot {
    /// The content of a version of an object, if it has at most `max_mb` megabytes.
    pub fn source(&self, bucket: &str, key: &str, version: Option<&str>, max_mb: u32) -> Result<Bytes, String> {
        let read = || -> Result<Bytes, String> {
            match self {
                Self::Embedded(objects) => {
                    let found = objects.get(bucket, key, version).map_err(|failure| failure.to_string())?;
                    let object = found.object.as_ref().ok_or_else(|| Failure::IsMarker.to_string())?;
                    small_enough(object.content.size(), max_mb)?;
                    object.content.read_all().map_err(|failure| failure.to_string())
                }
            }
        };
        read().map_err(|told| format!("The source object {bucket}/{key} could not be signed. {told}"))
    }

    /// Whether the version of the object is there.
    pub fn has_object(&self, bucket: &str, key: &str, version: Option<&str>) -> bool {
        match self {
            Self::Embedded(objects) => objects.get(bucket, key, version).is_ok(),
        }
    }

    /// Whether the bucket is there.
    pub fn has_bucket(&self, bucket: &str) -> bool {
        match self {
            Self::Embedded(objects) => objects.has_bucket(bucket),
        }
    }

    /// Writes a signed object.
    pub fn keep(&self, bucket: &str, key: &str, content: Bytes, now: Timestamp) -> Result<(), String> {
        let kept = match self {
            Self::Embedded(objects) => {
                let kept = objects.put(bucket, key, content, Attributes::default(), now);
                kept.map(drop).map_err(|failure| failure.to_string())
            }
        };
        kept.map_err(|told| format!("The signed object {bucket}/{key} could not be written. {told}"))
    }
}

/// A megabyte has 1,048,576 bytes here; S3 and Lambda count so.
fn small_enough(bytes: u64, max_mb: u32) -> Result<(), String> {
    if bytes <= u64::from(max_mb) << 20 {
        return Ok(());
    }
    Err(format!("It has {bytes} bytes, and the platform signs at most {max_mb} MB"))
}
