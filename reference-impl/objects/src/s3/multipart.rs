//! Objects that arrive in parts.

#![expect(clippy::needless_pass_by_value, reason = "every operation owns its input, whatever it needs of it")]

use crate::failure::Failure;
use crate::parts::{Part, Upload};
use crate::s3::checksum::{self, Algorithm, COMPOSITE, FULL_OBJECT};
use crate::s3::reading::{etag, shown_version, time};
use crate::s3::session::Session;
use crate::s3::writing::{attributes, source};
use crate::version::{Attributes, Checksum};
use bytes::Bytes;
use http::HeaderMap;
use s3s::dto::{
    self, AbortMultipartUploadInput, AbortMultipartUploadOutput, CompleteMultipartUploadInput,
    CompleteMultipartUploadOutput, CompletedPart, CopyPartResult, CreateMultipartUploadInput,
    CreateMultipartUploadOutput, ListMultipartUploadsInput, ListMultipartUploadsOutput, ListPartsInput,
    ListPartsOutput, MultipartUpload, Range, UploadPartCopyInput, UploadPartCopyOutput, UploadPartInput,
    UploadPartOutput,
};
use s3s::{S3Result, s3_error};
use std::sync::Arc;

const MAX_PARTS: i32 = 1000;

pub(super) fn create(
    session: &Session,
    (input, headers): (CreateMultipartUploadInput, HeaderMap),
) -> S3Result<CreateMultipartUploadOutput> {
    let algorithm = checksum::wanted(&headers);
    let kind = input.checksum_type.as_ref().map(|kind| kind.as_str().to_owned());
    let announced = algorithm.map(|algorithm| Checksum {
        algorithm: algorithm.name().to_owned(),
        value: String::new(),
        kind: kind.unwrap_or_else(|| {
            if algorithm == Algorithm::Crc64Nvme { FULL_OBJECT } else { COMPOSITE }.to_owned()
        }),
    });
    let attributes = attributes(&headers, announced.clone())?;
    let id = session.objects().begin_upload(&input.bucket, &input.key, attributes, session.now)?;
    Ok(CreateMultipartUploadOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(id),
        checksum_algorithm: announced.as_ref().map(|announced| announced.algorithm.clone().into()),
        checksum_type: announced.map(|announced| announced.kind.into()),
        ..CreateMultipartUploadOutput::default()
    })
}

fn number(told: i32) -> S3Result<u16> {
    let number = u16::try_from(told).ok().filter(|number| (1..=10_000).contains(number));
    number.ok_or_else(|| {
        s3_error!(InvalidArgument, "Part number must be an integer between 1 and 10000, inclusive")
    })
}

pub(super) fn put_part(
    session: &Session,
    (input, headers, body): (UploadPartInput, HeaderMap, Bytes),
) -> S3Result<UploadPartOutput> {
    let number = number(input.part_number)?;
    let checksum = checksum::checked(&headers, &body)?;
    let place = (input.bucket.as_str(), input.key.as_str(), input.upload_id.as_str());
    let tag = session.objects().put_part(place, number, body, checksum.clone(), session.now)?;
    let value = |name: &str| {
        checksum.as_ref().filter(|checksum| checksum.algorithm == name).map(|checksum| checksum.value.clone())
    };
    Ok(UploadPartOutput {
        e_tag: Some(etag(&tag)),
        checksum_crc32: value("CRC32"),
        checksum_crc32c: value("CRC32C"),
        checksum_crc64nvme: value("CRC64NVME"),
        checksum_sha1: value("SHA1"),
        checksum_sha256: value("SHA256"),
        ..UploadPartOutput::default()
    })
}

pub(super) fn copy_part(session: &Session, input: UploadPartCopyInput) -> S3Result<UploadPartCopyOutput> {
    let number = number(input.part_number)?;
    let (bucket, key, version) = source(&input.copy_source)?;
    let from = session.objects().get(bucket, key, version)?;
    let object = from.object.as_ref().ok_or(Failure::IsMarker)?;
    let size = object.content.size();
    let range = match &input.copy_source_range {
        None => 0..size,
        Some(told) => {
            let range = Range::parse(told)
                .map_err(|_| s3_error!(InvalidArgument, "x-amz-copy-source-range is not a range"))?;
            range.check(size).map_err(|_| s3_error!(InvalidRange))?
        }
    };
    let content = object.content.read(range)?;
    let now = session.now;
    let tag = session.objects().put_part(
        (&input.bucket, &input.key, &input.upload_id),
        number,
        content,
        None,
        now,
    )?;
    let result = CopyPartResult {
        e_tag: Some(etag(&tag)),
        last_modified: Some(time(now)),
        ..CopyPartResult::default()
    };
    Ok(UploadPartCopyOutput {
        copy_part_result: Some(result),
        copy_source_version_id: shown_version(session, bucket, &from),
        ..UploadPartCopyOutput::default()
    })
}

pub(super) fn complete(
    session: &Session,
    input: CompleteMultipartUploadInput,
) -> S3Result<CompleteMultipartUploadOutput> {
    let told = input.multipart_upload.and_then(|upload| upload.parts).unwrap_or_default();
    let place = (input.bucket.as_str(), input.key.as_str(), input.upload_id.as_str());
    let Upload { attributes: Attributes { checksum: announced, .. }, parts, .. } =
        session.objects().upload(place.0, place.1, place.2)?;
    let mut named = Vec::new();
    let mut chosen: Vec<&Arc<Part>> = Vec::new();
    for part in &told {
        let number = number(part.part_number.unwrap_or_default())?;
        named.push((number, part.e_tag.as_ref().map(|tag| tag.value().to_owned())));
        let stored = parts.get(&number).ok_or(Failure::NoPart(number))?;
        check_part(number, part, stored)?;
        chosen.push(stored);
    }
    let checksum = match &announced {
        Some(announced) => checksum::of_parts(announced, &chosen)?,
        None => None,
    };
    let version = session.objects().complete_upload(place, &named, checksum.clone(), session.now)?;
    let object = version.object.as_ref().ok_or(Failure::IsMarker)?;
    let value = |name: &str| {
        checksum.as_ref().filter(|checksum| checksum.algorithm == name).map(|checksum| checksum.value.clone())
    };
    Ok(CompleteMultipartUploadOutput {
        e_tag: Some(etag(&object.etag)),
        location: Some(format!("/{}/{}", input.bucket, input.key)),
        version_id: shown_version(session, &input.bucket, &version),
        checksum_crc32: value("CRC32"),
        checksum_crc32c: value("CRC32C"),
        checksum_crc64nvme: value("CRC64NVME"),
        checksum_sha1: value("SHA1"),
        checksum_sha256: value("SHA256"),
        checksum_type: checksum.as_ref().map(|checksum| checksum.kind.clone().into()),
        bucket: Some(input.bucket),
        key: Some(input.key),
        ..CompleteMultipartUploadOutput::default()
    })
}

/// A checksum that the list of parts gives must be that of the part.
fn check_part(number: u16, told: &CompletedPart, stored: &Part) -> S3Result<()> {
    let Some(checksum) = &stored.checksum else { return Ok(()) };
    let told = match Algorithm::named(&checksum.algorithm) {
        None => return Ok(()),
        Some(Algorithm::Crc32) => &told.checksum_crc32,
        Some(Algorithm::Crc32c) => &told.checksum_crc32c,
        Some(Algorithm::Crc64Nvme) => &told.checksum_crc64nvme,
        Some(Algorithm::Sha1) => &told.checksum_sha1,
        Some(Algorithm::Sha256) => &told.checksum_sha256,
    };
    match told {
        Some(told) if *told != checksum.value => {
            Err(s3_error!(InvalidPart, "Part {number} has another checksum"))
        }
        Some(_) | None => Ok(()),
    }
}

pub(super) fn abort(
    session: &Session,
    input: AbortMultipartUploadInput,
) -> S3Result<AbortMultipartUploadOutput> {
    session.objects().abort_upload(&input.bucket, &input.key, &input.upload_id)?;
    Ok(AbortMultipartUploadOutput::default())
}

pub(super) fn parts(session: &Session, input: ListPartsInput) -> S3Result<ListPartsOutput> {
    let upload = session.objects().upload(&input.bucket, &input.key, &input.upload_id)?;
    let marker = input.part_number_marker.unwrap_or(0);
    let limit = input.max_parts.unwrap_or(MAX_PARTS).clamp(0, MAX_PARTS);
    let shown = upload.parts.iter().filter(|(number, _)| i32::from(**number) > marker);
    let mut shown: Vec<dto::Part> = shown.map(|(number, part)| shown_part(*number, part)).collect();
    let is_truncated = shown.len() > usize::try_from(limit).unwrap_or(0);
    shown.truncate(usize::try_from(limit).unwrap_or(0));
    let last = shown.last().and_then(|part| part.part_number);
    Ok(ListPartsOutput {
        bucket: Some(input.bucket),
        key: Some(input.key),
        upload_id: Some(input.upload_id),
        part_number_marker: Some(marker),
        next_part_number_marker: last,
        max_parts: Some(limit),
        is_truncated: Some(is_truncated),
        parts: Some(shown),
        ..ListPartsOutput::default()
    })
}

fn shown_part(number: u16, part: &Part) -> dto::Part {
    let value = |name: &str| {
        part.checksum.as_ref().filter(|checksum| checksum.algorithm == name).map(|sum| sum.value.clone())
    };
    dto::Part {
        part_number: Some(i32::from(number)),
        e_tag: Some(etag(&part.etag)),
        last_modified: Some(time(part.written_at)),
        size: i64::try_from(part.content.size()).ok(),
        checksum_crc32: value("CRC32"),
        checksum_crc32c: value("CRC32C"),
        checksum_crc64nvme: value("CRC64NVME"),
        checksum_sha1: value("SHA1"),
        checksum_sha256: value("SHA256"),
    }
}

/// All on one page: what is unfinished does not grow large.
pub(super) fn uploads(
    session: &Session,
    input: ListMultipartUploadsInput,
) -> S3Result<ListMultipartUploadsOutput> {
    let prefix = input.prefix.clone().unwrap_or_default();
    let uploads = session
        .objects()
        .uploads(&input.bucket)?
        .into_iter()
        .filter(|(_, upload)| upload.key.starts_with(&prefix));
    let shown = uploads.map(|(id, upload)| MultipartUpload {
        key: Some(upload.key),
        upload_id: Some(id),
        initiated: Some(time(upload.started_at)),
        ..MultipartUpload::default()
    });
    Ok(ListMultipartUploadsOutput {
        bucket: Some(input.bucket),
        prefix: input.prefix,
        is_truncated: Some(false),
        uploads: Some(shown.collect()),
        ..ListMultipartUploadsOutput::default()
    })
}
