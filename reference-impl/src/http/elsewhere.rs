//! The services that are not here: each is refused in the form that its clients understand, with a message
//! that names what is.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use serde_json::json;

use crate::http::meant::{Other, Protocol};
use crate::http::xml;
use signer_objects::xml::text;

/// What is served here.
pub(super) const SERVED: &str = "this server has AWS Signer, S3 (path style), and GetCallerIdentity of STS";

/// The refusal of a request for another service.
pub(super) fn answer(other: &Other, request_id: &str) -> Response<Body> {
    let service = other.service.as_deref().unwrap_or("the service that is asked for");
    let message = format!("{service} is not served here: {SERVED}");
    let json = |media_type, member: &str| {
        let body = json!({member: UNKNOWN_OPERATION, "message": message});
        (StatusCode::BAD_REQUEST, media_type, body.to_string().into_bytes())
    };
    let (status, media_type, body) = match other.protocol {
        Protocol::Xml => return xml::error(StatusCode::BAD_REQUEST, INVALID_ACTION, &message, request_id),
        Protocol::Ec2 => {
            let message = text(&message);
            let xml = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                 <Response><Errors><Error><Code>{INVALID_ACTION}</Code><Message>{message}</Message></Error></Errors><RequestID>{request_id}</RequestID></Response>"
            );
            return xml::answer(StatusCode::BAD_REQUEST, xml, request_id);
        }
        Protocol::Json10 => json("application/x-amz-json-1.0", "__type"),
        Protocol::Json11 => json("application/x-amz-json-1.1", "__type"),
        Protocol::RestJson => json("application/json", "code"),
        Protocol::Cbor => (
            StatusCode::BAD_REQUEST,
            "application/cbor",
            cbor(&[("__type", UNKNOWN_OPERATION), ("message", &message)]),
        ),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static(UNKNOWN_OPERATION));
    if other.protocol == Protocol::Cbor {
        headers.insert(HeaderName::from_static("smithy-protocol"), HeaderValue::from_static("rpc-v2-cbor"));
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    response
}

const UNKNOWN_OPERATION: &str = "UnknownOperationException";

/// The same error of the older protocols.
const INVALID_ACTION: &str = "InvalidAction";

/// A map of a few texts in CBOR (RFC 8949).
fn cbor(members: &[(&str, &str)]) -> Vec<u8> {
    let head = |major: u8, length: usize, out: &mut Vec<u8>| match u8::try_from(length) {
        Ok(length @ ..24) => out.push(major << 5 | length),
        Ok(length) => out.extend([major << 5 | 0x18, length]),
        Err(_) => {
            out.push(major << 5 | 0x1b);
            out.extend((length as u64).to_be_bytes());
        }
    };
    let mut out = Vec::new();
    head(5, members.len(), &mut out);
    for text in members.iter().flat_map(|(name, value)| [name, value]) {
        head(3, text.len(), &mut out);
        out.extend_from_slice(text.as_bytes());
    }
    out
}
