//! How the body of a request was sent: in one piece, or in chunks.

use crate::s3::chunked::{self, Form, SignatureChain};
use crate::s3::refusal::Refused;
use bytes::BytesMut;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Where a client names the hash of its body, or how it sends it.
const CONTENT_SHA256: &str = "x-amz-content-sha256";
/// Where a client names the headers that follow its body.
const TRAILER: &str = "x-amz-trailer";

/// The form of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BodyForm(Option<Form>);

impl BodyForm {
    /// The form that the headers announce. What can be refused by the headers alone is; where requests need a
    /// signature, they must also say what was signed of the body.
    pub fn announced(parts: &Parts, needs_signature: bool) -> Result<Self, Refused> {
        let query = parts.uri.query().unwrap_or_default();
        let has_parameter =
            |wanted: &str| form_urlencoded::parse(query.as_bytes()).any(|(name, _)| name == wanted);
        let is_version_4 = parts.headers.contains_key(AUTHORIZATION) || has_parameter("X-Amz-Algorithm");
        if !is_version_4 && has_parameter("AWSAccessKeyId") {
            let message = "This is a Signature Version 2, which is not understood here; boto3 and the AWS \
                CLI sign URLs with version 4 when signature_version is s3v4 (aws configure set \
                default.s3.signature_version s3v4)";
            return Err(Refused::new(StatusCode::FORBIDDEN, "AccessDenied", message));
        }
        let told = text(&parts.headers, CONTENT_SHA256);
        let form = Form::of(told)?;
        let is_hash = told.len() == 64 && told.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if form.is_none() && needs_signature && !is_hash && !told.is_empty() && told != "UNSIGNED-PAYLOAD" {
            let message = format!(
                "{CONTENT_SHA256} must be UNSIGNED-PAYLOAD, {}, or a valid sha256 value.",
                Form::NAMES.join(", ")
            );
            return Err(Refused::new(StatusCode::BAD_REQUEST, "InvalidArgument", message));
        }
        Ok(Self(form))
    }

    /// Brings the body into one piece, makes headers of the checksums that follow it, and takes the signature
    /// out of the request. The signatures of chunks are checked by `chain`, if there is one.
    pub fn unpack(
        self,
        parts: &mut Parts,
        body: &mut BytesMut,
        chain: Option<&dyn SignatureChain>,
    ) -> Result<(), Refused> {
        if let Some(form) = self.0 {
            put_together(form, &mut parts.headers, body, chain)?;
        }
        let encoding = text(&parts.headers, CONTENT_ENCODING.as_str()).split(',').map(str::trim);
        let encoding =
            encoding.filter(|name| !name.is_empty() && *name != "aws-chunked").collect::<Vec<_>>().join(",");
        parts.headers.remove(CONTENT_ENCODING);
        if let (false, Ok(encoding)) = (encoding.is_empty(), HeaderValue::from_str(&encoding)) {
            parts.headers.insert(CONTENT_ENCODING, encoding);
        }
        for name in
            [CONTENT_SHA256, "x-amz-date", "x-amz-security-token", "x-amz-decoded-content-length", TRAILER]
        {
            parts.headers.remove(name);
        }
        parts.headers.remove(AUTHORIZATION);
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        parts.uri = unsigned(&parts.uri);
        Ok(())
    }
}

/// The text of a header; empty where there is none.
fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// Puts a body in chunks together, and makes headers of the checksums that follow it.
fn put_together(
    form: Form,
    headers: &mut HeaderMap,
    body: &mut BytesMut,
    chain: Option<&dyn SignatureChain>,
) -> Result<(), Refused> {
    let size = text(headers, "x-amz-decoded-content-length").parse::<usize>().ok();
    let announced: Vec<String> =
        text(headers, TRAILER).split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
    let trailer = chunked::put_together(form, body, chain)?;
    if size.is_some_and(|size| size != body.len()) {
        let message = "x-amz-decoded-content-length is not that of the body";
        return Err(Refused::new(StatusCode::BAD_REQUEST, "IncompleteBody", message));
    }
    for (name, value) in trailer {
        // Whatever else a trailer held would not be covered by the signature, and be obeyed like a header.
        if !announced.contains(&name) || !name.starts_with("x-amz-checksum-") {
            let message = format!("the trailer has {name}, which is no checksum that {TRAILER} announces");
            return Err(Refused::new(StatusCode::BAD_REQUEST, "MalformedTrailerError", message));
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    Ok(())
}

/// The URI without what belongs to a signature in the query.
fn unsigned(uri: &Uri) -> Uri {
    const SIGNING: [&str; 8] = [
        "Algorithm",
        "Content-Sha256",
        "Credential",
        "Date",
        "Expires",
        "SignedHeaders",
        "Signature",
        "Security-Token",
    ];
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    let is_signing = |name: &str| name.strip_prefix("X-Amz-").is_some_and(|name| SIGNING.contains(&name));
    let pairs: Vec<_> = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes()).collect();
    if !pairs.iter().any(|(name, _)| is_signing(name)) {
        return uri.clone();
    }
    let encoded = |text: &str| utf8_percent_encode(text, KEPT).to_string();
    let pairs = pairs.iter().filter(|(name, _)| !is_signing(name));
    let pairs: Vec<String> =
        pairs.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let text = format!("{}?{}", uri.path(), pairs.join("&"));
    text.trim_end_matches('?').parse().unwrap_or_else(|_| uri.clone())
}
