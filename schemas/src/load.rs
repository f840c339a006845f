//! Reads the documents. They are compiled in and linted by the tests, so a mistake in one is a bug of this
//! crate: it panics with the name of the file.

use std::sync::LazyLock;

use serde_json::{Map, Value};

use crate::document::{ErrorDoc, Location, Member, OperationDoc, Shape};
use crate::documents;
use crate::errors::error_status;
use crate::vocabulary::{Edition, Operation};

/// The typed documents of an edition.
pub(crate) fn operations(edition: Edition) -> Vec<OperationDoc> {
    let shapes = shapes(edition);
    let of_edition = documents::document_files().iter().filter(|file| file.edition == edition);
    of_edition.map(|file| Reader { name: file.path, shapes }.operation(edition, file.operation)).collect()
}

/// The document of an operation as plain JSON.
pub(crate) fn document(edition: Edition, operation: Operation) -> Option<&'static Value> {
    static DOCUMENTS: LazyLock<Vec<Value>> = LazyLock::new(|| {
        documents::document_files().iter().map(|file| parse(file.path, file.text)).collect()
    });
    let is_it = |file: &documents::DocumentFile| (file.edition, file.operation) == (edition, operation);
    DOCUMENTS.get(documents::document_files().iter().position(is_it)?)
}

/// The shapes of an edition, by name.
pub(crate) fn shapes(edition: Edition) -> &'static Value {
    static SHAPES: LazyLock<[Value; 2]> = LazyLock::new(|| {
        Edition::ALL.map(|edition| parse("shapes.json", documents::shapes_file(edition))["$defs"].take())
    });
    &SHAPES[edition as usize]
}

/// The name of the shape that a reference points at.
pub(crate) fn shape_name(reference: &str) -> &str {
    reference.rsplit('/').next().unwrap_or(reference)
}

/// A published pattern as one for the whole string: `ProfileName` lacks its end anchor.
pub(crate) fn anchored(pattern: &str) -> String {
    let start = if pattern.starts_with('^') { "" } else { "^" };
    let end = if pattern.ends_with('$') { "" } else { "$" };
    format!("{start}{pattern}{end}")
}

fn parse(path: &str, text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("schemas/{path}: {error}"))
}

/// Reads one document; `name` is for the message when it is malformed.
struct Reader<'a> {
    name: &'a str,
    shapes: &'a Value,
}

impl Reader<'_> {
    fn operation(&self, edition: Edition, operation: Operation) -> OperationDoc {
        let Some(document) = document(edition, operation) else { self.malformed("missing") };
        let output = &document["output"];
        OperationDoc {
            operation,
            edition,
            method: self.text(&document["method"]),
            uri: self.text(&document["uri"]),
            status: self.status(&document["status"]),
            input: self.members(&document["input"]),
            output: output.is_object().then(|| self.members(output)),
            empty_object_admitted: document["x-empty-object-admitted"].as_bool().unwrap_or(false),
            errors: self.items(&document["errors"]).iter().map(|name| self.error(edition, name)).collect(),
        }
    }

    fn error(&self, edition: Edition, name: &Value) -> ErrorDoc {
        let name = self.text(name);
        match error_status(edition, &name) {
            Some(status) => ErrorDoc { name, status },
            None => self.malformed(&format!("error `{name}` has no status in errors.json")),
        }
    }

    fn members(&self, schema: &Value) -> Vec<Member> {
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let Some(members) = schema["properties"].as_object() else {
            self.malformed("a structure needs `properties`")
        };
        members
            .iter()
            .map(|(name, schema)| self.member(name, schema, required.contains(&name.as_str())))
            .collect()
    }

    fn member(&self, name: &str, schema: &Value, required: bool) -> Member {
        let location = match schema["x-location"].as_str() {
            Some("path") => Location::Path,
            Some("query") => Location::Query,
            Some("body") | None => Location::Body,
            Some(other) => self.malformed(&format!("unknown location `{other}`")),
        };
        let idempotency_token = schema["x-idempotency-token"].as_bool().unwrap_or(false);
        Member { name: name.to_owned(), location, required, shape: self.shape(schema), idempotency_token }
    }

    fn shape(&self, schema: &Value) -> Shape {
        if let Some(reference) = schema["$ref"].as_str() {
            let Some(target) = self.shapes.get(shape_name(reference)) else {
                self.malformed(&format!("`{reference}` leads nowhere"))
            };
            return self.shape(target);
        }
        match (schema["type"].as_str(), schema["x-type"].as_str()) {
            (Some("number"), Some("timestamp")) => Shape::Timestamp,
            (Some("string"), Some("blob")) => {
                Shape::Blob { min: schema["x-minBytes"].as_u64(), max: schema["x-maxBytes"].as_u64() }
            }
            (Some("string"), None) => self.string(schema),
            (Some("integer"), None) => {
                Shape::Integer { min: schema["minimum"].as_i64(), max: schema["maximum"].as_i64() }
            }
            (Some("boolean"), None) => Shape::Boolean,
            (Some("array"), None) => Shape::List {
                item: Box::new(self.shape(&schema["items"])),
                min: schema["minItems"].as_u64(),
                max: schema["maxItems"].as_u64(),
            },
            (Some("object"), None) => self.object(schema),
            _ => self.malformed(&format!("no known type in {schema}")),
        }
    }

    fn string(&self, schema: &Value) -> Shape {
        Shape::String {
            min: schema["minLength"].as_u64(),
            max: schema["maxLength"].as_u64(),
            pattern: schema["pattern"].as_str().map(anchored),
            values: schema["enum"].as_array().into_iter().flatten().map(|value| self.text(value)).collect(),
        }
    }

    fn object(&self, schema: &Value) -> Shape {
        if schema["additionalProperties"].is_object() {
            let any = Value::Object(Map::from_iter([("type".to_owned(), Value::from("string"))]));
            let key = schema.get("propertyNames").unwrap_or(&any);
            Shape::Map {
                key: Box::new(self.shape(key)),
                value: Box::new(self.shape(&schema["additionalProperties"])),
                min: schema["minProperties"].as_u64(),
                max: schema["maxProperties"].as_u64(),
            }
        } else {
            Shape::Structure { members: self.members(schema) }
        }
    }

    fn text(&self, value: &Value) -> String {
        value.as_str().map_or_else(|| self.malformed(&format!("{value} should be a string")), str::to_owned)
    }

    fn status(&self, value: &Value) -> u16 {
        let status = value.as_u64().and_then(|status| u16::try_from(status).ok());
        status.unwrap_or_else(|| self.malformed(&format!("{value} should be an HTTP status")))
    }

    fn items<'v>(&self, value: &'v Value) -> &'v [Value] {
        value.as_array().map_or_else(|| self.malformed(&format!("{value} should be a list")), Vec::as_slice)
    }

    fn malformed(&self, what: &str) -> ! {
        panic!("schemas/{}: {what}", self.name)
    }
}
