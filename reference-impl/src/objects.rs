//! The embedded object store: buckets, keys and versions, in memory.

use bytes::Bytes;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// All buckets. They are shared by all accounts.
#[derive(Debug, Clone, Default)]
pub struct Objects {
    buckets: BTreeMap<String, Bucket>,
}

/// The versions of each key, the newest last.
type Bucket = BTreeMap<String, Vec<Object>>;

/// One version of an object.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its version.
    pub version: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// What it holds.
    pub content: Bytes,
}

/// The version that stands for "the one without a version".
pub const NULL_VERSION: &str = "null";

impl Objects {
    /// Makes a bucket; making it again changes nothing.
    pub fn create_bucket(&mut self, bucket: &str) {
        self.buckets.entry(bucket.to_owned()).or_default();
    }

    /// Whether the bucket is there.
    pub fn has_bucket(&self, bucket: &str) -> bool {
        self.buckets.contains_key(bucket)
    }

    /// The buckets' names.
    pub fn bucket_names(&self) -> impl Iterator<Item = &str> {
        self.buckets.keys().map(String::as_str)
    }

    /// Writes a new version; `false` when there is no such bucket.
    pub fn put(&mut self, bucket: &str, key: &str, object: Object) -> bool {
        let Some(bucket) = self.buckets.get_mut(bucket) else { return false };
        bucket.entry(key.to_owned()).or_default().push(object);
        true
    }

    /// A version of an object; the newest one without a version or for the literal `null`.
    pub fn get(&self, bucket: &str, key: &str, version: Option<&str>) -> Option<&Object> {
        let versions = self.buckets.get(bucket)?.get(key)?;
        match version {
            None | Some(NULL_VERSION) => versions.last(),
            Some(version) => versions.iter().find(|object| object.version == version),
        }
    }

    /// Forgets an object with all its versions.
    pub fn delete(&mut self, bucket: &str, key: &str) {
        if let Some(bucket) = self.buckets.get_mut(bucket) {
            bucket.remove(key);
        }
    }

    /// Forgets a bucket; `false` when it still holds something.
    pub fn delete_bucket(&mut self, bucket: &str) -> bool {
        match self.buckets.get(bucket) {
            Some(content) if !content.is_empty() => false,
            _ => {
                self.buckets.remove(bucket);
                true
            }
        }
    }

    /// The newest version of each key that begins with `prefix`, in the order of the keys.
    pub fn list<'a>(&'a self, bucket: &str, prefix: &'a str) -> Option<impl Iterator<Item = (&'a str, &'a Object)>> {
        let bucket = self.buckets.get(bucket)?;
        let from = bucket.range(prefix.to_owned()..);
        Some(
            from.take_while(move |(key, _)| key.starts_with(prefix))
                .filter_map(|(key, versions)| Some((key.as_str(), versions.last()?))),
        )
    }
}
