//! What objects hold: bytes in memory, or a file that lives as long as somebody needs it. What is read of a
//! file is what was written, or an error: each block has a digest.

use crate::failure::Failure;
use bytes::Bytes;
use sha2::{Digest as _, Sha256};
use signer_folder::{FolderError, private_file};
use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

/// How much of a file has a digest of its own: a range is read without the rest.
const BLOCK_BYTES: u64 = 1 << 20;
/// The bytes of a digest.
const DIGEST_BYTES: usize = 32;

/// The bytes of an object or of a part of one. They never change.
#[derive(Debug)]
pub struct Content {
    size: u64,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Memory(Bytes),
    /// With the SHA-256 of each of its blocks, one after the other.
    File(Kept, Vec<u8>),
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
    pub(crate) fn in_memory(parts: &[&Self]) -> Result<Self, Failure> {
        let mut whole =
            Vec::with_capacity(parts.iter().map(|part| usize::try_from(part.size).unwrap_or(0)).sum());
        for part in parts {
            whole.extend_from_slice(&part.read_all()?);
        }
        Ok(Self::from(Bytes::from(whole)))
    }

    /// Writes the bytes into the file `name` of the folder. When this returns they would survive a loss of
    /// power, but the file is gone again with the last reader unless [`Self::index`] has been called.
    pub(crate) fn in_file(folder: &Path, name: &str, parts: &[&Self]) -> Result<Self, Failure> {
        let path = folder.join(name);
        let mut file = private_file().write(true).create_new(true).open(&path)?;
        let kept = Kept { path, is_indexed: AtomicBool::new(false) };
        let mut digests = Digests::default();
        let mut size = 0;
        for part in parts {
            for piece in part.pieces() {
                let piece = piece?;
                file.write_all(&piece)?;
                digests.update(&piece);
            }
            size += part.size;
        }
        file.sync_all()?;
        // The name is durable when the folder is.
        File::open(folder)?.sync_all()?;
        Ok(Self { size, place: Place::File(kept, digests.finish()) })
    }

    /// A file that the index knows from before; it must be there, and as large as it was. One from before
    /// there were digests gets them now.
    pub(crate) fn known(
        folder: &Path,
        name: &str,
        size: u64,
        digests: Option<Vec<u8>>,
    ) -> Result<Self, FolderError> {
        let path = folder.join(name);
        let found = match fs::metadata(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(FolderError::Missing(path));
            }
            found => found.map_err(FolderError::io(&path))?,
        };
        if !found.is_file() || found.len() != size {
            let reason = format!("it has {} bytes and should have {size}", found.len());
            return Err(FolderError::damaged(&path, reason));
        }
        let digests = match digests {
            Some(digests) => digests,
            None => made_now(&path).map_err(FolderError::io(&path))?,
        };
        if digests.len() as u64 != size.div_ceil(BLOCK_BYTES) * DIGEST_BYTES as u64 {
            return Err(FolderError::damaged(&path, "its digests are not those of a file of its size"));
        }
        Ok(Self { size, place: Place::File(Kept { path, is_indexed: AtomicBool::new(true) }, digests) })
    }

    /// The digests of its blocks, if it is in a file.
    pub(crate) fn digests(&self) -> &[u8] {
        match &self.place {
            Place::Memory(_) => &[],
            Place::File(_, digests) => digests,
        }
    }

    /// The content, a block at a time.
    pub fn pieces(&self) -> impl Iterator<Item = Result<Bytes, Failure>> {
        (0..self.size.div_ceil(BLOCK_BYTES))
            .map(|block| self.read(block * BLOCK_BYTES..(block + 1) * BLOCK_BYTES))
    }

    /// The index knows it now, or does so no longer.
    pub(crate) fn index(&self, is_indexed: bool) {
        match &self.place {
            Place::Memory(_) => {}
            Place::File(kept, _) => kept.is_indexed.store(is_indexed, Ordering::Release),
        }
    }

    /// The name of the file in the folder, if it is in one.
    pub(crate) fn file_name(&self) -> Option<&str> {
        match &self.place {
            Place::Memory(_) => None,
            Place::File(kept, _) => kept.path.file_name()?.to_str(),
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
        let end = range.end.min(self.size);
        let range = range.start.min(end)..end;
        match &self.place {
            Place::Memory(bytes) => {
                let whole = |at: u64| usize::try_from(at).unwrap_or(bytes.len());
                Ok(bytes.slice(whole(range.start)..whole(range.end)))
            }
            Place::File(..) if range.is_empty() => Ok(Bytes::new()),
            Place::File(kept, digests) => {
                let first = range.start / BLOCK_BYTES;
                let blocks =
                    first * BLOCK_BYTES..(range.end.div_ceil(BLOCK_BYTES) * BLOCK_BYTES).min(self.size);
                let mut file = File::open(&kept.path)?;
                file.seek(SeekFrom::Start(blocks.start))?;
                let mut bytes = Vec::with_capacity(usize::try_from(blocks.end - blocks.start).unwrap_or(0));
                file.take(blocks.end - blocks.start).read_to_end(&mut bytes)?;
                let told = usize::try_from(first)
                    .ok()
                    .and_then(|first| digests.get(first * DIGEST_BYTES..))
                    .unwrap_or_default();
                if bytes.len() as u64 != blocks.end - blocks.start || !told.starts_with(&digests_of(&bytes)) {
                    let told = format!("{} is damaged: it is not what was written", kept.path.display());
                    return Err(Failure::Disk(told));
                }
                let within = |at: u64| usize::try_from(at - blocks.start).unwrap_or(bytes.len());
                let wanted = within(range.start)..within(range.end);
                Ok(Bytes::from(bytes).slice(wanted))
            }
        }
    }
}

/// The digests of what comes in pieces.
#[derive(Default)]
struct Digests {
    block: Sha256,
    filled: u64,
    whole: Vec<u8>,
}

impl Digests {
    fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = usize::try_from(BLOCK_BYTES - self.filled).unwrap_or(usize::MAX);
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.block.update(now);
            self.filled += now.len() as u64;
            if self.filled == BLOCK_BYTES {
                self.end_block();
            }
            bytes = later;
        }
    }

    fn end_block(&mut self) {
        self.whole.extend_from_slice(&self.block.finalize_reset());
        self.filled = 0;
    }

    fn finish(mut self) -> Vec<u8> {
        if self.filled > 0 {
            self.end_block();
        }
        self.whole
    }
}

fn digests_of(bytes: &[u8]) -> Vec<u8> {
    let mut digests = Digests::default();
    digests.update(bytes);
    digests.finish()
}

fn made_now(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut digests = Digests::default();
    let mut piece = vec![0; 1 << 16];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(digests.finish()),
            read => digests.update(&piece[..read]),
        }
    }
}

impl From<Bytes> for Content {
    fn from(bytes: Bytes) -> Self {
        Self { size: bytes.len() as u64, place: Place::Memory(bytes) }
    }
}
