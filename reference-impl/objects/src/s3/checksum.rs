//! The checksums that present-day SDKs send with each upload, CRC32 first of all.

use crate::parts::Part;
use crate::version::Checksum;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderMap;
use md5::{Digest as _, Md5};
use s3s::checksum::ChecksumHasher;
use s3s::crypto::{self, Checksum as _};
use s3s::{S3Error, S3ErrorCode, S3Result};
use std::sync::Arc;

/// Of the whole content, not of the parts' checksums.
pub(super) const FULL_OBJECT: &str = "FULL_OBJECT";
/// Of the parts' checksums.
pub(super) const COMPOSITE: &str = "COMPOSITE";

/// How checksums are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Algorithm {
    Crc32,
    Crc32c,
    Crc64Nvme,
    Sha1,
    Sha256,
}

const ALL: [Algorithm; 5] =
    [Algorithm::Crc32, Algorithm::Crc32c, Algorithm::Crc64Nvme, Algorithm::Sha1, Algorithm::Sha256];

impl Algorithm {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Crc32 => "CRC32",
            Self::Crc32c => "CRC32C",
            Self::Crc64Nvme => "CRC64NVME",
            Self::Sha1 => "SHA1",
            Self::Sha256 => "SHA256",
        }
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|algorithm| algorithm.name().eq_ignore_ascii_case(name))
    }

    /// The header that carries it.
    pub(super) fn header(self) -> &'static str {
        match self {
            Self::Crc32 => "x-amz-checksum-crc32",
            Self::Crc32c => "x-amz-checksum-crc32c",
            Self::Crc64Nvme => "x-amz-checksum-crc64nvme",
            Self::Sha1 => "x-amz-checksum-sha1",
            Self::Sha256 => "x-amz-checksum-sha256",
        }
    }

    /// The checksum of these bytes, in base64.
    fn of<E>(self, pieces: impl IntoIterator<Item = Result<bytes::Bytes, E>>) -> Result<String, E> {
        let mut hasher = ChecksumHasher::default();
        match self {
            Self::Crc32 => hasher.crc32 = Some(crypto::Crc32::new()),
            Self::Crc32c => hasher.crc32c = Some(crypto::Crc32c::new()),
            Self::Crc64Nvme => hasher.crc64nvme = Some(crypto::Crc64Nvme::new()),
            Self::Sha1 => hasher.sha1 = Some(crypto::Sha1::new()),
            Self::Sha256 => hasher.sha256 = Some(crypto::Sha256::new()),
        }
        for piece in pieces {
            hasher.update(&piece?);
        }
        let sums = hasher.finalize();
        let sum = match self {
            Self::Crc32 => sums.checksum_crc32,
            Self::Crc32c => sums.checksum_crc32c,
            Self::Crc64Nvme => sums.checksum_crc64nvme,
            Self::Sha1 => sums.checksum_sha1,
            Self::Sha256 => sums.checksum_sha256,
        };
        Ok(sum.unwrap_or_default())
    }
}

/// The checksum that came with a body, which must be right, or that the client wants to have made.
pub(super) fn checked(headers: &HeaderMap, body: &bytes::Bytes) -> S3Result<Option<Checksum>> {
    let told = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(told) = told("content-md5") {
        let digest = STANDARD.decode(told).ok().filter(|digest| digest.len() == 16);
        let digest = digest
            .ok_or_else(|| error(S3ErrorCode::InvalidDigest, "Content-MD5 is not the base64 of 16 bytes"))?;
        if digest != Md5::digest(body).as_slice() {
            return Err(error(S3ErrorCode::BadDigest, "Content-MD5 is not that of the body"));
        }
    }
    let sent = ALL.into_iter().find_map(|algorithm| Some((algorithm, Some(told(algorithm.header())?))));
    let wanted = || Some((wanted(headers)?, None));
    let Some((algorithm, value)) = sent.or_else(wanted) else { return Ok(None) };
    let made = algorithm.of([Ok::<_, S3Error>(body.clone())])?;
    if value.is_some_and(|value| value != made) {
        let message = format!("{} is not that of the body", algorithm.header());
        return Err(S3Error::with_message(S3ErrorCode::BadDigest, message));
    }
    Ok(Some(Checksum { algorithm: algorithm.name().to_owned(), value: made, kind: FULL_OBJECT.to_owned() }))
}

/// The algorithm that a client names without a value.
pub(super) fn wanted(headers: &HeaderMap) -> Option<Algorithm> {
    let told = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    told("x-amz-checksum-algorithm")
        .or_else(|| told("x-amz-sdk-checksum-algorithm"))
        .and_then(Algorithm::named)
}

/// The checksum of an object from parts, as its upload announced it.
pub(super) fn of_parts(announced: &Checksum, parts: &[&Arc<Part>]) -> S3Result<Option<Checksum>> {
    let Some(algorithm) = Algorithm::named(&announced.algorithm) else { return Ok(None) };
    let value = if announced.kind == FULL_OBJECT {
        let pieces = parts.iter().flat_map(|part| part.content.pieces());
        algorithm.of(pieces)?
    } else {
        let sums: Option<Vec<Vec<u8>>> = parts
            .iter()
            .map(|part| {
                STANDARD
                    .decode(&part.checksum.as_ref().filter(|sum| sum.algorithm == algorithm.name())?.value)
                    .ok()
            })
            .collect();
        let Some(sums) = sums else {
            return Err(error(
                S3ErrorCode::InvalidRequest,
                "a part has no checksum of the kind that the upload announced",
            ));
        };
        format!("{}-{}", algorithm.of([Ok::<_, S3Error>(sums.concat().into())])?, parts.len())
    };
    Ok(Some(Checksum { value, ..announced.clone() }))
}

fn error(code: S3ErrorCode, message: &'static str) -> S3Error {
    S3Error::with_message(code, message)
}
