//! The store: one index behind a lock, one writer at a time, and a file that outlasts the process.
//!
//! Readers never wait for a disk: contents are written before any lock is taken, writers wait for each other
//! only while one puts its change into the file, and the index is locked only while it is changed in memory.

use crate::asker::Asker;
use crate::bucket::Versioning;
use crate::change::{self, Change};
use crate::content::Content;
use crate::failure::Failure;
use crate::index::Index;
use crate::index_file::IndexFile;
use crate::version::{NULL_VERSION, Object, Version};
use jiff::Timestamp;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use signer_folder::{CONTENTS, DataFolder, FolderError};
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
    /// Taken by a writer, before and while the index is locked.
    writer: Mutex<Writer>,
    /// Where the contents are, unless they are in memory.
    folder: Option<PathBuf>,
}

/// What only one at a time may have.
#[derive(Debug)]
pub(crate) struct Writer {
    ids: StdRng,
    next_sequence: u64,
    file: Option<IndexFile>,
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
        let file = IndexFile::begin(folder, &self.index)?;
        Ok(Objects::with(
            self.index,
            seed,
            self.last_sequence,
            Some(file),
            Some(folder.path().join(CONTENTS)),
        ))
    }
}

impl Objects {
    /// A store that ends with the process. Its identifiers are the same for the same seed.
    pub fn in_memory(seed: Option<u64>) -> Self {
        Self::with(Index::default(), seed, 0, None, None)
    }

    /// Looks at the store of a data folder, which need not be there yet, and leaves it as it is. Buckets from
    /// before they had owners and Regions are those of `home`.
    pub fn look(folder: &DataFolder, home: Asker<'_>) -> Result<Found, FolderError> {
        let (index, last_sequence) = IndexFile::look(folder, home)?;
        Ok(Found { index, last_sequence })
    }

    fn with(
        index: Index,
        seed: Option<u64>,
        next_sequence: u64,
        file: Option<IndexFile>,
        folder: Option<PathBuf>,
    ) -> Self {
        // Identifiers that were given before a restart must not come again.
        let seed = seed.map(|seed| seed.wrapping_add(next_sequence) ^ 0x5333);
        let writer = Mutex::new(Writer {
            ids: seed.map_or_else(StdRng::from_os_rng, StdRng::seed_from_u64),
            next_sequence,
            file,
        });
        Self { inner: Arc::new(Inner { index: RwLock::new(index), writer, folder }) }
    }

    /// The Region of a bucket, whosever it is.
    pub fn region_of(&self, bucket: &str) -> Result<String, Failure> {
        Ok(self.index().bucket(bucket)?.info.region.clone())
    }

    /// Whether there is no bucket.
    pub fn is_empty(&self) -> bool {
        self.index().buckets.is_empty()
    }

    pub(crate) fn index(&self) -> RwLockReadGuard<'_, Index> {
        // Each change of the index is made by steps that cannot panic half-way.
        self.inner.index.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes something: `decide` sees the index as it is and says what is to change, the file keeps it,
    /// then it is so.
    pub(crate) fn change<T>(
        &self,
        decide: impl FnOnce(&Index, &mut Writer) -> Result<(Vec<Change>, T), Failure>,
    ) -> Result<T, Failure> {
        let mut writer = self.inner.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let (changes, told) = decide(&self.index(), &mut writer)?;
        if let Some(file) = &mut writer.file {
            file.keep(&changes)?;
        }
        let mut index = self.inner.index.write().unwrap_or_else(PoisonError::into_inner);
        for change in changes {
            index.apply(change);
        }
        Ok(told)
    }

    /// Brings bytes to where they stay, before they are visible.
    pub(crate) fn stage(&self, parts: &[&Content]) -> Result<Content, Failure> {
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
            let buckets = index.buckets.iter().flat_map(|(name, bucket)| change::gone(name, bucket));
            Ok((uploads.chain(buckets).collect(), ()))
        })
    }
}

impl Writer {
    pub(crate) fn fresh_id(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.ids.random()).into_uuid().simple().to_string()
    }

    /// The newest version of a key: an object, or a delete marker.
    pub(crate) fn write(
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
        let mut changes =
            vec![Change::Version { bucket: bucket.clone(), key: key.clone(), version: Arc::clone(&version) }];
        changes.extend(replaced.map(|sequence| Change::VersionGone { bucket, key, sequence }));
        Ok((changes, version))
    }
}
