//! A captured request as the operation's input again, for clients that speak in operations.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use signer_schemas::{Edition, Location, OperationDoc, Shape, operations};

use crate::data::exchange::{Exchange, Service};

/// An operation, and the input that it was called with.
pub(super) struct Asked {
    /// Which operation.
    pub(super) document: &'static OperationDoc,
    /// Its members as they went over the wire.
    pub(super) input: Map<String, Value>,
}

impl Asked {
    /// What the request asks, if a client that speaks in operations could have sent it.
    pub(super) fn new(edition: Edition, exchange: &Exchange) -> Option<Self> {
        if exchange.to != Service::Signer {
            return None;
        }
        let request = &exchange.request;
        let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let mut input = Map::new();
        let document = operations(edition).iter().find(|document| {
            let labels = (document.method == request.method).then(|| labels(&document.uri, path)).flatten();
            input = labels.clone().unwrap_or_default();
            labels.is_some()
        })?;
        for (name, value) in query.split('&').filter_map(|pair| pair.split_once('=')) {
            let name = decoded(name)?;
            let member = document.member(&name).filter(|member| member.location == Location::Query)?;
            let value = typed(&member.shape, decoded(value)?);
            match (&member.shape, input.get_mut(&name)) {
                (Shape::List { .. }, Some(Value::Array(items))) => items.push(value),
                (Shape::List { .. }, _) => drop(input.insert(name, Value::Array(vec![value]))),
                (_, _) => drop(input.insert(name, value)),
            }
        }
        if !request.body.is_empty() {
            let Ok(Value::Object(body)) = serde_json::from_slice(&request.body) else { return None };
            input.extend(body);
        }
        Some(Self { document, input })
    }
}

/// The labels of a path, if it fits.
fn labels(uri: &str, path: &str) -> Option<Map<String, Value>> {
    let mut labels = Map::new();
    let (wanted, given) = (uri.split('/'), path.split('/'));
    let mut pairs = wanted.zip(given);
    if uri.split('/').count() != path.split('/').count() {
        return None;
    }
    pairs.try_for_each(|(wanted, given)| {
        match wanted.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
            Some(label) if !given.is_empty() => {
                labels.insert(label.to_owned(), Value::String(decoded(given)?));
                Some(())
            }
            Some(_) => None,
            None => (wanted == given).then_some(()),
        }
    })?;
    Some(labels)
}

fn decoded(text: &str) -> Option<String> {
    percent_decode_str(text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

/// A query's value as its member's type, text if it is none.
fn typed(shape: &Shape, text: String) -> Value {
    let json = match shape {
        Shape::Integer { .. } => text.parse::<i64>().ok().map(Value::from),
        Shape::Boolean => text.parse::<bool>().ok().map(Value::from),
        Shape::String { .. }
        | Shape::Timestamp
        | Shape::Blob { .. }
        | Shape::List { .. }
        | Shape::Map { .. }
        | Shape::Structure { .. } => None,
    };
    json.unwrap_or(Value::String(text))
}
