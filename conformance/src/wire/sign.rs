//! Signature Version 4, by AWS's own signer.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation, SigningSettings,
    UriPathNormalizationMode,
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
/// How long a signature in the query holds.
const IN_QUERY: Duration = Duration::from_mins(5);

/// What a signature adds to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Members of the query, not yet encoded.
    pub query: Vec<(String, String)>,
}

impl Signed {
    /// The URL with the signature's members in its query.
    pub fn url(&self, url: &str) -> String {
        let members = self.query.iter().map(|(name, value)| format!("{name}={}", super::percent_encode(value)));
        let members = members.collect::<Vec<_>>().join("&");
        match (members.is_empty(), url.contains('?')) {
            (true, _) => url.to_owned(),
            (false, true) => format!("{url}&{members}"),
            (false, false) => format!("{url}?{members}"),
        }
    }
}

/// A date that no clock window covers.
const LAST_CENTURY: &str = "Fri, 31 Dec 1999 23:59:59 GMT";

/// What signs `request`, as it wants to be signed, when it is sent to `url` for `service` (`signer` or `s3`) at `time`.
pub fn sign(
    request: &Request,
    url: &str,
    identity: &Identity,
    region: &str,
    service: &str,
    time: SystemTime,
) -> Result<Signed, SignError> {
    let mut identity = identity.clone();
    let mut time = time;
    match request.signature {
        Signature::Valid | Signature::Incomplete | Signature::Query | Signature::QueryAlgorithm | Signature::TwoDates => {}
        Signature::Missing => return Ok(Signed::default()),
        Signature::UnknownKey => "AKIDNOBODY0000000".clone_into(&mut identity.access_key),
        Signature::WrongSecret => identity.secret_key.push_str("-wrong"),
        Signature::Expired => time -= EXPIRED,
        Signature::Aged(minutes) => time -= Duration::from_mins(u64::from(minutes)),
        Signature::Ahead(minutes) => time += Duration::from_mins(u64::from(minutes)),
    }
    let text = |error: &dyn std::fmt::Display| SignError(error.to_string());
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if matches!(request.signature, Signature::Query | Signature::QueryAlgorithm) {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(IN_QUERY);
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
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let mut signed = Signed {
        headers: instructions.headers().map(pair).collect(),
        query: instructions.params().iter().map(|(name, value)| (name.to_string(), value.to_string())).collect(),
    };
    for (name, value) in &mut signed.headers {
        if request.signature == Signature::Incomplete && name.eq_ignore_ascii_case("authorization") {
            value.truncate(value.find(", Signature=").unwrap_or(value.len()));
        }
    }
    for (name, value) in &mut signed.query {
        if request.signature == Signature::QueryAlgorithm && name == "X-Amz-Algorithm" {
            "AWS4-HMAC-MD5".clone_into(value);
        }
    }
    if request.signature == Signature::TwoDates {
        signed.headers.push(("date".to_owned(), LAST_CENTURY.to_owned()));
    }
    Ok(signed)
}
