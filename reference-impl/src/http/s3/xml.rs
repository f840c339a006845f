//! XML that any parser reads, whatever the keys in it.
//!
//! XML 1.0 has no way to write most control characters, nor U+FFFE and U+FFFF, which keys may hold. Where a client does not ask
//! for `encoding-type=url`, they are percent-encoded; the carriage return, which parsers would read as a line feed, is
//! written as a reference.

use axum::body::Body;
use axum::http::header::{ACCEPT_RANGES, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, Response, StatusCode};
use http_body_util::BodyExt as _;
use std::borrow::Cow;
use std::fmt::Write as _;

/// The response, with a document that can be read if it is one of the protocol's own.
pub(super) async fn readable(response: Response<s3s::Body>) -> Response<Body> {
    let (mut parts, body) = response.into_parts();
    let is_xml = parts.headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().ends_with(b"/xml"));
    // Objects are the client's own documents.
    if !is_xml || parts.headers.contains_key(ACCEPT_RANGES) {
        return Response::from_parts(parts, Body::new(body));
    }
    let Ok(body) = body.collect().await else {
        parts.status = StatusCode::INTERNAL_SERVER_ERROR;
        return Response::from_parts(parts, Body::empty());
    };
    let body = body.to_bytes();
    let body = match std::str::from_utf8(&body).map(readable_text) {
        Ok(Cow::Owned(text)) => text.into(),
        Ok(Cow::Borrowed(_)) | Err(_) => body,
    };
    if parts.headers.contains_key(CONTENT_LENGTH) {
        parts.headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
    }
    Response::from_parts(parts, Body::from(body))
}

/// A text as the content of an element.
pub(super) fn escaped(text: &str) -> String {
    readable_text(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")).into_owned()
}

fn readable_text(text: &str) -> Cow<'_, str> {
    let is_plain = |sign: char| matches!(sign, '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut readable = String::with_capacity(text.len() + 16);
    for sign in text.chars() {
        match sign {
            '\r' => readable.push_str("&#13;"),
            sign if is_plain(sign) => readable.push(sign),
            sign => {
                for byte in sign.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(readable, "%{byte:02X}");
                }
            }
        }
    }
    Cow::Owned(readable)
}
