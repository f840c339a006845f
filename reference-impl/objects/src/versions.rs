//! What an account does with objects: writes, reads, tags, lists and deletes versions of them.

use crate::access::{Access, Right};
use crate::bucket::Versioning;
use crate::change::Change;
use crate::content::Content;
use crate::etag;
use crate::failure::Failure;
use crate::listing::{Listing, Page};
use crate::version::{Attributes, Object, Version};
use bytes::Bytes;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a deletion has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// The version that was made or removed, if versions are kept or one was named.
    pub version: Option<String>,
    /// Whether that version is a delete marker.
    pub is_marker: bool,
}

impl Access<'_> {
    /// Writes an object as the newest version of its key.
    pub fn put(
        &self,
        bucket: &str,
        key: &str,
        content: Bytes,
        attributes: Attributes,
        now: Timestamp,
    ) -> Result<Arc<Version>, Failure> {
        let right = Right::Write { key };
        self.bucket_in(&self.store.index(), bucket, right)?;
        let etag = etag::of(&content);
        let content = Arc::new(self.store.stage(&[&Content::from(content)])?);
        self.store.change(|index, writer| {
            self.bucket_in(index, bucket, right)?;
            writer.write(index, bucket, key, Some(Object { etag, attributes, content }), now)
        })
    }

    /// Gives a version of an object these tags instead of those that it has.
    pub fn set_tags(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
        tags: BTreeMap<String, String>,
    ) -> Result<Arc<Version>, Failure> {
        self.store.change(|index, _| {
            let found = self.bucket_in(index, bucket, Right::Own)?.find_object(key, version)?;
            let object = found.object.as_ref().ok_or(Failure::IsMarker)?;
            let attributes = Attributes { tags, ..object.attributes.clone() };
            let object =
                Object { etag: object.etag.clone(), attributes, content: Arc::clone(&object.content) };
            let Version { sequence, id, written_at, .. } = found.as_ref();
            let version = Version {
                sequence: *sequence,
                id: id.clone(),
                written_at: *written_at,
                object: Some(object),
            };
            let version = Arc::new(version);
            let (bucket, key) = (bucket.to_owned(), key.to_owned());
            Ok((vec![Change::Version { bucket, key, version: Arc::clone(&version) }], version))
        })
    }

    /// A version of an object; without the name of one the newest. Its bytes are read from
    /// [`Object::content`].
    pub fn get(&self, bucket: &str, key: &str, version: Option<&str>) -> Result<Arc<Version>, Failure> {
        let right = Right::Read { key, version: version.is_some() };
        self.bucket_in(&self.store.index(), bucket, right)?.find_object(key, version).cloned()
    }

    /// Without the name of a version puts a delete marker, if the bucket keeps versions; else removes the
    /// version for good.
    pub fn delete(
        &self,
        bucket: &str,
        key: &str,
        version: Option<&str>,
        now: Timestamp,
    ) -> Result<Deleted, Failure> {
        let gone =
            |sequence| Change::VersionGone { bucket: bucket.to_owned(), key: key.to_owned(), sequence };
        self.store.change(|index, writer| {
            let found = self.bucket_in(index, bucket, Right::Delete { key, version: version.is_some() })?;
            if version.is_some() || found.info.versioning == Versioning::Off {
                // What is not there is as good as deleted.
                let named = found.find(key, version).ok();
                let is_marker = named.is_some_and(|version| version.object.is_none());
                let changes = named.map(|version| gone(version.sequence)).into_iter().collect();
                return Ok((changes, Deleted { version: version.map(str::to_owned), is_marker }));
            }
            let (changes, marker) = writer.write(index, bucket, key, None, now)?;
            Ok((changes, Deleted { version: Some(marker.id.clone()), is_marker: true }))
        })
    }

    /// A page of the objects that are there now, or of all versions.
    pub fn list(&self, bucket: &str, listing: &Listing, all_versions: bool) -> Result<Page, Failure> {
        let right = Right::List { versions: all_versions };
        Ok(self.bucket_in(&self.store.index(), bucket, right)?.page(listing, all_versions))
    }
}
