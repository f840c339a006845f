//! JSON Schemas of requests and answers, self-contained, made from the documents.

use serde_json::{Map, Value, json};

use crate::load;
use crate::vocabulary::{Edition, Operation};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// The JSON Schema 2020-12 of the operation's input, in the logical shape before HTTP: as strict as
/// published.
///
/// For an operation that the edition does not have, a schema that admits nothing.
pub fn input_schema(edition: Edition, operation: Operation) -> Value {
    let Some(document) = load::document(edition, operation) else { return absent() };
    let mut shapes = load::shapes(edition).clone();
    let mut input = document["input"].clone();
    rewrite(&mut input, &full_match);
    rewrite(&mut shapes, &full_match);
    assemble(input, shapes)
}

/// The JSON Schema 2020-12 of the body of the operation's answer. An empty body is an object without members
/// here.
///
/// It admits what the real service is known to send beyond the published shapes: no member is required, an
/// explicit null stands for an absent member, maps may be empty, and enums are open (their values remain as
/// `x-published-values`).
///
/// For an operation that the edition does not have, a schema that admits nothing.
pub fn output_schema(edition: Edition, operation: Operation) -> Value {
    let Some(document) = load::document(edition, operation) else { return absent() };
    let mut shapes = load::shapes(edition).clone();
    let mut output = document["output"].clone();
    if output.is_null() {
        output = json!({ "type": "object", "properties": {} });
    }
    for schema in [&mut output, &mut shapes] {
        rewrite(schema, &full_match);
        rewrite(schema, &open);
    }
    assemble(output, shapes)
}

fn absent() -> Value {
    json!({ "$schema": DIALECT, "not": {} })
}

/// Joins the schema with those of the edition's shapes that it reaches.
fn assemble(schema: Value, shapes: Value) -> Value {
    let Value::Object(shapes) = shapes else { return absent() };
    let mut reached = Map::new();
    let mut pending = references(&schema);
    while let Some(name) = pending.pop() {
        if reached.contains_key(&name) {
            continue;
        }
        let Some(shape) = shapes.get(&name) else { panic!("no shape is called `{name}`") };
        pending.extend(references(shape));
        reached.insert(name, shape.clone());
    }
    let mut whole = Map::new();
    whole.insert("$schema".to_owned(), json!(DIALECT));
    if let Value::Object(schema) = schema {
        whole.extend(schema);
    }
    if !reached.is_empty() {
        reached.sort_keys();
        whole.insert("$defs".to_owned(), Value::Object(reached));
    }
    Value::Object(whole)
}

fn references(schema: &Value) -> Vec<String> {
    match schema {
        Value::Object(object) => {
            let own =
                object.get("$ref").and_then(Value::as_str).map(|target| load::shape_name(target).to_owned());
            own.into_iter().chain(object.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

/// Applies a change to every object of the schema, the outer before the inner.
fn rewrite(schema: &mut Value, change: &dyn Fn(&mut Map<String, Value>)) {
    match schema {
        Value::Object(object) => {
            change(object);
            object.values_mut().for_each(|value| rewrite(value, change));
        }
        Value::Array(items) => items.iter_mut().for_each(|value| rewrite(value, change)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// References point into the schema itself, and patterns match the whole string.
fn full_match(object: &mut Map<String, Value>) {
    if let Some(Value::String(target)) = object.get_mut("$ref") {
        *target = format!("#/$defs/{}", load::shape_name(target));
    }
    if let Some(Value::String(pattern)) = object.get_mut("pattern") {
        *pattern = load::anchored(pattern);
    }
}

/// Nothing is required, null is absent, maps may be empty, enums are open.
fn open(object: &mut Map<String, Value>) {
    object.remove("minProperties");
    if let Some(values @ Value::Array(_)) = object.remove("enum") {
        object.insert("x-published-values".to_owned(), values);
    }
    if object.get("required").is_some_and(Value::is_array) {
        object.remove("required");
    }
    if let Some(Value::Object(members)) = object.get_mut("properties") {
        for member in members.values_mut() {
            *member = json!({ "anyOf": [{ "type": "null" }, member.take()] });
        }
    }
}
