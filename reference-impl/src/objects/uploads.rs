//! Objects that arrive in parts.

use super::access::Right;
use super::index::{Change, Index};
use super::{Access, Attributes, Checksum, Content, Failure, Object, Version};
use bytes::Bytes;
use jiff::Timestamp;
use md5::{Digest as _, Md5};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The smallest part that is not the last.
const MIN_PART_BYTES: u64 = 5 << 20;

/// An upload that is neither completed nor aborted.
#[derive(Debug, Clone)]
pub struct Upload {
    /// The bucket of the object.
    pub bucket: String,
    /// The key of the object.
    pub key: String,
    /// What the writer told about it at first.
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

impl Access<'_> {
    /// Begins an upload; gives its id.
    pub fn begin_upload(&self, bucket: &str, key: &str, attributes: Attributes, now: Timestamp) -> Result<String, Failure> {
        self.store.change(|index, writer| {
            self.bucket_in(index, bucket, Right::Write { key })?;
            let id = writer.fresh_id();
            let (bucket, key) = (bucket.to_owned(), key.to_owned());
            let upload = Upload { bucket, key, attributes, started_at: now, parts: BTreeMap::new() };
            Ok((vec![Change::Upload { id: id.clone(), upload }], id))
        })
    }

    /// Writes a part; gives its `ETag`.
    pub fn put_part(
        &self,
        (bucket, key, id): (&str, &str, &str),
        number: u16,
        content: Bytes,
        checksum: Option<Checksum>,
        now: Timestamp,
    ) -> Result<String, Failure> {
        self.upload(bucket, key, id)?;
        let etag = super::etag(&content);
        let content = Arc::new(self.store.stage(&[&Content::from(content)])?);
        let part = Arc::new(Part { etag: etag.clone(), written_at: now, checksum, content });
        self.store.change(|index, _| {
            self.upload_in(index, bucket, key, id)?;
            Ok((vec![Change::Part { id: id.to_owned(), number, part }], etag))
        })
    }

    /// What is known of an upload.
    pub fn upload(&self, bucket: &str, key: &str, id: &str) -> Result<Upload, Failure> {
        self.upload_in(&self.store.index(), bucket, key, id).cloned()
    }

    fn upload_in<'i>(&self, index: &'i Index, bucket: &str, key: &str, id: &str) -> Result<&'i Upload, Failure> {
        self.bucket_in(index, bucket, Right::Write { key })?;
        index.upload(bucket, key, id)
    }

    /// The uploads into a bucket, with their ids, by key and time.
    pub fn uploads(&self, bucket: &str) -> Result<Vec<(String, Upload)>, Failure> {
        let index = self.store.index();
        self.bucket_in(&index, bucket, Right::Own)?;
        let uploads = index.uploads.iter().filter(|(_, upload)| upload.bucket == bucket);
        let mut uploads: Vec<_> = uploads.map(|(id, upload)| (id.clone(), upload.clone())).collect();
        drop(index);
        uploads.sort_by(|(_, one), (_, other)| (&one.key, one.started_at).cmp(&(&other.key, other.started_at)));
        Ok(uploads)
    }

    /// Forgets an upload and its parts.
    pub fn abort_upload(&self, bucket: &str, key: &str, id: &str) -> Result<(), Failure> {
        self.store.change(|index, _| {
            self.upload_in(index, bucket, key, id)?;
            Ok((vec![Change::UploadGone { id: id.to_owned() }], ()))
        })
    }

    /// Makes an object of the parts that are named, in their order.
    pub fn complete_upload(
        &self,
        (bucket, key, id): (&str, &str, &str),
        named: &[(u16, Option<String>)],
        checksum: Option<Checksum>,
        now: Timestamp,
    ) -> Result<Arc<Version>, Failure> {
        let upload = self.upload(bucket, key, id)?;
        let parts = chosen(&upload, named)?;
        let contents: Vec<&Content> = parts.iter().map(|part| part.content.as_ref()).collect();
        let content = Arc::new(self.store.stage(&contents)?);
        let attributes = Attributes { checksum, ..upload.attributes.clone() };
        let object = Object { etag: joint_etag(&parts), attributes, content };
        self.store.change(|index, writer| {
            self.upload_in(index, bucket, key, id)?;
            let (mut changes, version) = writer.write(index, bucket, key, Some(object), now)?;
            changes.push(Change::UploadGone { id: id.to_owned() });
            Ok((changes, version))
        })
    }
}

impl Index {
    pub(super) fn has_uploads(&self, bucket: &str) -> bool {
        self.uploads.values().any(|upload| upload.bucket == bucket)
    }
}

fn chosen(upload: &Upload, named: &[(u16, Option<String>)]) -> Result<Vec<Arc<Part>>, Failure> {
    if !named.is_sorted_by(|(one, _), (other, _)| one < other) {
        return Err(Failure::PartOrder);
    }
    let mut parts = Vec::new();
    for (number, etag) in named {
        let part = upload.parts.get(number).ok_or(Failure::NoPart(*number))?;
        if etag.as_ref().is_some_and(|etag| etag.trim_matches('"') != part.etag.trim_matches('"')) {
            return Err(Failure::NoPart(*number));
        }
        parts.push((*number, Arc::clone(part)));
    }
    let too_small = parts.iter().rev().skip(1).rev().find(|(_, part)| part.content.size() < MIN_PART_BYTES);
    if let Some((number, _)) = too_small {
        return Err(Failure::PartTooSmall(*number));
    }
    let parts: Vec<Arc<Part>> = parts.into_iter().map(|(_, part)| part).collect();
    if parts.is_empty() { Err(Failure::NoPart(1)) } else { Ok(parts) }
}

/// As S3 has it: the MD5 over the parts' MD5s, and how many there are.
fn joint_etag(parts: &[Arc<Part>]) -> String {
    let mut hash = Md5::new();
    for part in parts {
        let digits = part.etag.trim_matches('"').as_bytes();
        for pair in digits.chunks_exact(2) {
            let byte = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
            hash.update([byte.unwrap_or(0)]);
        }
    }
    format!("\"{}-{}\"", super::hex(&hash.finalize()), parts.len())
}
