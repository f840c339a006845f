//! The embedded S3, path-style and on the same port: what AWS CLI and SDKs need to bring sources and to fetch what was signed.
//!
//! The crate `s3s` knows the protocol: routes, headers, XML. Signatures are checked here, because it cannot do so by the
//! server's own clock, nor let requests pass whose signature need not be right; it sees requests that have none any more.
//!
//! - `chunked`: bodies in chunks, signed or not, with what follows them.
//! - `desk`: the operations; `reading`, `writing`, `listing`, `multipart`, `settings`, `tags` and `checksum` do them.
//! - `refusal`: how errors look; `readable`: that any parser reads what is answered.

mod checksum;
mod chunked;
mod desk;
mod listing;
mod multipart;
mod readable;
mod reading;
mod refusal;
mod settings;
mod tags;
mod writing;

use super::admission::{self, Admitted, OTHER_BODY};
use super::body::Held;
use super::front::Front;
use super::sigv4::{self, CONTENT_SHA256, Seed};
use super::{Arrived, MAX_OBJECT_BYTES, query, xml};
use crate::config::Config;
use crate::faults::FaultId;
use crate::service::Service;
use axum::body::Body;
use axum::http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_LENGTH};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Request, Response, StatusCode, Uri};
use chunked::Form;
use desk::Desk;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use readable::readable;
use refusal::{Refused, refused, unauthenticated};
use s3s::service::S3ServiceBuilder;

/// Where a client names the headers that follow its body.
const TRAILER: &str = "x-amz-trailer";

/// Answers a request.
pub(super) async fn answer(front: &Front, parts: Parts, body: &mut Body, request_id: &str) -> Response<Body> {
    let service = &front.service;
    let mut response = match plain(front, parts, body).await {
        Ok(arrived) => {
            service.settle().await;
            serve(service, arrived).await
        }
        Err(refused) => shown(&refused),
    };
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-amz-request-id", value);
    }
    response
}

/// The request without its signature, which was right, and with its body in one piece.
async fn plain(front: &Front, parts: Parts, body: &mut Body) -> Result<Arrived, Refused> {
    let config = &front.service.config;
    let form = understood(config, &parts)?;
    let admitted = admission::admit(config, sigv4::S3, parts, body, (&front.objects, MAX_OBJECT_BYTES)).await;
    let Admitted { mut arrived, seed, is_body_right } = admitted.map_err(unauthenticated)?;
    if !is_body_right {
        return Err(refused(StatusCode::BAD_REQUEST, "XAmzContentSHA256Mismatch", OTHER_BODY.to_owned()));
    }
    if let Some(form) = form {
        let checked = seed.filter(|_| !config.faults.has(FaultId::BadSignatureAccepted));
        put_together(form, &mut arrived, checked.as_ref())?;
    }
    let Arrived { mut parts, body, caller } = arrived;
    let encoding = parts.headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let encoding = encoding.split(',').map(str::trim).filter(|name| !name.is_empty() && *name != "aws-chunked");
    let encoding = encoding.collect::<Vec<_>>().join(",");
    parts.headers.remove(CONTENT_ENCODING);
    if let (false, Ok(encoding)) = (encoding.is_empty(), HeaderValue::from_str(&encoding)) {
        parts.headers.insert(CONTENT_ENCODING, encoding);
    }
    for name in [CONTENT_SHA256, "x-amz-date", "x-amz-security-token", "x-amz-decoded-content-length", TRAILER] {
        parts.headers.remove(name);
    }
    parts.headers.remove(AUTHORIZATION);
    parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    parts.uri = unsigned(&parts.uri);
    Ok(Arrived { parts, body, caller })
}

/// The form of a body in chunks, if it is one. What can be refused by the headers alone is.
fn understood(config: &Config, parts: &Parts) -> Result<Option<Form>, Refused> {
    if let Some(remote) = &config.s3 {
        let message = format!("the objects of this server are at {}", remote.endpoint());
        return Err(refused(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message));
    }
    let pairs = query::pairs(parts.uri.query().unwrap_or_default());
    let is_version_4 = parts.headers.contains_key(AUTHORIZATION) || query::first(&pairs, "X-Amz-Algorithm").is_some();
    if !is_version_4 && query::first(&pairs, "AWSAccessKeyId").is_some() {
        let message = "This is a Signature Version 2, which is not understood here; boto3 and the AWS CLI sign URLs with version 4 \
            when signature_version is s3v4 (aws configure set default.s3.signature_version s3v4)";
        return Err(refused(StatusCode::FORBIDDEN, "AccessDenied", message.to_owned()));
    }
    let told = parts.headers.get(CONTENT_SHA256).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let form = Form::of(told)?;
    let is_hash = told.len() == 64 && told.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if form.is_none() && config.authenticate && !is_hash && !told.is_empty() && told != "UNSIGNED-PAYLOAD" {
        let message =
            format!("x-amz-content-sha256 must be UNSIGNED-PAYLOAD, {}, or a valid sha256 value.", Form::NAMES.join(", "));
        return Err(refused(StatusCode::BAD_REQUEST, "InvalidArgument", message));
    }
    Ok(form)
}

/// Puts a body in chunks together, and makes headers of the checksums that follow it.
fn put_together(form: Form, arrived: &mut Arrived, seed: Option<&Seed>) -> Result<(), Refused> {
    let Arrived { parts, body, .. } = arrived;
    let header = |name: &str| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let size = header("x-amz-decoded-content-length").parse::<usize>().ok();
    let announced: Vec<String> = header(TRAILER).split(',').map(|name| name.trim().to_ascii_lowercase()).collect();
    let trailer = Held::change(body, |bytes| chunked::put_together(form, bytes, seed))?;
    if size.is_some_and(|size| size != body.len()) {
        let message = "x-amz-decoded-content-length is not that of the body";
        return Err(refused(StatusCode::BAD_REQUEST, "IncompleteBody", message.to_owned()));
    }
    for (name, value) in trailer {
        // Whatever else a trailer held would not be covered by the signature, and be obeyed like a header.
        if !announced.contains(&name) || !name.starts_with("x-amz-checksum-") {
            let message = format!("the trailer has {name}, which is no checksum that {TRAILER} announces");
            return Err(refused(StatusCode::BAD_REQUEST, "MalformedTrailerError", message));
        }
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            parts.headers.insert(name, value);
        }
    }
    Ok(())
}

/// The URI without what belongs to a signature in the query.
fn unsigned(uri: &Uri) -> Uri {
    const SIGNING: [&str; 8] =
        ["Algorithm", "Content-Sha256", "Credential", "Date", "Expires", "SignedHeaders", "Signature", "Security-Token"];
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
pub(super) async fn serve(service: &Service, arrived: Arrived) -> Response<Body> {
    let config = &service.config;
    let Arrived { parts, body, caller } = arrived;
    let desk =
        Desk { caller, objects: service.objects.clone(), clock: config.clock.clone(), versioning: config.bucket_versioning };
    let protocol = S3ServiceBuilder::new(desk).build();
    // The body keeps its place in the room until the request is done with.
    let request = Request::from_parts(parts, s3s::Body::from(body.bytes.clone()));
    if let Ok(response) = protocol.call(request).await {
        return readable(response).await;
    }
    let message = "the answer could not be written".to_owned();
    shown(&refused(StatusCode::INTERNAL_SERVER_ERROR, "InternalError", message))
}

fn shown(refused: &Refused) -> Response<Body> {
    let (code, message) = (refused.code, xml::text(&refused.message));
    let text =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = refused.status;
    response.headers_mut().insert("content-type", HeaderValue::from_static("application/xml"));
    response
}
