//! The changes that the store is made of: each is written to the disk, and then made in memory.

use crate::bucket::{Bucket, BucketInfo};
use crate::parts::{Part, Upload};
use crate::version::Version;
use std::sync::Arc;

/// A change of the index. Those of one write happen together or not at all.
#[derive(Debug)]
pub(crate) enum Change {
    Bucket { name: String, info: BucketInfo },
    BucketGone { name: String },
    Version { bucket: String, key: String, version: Arc<Version> },
    VersionGone { bucket: String, key: String, sequence: u64 },
    Upload { id: String, upload: Upload },
    Part { id: String, number: u16, part: Arc<Part> },
    UploadGone { id: String },
}

/// The changes by which a bucket goes, and all that it holds.
pub(crate) fn gone<'a>(name: &'a str, bucket: &'a Bucket) -> impl Iterator<Item = Change> + 'a {
    let versions = bucket
        .keys
        .iter()
        .flat_map(|(key, versions)| versions.iter().map(move |version| (key, version.sequence)));
    let gone = versions.map(|(key, sequence)| Change::VersionGone {
        bucket: name.to_owned(),
        key: key.clone(),
        sequence,
    });
    gone.chain([Change::BucketGone { name: name.to_owned() }])
}
