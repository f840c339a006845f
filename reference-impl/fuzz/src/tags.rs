//! The operations that name a profile by its ARN. An input is text: an ARN in the first line, then a tag a
//! line, `key=value`.

use crate::conversation::HOST;
use crate::witness::{Answer, Witness};
use axum::body::Body;
use axum::http::Request;
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value, json};
use signer_schemas::Edition;

/// What must not stand in a segment of a path as it is.
const SPARING: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// However an ARN is percent-encoded, the answer is the same; tags that are taken come back, and can be taken
/// away again.
pub fn check(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (arn, tags) = text.split_once('\n').unwrap_or((text, ""));
    let witness = Witness::new(false, Edition::Current);
    let profile = json!({"platformId": "AWSLambda-SHA384-ECDSA"});
    witness.send(request("PUT", "/signing-profiles/tagged", &profile));
    let (whole, sparing) = (
        utf8_percent_encode(arn, NON_ALPHANUMERIC).to_string(),
        utf8_percent_encode(arn, SPARING).to_string(),
    );
    let read = |label: &str| witness.send(request("GET", &format!("/tags/{label}"), &Value::Null));
    let (one, other) = (read(&whole), read(&sparing));
    assert_eq!(
        class(&one),
        class(&other),
        "{arn:?} in two spellings: {:?} and {:?}",
        one.text(),
        other.text()
    );

    let tags: Map<String, Value> = tags
        .lines()
        .filter_map(|line| line.split_once('='))
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect();
    let taken = witness.send(request("POST", &format!("/tags/{whole}"), &json!({"tags": tags})));
    if taken.status != 200 {
        return;
    }
    assert_eq!(
        read(&whole).json()["tags"],
        Value::Object(tags.clone()),
        "what was taken for {arn:?} is what is there"
    );
    let keys: Vec<String> =
        tags.keys().map(|key| format!("tagKeys={}", utf8_percent_encode(key, NON_ALPHANUMERIC))).collect();
    let removed = witness.send(request("DELETE", &format!("/tags/{whole}?{}", keys.join("&")), &Value::Null));
    if removed.status == 200 {
        assert_eq!(read(&whole).json()["tags"], json!({}), "what was taken for {arn:?} can be taken away");
    }
}

fn class(answer: &Answer) -> (u16, &str) {
    (answer.status, answer.header("x-amzn-errortype"))
}

fn request(method: &str, target: &str, body: &Value) -> Request<Body> {
    let body = if body.is_null() { Body::empty() } else { Body::from(body.to_string()) };
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header("host", HOST)
        .header("content-type", "application/json");
    request.body(body).unwrap_or_else(|error| panic!("{target} is a path: {error}"))
}
