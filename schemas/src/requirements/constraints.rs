//! What a shape constrains, in the words of sentences.

use crate::document::{Location, Shape};

/// The constraints of a shape: kind and bound.
pub(super) fn constraints(shape: &Shape, mut add: impl FnMut(&'static str, String)) {
    let mut bounds = |kinds: [&'static str; 2], bounds: [Option<String>; 2]| {
        for (kind, bound) in kinds.into_iter().zip(bounds) {
            if let Some(bound) = bound {
                add(kind, bound);
            }
        }
    };
    let text = |bound: &Option<u64>| bound.map(|bound| bound.to_string());
    match shape {
        Shape::String { min, max, pattern, values } => {
            bounds(["min-length", "max-length"], [text(min), text(max)]);
            bounds(
                ["pattern", "enum"],
                [pattern.clone(), (!values.is_empty()).then(|| alternatives(values))],
            );
        }
        Shape::Blob { min, max } => {
            bounds(["base64", "min-length"], [Some("standard base64".to_owned()), text(min)]);
            bounds(["max-length", ""], [text(max), None]);
        }
        Shape::Integer { min, max } => {
            let text = |bound: &Option<i64>| bound.map(|bound| bound.to_string());
            bounds(["minimum", "maximum"], [text(min), text(max)]);
        }
        Shape::List { min, max, .. } | Shape::Map { min, max, .. } => {
            bounds(["min-items", "max-items"], [text(min), text(max)]);
        }
        Shape::Boolean | Shape::Timestamp | Shape::Structure { .. } => {}
    }
}

/// How a value is spelt there: in a body as JSON, in a path or query as text.
pub(super) fn type_name(shape: &Shape, location: Location) -> &'static str {
    match (shape, location) {
        (Shape::String { .. } | Shape::Blob { .. }, _) => "a JSON string",
        (Shape::Integer { .. }, Location::Body) => "a JSON integer",
        (Shape::Integer { .. }, _) => "a decimal integer",
        (Shape::Boolean, Location::Body) => "a JSON boolean",
        (Shape::Boolean, _) => "true or false",
        (Shape::Timestamp, Location::Body) => "a JSON number of epoch seconds",
        (Shape::Timestamp, _) => "an ISO 8601 date and time",
        (Shape::List { .. }, _) => "a JSON list",
        (Shape::Map { .. } | Shape::Structure { .. }, _) => "a JSON object",
    }
}

/// `RSA or ECDSA`, `DAYS, MONTHS or YEARS`.
fn alternatives(values: &[String]) -> String {
    match values {
        [] => String::new(),
        [one] => one.clone(),
        [heads @ .., last] => format!("{} or {last}", heads.join(", ")),
    }
}
