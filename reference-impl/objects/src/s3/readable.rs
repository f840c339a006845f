//! XML that any parser reads, whatever the keys in it: see [`xml::readable`].

use crate::xml;
use http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderValue, Response, StatusCode};
use http_body_util::BodyExt as _;
use s3s::Body;
use std::borrow::Cow;

/// The response, with a document that can be read if it is one of the protocol's own.
pub(super) async fn readable(response: Response<Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let is_xml = parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().ends_with(b"/xml"));
    // Objects are the client's own documents.
    if !is_xml || parts.headers.contains_key(ACCEPT_RANGES) {
        return Response::from_parts(parts, body);
    }
    let Ok(body) = body.collect().await else {
        parts.status = StatusCode::INTERNAL_SERVER_ERROR;
        return Response::from_parts(parts, Body::empty());
    };
    let body = body.to_bytes();
    let body = match std::str::from_utf8(&body).map(xml::readable) {
        Ok(Cow::Owned(text)) => text.into(),
        Ok(Cow::Borrowed(_)) | Err(_) => body,
    };
    if parts.headers.contains_key(CONTENT_LENGTH) {
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    Response::from_parts(parts, Body::from(body))
}
