//! XML, as far as it is written by hand: the answers of STS, and errors.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use std::borrow::Cow;
use std::fmt::Write as _;

/// A text between tags.
pub(super) fn text(text: &str) -> String {
    readable(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")).into_owned()
}

/// A document that any parser reads. XML 1.0 has no way to write most control characters, nor U+FFFE and U+FFFF, which keys of
/// objects may hold: they are percent-encoded. The carriage return, which parsers would read as a line feed, is written as a
/// reference.
pub(super) fn readable(text: &str) -> Cow<'_, str> {
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

/// An answer in XML, with its request id.
pub(super) fn answer(status: StatusCode, xml: String, request_id: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(xml));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    response
}

/// An error as the query protocol has it.
pub(super) fn error(status: StatusCode, code: &str, message: &str, request_id: &str) -> Response<Body> {
    let fault = if status.is_server_error() { "Receiver" } else { "Sender" };
    let xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse><Error><Type>{fault}</Type><Code>{}</Code>\
         <Message>{}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>",
        text(code),
        text(message)
    );
    answer(status, xml, request_id)
}
