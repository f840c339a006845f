//! An object that arrives in parts, and a part of it.

use crate::content::Content;
use crate::version::{Attributes, Checksum};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// An upload that is neither completed nor aborted.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The bucket of the object.
    pub bucket: String,
    /// The key of the object.
    pub key: String,
    /// The metadata that the writer gave at first.
    pub attributes: Attributes,
    /// When it began.
    pub started_at: Timestamp,
    /// What has arrived, by number.
    pub parts: BTreeMap<u16, Arc<Part>>,
}

/// A part of an object.
#[derive(Debug)]
pub struct Part {
    /// The MD5 of the content in quotes.
    pub etag: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// The checksum that came with it.
    pub checksum: Option<Checksum>,
    /// Its bytes.
    pub content: Arc<Content>,
}
