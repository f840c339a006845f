//! restJson1 on the way out: members go where the operation document binds them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value};
use signer_schemas::{Location, OperationDoc, Shape};

use crate::data::exchange::Request;
use crate::data::signature::Signature;

/// Everything but RFC 3986's unreserved characters, as SDKs encode labels and query values.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes a label or a query value.
pub fn percent_encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// The HTTP request for a logical input: the operation's members by name, timestamps as epoch seconds, blobs
/// as base64. Members that are `null` travel only in a body.
pub fn encode(document: &OperationDoc, input: &Map<String, Value>) -> Request {
    let mut target = document.uri.clone();
    let mut query = Vec::new();
    let mut body = Map::new();
    for (name, value) in input {
        match document.member(name).map_or(Location::Body, |member| member.location) {
            Location::Path => target = target.replace(&format!("{{{name}}}"), &percent_encode(&plain(value))),
            Location::Query => {
                let timestamp = document.member(name).is_some_and(|member| member.shape == Shape::Timestamp);
                let values = match value {
                    Value::Array(items) => items.iter().map(plain).collect(),
                    Value::Null => Vec::new(),
                    Value::Number(seconds) if timestamp => {
                        vec![iso_8601(seconds.as_f64().unwrap_or_default())]
                    }
                    other => vec![plain(other)],
                };
                query.extend(
                    values.iter().map(|value| format!("{}={}", percent_encode(name), percent_encode(value))),
                );
            }
            Location::Body => {
                body.insert(name.clone(), value.clone());
            }
        }
    }
    if !query.is_empty() {
        target = format!("{target}?{}", query.join("&"));
    }
    let has_body = document.input.iter().any(|member| member.location == Location::Body);
    Request {
        method: document.method.clone(),
        target,
        headers: if has_body {
            vec![("content-type".to_owned(), "application/json".to_owned())]
        } else {
            Vec::new()
        },
        body: if has_body { Value::Object(body).to_string().into_bytes() } else { Vec::new() },
        filler_bytes: 0,
        signature: Signature::Valid,
        region: None,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Epoch seconds as SDKs write them in a query: UTC, a fraction only when there is one.
fn iso_8601(seconds: f64) -> String {
    #[expect(clippy::cast_possible_truncation, reason = "a run's times lie within this century")]
    let millis = (seconds * 1000.0).round() as i64;
    jiff::Timestamp::from_millisecond(millis).map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use signer_schemas::{Edition, Operation, operation};

    use super::*;

    fn check(name: Operation, input: &Value, method: &str, target: &str, body: &str) {
        let document = operation(Edition::Current, name).expect("in the edition");
        let request = encode(document, input.as_object().expect("an object"));
        assert_eq!((request.method.as_str(), request.target.as_str()), (method, target));
        assert_eq!(String::from_utf8_lossy(&request.body), body);
    }

    #[test]
    fn labels_are_percent_encoded_whole() {
        check(
            Operation::ListTagsForResource,
            &json!({"resourceArn": "arn:aws:signer:us-east-1:123456789012:/signing-profiles/My_P"}),
            "GET",
            "/tags/arn%3Aaws%3Asigner%3Aus-east-1%3A123456789012%3A%2Fsigning-profiles%2FMy_P",
            "",
        );
    }

    #[test]
    fn query_lists_repeat_and_query_times_are_iso() {
        check(
            Operation::ListSigningProfiles,
            &json!({"includeCanceled": true, "statuses": ["Active", "Revoked"]}),
            "GET",
            "/signing-profiles?includeCanceled=true&statuses=Active&statuses=Revoked",
            "",
        );
        check(
            Operation::ListSigningJobs,
            &json!({"signatureExpiresAfter": 1_767_323_045}),
            "GET",
            "/signing-jobs?signatureExpiresAfter=2026-01-02T03%3A04%3A05Z",
            "",
        );
    }

    #[test]
    fn body_times_are_epoch_seconds() {
        check(
            Operation::RevokeSigningProfile,
            &json!({"profileName": "My_P", "reason": "r", "effectiveTime": 1_767_323_045}),
            "PUT",
            "/signing-profiles/My_P/revoke",
            r#"{"effectiveTime":1767323045,"reason":"r"}"#,
        );
    }
}
