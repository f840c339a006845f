//! What objects hold: bytes in memory, or a file that lives as long as somebody needs it.

use super::Failure;
use bytes::Bytes;
use std::fs::{self, File};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// The bytes of an object or of a part of one. They never change.
#[derive(Debug)]
pub struct Content {
    size: u64,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Memory(Bytes),
    File(Kept),
}

/// A file that goes with its last reader, unless the index knows it.
#[derive(Debug)]
struct Kept {
    path: PathBuf,
    is_indexed: AtomicBool,
}

impl Drop for Kept {
    fn drop(&mut self) {
        if !self.is_indexed.load(Ordering::Acquire) {
            // What cannot be removed now is removed at the next start.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl Content {
    /// Keeps the bytes in memory.
    pub(super) fn in_memory(parts: &[&Self]) -> Result<Self, Failure> {
        let mut whole = Vec::with_capacity(parts.iter().map(|part| usize::try_from(part.size).unwrap_or(0)).sum());
        for part in parts {
            whole.extend_from_slice(&part.read_all()?);
        }
        Ok(Self::from(Bytes::from(whole)))
    }

    /// Writes the bytes into the file `name` of the folder. When this returns they would survive a loss of power, but the file
    /// is gone again with the last reader unless [`Self::index`] has been called.
    pub(super) fn in_file(folder: &Path, name: &str, parts: &[&Self]) -> Result<Self, Failure> {
        let path = folder.join(name);
        let mut file = File::create_new(&path)?;
        let kept = Kept { path, is_indexed: AtomicBool::new(false) };
        let mut size = 0;
        for part in parts {
            match &part.place {
                Place::Memory(bytes) => file.write_all(bytes)?,
                Place::File(part) => {
                    io::copy(&mut File::open(&part.path)?, &mut file)?;
                }
            }
            size += part.size;
        }
        file.sync_all()?;
        // The name is durable when the folder is.
        File::open(folder)?.sync_all()?;
        Ok(Self { size, place: Place::File(kept) })
    }

    /// A file that the index knows from before; it must be there, and whole.
    pub(super) fn known(folder: &Path, name: &str, size: u64) -> Result<Self, Failure> {
        let path = folder.join(name);
        let found = fs::metadata(&path).map_err(|error| Failure::Disk(format!("{}: {error}", path.display())))?.len();
        if found != size {
            return Err(Failure::Disk(format!("{}: it has {found} bytes and should have {size}", path.display())));
        }
        Ok(Self { size, place: Place::File(Kept { path, is_indexed: AtomicBool::new(true) }) })
    }

    /// The index knows it now, or does so no longer.
    pub(super) fn index(&self, is_indexed: bool) {
        match &self.place {
            Place::Memory(_) => {}
            Place::File(kept) => kept.is_indexed.store(is_indexed, Ordering::Release),
        }
    }

    /// The name of the file in the folder, if it is in one.
    pub(super) fn file_name(&self) -> Option<&str> {
        match &self.place {
            Place::Memory(_) => None,
            Place::File(kept) => kept.path.file_name()?.to_str(),
        }
    }

    /// The number of bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// All bytes.
    pub fn read_all(&self) -> Result<Bytes, Failure> {
        self.read(0..self.size)
    }

    /// The bytes of a range, which is cut off at the end.
    pub fn read(&self, range: Range<u64>) -> Result<Bytes, Failure> {
        let range = range.start.min(self.size)..range.end.min(self.size);
        let length = range.end.saturating_sub(range.start);
        match &self.place {
            Place::Memory(bytes) => {
                let whole = |at: u64| usize::try_from(at).unwrap_or(bytes.len());
                Ok(bytes.slice(whole(range.start)..whole(range.start + length)))
            }
            Place::File(kept) => {
                let mut file = File::open(&kept.path)?;
                file.seek(SeekFrom::Start(range.start))?;
                let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
                file.take(length).read_to_end(&mut bytes)?;
                Ok(bytes.into())
            }
        }
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self { size: bytes.len() as u64, place: Place::Memory(bytes) }
    }
}
