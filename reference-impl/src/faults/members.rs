//! The members in a body, wherever they are.

use serde_json::{Map, Value};
use signer_schemas::{Location, Member, Shape};

use crate::faults::lie::Asked;
use crate::http::decode::Wire;

/// What is done with a value of a shape.
type Look<'a> = &'a mut dyn FnMut(&Shape, &mut Value);

/// Looks at each value in the body that the document knows, the outer ones first.
pub(super) fn visit(asked: &Asked<'_>, wire: &mut Wire, look: Look<'_>) {
    members(asked.document.members_at(Location::Body), &mut wire.body, look);
}

fn members<'a>(known: impl Iterator<Item = &'a Member>, values: &mut Map<String, Value>, look: Look<'_>) {
    for member in known {
        if let Some(value) = values.get_mut(&member.name) {
            within(&member.shape, value, look);
        }
    }
}

fn within(shape: &Shape, value: &mut Value, look: Look<'_>) {
    look(shape, value);
    match (shape, value) {
        (Shape::Structure { members: known }, Value::Object(values)) => members(known.iter(), values, look),
        (Shape::List { item, .. }, Value::Array(items)) => {
            for value in items {
                within(item, value, look);
            }
        }
        (Shape::Map { value: shape, .. }, Value::Object(entries)) => {
            for value in entries.values_mut() {
                within(shape, value, look);
            }
        }
        _ => {}
    }
}
