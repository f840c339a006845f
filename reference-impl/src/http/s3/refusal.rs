//! How errors look to clients of S3.

use crate::error::{ErrorName, Refusal};
use crate::objects::{Failure, Setting};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use s3s::{S3Error, S3ErrorCode};

const IS_MARKER: HeaderName = HeaderName::from_static("x-amz-delete-marker");

/// An error that is found before the operation is known.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: String,
}

pub(super) fn refused(status: StatusCode, code: &'static str, message: String) -> Refused {
    Refused { status, code, message }
}

/// What S3 calls it when a signature is not accepted.
pub(super) fn unauthenticated(refusal: Refusal) -> Refused {
    let (status, code) = match refusal.error {
        ErrorName::InvalidSignature => (StatusCode::FORBIDDEN, "SignatureDoesNotMatch"),
        ErrorName::IncompleteSignature => (StatusCode::BAD_REQUEST, "AuthorizationHeaderMalformed"),
        ErrorName::UnrecognizedClient => (StatusCode::FORBIDDEN, "InvalidAccessKeyId"),
        ErrorName::RequestExpired => (StatusCode::FORBIDDEN, "RequestTimeTooSkewed"),
        ErrorName::RequestEntityTooLarge => (StatusCode::BAD_REQUEST, "EntityTooLarge"),
        ErrorName::Serialization => (StatusCode::BAD_REQUEST, "IncompleteBody"),
        ErrorName::RequestTimeout => (StatusCode::BAD_REQUEST, "RequestTimeout"),
        ErrorName::ServiceUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
        _ => (StatusCode::FORBIDDEN, "AccessDenied"),
    };
    refused(status, code, refusal.message)
}

/// What S3 calls it when a bucket has no such setting.
fn not_set(setting: Setting) -> (S3ErrorCode, Option<StatusCode>) {
    let code = match setting {
        Setting::Encryption => "ServerSideEncryptionConfigurationNotFoundError",
        Setting::PublicAccessBlock => "NoSuchPublicAccessBlockConfiguration",
        Setting::Policy => "NoSuchBucketPolicy",
        Setting::Tagging => "NoSuchTagSet",
        Setting::OwnershipControls => "OwnershipControlsNotFoundError",
        Setting::Lifecycle => "NoSuchLifecycleConfiguration",
    };
    (S3ErrorCode::Custom(code.into()), Some(StatusCode::NOT_FOUND))
}

/// What S3 calls it when an operation fails.
pub(super) fn failed(failure: &Failure) -> S3Error {
    let (code, status) = match failure {
        Failure::NoBucket => (S3ErrorCode::NoSuchBucket, None),
        Failure::BucketExists => (S3ErrorCode::BucketAlreadyOwnedByYou, None),
        Failure::BucketTaken => (S3ErrorCode::BucketAlreadyExists, None),
        Failure::Denied => (S3ErrorCode::AccessDenied, None),
        Failure::NotSet(setting) => not_set(*setting),
        Failure::MalformedPolicy(_) => (S3ErrorCode::MalformedPolicy, None),
        Failure::OtherRegion { .. } => (S3ErrorCode::InvalidRequest, None),
        Failure::BucketNotEmpty => (S3ErrorCode::BucketNotEmpty, None),
        Failure::NoKey { .. } => (S3ErrorCode::NoSuchKey, None),
        Failure::NoVersion => (S3ErrorCode::NoSuchVersion, None),
        Failure::IsMarker => (S3ErrorCode::MethodNotAllowed, None),
        Failure::NoUpload => (S3ErrorCode::NoSuchUpload, None),
        Failure::NoPart(_) => (S3ErrorCode::InvalidPart, None),
        Failure::PartOrder => (S3ErrorCode::InvalidPartOrder, None),
        Failure::PartTooSmall(_) => (S3ErrorCode::EntityTooSmall, None),
        Failure::DiskFull | Failure::Disk(_) => (S3ErrorCode::InternalError, None),
    };
    let mut error = S3Error::with_message(code, failure.to_string());
    if let Some(status) = status {
        error.set_status_code(status);
    }
    if matches!(failure, Failure::NoKey { is_marker: true } | Failure::IsMarker) {
        error.set_headers(HeaderMap::from_iter([(IS_MARKER, HeaderValue::from_static("true"))]));
    }
    error
}

impl From<Failure> for S3Error {
    fn from(failure: Failure) -> Self {
        failed(&failure)
    }
}
