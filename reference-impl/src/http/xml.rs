//! Answers in XML, as the query protocol has them: those of STS, and errors.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use signer_objects::xml::text;

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
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <ErrorResponse><Error><Type>{fault}</Type><Code>{}</Code><Message>{}</Message></Error><RequestId>{request_id}</RequestId></ErrorResponse>",
        text(code),
        text(message)
    );
    answer(status, xml, request_id)
}
