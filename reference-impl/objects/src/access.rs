//! Who may do what: a bucket is its owner's, and another account's as far as its policy says so.

use crate::asker::Asker;
use crate::bucket::Bucket;
use crate::failure::Failure;
use crate::index::Index;
use crate::store::Objects;

/// The store as one account may use it.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    pub(crate) store: &'a Objects,
    pub(crate) asker: Asker<'a>,
}

/// What a call needs to be allowed to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Right<'a> {
    /// Reads an object, or a version of it that is named.
    Read { key: &'a str, version: bool },
    /// Writes an object, at once or in parts.
    Write { key: &'a str },
    /// Deletes an object, or a version of it that is named.
    Delete { key: &'a str, version: bool },
    /// Lists what is in the bucket, or asks whether it is there.
    List { versions: bool },
    /// Anything else, which is left to the owner.
    Own,
}

impl Right<'_> {
    /// What a policy calls it, and the key that it is about.
    fn in_policy(&self) -> Option<(&'static str, Option<&str>)> {
        let named = |version: bool, plain, of_version| if version { of_version } else { plain };
        match self {
            Self::Read { key, version } => {
                Some((named(*version, "s3:GetObject", "s3:GetObjectVersion"), Some(key)))
            }
            Self::Write { key } => Some(("s3:PutObject", Some(key))),
            Self::Delete { key, version } => {
                Some((named(*version, "s3:DeleteObject", "s3:DeleteObjectVersion"), Some(key)))
            }
            Self::List { versions } => {
                Some((named(*versions, "s3:ListBucket", "s3:ListBucketVersions"), None))
            }
            Self::Own => None,
        }
    }
}

impl Objects {
    /// The store as this account may use it.
    pub fn of<'a>(&'a self, asker: impl Into<Asker<'a>>) -> Access<'a> {
        Access { store: self, asker: asker.into() }
    }
}

impl Access<'_> {
    /// The bucket, if the account may do that there.
    pub(crate) fn bucket_in<'i>(
        &self,
        index: &'i Index,
        name: &str,
        right: Right<'_>,
    ) -> Result<&'i Bucket, Failure> {
        let bucket = index.bucket(name)?;
        let is_granted = || {
            let (action, key) = right.in_policy()?;
            Some(bucket.policy.as_ref()?.allows(self.asker.account, action, name, key))
        };
        if bucket.info.owner == self.asker.account || is_granted() == Some(true) {
            Ok(bucket)
        } else {
            Err(Failure::Denied)
        }
    }
}
