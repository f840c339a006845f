//! Faults of which values are taken for one of their type.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;
use signer_schemas::Shape;

use crate::faults::lie::{Asked, Lie};
use crate::faults::members::visit;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::http::decode::{Wire, epoch_seconds};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (216, "falsy-is-absent"),
        Category::Validation,
        CURRENT,
        "PutSigningProfile/input/overrides/type",
        "false, 0, an empty list and an empty text count as left out, whatever the type",
        &[Lie::Wire(|asked, wire| each(asked, wire, drop_falsy))],
    ),
    fault(
        (217, "true-is-one"),
        Category::Validation,
        CURRENT,
        "PutSigningProfile/input/signatureValidityPeriod.value/type",
        "true is taken for the integer 1",
        &[Lie::Wire(|asked, wire| each(asked, wire, number_of_boolean))],
    ),
    fault(
        (218, "time-as-text"),
        Category::Validation,
        CURRENT,
        "RevokeSigningProfile/input/effectiveTime/type",
        "a time in a body may be a text",
        &[Lie::Wire(|asked, wire| each(asked, wire, seconds_of_text))],
    ),
    fault(
        (38, "wrong-type-accepted"),
        Category::Validation,
        BOTH,
        "StartSigningJob/input/clientRequestToken/type",
        "a client token that is a number is taken for text",
        &[Lie::Wire(token_of_anything)],
    ),
    fault(
        (219, "integer-tail-ignored"),
        Category::Validation,
        BOTH,
        "ListSigningPlatforms/input/maxResults/type",
        "letters behind an integer of the query are passed over",
        &[Lie::Wire(|asked, wire| in_query(asked, wire, without_tail))],
    ),
    fault(
        (220, "booleans-lenient"),
        Category::Validation,
        BOTH,
        "ListSigningProfiles/input/includeCanceled/type",
        "yes and 1 are taken for true",
        &[Lie::Wire(|asked, wire| in_query(asked, wire, truth))],
    ),
    fault(
        (221, "foreign-in-base64"),
        Category::Validation,
        CURRENT,
        "SignPayload/input/payload/base64",
        "characters that base64 does not have are passed over",
        &[Lie::Wire(|asked, wire| each_blob(asked, wire, without_foreign))],
    ),
    fault(
        (222, "base64-unpadded"),
        Category::Validation,
        CURRENT,
        "SignPayload/input/payload/base64",
        "base64 needs no padding",
        &[Lie::Wire(|asked, wire| each_blob(asked, wire, padded))],
    ),
    fault(
        (223, "base64-url-safe"),
        Category::Validation,
        CURRENT,
        "SignPayload/input/payload/base64",
        "base64 may have the alphabet of URLs",
        &[Lie::Wire(|asked, wire| each_blob(asked, wire, |text| text.replace('-', "+").replace('_', "/")))],
    ),
    fault(
        (34, "payload-base64-unchecked"),
        Category::Validation,
        CURRENT,
        "SignPayload/input/payload/base64",
        "a payload that is no base64 is signed as it stands",
        &[Lie::Wire(|asked, wire| each_blob(asked, wire, encoded_if_not))],
    ),
];

/// Changes each value in the body that the document knows.
pub(super) fn each(asked: &Asked<'_>, wire: &mut Wire, change: fn(&Shape, &mut Value)) {
    visit(asked, wire, &mut |shape, value| {
        change(shape, value);
    });
}

fn each_blob(asked: &Asked<'_>, wire: &mut Wire, change: fn(&str) -> String) {
    visit(asked, wire, &mut |shape, value| {
        if let (Shape::Blob { .. }, Value::String(text)) = (shape, value) {
            *text = change(text);
        }
    });
}

/// Changes the values of the query; nothing where they stay as they are.
pub(super) fn in_query(asked: &Asked<'_>, wire: &mut Wire, change: fn(&Shape, &str) -> Option<String>) {
    for (name, value) in &mut wire.query {
        let changed = asked.document.member(name).and_then(|member| change(&member.shape, value));
        *value = changed.unwrap_or_else(|| value.clone());
    }
}

/// What some languages take for nothing.
fn drop_falsy(shape: &Shape, value: &mut Value) {
    let is_text = matches!(shape, Shape::String { .. } | Shape::Blob { .. });
    let is_falsy = [Value::from(false), Value::from(0), Value::Array(Vec::new())].contains(value);
    if is_falsy || (*value == "" && !is_text) {
        *value = Value::Null;
    }
}

fn number_of_boolean(shape: &Shape, value: &mut Value) {
    if let (Shape::Integer { .. }, Value::Bool(truth)) = (shape, &*value) {
        *value = i64::from(*truth).into();
    }
}

fn seconds_of_text(shape: &Shape, value: &mut Value) {
    let (Shape::Timestamp, Value::String(text)) = (shape, &*value) else { return };
    let time: Option<Timestamp> = text.parse().ok().or_else(|| text.parse().ok().and_then(epoch_seconds));
    if let Some(time) = time {
        *value = time.as_duration().as_secs_f64().into();
    }
}

fn token_of_anything(_: &Asked<'_>, wire: &mut Wire) {
    if let Some(token) =
        wire.body.get_mut("clientRequestToken").filter(|token| !token.is_string() && !token.is_null())
    {
        *token = token.to_string().into();
    }
}

fn without_tail(shape: &Shape, text: &str) -> Option<String> {
    let is_letter = |one: char| one.is_ascii_alphabetic();
    matches!(shape, Shape::Integer { .. }).then(|| text.trim_end_matches(is_letter).to_owned())
}

fn truth(shape: &Shape, text: &str) -> Option<String> {
    (*shape == Shape::Boolean && matches!(text, "yes" | "1")).then(|| "true".to_owned())
}

fn without_foreign(text: &str) -> String {
    text.chars().filter(|one| one.is_ascii_alphanumeric() || "+/=".contains(*one)).collect()
}

fn padded(text: &str) -> String {
    let text = text.trim_end_matches('=');
    text.to_owned() + &"=".repeat((4 - text.len() % 4) % 4)
}

fn encoded_if_not(text: &str) -> String {
    if STANDARD.decode(text).is_ok() { text.to_owned() } else { STANDARD.encode(text) }
}
