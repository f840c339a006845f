//! The embedded object store: buckets, keys, versions and uploads in parts, in memory or in a data folder.
//!
//! - [`Objects`] is the store. It is cheap to clone, and every clone is the same store.
//! - `index` says where everything is, `content` holds the bytes, `ledger` makes both outlast the process.
//! - [`Depot`] is what signing jobs use: this store, or an S3 elsewhere.
//!
//! Readers never wait for a disk: contents are written before any lock is taken, writers wait for each other only while one
//! puts its change into the ledger, and the index is locked only while it is changed in memory.
//! The calls do wait for the disk, so an asynchronous caller makes them where it may block.

mod access;
mod bucket;
mod content;
mod depot;
mod failure;
mod index;
mod ledger;
mod listing;
mod policy;
mod remote;
mod settings;
mod uploads;
mod version;

pub use access::{Access, Asker};
pub use bucket::{BucketInfo, Versioning};
pub use content::Content;
pub use depot::Depot;
pub use failure::Failure;
pub use listing::{Entry, Listing, Page, Position};
pub use remote::Remote;
pub use settings::{Setting, Settings};
pub use uploads::{Part, Upload};
pub use version::{Attributes, Checksum, NULL_VERSION, Object, Version};

use crate::durable::{CONTENTS, DataFolder, FolderError};
use crate::ids::{Ids as _, RandomIds};
use access::Right;
use bytes::Bytes;
use index::{Change, Index};
use jiff::Timestamp;
use ledger::Ledger;
use md5::{Digest as _, Md5};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard};

/// All buckets of all accounts. What one of them may do there goes through [`Objects::of`].
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

/// The store of a data folder, as it was found.
#[derive(Debug)]
pub struct Found {
    index: Index,
    last_sequence: u64,
}

impl Found {
    /// Begins to work with it. It takes the names `objects` and `objects.redb` in the folder.
    pub fn begin(self, folder: &Arc<DataFolder>, seed: Option<u64>) -> Result<Objects, FolderError> {
        let ledger = Ledger::begin(folder, &self.index)?;
        Ok(Objects::with(self.index, seed, self.last_sequence, Some(ledger), Some(folder.path().join(CONTENTS))))
    }
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

    /// Looks at the store of a data folder, which need not be there yet, and leaves it as it is. Buckets from before they had
    /// owners and Regions are those of `home`.
    pub fn look(folder: &DataFolder, home: Asker<'_>) -> Result<Found, FolderError> {
        let (index, last_sequence) = Ledger::look(folder, home)?;
        Ok(Found { index, last_sequence })
    }

    fn with(index: Index, seed: Option<u64>, next_sequence: u64, ledger: Option<Ledger>, folder: Option<PathBuf>) -> Self {
        // Identifiers that were given before a restart must not come again.
        let seed = seed.map(|seed| seed.wrapping_add(next_sequence) ^ 0x5333);
        let writer = Mutex::new(Writer { ids: RandomIds::new(seed), next_sequence, ledger });
        Self { inner: Arc::new(Inner { index: RwLock::new(index), writer, folder }) }
    }

    /// The Region of a bucket, whosever it is.
    pub(crate) fn region_of(&self, bucket: &str) -> Result<String, Failure> {
        Ok(self.index().bucket(bucket)?.info.region.clone())
    }

    /// Whether there is no bucket.
    pub fn is_empty(&self) -> bool {
        self.index().buckets.is_empty()
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

    /// Whether a bucket tells of versions.
    pub fn shows_versions(&self, bucket: &str) -> bool {
        self.index().bucket(bucket).is_ok_and(|bucket| bucket.info.versioning != Versioning::Off)
    }

    /// Forgets everything, of all accounts.
    pub fn clear(&self) -> Result<(), Failure> {
        self.change(|index, _| {
            let uploads = index.uploads.keys().map(|id| Change::UploadGone { id: id.clone() });
            let buckets = index.buckets.iter().flat_map(|(name, bucket)| bucket.gone(name));
            Ok((uploads.chain(buckets).collect(), ()))
        })
    }
}

impl Access<'_> {
    /// Makes a bucket in the Region of the request.
    pub fn create_bucket(&self, name: &str, versioning: Versioning, now: Timestamp) -> Result<(), Failure> {
        let Asker { account, region } = self.asker;
        self.store.change(|index, _| {
            match index.bucket(name) {
                Ok(bucket) if bucket.info.owner == account => return Err(Failure::BucketExists),
                Ok(_) => return Err(Failure::BucketTaken),
                Err(_) => {}
            }
            let (owner, region, settings) = (account.to_owned(), region.to_owned(), Settings::new());
            let info = BucketInfo { owner, region, created_at: now, versioning, settings };
            Ok((vec![Change::Bucket { name: name.to_owned(), info }], ()))
        })
    }

    /// From now on a bucket keeps versions, or does not.
    pub fn set_versioning(&self, name: &str, versioning: Versioning) -> Result<(), Failure> {
        self.alter(name, |info| {
            info.versioning = versioning;
            Ok(())
        })
    }

    /// Sets something on a bucket, or unsets it.
    pub fn set(&self, name: &str, setting: Setting, document: Option<String>) -> Result<(), Failure> {
        if let (Setting::Policy, Some(text)) = (setting, &document) {
            policy::Policy::parse(text).map_err(Failure::MalformedPolicy)?;
        }
        self.alter(name, |info| {
            match document {
                Some(document) => drop(info.settings.insert(setting, document)),
                None => drop(info.settings.remove(&setting)),
            }
            Ok(())
        })
    }

    /// What is set on a bucket.
    pub fn setting(&self, name: &str, setting: Setting) -> Result<String, Failure> {
        self.owned(name)?.settings.get(&setting).cloned().ok_or(Failure::NotSet(setting))
    }

    /// Whether the policy of a bucket lets everybody in.
    pub fn is_public(&self, name: &str) -> bool {
        let index = self.store.index();
        index.bucket(name).is_ok_and(|bucket| bucket.policy.as_ref().is_some_and(policy::Policy::is_public))
    }

    fn alter(&self, name: &str, alter: impl FnOnce(&mut BucketInfo) -> Result<(), Failure>) -> Result<(), Failure> {
        self.store.change(|index, _| {
            let mut info = self.bucket_in(index, name, Right::Own)?.info.as_ref().clone();
            alter(&mut info)?;
            Ok((vec![Change::Bucket { name: name.to_owned(), info }], ()))
        })
    }

    /// Forgets a bucket that holds nothing. Where nobody asked for versions, older ones do not count.
    pub fn delete_bucket(&self, name: &str) -> Result<(), Failure> {
        self.store.change(|index, _| {
            let bucket = self.bucket_in(index, name, Right::Own)?;
            let is_empty = bucket.keys.is_empty() || bucket.info.versioning == Versioning::Implied && !bucket.holds_objects("");
            if !is_empty || index.has_uploads(name) {
                return Err(Failure::BucketNotEmpty);
            }
            Ok((bucket.gone(name).collect(), ()))
        })
    }

    /// What is known of a bucket whose content the account may list.
    pub fn bucket(&self, name: &str) -> Result<Arc<BucketInfo>, Failure> {
        Ok(Arc::clone(&self.bucket_in(&self.store.index(), name, Right::List { versions: false })?.info))
    }

    /// What is known of a bucket of the account.
    pub fn owned(&self, name: &str) -> Result<Arc<BucketInfo>, Failure> {
        Ok(Arc::clone(&self.bucket_in(&self.store.index(), name, Right::Own)?.info))
    }

    /// The account's buckets, by name.
    pub fn buckets(&self) -> Vec<(String, Arc<BucketInfo>)> {
        let index = self.store.index();
        let own = index.buckets.iter().filter(|(_, bucket)| bucket.info.owner == self.asker.account);
        own.map(|(name, bucket)| (name.clone(), Arc::clone(&bucket.info))).collect()
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
        let right = Right::Write { key };
        self.bucket_in(&self.store.index(), bucket, right)?;
        let etag = etag(&content);
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
            let object = Object { etag: object.etag.clone(), attributes, content: Arc::clone(&object.content) };
            let Version { sequence, id, written_at, .. } = found.as_ref();
            let version = Version { sequence: *sequence, id: id.clone(), written_at: *written_at, object: Some(object) };
            let version = Arc::new(version);
            let (bucket, key) = (bucket.to_owned(), key.to_owned());
            Ok((vec![Change::Version { bucket, key, version: Arc::clone(&version) }], version))
        })
    }

    /// A version of an object; without the name of one the newest. Its bytes are read from [`Object::content`].
    pub fn get(&self, bucket: &str, key: &str, version: Option<&str>) -> Result<Arc<Version>, Failure> {
        let right = Right::Read { key, version: version.is_some() };
        self.bucket_in(&self.store.index(), bucket, right)?.find_object(key, version).cloned()
    }

    /// Without the name of a version puts a delete marker, if the bucket keeps versions; else removes the version for good.
    pub fn delete(&self, bucket: &str, key: &str, version: Option<&str>, now: Timestamp) -> Result<Deleted, Failure> {
        let gone = |sequence| Change::VersionGone { bucket: bucket.to_owned(), key: key.to_owned(), sequence };
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
