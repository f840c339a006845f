//! Lists of buckets, objects and versions, in pages.

#![expect(clippy::unnecessary_wraps, reason = "every operation may fail, and is called like the others")]

use crate::listing::{Entry, Listing, Page, Position};
use crate::s3::reading::{etag, time};
use crate::s3::session::Session;
use crate::version::Version;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use s3s::dto::{
    Bucket, CommonPrefix, DeleteMarkerEntry, EncodingType, ListBucketsInput, ListBucketsOutput,
    ListObjectVersionsInput, ListObjectVersionsOutput, ListObjectsInput, ListObjectsOutput,
    ListObjectsV2Input, ListObjectsV2Output, Object, ObjectStorageClass, ObjectVersion,
    ObjectVersionStorageClass,
};
use s3s::{S3Result, s3_error};

/// The most that a page shows, and what it shows unasked.
const MAX_KEYS: i32 = 1000;

pub(super) fn buckets(session: &Session, input: ListBucketsInput) -> S3Result<ListBucketsOutput> {
    let prefix = input.prefix.unwrap_or_default();
    let shown = session.objects().buckets().into_iter().filter(|(name, _)| name.starts_with(&prefix));
    let shown = shown.map(|(name, info)| Bucket {
        name: Some(name),
        creation_date: Some(time(info.created_at)),
        bucket_region: Some(info.region.clone()),
    });
    Ok(ListBucketsOutput { buckets: Some(shown.collect()), ..ListBucketsOutput::default() })
}

/// How the names in a list are written.
struct Spelling {
    encoding: Option<EncodingType>,
}

impl Spelling {
    fn of(encoding: Option<EncodingType>) -> S3Result<Self> {
        match encoding {
            Some(told) if told.as_str() != EncodingType::URL => {
                Err(s3_error!(InvalidArgument, "encoding-type is url or is left out"))
            }
            encoding => Ok(Self { encoding }),
        }
    }

    fn name(&self, name: String) -> String {
        const KEPT: &AsciiSet =
            &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b'/');
        if self.encoding.is_some() { utf8_percent_encode(&name, KEPT).to_string() } else { name }
    }

    fn optional(&self, name: Option<String>) -> Option<String> {
        name.map(|name| self.name(name))
    }

    fn prefixes(&self, entries: &[Entry]) -> Vec<CommonPrefix> {
        let prefix = |entry: &Entry| match entry {
            Entry::Prefix(prefix) => Some(CommonPrefix { prefix: Some(self.name(prefix.clone())) }),
            Entry::Version { .. } => None,
        };
        entries.iter().filter_map(prefix).collect()
    }

    fn objects(&self, entries: &[Entry]) -> Vec<Object> {
        let object = |entry: &Entry| match entry {
            Entry::Prefix(_) => None,
            Entry::Version { key, version, .. } => {
                let object = version.object.as_ref()?;
                Some(Object {
                    key: Some(self.name(key.clone())),
                    e_tag: Some(etag(&object.etag)),
                    last_modified: Some(time(version.written_at)),
                    size: i64::try_from(object.content.size()).ok(),
                    storage_class: Some(ObjectStorageClass::from_static(ObjectStorageClass::STANDARD)),
                    ..Object::default()
                })
            }
        };
        entries.iter().filter_map(object).collect()
    }
}

fn limit(max_keys: Option<i32>) -> S3Result<(i32, usize)> {
    let told = max_keys.unwrap_or(MAX_KEYS).min(MAX_KEYS);
    let limit =
        usize::try_from(told).map_err(|_| s3_error!(InvalidArgument, "max-keys must not be negative"))?;
    Ok((told, limit))
}

fn key_of(position: Position) -> String {
    match position {
        Position::Key(key) | Position::Version(key, _) => key,
    }
}

pub(super) fn objects(session: &Session, input: ListObjectsInput) -> S3Result<ListObjectsOutput> {
    let spelling = Spelling::of(input.encoding_type)?;
    let (max_keys, limit) = limit(input.max_keys)?;
    let listing = Listing {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone(),
        after: input.marker.clone().map(Position::Key),
        limit,
    };
    let Page { entries, next } = session.objects().list(&input.bucket, &listing, false)?;
    Ok(ListObjectsOutput {
        name: Some(input.bucket),
        prefix: Some(spelling.name(listing.prefix)),
        marker: Some(spelling.name(input.marker.unwrap_or_default())),
        max_keys: Some(max_keys),
        is_truncated: Some(next.is_some()),
        contents: Some(spelling.objects(&entries)),
        common_prefixes: Some(spelling.prefixes(&entries)),
        delimiter: spelling.optional(input.delimiter),
        next_marker: spelling.optional(next.map(key_of)),
        encoding_type: spelling.encoding,
        ..ListObjectsOutput::default()
    })
}

pub(super) fn objects_v2(session: &Session, input: ListObjectsV2Input) -> S3Result<ListObjectsV2Output> {
    let spelling = Spelling::of(input.encoding_type)?;
    let (max_keys, limit) = limit(input.max_keys)?;
    let after = match &input.continuation_token {
        None => input.start_after.clone(),
        Some(token) => {
            let key = URL_SAFE_NO_PAD.decode(token).ok().and_then(|key| String::from_utf8(key).ok());
            Some(key.ok_or_else(|| s3_error!(InvalidArgument, "the continuation token is none of ours"))?)
        }
    };
    let listing = Listing {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone(),
        after: after.map(Position::Key),
        limit,
    };
    let Page { entries, next } = session.objects().list(&input.bucket, &listing, false)?;
    Ok(ListObjectsV2Output {
        name: Some(input.bucket),
        prefix: Some(spelling.name(listing.prefix)),
        max_keys: Some(max_keys),
        key_count: i32::try_from(entries.len()).ok(),
        continuation_token: input.continuation_token,
        is_truncated: Some(next.is_some()),
        next_continuation_token: next.map(|next| URL_SAFE_NO_PAD.encode(key_of(next))),
        contents: Some(spelling.objects(&entries)),
        common_prefixes: Some(spelling.prefixes(&entries)),
        delimiter: spelling.optional(input.delimiter),
        start_after: spelling.optional(input.start_after),
        encoding_type: spelling.encoding,
        ..ListObjectsV2Output::default()
    })
}

pub(super) fn versions(
    session: &Session,
    input: ListObjectVersionsInput,
) -> S3Result<ListObjectVersionsOutput> {
    let spelling = Spelling::of(input.encoding_type)?;
    let (max_keys, limit) = limit(input.max_keys)?;
    let after = match (&input.key_marker, &input.version_id_marker) {
        (None, None) => None,
        (None, Some(_)) => return Err(s3_error!(InvalidArgument, "a version-id-marker needs a key-marker")),
        (Some(key), None) => Some(Position::Key(key.clone())),
        (Some(key), Some(version)) => Some(Position::Version(key.clone(), version.clone())),
    };
    let listing = Listing {
        prefix: input.prefix.clone().unwrap_or_default(),
        delimiter: input.delimiter.clone(),
        after,
        limit,
    };
    let Page { entries, next } = session.objects().list(&input.bucket, &listing, true)?;
    let (mut versions, mut markers) = (Vec::new(), Vec::new());
    for entry in &entries {
        match entry {
            Entry::Prefix(_) => {}
            Entry::Version { key, version, is_latest } => {
                let key = Some(spelling.name(key.clone()));
                let Version { id, written_at, object, .. } = version.as_ref();
                let (last_modified, version_id, is_latest) =
                    (Some(time(*written_at)), Some(id.clone()), Some(*is_latest));
                match object {
                    None => markers.push(DeleteMarkerEntry {
                        is_latest,
                        key,
                        last_modified,
                        version_id,
                        ..Default::default()
                    }),
                    Some(object) => versions.push(ObjectVersion {
                        e_tag: Some(etag(&object.etag)),
                        is_latest,
                        key,
                        last_modified,
                        size: i64::try_from(object.content.size()).ok(),
                        storage_class: Some(ObjectVersionStorageClass::from_static(
                            ObjectVersionStorageClass::STANDARD,
                        )),
                        version_id,
                        ..ObjectVersion::default()
                    }),
                }
            }
        }
    }
    let (next_key, next_version) = match next.clone() {
        None => (None, None),
        Some(Position::Key(key)) => (Some(key), None),
        Some(Position::Version(key, version)) => (Some(key), Some(version)),
    };
    Ok(ListObjectVersionsOutput {
        name: Some(input.bucket),
        prefix: Some(spelling.name(listing.prefix)),
        key_marker: Some(spelling.name(input.key_marker.unwrap_or_default())),
        version_id_marker: Some(input.version_id_marker.unwrap_or_default()),
        max_keys: Some(max_keys),
        is_truncated: Some(next.is_some()),
        versions: Some(versions),
        delete_markers: Some(markers),
        common_prefixes: Some(spelling.prefixes(&entries)),
        delimiter: spelling.optional(input.delimiter),
        next_key_marker: spelling.optional(next_key),
        next_version_id_marker: next_version,
        encoding_type: spelling.encoding,
        ..ListObjectVersionsOutput::default()
    })
}
