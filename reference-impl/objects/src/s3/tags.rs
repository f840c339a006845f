//! Tags of buckets and objects, and the other metadata of an object.

#![expect(clippy::needless_pass_by_value, reason = "every operation owns its input, whatever it needs of it")]

use crate::failure::Failure;
use crate::s3::reading::{etag, shown_version, time};
use crate::s3::session::Session;
use s3s::dto::{
    Checksum, DeleteObjectTaggingInput, DeleteObjectTaggingOutput, GetObjectAttributesInput,
    GetObjectAttributesOutput, GetObjectAttributesParts, GetObjectTaggingInput, GetObjectTaggingOutput,
    ObjectAttributes, PutObjectTaggingInput, PutObjectTaggingOutput, StorageClass, Tag,
};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};
use std::collections::BTreeMap;

const MAX_OBJECT_TAGS: usize = 10;

/// Tags by their keys, if they can be tags.
pub(super) fn checked_tags(
    tags: impl Iterator<Item = (String, String)>,
    limit: usize,
) -> S3Result<BTreeMap<String, String>> {
    let mut checked = BTreeMap::new();
    for (key, value) in tags {
        let fits = (1..=128).contains(&key.chars().count()) && value.chars().count() <= 256;
        if !fits || key.starts_with("aws:") {
            return Err(s3_error!(
                InvalidTag,
                "a tag has a key of 1 to 128 characters without aws: and a value of up to 256"
            ));
        }
        if checked.insert(key, value).is_some() {
            return Err(s3_error!(InvalidTag, "Cannot provide multiple Tags with the same key"));
        }
    }
    if checked.len() > limit {
        return Err(S3Error::with_message(
            S3ErrorCode::InvalidTag,
            format!("there may be {limit} tags at most"),
        ));
    }
    Ok(checked)
}

/// The tags that a write brings in a header.
pub(super) fn tags_in(header: &str) -> S3Result<BTreeMap<String, String>> {
    let header = header.replace('+', "%20");
    checked_tags(form_urlencoded::parse(header.as_bytes()).into_owned(), MAX_OBJECT_TAGS)
}

pub(super) fn object_tags(
    session: &Session,
    input: GetObjectTaggingInput,
) -> S3Result<GetObjectTaggingOutput> {
    let version = session.objects().get(&input.bucket, &input.key, input.version_id.as_deref())?;
    let object = version.object.as_ref().ok_or(Failure::IsMarker)?;
    let tags = object
        .attributes
        .tags
        .iter()
        .map(|(key, value)| Tag { key: Some(key.clone()), value: Some(value.clone()) });
    Ok(GetObjectTaggingOutput {
        tag_set: tags.collect(),
        version_id: shown_version(session, &input.bucket, &version),
    })
}

pub(super) fn put_object_tags(
    session: &Session,
    input: PutObjectTaggingInput,
) -> S3Result<PutObjectTaggingOutput> {
    let tags = input
        .tagging
        .tag_set
        .into_iter()
        .map(|tag| (tag.key.unwrap_or_default(), tag.value.unwrap_or_default()));
    let tags = checked_tags(tags, MAX_OBJECT_TAGS)?;
    let version = session.objects().set_tags(&input.bucket, &input.key, input.version_id.as_deref(), tags)?;
    Ok(PutObjectTaggingOutput { version_id: shown_version(session, &input.bucket, &version) })
}

pub(super) fn delete_object_tags(
    session: &Session,
    input: DeleteObjectTaggingInput,
) -> S3Result<DeleteObjectTaggingOutput> {
    let version = session.objects().set_tags(
        &input.bucket,
        &input.key,
        input.version_id.as_deref(),
        BTreeMap::new(),
    )?;
    Ok(DeleteObjectTaggingOutput { version_id: shown_version(session, &input.bucket, &version) })
}

pub(super) fn object_attributes(
    session: &Session,
    input: GetObjectAttributesInput,
) -> S3Result<GetObjectAttributesOutput> {
    let version = session.objects().get(&input.bucket, &input.key, input.version_id.as_deref())?;
    let object = version.object.as_ref().ok_or(Failure::IsMarker)?;
    let asked: Vec<&str> =
        input.object_attributes.iter().flat_map(|told| told.as_str().split(',')).map(str::trim).collect();
    let wants = |name: &str| asked.contains(&name);
    let checksum =
        object.attributes.checksum.as_ref().filter(|_| wants(ObjectAttributes::CHECKSUM)).map(|sum| {
            let value = |name: &str| (sum.algorithm == name).then(|| sum.value.clone());
            Checksum {
                checksum_crc32: value("CRC32"),
                checksum_crc32c: value("CRC32C"),
                checksum_crc64nvme: value("CRC64NVME"),
                checksum_sha1: value("SHA1"),
                checksum_sha256: value("SHA256"),
                checksum_type: Some(sum.kind.clone().into()),
            }
        });
    // Of its parts only their number is known, which its ETag ends with.
    let parts = object.etag.trim_matches('"').split_once('-').and_then(|(_, parts)| parts.parse().ok());
    let parts = parts.filter(|_| wants(ObjectAttributes::OBJECT_PARTS));
    Ok(GetObjectAttributesOutput {
        checksum,
        e_tag: wants(ObjectAttributes::ETAG).then(|| etag(&object.etag)),
        last_modified: Some(time(version.written_at)),
        object_parts: parts
            .map(|parts| GetObjectAttributesParts { total_parts_count: Some(parts), ..Default::default() }),
        object_size: i64::try_from(object.content.size())
            .ok()
            .filter(|_| wants(ObjectAttributes::OBJECT_SIZE)),
        storage_class: wants(ObjectAttributes::STORAGE_CLASS)
            .then(|| StorageClass::from_static(StorageClass::STANDARD)),
        version_id: shown_version(session, &input.bucket, &version),
        ..GetObjectAttributesOutput::default()
    })
}
