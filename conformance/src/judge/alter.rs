//! The values of an answer, to be changed beside the operation's document, and texts wherever they stand.

use serde_json::Value;
use signer_schemas::{OperationDoc, Shape};

use crate::data::exchange::Exchange;
use crate::line::wire::percent_encode;

/// Visits every value that the document describes and the answer holds, to be changed, with its path in the
/// requirements' spelling.
pub(super) fn alter(
    document: &OperationDoc,
    body: &mut Value,
    change: &mut dyn FnMut(&str, &Shape, &mut Value),
) {
    let members = document.output.as_deref().unwrap_or_default();
    let Some(object) = body.as_object_mut() else { return };
    for member in members {
        if let Some(value) = object.get_mut(&member.name).filter(|value| !value.is_null()) {
            alter_at(&member.shape, value, &member.name, change);
        }
    }
}

fn alter_at(shape: &Shape, value: &mut Value, path: &str, change: &mut dyn FnMut(&str, &Shape, &mut Value)) {
    match (shape, &mut *value) {
        (Shape::List { item, .. }, Value::Array(items)) => {
            for value in items {
                alter_at(item, value, &format!("{path}[]"), change);
            }
        }
        (Shape::Map { value: entry, .. }, Value::Object(object)) => {
            for value in object.values_mut() {
                alter_at(entry, value, &format!("{path}{{value}}"), change);
            }
        }
        (Shape::Structure { members }, Value::Object(object)) => {
            for member in members {
                if let Some(value) = object.get_mut(&member.name).filter(|value| !value.is_null()) {
                    alter_at(&member.shape, value, &format!("{path}.{}", member.name), change);
                }
            }
        }
        (_, _) => {}
    }
    change(path, shape, value);
}

/// Whether the value has the shape's JSON type.
pub(super) fn is_of(shape: &Shape, value: &Value) -> bool {
    match shape {
        Shape::String { .. } | Shape::Blob { .. } => value.is_string(),
        Shape::Integer { .. } => value.is_i64() || value.is_u64(),
        Shape::Boolean => value.is_boolean(),
        Shape::Timestamp => value.is_number(),
        Shape::List { .. } => value.is_array(),
        Shape::Map { .. } | Shape::Structure { .. } => value.is_object(),
    }
}

/// The value as the shape's JSON type; null, which counts as absent, where it says nothing in that type.
pub(super) fn converted(shape: &Shape, value: &Value) -> Value {
    match (shape, value) {
        (Shape::String { .. }, Value::Number(number)) => Value::from(number.to_string()),
        (Shape::Integer { .. }, Value::String(text)) => text.parse::<i64>().map_or(Value::Null, Value::from),
        (Shape::Boolean, Value::String(text)) => text.parse::<bool>().map_or(Value::Null, Value::from),
        (_, _) => Value::Null,
    }
}

/// Puts another text in the place of one: in paths, queries and bodies, as each spells it.
pub(super) fn replace_everywhere(exchange: &mut Exchange, text: &str, other: &str) {
    let encoded = percent_encode(text);
    let in_json = Value::from(text).to_string();
    let in_json = in_json.trim_matches('"');
    let request = &mut exchange.request;
    request.target = request.target.replace(&encoded, other).replace(text, other);
    let replaced = |body: &[u8]| {
        let readable = std::str::from_utf8(body).ok().filter(|readable| readable.contains(in_json));
        readable.map(|readable| readable.replace(in_json, other))
    };
    if let Some(body) = replaced(&request.body) {
        request.body = body.into_bytes();
    }
    if let Ok(response) = &mut exchange.outcome
        && let Some(body) = replaced(&response.body)
    {
        response.body = body.into();
    }
}
