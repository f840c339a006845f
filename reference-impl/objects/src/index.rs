//! Where everything is: buckets, versions and unfinished uploads in memory, changed only by [`Change`]s,
//! which are written to the disk before.

use crate::bucket::Bucket;
use crate::change::Change;
use crate::failure::Failure;
use crate::parts::Upload;
use crate::version::Version;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All there is.
#[derive(Debug, Default)]
pub(crate) struct Index {
    pub(crate) buckets: BTreeMap<String, Bucket>,
    /// By id.
    pub(crate) uploads: BTreeMap<String, Upload>,
}

impl Index {
    pub(crate) fn bucket(&self, name: &str) -> Result<&Bucket, Failure> {
        self.buckets.get(name).ok_or(Failure::NoBucket)
    }

    /// The upload with this id, if it is for that key.
    pub(crate) fn upload(&self, bucket: &str, key: &str, id: &str) -> Result<&Upload, Failure> {
        let upload = self.uploads.get(id).filter(|upload| upload.bucket == bucket && upload.key == key);
        upload.ok_or(Failure::NoUpload)
    }

    /// Whether an upload into the bucket is unfinished.
    pub(crate) fn has_uploads(&self, bucket: &str) -> bool {
        self.uploads.values().any(|upload| upload.bucket == bucket)
    }

    /// The changes that make this index out of nothing.
    pub(crate) fn changes(&self) -> impl Iterator<Item = Change> {
        let buckets = self.buckets.iter().flat_map(|(name, bucket)| {
            let made = Change::Bucket { name: name.clone(), info: bucket.info.as_ref().clone() };
            let versions = bucket
                .keys
                .iter()
                .flat_map(|(key, versions)| versions.iter().map(move |version| (key, version)));
            let written = versions.map(|(key, version)| Change::Version {
                bucket: name.clone(),
                key: key.clone(),
                version: Arc::clone(version),
            });
            std::iter::once(made).chain(written)
        });
        let uploads = self.uploads.iter().flat_map(|(id, upload)| {
            let begun = Change::Upload { id: id.clone(), upload: upload.clone() };
            let parts = upload.parts.iter();
            let parts = parts.map(|(number, part)| Change::Part {
                id: id.clone(),
                number: *number,
                part: Arc::clone(part),
            });
            std::iter::once(begun).chain(parts)
        });
        buckets.chain(uploads)
    }

    /// Makes a change that has been written down.
    pub(crate) fn apply(&mut self, change: Change) {
        match change {
            Change::Bucket { name, info } => match self.buckets.get_mut(&name) {
                Some(bucket) => bucket.set(info),
                None => drop(self.buckets.insert(name, Bucket::new(info))),
            },
            Change::BucketGone { name } => drop(self.buckets.remove(&name)),
            Change::Version { bucket, key, version } => {
                if let Some(object) = &version.object {
                    object.content.index(true);
                }
                let Some(bucket) = self.buckets.get_mut(&bucket) else { return };
                let versions = bucket.keys.entry(key).or_default();
                // One that is there is told about anew.
                match versions.iter_mut().find(|known| known.sequence == version.sequence) {
                    Some(known) => *known = version,
                    None => versions.push(version),
                }
            }
            Change::VersionGone { bucket, key, sequence } => self.forget(&bucket, &key, sequence),
            Change::Upload { id, upload } => drop(self.uploads.insert(id, upload)),
            Change::Part { id, number, part } => {
                part.content.index(true);
                let replaced = self.uploads.get_mut(&id).and_then(|upload| upload.parts.insert(number, part));
                if let Some(replaced) = replaced {
                    replaced.content.index(false);
                }
            }
            Change::UploadGone { id } => {
                for part in self.uploads.remove(&id).into_iter().flat_map(|upload| upload.parts.into_values())
                {
                    part.content.index(false);
                }
            }
        }
    }

    fn forget(&mut self, bucket: &str, key: &str, sequence: u64) {
        let Some(keys) = self.buckets.get_mut(bucket).map(|bucket| &mut bucket.keys) else { return };
        let Some(versions) = keys.get_mut(key) else { return };
        let (gone, kept) =
            std::mem::take(versions).into_iter().partition(|version| version.sequence == sequence);
        *versions = kept;
        if versions.is_empty() {
            keys.remove(key);
        }
        let gone: Vec<Arc<Version>> = gone;
        for object in gone.iter().filter_map(|version| version.object.as_ref()) {
            object.content.index(false);
        }
    }
}
