//! The embedded object store: buckets, keys, versions and uploads in parts, in memory or in a data folder.
//!
//! - [`Objects`] is the store. It is cheap to clone, and every clone is the same store.
//! - `index` says where everything is, `content` holds the bytes, `ledger` makes both outlast the process.
//! - [`Depot`] is what signing jobs use: this store, or an S3 elsewhere.
//!
//! Readers never wait for a disk: contents are written before any lock is taken, writers wait for each other only while one
//! puts its change into the ledger, and the index is locked only while it is changed in memory.
//! The calls do wait for the disk, so an asynchronous caller makes them where it may block.

mod bucket;
mod content;
mod depot;
mod failure;
mod index;
mod ledger;
mod listing;
mod remote;
mod uploads;
mod version;

pub use bucket::{BucketInfo, Versioning};
pub use content::Content;
pub use depot::Depot;
pub use failure::Failure;
pub use listing::{Entry, Listing, Page, Position};
pub use remote::Remote;
pub use uploads::{Part, Upload};
pub use version::{Attributes, Checksum, NULL_VERSION, Object, Version};

use crate::ids::{Ids as _, RandomIds};
use bytes::Bytes;
use index::{Change, Index};
use jiff::Timestamp;
use ledger::Ledger;
use md5::{Digest as _, Md5};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

/// All buckets. They are shared by all accounts.
#[derive(Debug, Clone)]
pub struct Objects {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    index: RwLock<Index>,
    /// Taken by whoever changes something, before and while the index is locked.
    writer: Mutex<Writer>,
    /// Where the contents are, unless they are in memory.
    folder: Option<PathBuf>,
}

/// What only one at a time may have.
#[derive(Debug)]
struct Writer {
    ids: RandomIds,
    next_sequence: u64,
    ledger: Option<Ledger>,
}

/// What a deletion has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deleted {
    /// The version that was made or removed, if versions are kept or one was named.
    pub version: Option<String>,
    /// Whether that version is a delete marker.
    pub is_marker: bool,
}

impl Objects {
    /// A store that ends with the process. Its identifiers are the same for the same seed.
    pub fn in_memory(seed: Option<u64>) -> Self {
        Self::with(Index::default(), seed, 0, None, None)
    }

    /// The store of a data folder, which need not exist yet. It takes the names `objects` and `objects.redb` in it.
    pub fn open(data: &Path, seed: Option<u64>) -> Result<Self, Failure> {
        let folder = data.join("objects");
        std::fs::create_dir_all(&folder)?;
        let (ledger, index, next_sequence) = Ledger::open(&data.join("objects.redb"), &folder)?;
        Ok(Self::with(index, seed, next_sequence, Some(ledger), Some(folder)))
    }

    fn with(index: Index, seed: Option<u64>, next_sequence: u64, ledger: Option<Ledger>, folder: Option<PathBuf>) -> Self {
        // Identifiers that were given before a restart must not come again.
        let seed = seed.map(|seed| seed.wrapping_add(next_sequence) ^ 0x5333);
        let writer = Mutex::new(Writer { ids: RandomIds::new(seed), next_sequence, ledger });
        Self { inner: Arc::new(Inner { index: RwLock::new(index), writer, folder }) }
    }

    /// Whether there is no bucket.
    pub fn is_empty(&self) -> bool {
        self.index().buckets.is_empty()
    }

    /// Forgets everything, of all accounts.
    pub fn clear(&self) -> Result<(), Failure> {
        self.change(|index, _| {
            let uploads = index.uploads.keys().map(|id| Change::UploadGone { id: id.clone() });
            let buckets = index.buckets.iter().flat_map(|(name, bucket)| {
                let versions =
                    bucket.keys.iter().flat_map(|(key, versions)| versions.iter().map(move |version| (key, version.sequence)));
                let gone =
                    versions.map(|(key, sequence)| Change::VersionGone { bucket: name.clone(), key: key.clone(), sequence });
                gone.chain([Change::BucketGone { name: name.clone() }])
            });
            Ok((uploads.chain(buckets).collect(), ()))
        })
    }

    fn index(&self) -> RwLockReadGuard<'_, Index> {
        // Each change of the index is made by steps that cannot panic half-way.
        self.inner.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes something: `decide` sees the index as it is and says what is to change, the ledger keeps it, then it is so.
    fn change<T>(&self, decide: impl FnOnce(&Index, &mut Writer) -> Result<(Vec<Change>, T), Failure>) -> Result<T, Failure> {
        let mut writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let (changes, told) = decide(&self.index(), &mut writer)?;
        if let Some(ledger) = &mut writer.ledger {
            ledger.keep(&changes)?;
        }
        let mut index = self.inner.index.write().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            index.apply(change);
        }
        Ok(told)
    }

    /// Brings bytes to where they stay, before anybody knows of them.
    fn stage(&self, parts: &[&Content]) -> Result<Content, Failure> {
        match &self.inner.folder {
            None => Content::in_memory(parts),
            Some(folder) => Content::in_file(folder, &uuid::Uuid::new_v4().simple().to_string(), parts),
        }
    }

    /// Makes a bucket.
    pub fn create_bucket(&self, name: &str, versioning: Versioning, now: Timestamp) -> Result<(), Failure> {
        self.change(|index, _| {
            if index.bucket(name).is_ok() {
                return Err(Failure::BucketExists);
            }
            Ok((vec![Change::Bucket { name: name.to_owned(), info: BucketInfo { created_at: now, versioning } }], ()))
        })
    }

    /// From now on a bucket keeps versions, or does not.
    pub fn set_versioning(&self, name: &str, versioning: Versioning) -> Result<(), Failure> {
        self.change(|index, _| {
            let info = BucketInfo { versioning, ..index.bucket(name)?.info };
            Ok((vec![Change::Bucket { name: name.to_owned(), info }], ()))
        })
    }

    /// Forgets a bucket that holds nothing. Where nobody asked for versions, older ones do not count.
    pub fn delete_bucket(&self, name: &str) -> Result<(), Failure> {
        self.change(|index, _| {
            let bucket = index.bucket(name)?;
            let is_empty = bucket.keys.is_empty() || bucket.info.versioning == Versioning::Implied && !bucket.holds_objects("");
            if !is_empty || index.has_uploads(name) {
                return Err(Failure::BucketNotEmpty);
            }
            let versions = bucket.keys.iter().flat_map(|(key, versions)| versions.iter().map(move |version| (key, version)));
            let gone = versions.map(|(key, version)| {
                let (bucket, key) = (name.to_owned(), key.clone());
                Change::VersionGone { bucket, key, sequence: version.sequence }
            });
            Ok((gone.chain([Change::BucketGone { name: name.to_owned() }]).collect(), ()))
        })
    }

    /// What is known of a bucket.
    pub fn bucket(&self, name: &str) -> Result<BucketInfo, Failure> {
        Ok(self.index().bucket(name)?.info)
    }

    /// Whether the bucket is there.
    pub fn has_bucket(&self, name: &str) -> bool {
        self.bucket(name).is_ok()
    }

    /// All buckets, by name.
    pub fn buckets(&self) -> Vec<(String, BucketInfo)> {
        self.index().buckets.iter().map(|(name, bucket)| (name.clone(), bucket.info)).collect()
    }

    /// Writes an object as the newest version of its key.
    pub fn put(
        &self,
        bucket: &str,
        key: &str,
        content: Bytes,
        attributes: Attributes,
        now: Timestamp,
    ) -> Result<Arc<Version>, Failure> {
        self.bucket(bucket)?;
        let etag = etag(&content);
        let content = Arc::new(self.stage(&[&Content::from(content)])?);
        self.change(|index, writer| writer.write(index, bucket, key, Some(Object { etag, attributes, content }), now))
    }

    /// A version of an object; without the name of one the newest. Its bytes are read from [`Object::content`].
    pub fn get(&self, bucket: &str, key: &str, version: Option<&str>) -> Result<Arc<Version>, Failure> {
        self.index().bucket(bucket)?.find_object(key, version).cloned()
    }

    /// Without the name of a version puts a delete marker, if the bucket keeps versions; else removes the version for good.
    pub fn delete(&self, bucket: &str, key: &str, version: Option<&str>, now: Timestamp) -> Result<Deleted, Failure> {
        let gone = |sequence| Change::VersionGone { bucket: bucket.to_owned(), key: key.to_owned(), sequence };
        self.change(|index, writer| {
            let found = index.bucket(bucket)?;
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
        Ok(self.index().bucket(bucket)?.page(listing, all_versions))
    }
}

impl Writer {
    fn fresh_id(&mut self) -> String {
        self.ids.uuid().replace('-', "")
    }

    /// The newest version of a key: an object, or a delete marker.
    fn write(
        &mut self,
        index: &Index,
        bucket: &str,
        key: &str,
        object: Option<Object>,
        now: Timestamp,
    ) -> Result<(Vec<Change>, Arc<Version>), Failure> {
        let found = index.bucket(bucket)?;
        let keeps = found.info.versioning.keeps();
        let id = if keeps { self.fresh_id() } else { NULL_VERSION.to_owned() };
        self.next_sequence += 1;
        let version = Arc::new(Version { sequence: self.next_sequence, id, written_at: now, object });
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        let replaced = found.null_version(&key).filter(|_| !keeps).map(|version| version.sequence);
        let mut changes = vec![Change::Version { bucket: bucket.clone(), key: key.clone(), version: Arc::clone(&version) }];
        changes.extend(replaced.map(|sequence| Change::VersionGone { bucket, key, sequence }));
        Ok((changes, version))
    }
}

fn etag(content: &[u8]) -> String {
    format!("\"{}\"", hex(&Md5::digest(content)))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
