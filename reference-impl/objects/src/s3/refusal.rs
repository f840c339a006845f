//! How errors look to clients of S3.

use crate::failure::Failure;
use crate::settings::Setting;
use crate::xml;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use s3s::{Body, S3Error, S3ErrorCode};

const IS_MARKER: HeaderName = HeaderName::from_static("x-amz-delete-marker");

/// An error that is found before the operation is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The status of the response.
    pub status: StatusCode,
    /// What S3 calls the error.
    pub code: &'static str,
    /// What is wrong, for people.
    pub message: String,
}

impl Refused {
    /// The refusal with that status, code and message.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self { status, code, message: message.into() }
    }

    /// The response that says so.
    pub fn response(&self) -> Response<Body> {
        let (code, message) = (self.code, xml::text(&self.message));
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <Error><Code>{code}</Code><Message>{message}</Message></Error>"
        );
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
        response
    }
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
