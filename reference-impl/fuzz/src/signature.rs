//! Signatures, made by a signer that is not ours. An input is four bytes that say how to sign and what to
//! break, then a request.

use crate::conversation::{HOST, Text, requests};
use crate::witness::{Answer, START_S, Witness};
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode, sign,
};
use aws_sigv4::sign::v4;
use axum::body::Body;
use axum::http::Request;
use axum::http::header::{AUTHORIZATION, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use signer_reference::identity::{OWNER_ACCESS_KEY, OWNER_SECRET_KEY};
use signer_schemas::Edition;
use std::time::{Duration, SystemTime};

/// How a request is signed.
#[derive(Clone, Copy)]
struct Way {
    in_query: bool,
    is_s3: bool,
}

/// A request without a signature of ours is never answered with success; one that another signer signs is
/// accepted; one that is changed in a byte afterwards is refused for its signature.
pub fn check(data: &[u8]) {
    let [how, what, place, by, rest @ ..] = data else { return };
    let Some(text) = requests(rest).next() else { return };
    let witness = Witness::new(true, Edition::Current);
    // What is the server's own need not be signed.
    let is_own = text.target.contains("/_signer/");
    if let Some(request) = text.request() {
        let answer = witness.send(request);
        assert!(
            is_own || answer.status >= 400,
            "what is not signed is answered with {} {}",
            answer.status,
            answer.text()
        );
    }
    let way = Way { in_query: how & 1 == 1, is_s3: how & 2 == 2 };
    let Some(signed) = signed(way, text).filter(|_| !is_own) else { return };
    let broken = broken(way, *what, usize::from(*place), *by, &signed);
    let answer = witness.send(assembled(signed));
    assert!(!is_refused(&answer), "what is signed is refused: {} {}", answer.status, answer.text());
    if let Some(broken) = broken.filter(|(parts, _)| !parts.uri.path().starts_with("/_signer/")) {
        let words = format!("{:?}", broken.0);
        let answer = witness.send(assembled(broken));
        let is_for_another = answer.status == 400 && answer.text().contains("is not served here");
        assert!(
            is_refused(&answer) || is_for_another,
            "{words}, which was changed, is answered with {} {}",
            answer.status,
            answer.text()
        );
    }
}

/// Whether an answer says that the signature is not right.
fn is_refused(answer: &Answer) -> bool {
    const API: [&str; 4] = [
        "MissingAuthenticationTokenException",
        "IncompleteSignatureException",
        "UnrecognizedClientException",
        "InvalidSignatureException",
    ];
    const S3: [&str; 7] = [
        "SignatureDoesNotMatch",
        "InvalidAccessKeyId",
        "AuthorizationHeaderMalformed",
        "AuthorizationQueryParametersError",
        "RequestTimeTooSkewed",
        "XAmzContentSHA256Mismatch",
        "<Code>AccessDenied",
    ];
    API.contains(&answer.header("x-amzn-errortype"))
        || (answer.status == 400 || answer.status == 403)
            && S3.iter().any(|code| answer.text().contains(code))
}

/// A request whose body is at hand.
type Whole = (axum::http::request::Parts, Vec<u8>);

fn assembled((parts, body): Whole) -> Request<Body> {
    Request::from_parts(parts, Body::from(body))
}

/// The request, signed as the first account's, if HTTP can carry it.
fn signed(way: Way, text: Text<'_>) -> Option<Whole> {
    let mut settings = SigningSettings::default();
    if way.is_s3 {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        if !way.in_query {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
        }
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    if way.in_query {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_mins(10));
    }
    let identity = Credentials::new(OWNER_ACCESS_KEY, OWNER_SECRET_KEY, None, None, "fuzz").into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name(if way.is_s3 { "s3" } else { "signer" })
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(START_S.unsigned_abs()))
        .settings(settings)
        .build()
        .ok()?
        .into();
    let target = spelt(text.target);
    // botocore and the SDK for Rust sign two paths for one that ends in a dot segment.
    if target.split('?').next().is_some_and(|path| path.ends_with("/.") || path.ends_with("/..")) {
        return None;
    }
    // Headers that belong to signing, to the connection, or to no request that a client signs, are not the
    // input's to give.
    let is_free = |name: &str| name.starts_with("x-fuzz") || name.eq_ignore_ascii_case("content-type");
    let given = text
        .headers()
        .filter(|(name, value)| is_free(name) && value.bytes().all(|byte| matches!(byte, b' '..=b'~')));
    let headers: Vec<_> = std::iter::once(("host", HOST)).chain(given).collect();
    let url = format!("http://{HOST}{target}");
    // The body of a presigned request to S3 is not known yet.
    let body = if way.is_s3 && way.in_query {
        SignableBody::UnsignedPayload
    } else {
        SignableBody::Bytes(text.body)
    };
    let signable = SignableRequest::new(text.method, &url, headers.iter().copied(), body).ok()?;
    let (instructions, _) = sign(signable, &params).ok()?.into_parts();
    let mut request = Request::builder().method(text.method).uri(&target);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let mut request = request.body(text.body.to_vec()).ok()?;
    instructions.apply_to_request_http1x(&mut request);
    Some(request.into_parts())
}

/// A path and a query as clients spell them: whatever has to be percent-encoded is, and what is encoded stays
/// so.
fn spelt(target: &str) -> String {
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC
        .remove(b'-')
        .remove(b'_')
        .remove(b'.')
        .remove(b'~')
        .remove(b'/')
        .remove(b'&')
        .remove(b'=');
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let spelt = |text: &str| {
        let text = percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
        utf8_percent_encode(&text, KEPT).to_string()
    };
    let query: Vec<String> =
        query.split('&').map(spelt).filter(|pair| !pair.is_empty() && !pair.starts_with("X-Amz-")).collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    format!("/{}{query}", spelt(path.trim_start_matches('/')))
}

/// The same request with one byte changed in what a signature covers or says.
fn broken(way: Way, what: u8, place: usize, by: u8, (parts, body): &Whole) -> Option<Whole> {
    let (mut parts, mut body) = (parts.clone(), body.clone());
    let named = ["Signature=", "Credential="].get(usize::from(what % 3));
    match named {
        // The body of a presigned request to S3 is not signed.
        None if body.is_empty() || way.is_s3 && way.in_query => return None,
        None => {
            let at = place % body.len();
            body[at] ^= by.max(1);
        }
        Some(name) if way.in_query => {
            let changed = changed(&parts.uri.to_string(), &format!("X-Amz-{name}"), '&', place)?;
            parts.uri = changed.parse().ok()?;
        }
        Some(name) => {
            let value = parts.headers.get(AUTHORIZATION)?.to_str().ok()?;
            let changed = changed(value, name, ',', place)?;
            parts.headers.insert(AUTHORIZATION, HeaderValue::from_str(&changed).ok()?);
        }
    }
    Some((parts, body))
}

/// The text with one letter or digit changed in what follows the name, up to the end of its value.
fn changed(text: &str, name: &str, end: char, place: usize) -> Option<String> {
    let start = text.find(name)? + name.len();
    let length = text[start..].find(end).unwrap_or(text.len() - start);
    let at = start + place.checked_rem(length)?;
    let old = text.as_bytes()[at];
    if !old.is_ascii_alphanumeric() || text.as_bytes()[at.saturating_sub(2)..at].contains(&b'%') {
        return None;
    }
    let new = if old == b'0' { "1" } else { "0" };
    Some(format!("{}{new}{}", &text[..at], &text[at + 1..]))
}
