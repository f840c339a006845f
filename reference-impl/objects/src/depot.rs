//! Where signing jobs read their sources and write what they have signed.

use crate::access::{Access, Right};
use crate::asker::Asker;
use crate::failure::{Failure, too_large};
use crate::remote::Remote;
use crate::store::Objects;
use crate::version::{Attributes, Version};
use bytes::Bytes;
use jiff::Timestamp;
use std::sync::Arc;

/// The S3 of the signing jobs. Its errors are reasons for people, as a failed job's `statusReason` shows
/// them.
///
/// The calls wait for a disk or for a network: make them where that may take a while, and while nothing is
/// locked.
#[derive(Debug, Clone)]
pub enum Depot {
    /// The embedded one.
    Embedded(Objects),
    /// One elsewhere.
    External(Remote),
}

impl Depot {
    /// The content of a version of an object, if it has at most `max_mb` megabytes. The job reads as its
    /// invoker, in its Region.
    pub fn source(
        &self,
        job: Asker<'_>,
        bucket: &str,
        key: &str,
        version: Option<&str>,
        max_mb: u32,
    ) -> Result<Bytes, String> {
        // A megabyte has 1,048,576 bytes here; S3 and Lambda count so.
        let max_bytes = u64::from(max_mb) << 20;
        let read = match self {
            Self::Embedded(objects) => embedded(objects.of(job), bucket, key, version, max_bytes),
            Self::External(remote) => remote.get(bucket, key, version, max_bytes),
        };
        read.map_err(|told| format!("The source object {bucket}/{key} could not be read. {told}"))
    }

    /// Whether the version of the object is there.
    pub fn has_object(&self, job: Asker<'_>, bucket: &str, key: &str, version: Option<&str>) -> bool {
        match self {
            Self::Embedded(objects) => objects.of(job).source(bucket, key, version).is_ok(),
            Self::External(remote) => remote.has_object(bucket, key, version),
        }
    }

    /// Whether the bucket is there, for a job to write into.
    pub fn has_bucket(&self, job: Asker<'_>, bucket: &str) -> bool {
        match self {
            Self::Embedded(objects) => objects.of(job).check_place(bucket, Right::Write { key: "" }).is_ok(),
            Self::External(remote) => remote.has_bucket(bucket),
        }
    }

    /// Writes a signed object.
    pub fn keep(
        &self,
        job: Asker<'_>,
        bucket: &str,
        key: &str,
        content: Bytes,
        now: Timestamp,
    ) -> Result<(), String> {
        let kept = match self {
            Self::Embedded(objects) => {
                let access = objects.of(job);
                let placed = access.check_place(bucket, Right::Write { key });
                let kept = placed.and_then(|()| access.put(bucket, key, content, signed(), now));
                kept.map(drop).map_err(|failure| failure.to_string())
            }
            Self::External(remote) => remote.put(bucket, key, &content),
        };
        kept.map_err(|told| format!("The signed object {bucket}/{key} could not be written. {told}"))
    }
}

/// What a signed object is stored with.
fn signed() -> Attributes {
    let media_type = ("content-type".to_owned(), "application/octet-stream".to_owned());
    Attributes { headers: [media_type].into(), ..Attributes::default() }
}

impl Access<'_> {
    /// The version that a job signs.
    fn source(&self, bucket: &str, key: &str, version: Option<&str>) -> Result<Arc<Version>, Failure> {
        self.check_place(bucket, Right::Read { key, version: version.is_some() })?;
        self.get(bucket, key, version)
    }

    /// A job uses buckets of its own Region, and only those that its invoker may use.
    fn check_place(&self, bucket: &str, right: Right<'_>) -> Result<(), Failure> {
        let region = self.bucket_in(&self.store.index(), bucket, right)?.info.region.clone();
        if region == self.asker.region {
            return Ok(());
        }
        Err(Failure::OtherRegion { bucket: region, job: self.asker.region.to_owned() })
    }
}

fn embedded(
    access: Access<'_>,
    bucket: &str,
    key: &str,
    version: Option<&str>,
    max_bytes: u64,
) -> Result<Bytes, String> {
    let read = access.source(bucket, key, version).and_then(|found| {
        let content = found.object.as_ref().map(|object| object.content.clone());
        content.ok_or(Failure::IsMarker)
    });
    let content = read.map_err(|failure| failure.to_string())?;
    if content.size() > max_bytes {
        return Err(too_large(content.size(), max_bytes));
    }
    content.read_all().map_err(|failure| failure.to_string())
}
