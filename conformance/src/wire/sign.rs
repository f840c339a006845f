//! Signature Version 4, by AWS's own signer.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SigningSettings, UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;

use crate::{Request, Signature};

/// Who signs.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The access key id.
    pub access_key: String,
    /// The secret access key.
    pub secret_key: String,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
}

impl std::fmt::Debug for Identity {
    /// Secrets stay out of logs.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Identity").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

/// The request cannot be signed.
#[derive(Debug, thiserror::Error)]
#[error("cannot sign the request: {0}")]
pub struct SignError(String);

/// An hour is well beyond every clock window in use.
const EXPIRED: Duration = Duration::from_hours(1);

/// The headers that sign `request`, as it wants to be signed, when it is sent to `url` for `service` (`signer` or `s3`)
/// at `time`.
pub fn sign(
    request: &Request,
    url: &str,
    identity: &Identity,
    region: &str,
    service: &str,
    time: SystemTime,
) -> Result<Vec<(String, String)>, SignError> {
    let mut identity = identity.clone();
    let mut time = time;
    match request.signature {
        Signature::Valid => {}
        Signature::Missing => return Ok(Vec::new()),
        Signature::UnknownKey => "AKIDNOBODY0000000".clone_into(&mut identity.access_key),
        Signature::WrongSecret => identity.secret_key.push_str("-wrong"),
        Signature::Expired => time -= EXPIRED,
    }
    let text = |error: &dyn std::fmt::Display| SignError(error.to_string());
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let credentials =
        Credentials::new(&identity.access_key, &identity.secret_key, identity.session_token.clone(), None, "signer-conformance")
            .into();
    let params = v4::SigningParams::builder()
        .identity(&credentials)
        .region(region)
        .name(service)
        .time(time)
        .settings(settings)
        .build()
        .map_err(|error| text(&error))?
        .into();
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let signable =
        SignableRequest::new(&request.method, url, headers, SignableBody::Bytes(&request.body)).map_err(|error| text(&error))?;
    let (instructions, _) = aws_sigv4::http_request::sign(signable, &params).map_err(|error| text(&error))?.into_parts();
    Ok(instructions.headers().map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
}
