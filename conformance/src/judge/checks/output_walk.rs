//! Walks an answer's JSON beside the operation's document.

use serde_json::Value;
use signer_schemas::{Member, Shape};

/// Visits every value that the document describes and the answer holds, with its path in the ledger's
/// spelling. Nulls count as absent; values whose JSON type is wrong are visited, but not entered.
pub(super) fn walk<'a>(members: &'a [Member], body: &Value, visit: &mut dyn FnMut(&str, &'a Shape, &Value)) {
    inside(members, body, &mut String::new(), visit);
}

fn inside<'a>(
    members: &'a [Member],
    object: &Value,
    path: &mut String,
    visit: &mut dyn FnMut(&str, &'a Shape, &Value),
) {
    for member in members {
        if let Some(value) = object.get(&member.name).filter(|value| !value.is_null()) {
            let dot = if path.is_empty() { "" } else { "." };
            longer(path, &[dot, &member.name], |path| value_at(&member.shape, value, path, visit));
        }
    }
}

fn value_at<'a>(
    shape: &'a Shape,
    value: &Value,
    path: &mut String,
    visit: &mut dyn FnMut(&str, &'a Shape, &Value),
) {
    visit(path, shape, value);
    match shape {
        Shape::String { .. }
        | Shape::Integer { .. }
        | Shape::Boolean
        | Shape::Timestamp
        | Shape::Blob { .. } => {}
        Shape::List { item, .. } => longer(path, &["[]"], |path| {
            for value in value.as_array().into_iter().flatten() {
                value_at(item, value, path, visit);
            }
        }),
        Shape::Map { key, value: entry, .. } => {
            for (name, value) in value.as_object().into_iter().flatten() {
                longer(path, &["{key}"], |path| value_at(key, &Value::from(name.as_str()), path, visit));
                longer(path, &["{value}"], |path| value_at(entry, value, path, visit));
            }
        }
        Shape::Structure { members } => inside(members, value, path, visit),
    }
}

/// Goes on with a longer path, and takes the addition back.
fn longer(path: &mut String, addition: &[&str], go_on: impl FnOnce(&mut String)) {
    let length = path.len();
    path.extend(addition.iter().copied());
    go_on(path);
    path.truncate(length);
}

/// Visits every shape of the document, with its path in the ledger's spelling.
pub(super) fn every_shape<'a>(members: &'a [Member], visit: &mut dyn FnMut(String, &'a Shape)) {
    shapes_inside(members, "", visit);
}

fn shapes_inside<'a>(members: &'a [Member], path: &str, visit: &mut dyn FnMut(String, &'a Shape)) {
    for member in members {
        shape_at(&member.shape, join(path, &member.name), visit);
    }
}

fn shape_at<'a>(shape: &'a Shape, path: String, visit: &mut dyn FnMut(String, &'a Shape)) {
    match shape {
        Shape::String { .. }
        | Shape::Integer { .. }
        | Shape::Boolean
        | Shape::Timestamp
        | Shape::Blob { .. } => {}
        Shape::List { item, .. } => shape_at(item, format!("{path}[]"), visit),
        Shape::Map { key, value, .. } => {
            shape_at(key, format!("{path}{{key}}"), visit);
            shape_at(value, format!("{path}{{value}}"), visit);
        }
        Shape::Structure { members } => shapes_inside(members, &path, visit),
    }
    visit(path, shape);
}

/// The shape at a JSON Pointer's segments, and its path in the ledger's spelling. Segments that the document
/// does not know end the walk.
pub(super) fn locate<'a, 's>(
    members: &'a [Member],
    segments: impl Iterator<Item = &'s str>,
) -> (String, Option<&'a Shape>) {
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
            Some(
                Shape::String { .. }
                | Shape::Integer { .. }
                | Shape::Boolean
                | Shape::Timestamp
                | Shape::Blob { .. },
            ) => break,
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
