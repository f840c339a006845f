//! Pages of a bucket's content, in the order of the keys. A page costs what it shows, however much the bucket
//! holds.

use crate::bucket::Bucket;
use crate::version::Version;
use std::ops::Bound;
use std::sync::Arc;

/// What a list is to show.
#[derive(Debug, Clone, Default)]
pub struct Listing {
    /// Keys that begin like this.
    pub prefix: String,
    /// Keys that share what lies before it, after the prefix, are shown as one.
    pub delimiter: Option<String>,
    /// Nothing up to here.
    pub after: Option<Position>,
    /// The largest number of entries.
    pub limit: usize,
}

/// A place between two entries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Position {
    /// After all versions of the key, and all that a list shows under it if it is a common prefix.
    Key(String),
    /// After this version of the key.
    Version(String, String),
}

/// One line of a list.
#[derive(Debug, Clone)]
pub enum Entry {
    /// What keys have in common up to the delimiter.
    Prefix(String),
    /// A version of a key, and whether it is the newest.
    Version {
        /// The key.
        key: String,
        /// The version.
        version: Arc<Version>,
        /// Whether it is the newest one.
        is_latest: bool,
    },
}

/// A part of a list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// What is shown.
    pub entries: Vec<Entry>,
    /// Where the next page begins, if there is one.
    pub next: Option<Position>,
}

impl Bucket {
    /// A page of what the keys hold now, or of all versions with delete markers, the newest of a key first.
    pub(crate) fn page(&self, listing: &Listing, all_versions: bool) -> Page {
        let mut page = Page::default();
        let mut begin = listing.begin();
        if listing.limit == 0 {
            return page;
        }
        let mut resumed = match &listing.after {
            Some(Position::Version(key, id)) => Some((key.as_str(), id.as_str())),
            Some(Position::Key(_)) | None => None,
        };
        while let Some((key, versions)) =
            self.keys.range::<str, _>((begin.as_ref().map(String::as_str), Bound::Unbounded)).next()
            && key.starts_with(&listing.prefix)
        {
            if let Some(common) = listing.common_prefix(key) {
                begin = after_prefix(&common);
                // A prefix whose keys are all deleted is not shown.
                let is_shown = all_versions || self.holds_objects(&common);
                if is_shown && !page.push(listing, Entry::Prefix(common)) {
                    return page;
                }
                continue;
            }
            begin = Bound::Excluded(key.clone());
            let seen = resumed.take().filter(|(at, _)| at == key).map(|(_, id)| id);
            let mut shown: Vec<&Arc<Version>> = versions.iter().rev().collect();
            if let Some(place) = seen.and_then(|id| shown.iter().position(|version| version.id == id)) {
                shown.drain(..=place);
            }
            if !all_versions {
                shown.retain(|version| version.object.is_some() && is_latest(versions, version));
            }
            for version in shown {
                let entry = Entry::Version {
                    key: key.clone(),
                    version: Arc::clone(version),
                    is_latest: is_latest(versions, version),
                };
                if !page.push(listing, entry) {
                    return page;
                }
            }
        }
        page
    }

    /// Whether a key that begins like this has not been deleted.
    pub(crate) fn holds_objects(&self, prefix: &str) -> bool {
        let keys = self.keys.range::<str, _>((Bound::Included(prefix), Bound::Unbounded));
        let mut keys = keys.take_while(|(key, _)| key.starts_with(prefix));
        keys.any(|(_, versions)| versions.last().is_some_and(|version| version.object.is_some()))
    }
}

fn is_latest(versions: &[Arc<Version>], version: &Arc<Version>) -> bool {
    versions.last().is_some_and(|last| last.sequence == version.sequence)
}

impl Page {
    /// Whether there was room.
    fn push(&mut self, listing: &Listing, entry: Entry) -> bool {
        if self.entries.len() < listing.limit {
            self.entries.push(entry);
            return true;
        }
        self.next = self.entries.last().map(|entry| match entry {
            Entry::Prefix(prefix) => Position::Key(prefix.clone()),
            Entry::Version { key, version, .. } => Position::Version(key.clone(), version.id.clone()),
        });
        false
    }
}

impl Listing {
    fn begin(&self) -> Bound<String> {
        let after = match &self.after {
            None => Bound::Included(String::new()),
            Some(Position::Version(key, _)) => Bound::Included(key.clone()),
            Some(Position::Key(key)) if self.common_prefix(key).as_ref() == Some(key) => after_prefix(key),
            Some(Position::Key(key)) => Bound::Excluded(key.clone()),
        };
        match &after {
            Bound::Included(key) | Bound::Excluded(key) if *key < self.prefix => {
                Bound::Included(self.prefix.clone())
            }
            _ => after,
        }
    }

    fn common_prefix(&self, key: &str) -> Option<String> {
        let delimiter = self.delimiter.as_deref().filter(|delimiter| !delimiter.is_empty())?;
        let rest = key.strip_prefix(&self.prefix)?;
        let end = rest.find(delimiter)? + delimiter.len();
        Some(format!("{}{}", self.prefix, &rest[..end]))
    }
}

/// The first place after all keys that begin like this.
fn after_prefix(prefix: &str) -> Bound<String> {
    // The order of strings is that of their characters, so the next prefix ends in the next character.
    let mut prefix = prefix.to_owned();
    while let Some(last) = prefix.pop() {
        if let Some(next) = (last..=char::MAX).nth(1) {
            prefix.push(next);
            return Bound::Included(prefix);
        }
    }
    Bound::Unbounded
}
