//! The embedded S3, path-style and on the same port: what AWS CLI and SDKs need to bring sources and to fetch what was signed.
//!
//! The crate `s3s` knows the protocol: routes, headers, XML. Signatures are checked here, because it cannot do so by the
//! server's own clock, nor let requests pass whose signature need not be right; it sees requests that have none any more.
//!
//! - `chunked`: bodies in chunks, signed or not, with what follows them.
//! - `desk`: the operations; `reading`, `writing`, `listing`, `multipart`, `settings`, `tags` and `checksum` do them.
//! - `refusal`: how errors look; `xml`: that any parser reads what is answered.

mod checksum;
mod chunked;
mod desk;
mod listing;
mod multipart;
mod reading;
mod refusal;
mod settings;
mod tags;
mod writing;
mod xml;

use super::{Arrived, query, route, sigv4, unchecked_caller};
use crate::error::Outcome;
use crate::faults::FaultId;
use crate::identity::Caller;
use crate::service::Service;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH};
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, Uri};
use chunked::Form;
use desk::Desk;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use refusal::{Refused, refused, unauthenticated};
use s3s::service::S3ServiceBuilder;

const CONTENT_SHA256: &str = "x-amz-content-sha256";

/// Whether a request is for S3: its signature says so, or it is for nothing of the API. A request
/// that was signed for the API stays with the API.
pub(super) fn is_meant(request: &Request<Body>) -> bool {
    let (parts, ()) = parts_of(request);
    match sigv4::scope_service(&parts).as_deref() {
        Some("s3") => true,
        Some(_) => false,
        None => !route::is_of_the_api(request.uri().path()),
    }
}

/// Method, URI and headers without the body, which has not arrived yet.
fn parts_of(request: &Request<Body>) -> (axum::http::request::Parts, ()) {
    let mut copy = Request::new(());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy.into_parts()
}

/// Serves a request.
pub(super) async fn answer(service: &Service, arrived: Outcome<Arrived>, request_id: &str) -> Response<Body> {
    let mut response = match arrived.map_err(unauthenticated).and_then(|arrived| plain(service, arrived)) {
        Ok((caller, arrived)) => serve(service, caller, arrived).await,
        Err(refused) => shown(&refused),
    };
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-amz-request-id", value);
    }
    response
}

/// Who calls, and the request without its signature, which was right, and with its body in one piece.
fn plain(service: &Service, arrived: Arrived) -> Result<(Caller, Arrived), Refused> {
    if let Some(remote) = &service.config.s3 {
        let message = format!("the objects of this server are at {}", remote.endpoint());
        return Err(refused(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message));
    }
    let Arrived { mut parts, mut body } = arrived;
    let pairs = query::pairs(parts.uri.query().unwrap_or_default());
    if query::first(&pairs, "AWSAccessKeyId").is_some() {
        let message = "This is a Signature Version 2, which is not understood here; boto3 and the AWS CLI sign URLs with version 4 \
            when signature_version is s3v4 (aws configure set default.s3.signature_version s3v4)";
        return Err(refused(StatusCode::FORBIDDEN, "AccessDenied", message.to_owned()));
    }
    let told = parts.headers.get(CONTENT_SHA256).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
    let form = Form::of(&told)?;
    let config = &service.config;
    let (caller, seed) = if config.authenticate {
        if told.len() == 64 && told != sigv4::hash(&body) {
            let message = "x-amz-content-sha256 is not that of the body";
            return Err(refused(StatusCode::BAD_REQUEST, "XAmzContentSHA256Mismatch", message.to_owned()));
        }
        let (caller, seed) = sigv4::verify_seed(config, &parts, &body).map_err(unauthenticated)?;
        (caller, Some(seed))
    } else {
        (unchecked_caller(config, &parts).map_err(unauthenticated)?, None)
    };
    if let Some(form) = form {
        let checked = seed.filter(|_| !config.faults.has(FaultId::BadSignatureAccepted));
        let whole = chunked::whole(form, &body, checked.as_ref())?;
        let size = parts.headers.get("x-amz-decoded-content-length").and_then(|size| size.to_str().ok()?.parse().ok());
        if size.is_some_and(|size: usize| size != whole.content.len()) {
            let message = "x-amz-decoded-content-length is not that of the body";
            return Err(refused(StatusCode::BAD_REQUEST, "IncompleteBody", message.to_owned()));
        }
        body = whole.content;
        for (name, value) in whole.trailer {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                parts.headers.insert(name, value);
            }
        }
    }
    let encoding = parts.headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let encoding = encoding.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "aws-chunked");
    let encoding = encoding.collect::<Vec<_>>().join(",");
    parts.headers.remove(CONTENT_ENCODING);
    if let (false, Ok(encoding)) = (encoding.is_empty(), HeaderValue::from_str(&encoding)) {
        parts.headers.insert(CONTENT_ENCODING, encoding);
    }
    for name in [CONTENT_SHA256, "x-amz-date", "x-amz-security-token", "x-amz-decoded-content-length", "x-amz-trailer"] {
        parts.headers.remove(name);
    }
    parts.headers.remove(AUTHORIZATION);
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    parts.uri = unsigned(&parts.uri);
    Ok((caller, Arrived { parts, body }))
}

/// The URI without what belongs to a signature in the query.
fn unsigned(uri: &Uri) -> Uri {
    const SIGNING: [&str; 7] = ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders", "Signature", "Security-Token"];
    const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    let is_signing = |name: &str| name.strip_prefix("X-Amz-").is_some_and(|name| SIGNING.contains(&name));
    let pairs = query::pairs(uri.query().unwrap_or_default());
    if !pairs.iter().any(|(name, _)| is_signing(name)) {
        return uri.clone();
    }
    let encoded = |text: &str| utf8_percent_encode(text, KEPT).to_string();
    let pairs = pairs.iter().filter(|(name, _)| !is_signing(name));
    let pairs: Vec<String> = pairs.map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
    let text = format!("{}?{}", uri.path(), pairs.join("&"));
    text.trim_end_matches('?').parse().unwrap_or_else(|_| uri.clone())
}

/// Serves a request whose signature was looked at.
pub(super) async fn serve(service: &Service, caller: Caller, arrived: Arrived) -> Response<Body> {
    let config = &service.config;
    let desk =
        Desk { caller, objects: service.objects.clone(), clock: config.clock.clone(), versioning: config.bucket_versioning };
    let protocol = S3ServiceBuilder::new(desk).build();
    let request = Request::from_parts(arrived.parts, s3s::Body::from(arrived.body));
    if let Ok(response) = protocol.call(request).await {
        return xml::readable(response).await;
    }
    let message = "the answer could not be written".to_owned();
    shown(&refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message))
}

fn shown(refused: &Refused) -> Response<Body> {
    let message = xml::escaped(&refused.message);
    let code = refused.code;
    let text =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = refused.status;
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/xml"));
    response
}
