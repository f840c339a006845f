//! Objects and buckets: their headers, and their contents.

#![expect(clippy::needless_pass_by_value, reason = "every operation owns its input, whatever it needs of it")]

use crate::bucket::Versioning;
use crate::failure::Failure;
use crate::s3::checksum::Algorithm;
use crate::s3::session::Session;
use crate::version::{Attributes, Version};
use http::{HeaderMap, HeaderName, HeaderValue};
use s3s::dto::{
    BucketLocationConstraint, BucketVersioningStatus, ETag, ETagCondition, GetBucketLocationInput,
    GetBucketLocationOutput, GetBucketVersioningInput, GetBucketVersioningOutput, GetObjectInput,
    GetObjectOutput, HeadBucketInput, HeadBucketOutput, HeadObjectInput, HeadObjectOutput, Range,
    StreamingBlob, Timestamp,
};
use s3s::{Body, S3Error, S3ErrorCode, S3Response, S3Result, s3_error};
use std::sync::Arc;
use std::time::SystemTime;

/// The region whose name buckets do not tell.
pub(super) const FIRST_REGION: &str = "us-east-1";

pub(super) fn head_bucket(session: &Session, input: HeadBucketInput) -> S3Result<HeadBucketOutput> {
    let region = session.objects().bucket(&input.bucket)?.region.clone();
    Ok(HeadBucketOutput { bucket_region: Some(region), ..HeadBucketOutput::default() })
}

pub(super) fn location(
    session: &Session,
    input: GetBucketLocationInput,
) -> S3Result<GetBucketLocationOutput> {
    let region = session.objects().bucket(&input.bucket)?.region.clone();
    let named = (region != FIRST_REGION).then(|| BucketLocationConstraint::from(region));
    Ok(GetBucketLocationOutput { location_constraint: named })
}

pub(super) fn versioning(
    session: &Session,
    input: GetBucketVersioningInput,
) -> S3Result<GetBucketVersioningOutput> {
    let status = match session.objects().owned(&input.bucket)?.versioning {
        Versioning::Implied | Versioning::Enabled => Some(BucketVersioningStatus::ENABLED),
        Versioning::Suspended => Some(BucketVersioningStatus::SUSPENDED),
        Versioning::Off => None,
    };
    Ok(GetBucketVersioningOutput {
        status: status.map(BucketVersioningStatus::from_static),
        ..Default::default()
    })
}

/// What a client asks for, with or without the bytes.
struct Asked {
    bucket: String,
    key: String,
    version: Option<String>,
    range: Option<Range>,
    part: Option<i32>,
    fits: Option<ETagCondition>,
    differs: Option<ETagCondition>,
    changed_since: Option<Timestamp>,
    unchanged_since: Option<Timestamp>,
    wants_checksum: bool,
}

/// What either input asks for: they are different types with the same members.
macro_rules! asked {
    ($input:ident) => {
        Asked {
            bucket: $input.bucket,
            key: $input.key,
            version: $input.version_id,
            range: $input.range,
            part: $input.part_number,
            fits: $input.if_match,
            differs: $input.if_none_match,
            changed_since: $input.if_modified_since,
            unchanged_since: $input.if_unmodified_since,
            wants_checksum: $input.checksum_mode.is_some(),
        }
    };
}

/// What is there for it.
struct Found {
    version: Arc<Version>,
    shown_version: Option<String>,
    range: std::ops::Range<u64>,
    content_range: Option<String>,
    headers: HeaderMap,
}

pub(super) fn get(session: &Session, input: GetObjectInput) -> S3Result<S3Response<GetObjectOutput>> {
    // The headers that the request asks for in place of the writer's.
    let instead = [
        ("cache-control", input.response_cache_control),
        ("content-disposition", input.response_content_disposition),
        ("content-encoding", input.response_content_encoding),
        ("content-language", input.response_content_language),
        ("content-type", input.response_content_type),
    ];
    let mut found = asked!(input).find(session)?;
    let object = found.version.object.as_ref().ok_or(Failure::IsMarker)?;
    let content = object.content.read(found.range)?;
    for (name, value) in instead {
        if let Some(value) = value {
            insert(&mut found.headers, name, &value);
        }
    }
    let output = GetObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        content_length: i64::try_from(content.len()).ok(),
        content_range: found.content_range,
        body: Some(StreamingBlob::from(Body::from(content))),
        e_tag: Some(etag(&object.etag)),
        last_modified: Some(time(found.version.written_at)),
        version_id: found.shown_version,
        ..GetObjectOutput::default()
    };
    Ok(with_headers(output, found.headers))
}

pub(super) fn head(session: &Session, input: HeadObjectInput) -> S3Result<S3Response<HeadObjectOutput>> {
    let found = asked!(input).find(session)?;
    let object = found.version.object.as_ref().ok_or(Failure::IsMarker)?;
    let output = HeadObjectOutput {
        accept_ranges: Some("bytes".to_owned()),
        content_length: i64::try_from(found.range.end - found.range.start).ok(),
        content_range: found.content_range,
        e_tag: Some(etag(&object.etag)),
        last_modified: Some(time(found.version.written_at)),
        version_id: found.shown_version,
        ..HeadObjectOutput::default()
    };
    Ok(with_headers(output, found.headers))
}

/// Objects have no tags here; SAM asks for them to learn the version of what it has uploaded.
impl Asked {
    fn find(self, session: &Session) -> S3Result<Found> {
        if self.part.is_some_and(|part| part != 1) {
            return Err(s3_error!(
                NotImplemented,
                "objects are not kept in the parts that they came in; ask by Range"
            ));
        }
        let version = session.objects().get(&self.bucket, &self.key, self.version.as_deref())?;
        let object = version.object.as_ref().ok_or(Failure::IsMarker)?;
        self.check(&version, &object.etag)?;
        let size = object.content.size();
        let (range, content_range) = match &self.range {
            None => (0..size, None),
            Some(range) => {
                let range = range.check(size).map_err(|_| s3_error!(InvalidRange))?;
                let told = format!("bytes {}-{}/{size}", range.start, range.end.saturating_sub(1));
                (range, Some(told))
            }
        };
        let mut headers = headers(&object.attributes);
        if let (true, None, Some(checksum)) =
            (self.wants_checksum, &content_range, &object.attributes.checksum)
            && let Some(algorithm) = Algorithm::named(&checksum.algorithm)
        {
            insert(&mut headers, algorithm.header(), &checksum.value);
            insert(&mut headers, "x-amz-checksum-type", &checksum.kind);
        }
        let shown_version = shown_version(session, &self.bucket, &version);
        Ok(Found { version, shown_version, range, content_range, headers })
    }

    /// The preconditions, in the order that HTTP gives them.
    fn check(&self, version: &Version, etag: &str) -> S3Result<()> {
        let is_it = |condition: &ETagCondition| match condition {
            ETagCondition::Any => true,
            ETagCondition::ETag(told) => told.value() == etag.trim_matches('"'),
        };
        // Headers tell whole seconds.
        let written = jiff::Timestamp::from_second(version.written_at.as_second())
            .map_or_else(|_| time(version.written_at), time);
        let failed = match (&self.fits, &self.unchanged_since) {
            (Some(condition), _) => !is_it(condition),
            (None, Some(since)) => written > *since,
            (None, None) => false,
        };
        if failed {
            return Err(s3_error!(
                PreconditionFailed,
                "the object is not, or no longer, the one that the request is for"
            ));
        }
        let unchanged = match (&self.differs, &self.changed_since) {
            (Some(condition), _) => is_it(condition),
            (None, Some(since)) => written <= *since,
            (None, None) => false,
        };
        if unchanged { Err(S3Error::new(S3ErrorCode::NotModified)) } else { Ok(()) }
    }
}

/// The version, where the bucket has such a thing.
pub(super) fn shown_version(session: &Session, bucket: &str, version: &Version) -> Option<String> {
    session.objects.shows_versions(bucket).then(|| version.id.clone())
}

fn headers(attributes: &Attributes) -> HeaderMap {
    let mut headers = HeaderMap::new();
    insert(&mut headers, "content-type", "binary/octet-stream");
    for (name, value) in &attributes.headers {
        insert(&mut headers, name, value);
    }
    if !attributes.tags.is_empty() {
        insert(&mut headers, "x-amz-tagging-count", &attributes.tags.len().to_string());
    }
    for (name, value) in &attributes.metadata {
        insert(&mut headers, &format!("x-amz-meta-{name}"), value);
    }
    headers
}

fn insert(headers: &mut HeaderMap, name: &str, value: &str) {
    // Both came in a header, so both can go out in one.
    if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(value.as_bytes())) {
        headers.insert(name, value);
    }
}

fn with_headers<T>(output: T, headers: HeaderMap) -> S3Response<T> {
    let mut response = S3Response::new(output);
    response.headers = headers;
    response
}

pub(super) fn etag(quoted: &str) -> ETag {
    ETag::Strong(quoted.trim_matches('"').to_owned())
}

pub(super) fn time(at: jiff::Timestamp) -> Timestamp {
    Timestamp::from(SystemTime::from(at))
}
