//! Buckets made and deleted, objects written, copied and deleted.

#![expect(clippy::needless_pass_by_value, reason = "every operation owns its input, whatever it needs of it")]

use crate::asker::Asker;
use crate::bucket::Versioning;
use crate::failure::Failure;
use crate::s3::checksum;
use crate::s3::reading::{FIRST_REGION, etag, shown_version, time};
use crate::s3::session::Session;
use crate::s3::tags::tags_in;
use crate::version::{Attributes, Checksum};
use crate::versions::Deleted;
use bytes::Bytes;
use http::HeaderMap;
use s3s::dto::{
    BucketVersioningStatus, CopyObjectInput, CopyObjectOutput, CopyObjectResult, CopySource,
    CreateBucketInput, CreateBucketOutput, DeleteBucketInput, DeleteBucketOutput, DeleteObjectInput,
    DeleteObjectOutput, DeleteObjectsInput, DeleteObjectsOutput, DeletedObject, Error, MetadataDirective,
    PutBucketVersioningInput, PutBucketVersioningOutput, PutObjectInput, PutObjectOutput, TaggingDirective,
};
use s3s::{S3Error, S3ErrorCode, S3Result, s3_error};

/// The headers of a write that readers get back.
const KEPT: [&str; 7] = [
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
    "x-amz-website-redirect-location",
];
const METADATA: &str = "x-amz-meta-";

pub(super) fn create_bucket(session: &Session, input: CreateBucketInput) -> S3Result<CreateBucketOutput> {
    let here = session.region.as_str();
    let told = input.create_bucket_configuration.and_then(|told| told.location_constraint);
    let told = told.as_ref().map_or(here, |told| region(told.as_str()));
    // The oldest endpoint alone makes buckets elsewhere.
    if told != here && here != FIRST_REGION {
        let message = format!(
            "The {told} location constraint is incompatible with the Region {here} that the request is for"
        );
        return Err(S3Error::with_message(S3ErrorCode::IllegalLocationConstraintException, message));
    }
    let maker = Asker { account: &session.account, region: told };
    match session.objects.of(maker).create_bucket(&input.bucket, session.versioning, session.now) {
        // The oldest region alone takes it twice.
        Err(Failure::BucketExists) if here == FIRST_REGION => {}
        made => made?,
    }
    Ok(CreateBucketOutput { location: Some(format!("/{}", input.bucket)) })
}

/// The Region that a location constraint means.
fn region(constraint: &str) -> &str {
    if constraint == "EU" { "eu-west-1" } else { constraint }
}

pub(super) fn delete_bucket(session: &Session, input: DeleteBucketInput) -> S3Result<DeleteBucketOutput> {
    session.objects().delete_bucket(&input.bucket)?;
    Ok(DeleteBucketOutput {})
}

pub(super) fn put_versioning(
    session: &Session,
    input: PutBucketVersioningInput,
) -> S3Result<PutBucketVersioningOutput> {
    let status = input.versioning_configuration.status;
    let versioning = match status.as_ref().map(BucketVersioningStatus::as_str) {
        Some(BucketVersioningStatus::ENABLED) => Versioning::Enabled,
        Some(BucketVersioningStatus::SUSPENDED) => Versioning::Suspended,
        told => {
            return Err(s3_error!(
                IllegalVersioningConfigurationException,
                "Status is Enabled or Suspended, not {told:?}"
            ));
        }
    };
    session.objects().set_versioning(&input.bucket, versioning)?;
    Ok(PutBucketVersioningOutput {})
}

pub(super) fn attributes(headers: &HeaderMap, checksum: Option<Checksum>) -> S3Result<Attributes> {
    let text = |name: &str| Some(String::from_utf8_lossy(headers.get(name)?.as_bytes()).into_owned());
    let kept = KEPT.into_iter().filter_map(|name| Some((name.to_owned(), text(name)?))).collect();
    let names = headers
        .keys()
        .filter_map(|name| Some((name.as_str().strip_prefix(METADATA)?.to_owned(), text(name.as_str())?)));
    let tags = text("x-amz-tagging").map(|told| tags_in(&told)).transpose()?.unwrap_or_default();
    Ok(Attributes { headers: kept, metadata: names.collect(), tags, checksum })
}

pub(super) fn put(
    session: &Session,
    (input, headers, body): (PutObjectInput, HeaderMap, Bytes),
) -> S3Result<PutObjectOutput> {
    if input.if_match.is_some() || input.if_none_match.is_some() {
        return Err(s3_error!(NotImplemented, "conditional writes are not understood here"));
    }
    let checksum = checksum::checked(&headers, &body)?;
    let attributes = attributes(&headers, checksum.clone())?;
    let version = session.objects().put(&input.bucket, &input.key, body, attributes, session.now)?;
    let object = version.object.as_ref().ok_or(Failure::IsMarker)?;
    let mut output = PutObjectOutput {
        e_tag: Some(etag(&object.etag)),
        version_id: shown_version(session, &input.bucket, &version),
        ..PutObjectOutput::default()
    };
    if let Some(checksum) = checksum {
        let value = |name: &str| (checksum.algorithm == name).then(|| checksum.value.clone());
        output.checksum_crc32 = value("CRC32");
        output.checksum_crc32c = value("CRC32C");
        output.checksum_crc64nvme = value("CRC64NVME");
        output.checksum_sha1 = value("SHA1");
        output.checksum_sha256 = value("SHA256");
        output.checksum_type = Some(checksum.kind.clone().into());
    }
    Ok(output)
}

/// The place that a copy is made of.
pub(super) fn source(source: &CopySource) -> S3Result<(&str, &str, Option<&str>)> {
    match source {
        CopySource::Bucket { bucket, key, version_id } => Ok((bucket, key, version_id.as_deref())),
        CopySource::AccessPoint { .. } | CopySource::Outpost { .. } => Err(s3_error!(
            NotImplemented,
            "there are no access points and no outposts here; name bucket and key"
        )),
    }
}

pub(super) fn copy(
    session: &Session,
    (input, headers): (CopyObjectInput, HeaderMap),
) -> S3Result<CopyObjectOutput> {
    let (bucket, key, version) = source(&input.copy_source)?;
    let from = session.objects().get(bucket, key, version)?;
    let object = from.object.as_ref().ok_or(Failure::IsMarker)?;
    let replaces =
        input.metadata_directive.as_ref().is_some_and(|told| told.as_str() == MetadataDirective::REPLACE);
    if !replaces
        && input.tagging_directive.is_none()
        && version.is_none()
        && (bucket, key) == (input.bucket.as_str(), input.key.as_str())
    {
        return Err(s3_error!(
            InvalidRequest,
            "A copy onto itself must change something, such as the metadata"
        ));
    }
    let content = object.content.read_all()?;
    let told = attributes(&headers, None)?;
    let retags =
        input.tagging_directive.as_ref().is_some_and(|told| told.as_str() == TaggingDirective::REPLACE);
    let tags = if retags { told.tags.clone() } else { object.attributes.tags.clone() };
    let attributes = Attributes { tags, ..if replaces { told } else { object.attributes.clone() } };
    let made = session.objects().put(&input.bucket, &input.key, content, attributes, session.now)?;
    let object = made.object.as_ref().ok_or(Failure::IsMarker)?;
    let result = CopyObjectResult {
        e_tag: Some(etag(&object.etag)),
        last_modified: Some(time(made.written_at)),
        ..CopyObjectResult::default()
    };
    Ok(CopyObjectOutput {
        copy_object_result: Some(result),
        copy_source_version_id: shown_version(session, bucket, &from),
        version_id: shown_version(session, &input.bucket, &made),
        ..CopyObjectOutput::default()
    })
}

pub(super) fn delete(session: &Session, input: DeleteObjectInput) -> S3Result<DeleteObjectOutput> {
    let Deleted { version, is_marker } =
        session.objects().delete(&input.bucket, &input.key, input.version_id.as_deref(), session.now)?;
    Ok(DeleteObjectOutput {
        delete_marker: is_marker.then_some(true),
        version_id: version,
        ..DeleteObjectOutput::default()
    })
}

pub(super) fn delete_many(session: &Session, input: DeleteObjectsInput) -> S3Result<DeleteObjectsOutput> {
    if input.delete.objects.len() > 1000 {
        return Err(s3_error!(MalformedXML, "at most 1000 objects are deleted at a time"));
    }
    let (mut deleted, mut errors) = (Vec::new(), Vec::new());
    for object in input.delete.objects {
        match session.objects().delete(&input.bucket, &object.key, object.version_id.as_deref(), session.now)
        {
            Ok(Deleted { version, is_marker }) => deleted.push(DeletedObject {
                key: Some(object.key),
                delete_marker: is_marker.then_some(true),
                delete_marker_version_id: version.filter(|_| is_marker),
                version_id: object.version_id,
            }),
            Err(failure) => {
                let error = super::refusal::failed(&failure);
                errors.push(Error {
                    code: Some(error.code().as_str().to_owned()),
                    key: Some(object.key),
                    message: Some(failure.to_string()),
                    version_id: object.version_id,
                });
            }
        }
    }
    let quiet = input.delete.quiet.unwrap_or(false);
    Ok(DeleteObjectsOutput {
        deleted: (!quiet).then_some(deleted),
        errors: Some(errors),
        ..DeleteObjectsOutput::default()
    })
}
