//! Buckets and the versions in them: what a name stands for, without I/O.

use crate::failure::Failure;
use crate::policy::Policy;
use crate::settings::{Setting, Settings};
use crate::version::{NULL_VERSION, Version};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether a bucket keeps versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Versioning {
    /// It does, though nobody asked for it: a signing job needs a version. The id `null` stands for the
    /// newest one, as long as nobody asks for anything else.
    Implied,
    /// It does, because it was asked to.
    Enabled,
    /// It did. What is written now replaces the version `null`.
    Suspended,
    /// It never did: each key has the one version `null`.
    Off,
}

impl Versioning {
    /// Whether each write gets an id of its own.
    pub fn keeps(self) -> bool {
        match self {
            Self::Implied | Self::Enabled => true,
            Self::Suspended | Self::Off => false,
        }
    }
}

/// What is known of a bucket besides its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BucketInfo {
    /// The account that made it.
    pub owner: String,
    /// The Region in which it was made.
    pub region: String,
    /// When it was made.
    pub created_at: Timestamp,
    /// Whether it keeps versions.
    pub versioning: Versioning,
    /// What else is set.
    pub settings: Settings,
}

/// A bucket.
#[derive(Debug)]
pub(crate) struct Bucket {
    pub(crate) info: Arc<BucketInfo>,
    /// What its policy says; one that cannot be read admits no other account.
    pub(crate) policy: Option<Policy>,
    /// By key, the newest version last. No key is without a version.
    pub(crate) keys: BTreeMap<String, Vec<Arc<Version>>>,
}

impl Bucket {
    pub(crate) fn new(info: BucketInfo) -> Self {
        let mut bucket = Self { info: Arc::new(info), policy: None, keys: BTreeMap::new() };
        bucket.read_policy();
        bucket
    }

    pub(crate) fn set(&mut self, info: BucketInfo) {
        self.info = Arc::new(info);
        self.read_policy();
    }

    fn read_policy(&mut self) {
        self.policy = self.info.settings.get(&Setting::Policy).and_then(|text| Policy::parse(text).ok());
    }

    /// The version that `version` names, delete markers included; without a name the newest one.
    pub(crate) fn find(&self, key: &str, version: Option<&str>) -> Result<&Arc<Version>, Failure> {
        let versions = self.keys.get(key).map(Vec::as_slice).unwrap_or_default();
        let Some(name) = version else {
            return versions.last().ok_or(Failure::NoKey { is_marker: false });
        };
        let named = versions.iter().find(|version| version.id == name);
        let newest = || {
            versions.last().filter(|_| name == NULL_VERSION && self.info.versioning == Versioning::Implied)
        };
        named.or_else(newest).ok_or(Failure::NoVersion)
    }

    /// The same, where only an object will do.
    pub(crate) fn find_object(&self, key: &str, version: Option<&str>) -> Result<&Arc<Version>, Failure> {
        let found = self.find(key, version)?;
        match (&found.object, version) {
            (Some(_), _) => Ok(found),
            (None, None) => Err(Failure::NoKey { is_marker: true }),
            (None, Some(_)) => Err(Failure::IsMarker),
        }
    }

    /// The version that a write without an id of its own replaces.
    pub(crate) fn null_version(&self, key: &str) -> Option<&Arc<Version>> {
        self.keys.get(key)?.iter().find(|version| version.id == NULL_VERSION)
    }
}
