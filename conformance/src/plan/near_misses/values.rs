//! Values that are as long as is wanted.

use std::iter::repeat_n;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

/// A text of one character, so many times.
pub(super) fn text(character: char, length: u64) -> String {
    repeat_n(character, usize::try_from(length).unwrap_or_default()).collect()
}

/// A list of so many texts.
pub(super) fn items(count: u64) -> Value {
    (0..count).map(|index| json!(format!("key{index}"))).collect()
}

/// A map of so many texts.
pub(super) fn entries(count: u64) -> Value {
    Value::Object((0..count).map(|index| (format!("key{index}"), json!("value"))).collect::<Map<_, _>>())
}

/// The payload that container tools send, made longer by an annotation.
pub(super) fn payload(filling: &str) -> String {
    json!({ "targetArtifact": {
        "annotations": { "filling": filling },
        "digest": format!("sha256:{}", "0".repeat(64)),
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "size": 1024,
    }})
    .to_string()
}

/// The filling which leaves so many bytes of the payload for base64's last group of three.
pub(super) fn in_thirds(rest: usize) -> String {
    "a".repeat(3 + (rest + 3 - payload("").len() % 3) % 3)
}

/// Base64 of so many bytes: a payload, or blanks, where so few cannot hold one.
pub(super) fn bytes(length: u64) -> Value {
    let length = usize::try_from(length).unwrap_or_default();
    let content = match length.checked_sub(payload("").len()) {
        Some(missing) => payload(&"a".repeat(missing)),
        None => " ".repeat(length),
    };
    json!(STANDARD.encode(content))
}
