//! Walks an answer's JSON beside the operation's document.

use serde_json::Value;
use signer_schemas::{Member, Shape};

/// Visits every value that the document describes and the answer holds, with its path in the ledger's spelling. Nulls
/// count as absent; values whose JSON type is wrong are visited, but not entered.
pub(super) fn walk<'a>(members: &'a [Member], body: &Value, visit: &mut dyn FnMut(&str, &'a Shape, &Value)) {
    inside(members, body, "", visit);
}

fn inside<'a>(members: &'a [Member], object: &Value, path: &str, visit: &mut dyn FnMut(&str, &'a Shape, &Value)) {
    for member in members {
        if let Some(value) = object.get(&member.name).filter(|value| !value.is_null()) {
            value_at(&member.shape, value, &join(path, &member.name), visit);
        }
    }
}

fn value_at<'a>(shape: &'a Shape, value: &Value, path: &str, visit: &mut dyn FnMut(&str, &'a Shape, &Value)) {
    visit(path, shape, value);
    match shape {
        Shape::String { .. } | Shape::Integer { .. } | Shape::Boolean | Shape::Timestamp | Shape::Blob { .. } => {}
        Shape::List { item, .. } => {
            for value in value.as_array().into_iter().flatten() {
                value_at(item, value, &format!("{path}[]"), visit);
            }
        }
        Shape::Map { key, value: entry, .. } => {
            for (name, value) in value.as_object().into_iter().flatten() {
                value_at(key, &Value::from(name.as_str()), &format!("{path}{{key}}"), visit);
                value_at(entry, value, &format!("{path}{{value}}"), visit);
            }
        }
        Shape::Structure { members } => inside(members, value, path, visit),
    }
}

/// The shape at a JSON Pointer's segments, and its path in the ledger's spelling. Segments that the document does not know
/// end the walk.
pub(super) fn locate<'a, 's>(members: &'a [Member], segments: impl Iterator<Item = &'s str>) -> (String, Option<&'a Shape>) {
    let mut path = String::new();
    let mut shape: Option<&'a Shape> = None;
    for segment in segments {
        let next = match shape {
            None => member(members, segment),
            Some(Shape::Structure { members }) => member(members, segment),
            Some(Shape::List { item, .. }) => {
                path.push_str("[]");
                shape = Some(item);
                continue;
            }
            Some(Shape::Map { value, .. }) => {
                path.push_str("{value}");
                shape = Some(value);
                continue;
            }
            Some(Shape::String { .. } | Shape::Integer { .. } | Shape::Boolean | Shape::Timestamp | Shape::Blob { .. }) => break,
        };
        let Some(next) = next else { break };
        path = join(&path, segment);
        shape = Some(next);
    }
    (path, shape)
}

fn member<'a>(members: &'a [Member], name: &str) -> Option<&'a Shape> {
    members.iter().find(|member| member.name == name).map(|member| &member.shape)
}

fn join(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
