//! What can go wrong between a client and the objects.

use crate::settings::Setting;
use signer_folder::FolderError;
use std::fmt;
use std::io;

/// Why the object store did not do what it was asked to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// There is no such bucket.
    NoBucket,
    /// There is such a bucket already, and it is the caller's.
    BucketExists,
    /// There is such a bucket already, and it is another account's.
    BucketTaken,
    /// The bucket is another account's, and does not let this one do that.
    Denied,
    /// The bucket has no such setting.
    NotSet(Setting),
    /// The policy cannot be one of a bucket, for this reason.
    MalformedPolicy(String),
    /// The bucket is in one Region, and the job in another.
    OtherRegion {
        /// Where the bucket is.
        bucket: String,
        /// Where the job is.
        job: String,
    },
    /// The bucket still holds versions or unfinished uploads.
    BucketNotEmpty,
    /// There is no such key, or what it held was deleted. Tells whether a delete marker stands there.
    NoKey {
        /// Whether a delete marker is the newest version.
        is_marker: bool,
    },
    /// The key has no such version.
    NoVersion,
    /// The version that was named is a delete marker, which holds nothing.
    IsMarker,
    /// There is no such unfinished upload.
    NoUpload,
    /// The list of parts names one that was not uploaded, or not like this.
    NoPart(u16),
    /// The list of parts does not ascend.
    PartOrder,
    /// A part that is not the last one is smaller than S3 admits.
    PartTooSmall(u16),
    /// The disk is full. Nothing was changed.
    DiskFull,
    /// The disk, or what lies on it, is not as it should be. Nothing was changed.
    Disk(String),
}

/// Why an object is not signed, in words for a job's `statusReason`.
pub(crate) fn too_large(bytes: u64, max_bytes: u64) -> String {
    format!("It has {bytes} bytes or more, and the platform signs at most {} MB", max_bytes >> 20)
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoBucket => formatter.write_str("The specified bucket does not exist"),
            Self::BucketExists => formatter.write_str("The bucket is there already, and it is yours"),
            Self::BucketTaken => {
                formatter.write_str("The bucket is there already, and it is another account's")
            }
            Self::Denied => formatter.write_str("Access Denied: the bucket is another account's"),
            Self::NotSet(setting) => write!(formatter, "The bucket has no {setting:?} configuration"),
            Self::MalformedPolicy(told) => write!(formatter, "The policy is malformed: {told}"),
            Self::OtherRegion { bucket, job } => {
                write!(formatter, "The bucket is in Region {bucket}, and the job in Region {job}")
            }
            Self::BucketNotEmpty => {
                formatter.write_str("The bucket still holds versions of objects or unfinished uploads")
            }
            Self::NoKey { .. } => formatter.write_str("The specified key does not exist"),
            Self::NoVersion => formatter.write_str("The specified version does not exist"),
            Self::IsMarker => formatter.write_str("The specified version is a delete marker"),
            Self::NoUpload => formatter
                .write_str("The specified upload does not exist; it may have been completed or aborted"),
            Self::NoPart(number) => {
                write!(formatter, "Part {number} was not uploaded, or its ETag is another one")
            }
            Self::PartOrder => formatter.write_str("The parts are not in ascending order"),
            Self::PartTooSmall(number) => {
                write!(formatter, "Part {number} is smaller than 5 MiB and not the last one")
            }
            Self::DiskFull => formatter.write_str("The disk of the data folder is full"),
            Self::Disk(told) => write!(formatter, "The data folder could not be read or written: {told}"),
        }
    }
}

impl std::error::Error for Failure {}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded | io::ErrorKind::FileTooLarge => {
                Self::DiskFull
            }
            _ => Self::Disk(error.to_string()),
        }
    }
}

impl From<redb::Error> for Failure {
    fn from(error: redb::Error) -> Self {
        match error {
            redb::Error::Io(error) => error.into(),
            other => Self::Disk(other.to_string()),
        }
    }
}

impl From<FolderError> for Failure {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Io { error, .. } => error.into(),
            other => Self::Disk(other.to_string()),
        }
    }
}
