//! What an account does with uploads in parts.

use crate::access::{Access, Right};
use crate::change::Change;
use crate::content::Content;
use crate::etag;
use crate::failure::Failure;
use crate::index::Index;
use crate::parts::{Part, Upload};
use crate::version::{Attributes, Checksum, Object, Version};
use bytes::Bytes;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The smallest part that is not the last.
const MIN_PART_BYTES: u64 = 5 << 20;

impl Access<'_> {
    /// Begins an upload; gives its id.
    pub fn begin_upload(
        &self,
        bucket: &str,
        key: &str,
        attributes: Attributes,
        now: Timestamp,
    ) -> Result<String, Failure> {
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
        let etag = etag::of(&content);
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

    fn upload_in<'i>(
        &self,
        index: &'i Index,
        bucket: &str,
        key: &str,
        id: &str,
    ) -> Result<&'i Upload, Failure> {
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
        uploads
            .sort_by(|(_, one), (_, other)| (&one.key, one.started_at).cmp(&(&other.key, other.started_at)));
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
        let object = Object { etag: etag::of_parts(&parts), attributes, content };
        self.store.change(|index, writer| {
            self.upload_in(index, bucket, key, id)?;
            let (mut changes, version) = writer.write(index, bucket, key, Some(object), now)?;
            changes.push(Change::UploadGone { id: id.to_owned() });
            Ok((changes, version))
        })
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
