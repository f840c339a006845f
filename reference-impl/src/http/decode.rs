//! From path, query and body to typed members, by the document of the operation.

use std::collections::BTreeMap;

use axum::http::header::{ACCEPT, CONTENT_TYPE, HeaderMap};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value};
use signer_schemas::{Location, Member, Operation, OperationDoc, Shape};

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::http::arrived::Arrived;
use crate::http::field::{Field, Input};
use crate::http::route::Route;
use crate::http::{query, text};

/// The members of a request where HTTP carries them: decoded, not yet typed.
pub(crate) struct Wire {
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) body: Map<String, Value>,
}

/// Reads path, query and body.
pub(crate) fn read(config: &Config, Route { document, labels }: Route, arrived: &Arrived) -> Outcome<Wire> {
    let has_body = document.input.iter().any(|member| member.location == Location::Body);
    let query = query::pairs(arrived.parts.uri.query().unwrap_or_default());
    check_media_types(config, &arrived.parts.headers, has_body, arrived.body.is_empty())?;
    let body =
        if has_body { body(arrived).map_err(|refusal| unreadable(config, refusal))? } else { Map::new() };
    Ok(Wire { labels, query, body })
}

/// What the headers say of the body that comes, and of the one that the client takes: open points, all of
/// them.
fn check_media_types(config: &Config, headers: &HeaderMap, has_body: bool, is_empty: bool) -> Outcome<()> {
    let text = |name| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    let media_type = |text: &str| text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let accepts =
        |one: &str| matches!(media_type(one).as_str(), "application/json" | "application/*" | "*/*");
    if let Some(accepted) = text(ACCEPT).filter(|accepted| !accepted.split(',').any(accepts)) {
        config.freedoms.refuse(
            FreedomId::Accept,
            format!("answers are application/json, which {accepted:?} excludes"),
        )?;
    }
    match text(CONTENT_TYPE) {
        Some(told) if !has_body => config
            .freedoms
            .refuse(FreedomId::MediaTypeWithoutBody, format!("the operation has no body that is {told:?}")),
        Some(told) if !is_empty && media_type(told) != "application/json" => {
            config.freedoms.refuse(FreedomId::MediaType, format!("{told:?} is not application/json"))
        }
        None if !is_empty && has_body => {
            config.freedoms.refuse(FreedomId::MediaTypeAbsent, "the body has no content-type")
        }
        _ => Ok(()),
    }
}

/// The refusal of what cannot be read: which error it is, is an open point.
fn unreadable(config: &Config, refusal: Refusal) -> Refusal {
    if refusal.error == ErrorName::Serialization {
        config.freedoms.refusal_or(FreedomId::MalformedValue, refusal)
    } else {
        refusal
    }
}

/// Gives the members their types.
pub(crate) fn typed(config: &Config, document: &OperationDoc, wire: &Wire) -> Outcome<Input> {
    let Wire { labels, query, body } = wire;
    let mut input = Input::default();
    for member in &document.input {
        let name = &member.name;
        let is_left_out = |text| name == "profileOwner" && is_left_out(config, document.operation, text);
        let field = match member.location {
            Location::Path => labels.get(name).map(|text| Field::Text(text.clone())),
            Location::Query if is_left_out(query::first(query, name)) => None,
            Location::Body if is_left_out(body.get(name).and_then(Value::as_str)) => None,
            Location::Query => from_query(config, member, query)
                .map_err(|reason| unreadable(config, wrong(name, &reason)))?,
            Location::Body => {
                from_body(member, body.get(name), name).map_err(|refusal| unreadable(config, refusal))?
            }
        };
        if let Some(field) = field {
            input.0.insert(name.clone(), field);
        }
    }
    Ok(input)
}

/// Whether an empty account counts as none: an open point for two operations.
fn is_left_out(config: &Config, operation: Operation, text: Option<&str>) -> bool {
    let freedom = match operation {
        Operation::GetSigningProfile => FreedomId::GetProfileEmptyOwner,
        Operation::StartSigningJob => FreedomId::StartEmptyOwner,
        _ => return false,
    };
    text == Some("") && config.freedoms.is(freedom, "left-out")
}

/// The JSON object of the body. An empty body is an empty object.
fn body(arrived: &Arrived) -> Outcome<Map<String, Value>> {
    if arrived.body.is_empty() {
        return Ok(Map::new());
    }
    let malformed = |message| Err(Refusal::new(ErrorName::Serialization, message));
    match serde_json::from_slice(&arrived.body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => malformed("the body is not a JSON object".to_owned()),
        Err(error) => malformed(format!("the body is not JSON: {error}")),
    }
}

fn from_query(config: &Config, member: &Member, query: &[(String, String)]) -> Result<Option<Field>, String> {
    let mut values = query.iter().filter(|(name, _)| *name == member.name).map(|(_, value)| value.as_str());
    let Some(first) = values.next() else { return Ok(None) };
    if let Shape::List { item, .. } = &member.shape {
        let items: Result<Vec<_>, _> =
            std::iter::once(first).chain(values).map(|text| query_value(config, item, text)).collect();
        return Ok(Some(Field::List(items?)));
    }
    query_value(config, &member.shape, first).map(Some)
}

fn query_value(config: &Config, shape: &Shape, text: &str) -> Result<Field, String> {
    match shape {
        Shape::String { .. } => Ok(Field::Text(text.to_owned())),
        Shape::Integer { .. } => {
            text::integer(text).map(Field::Integer).ok_or_else(|| "is not an integer".to_owned())
        }
        Shape::Boolean => {
            text::boolean(text).map(Field::Boolean).ok_or_else(|| "is neither true nor false".to_owned())
        }
        Shape::Timestamp => {
            query_time(config, text).map(Field::Time).ok_or_else(|| "is not a date and time".to_owned())
        }
        Shape::Blob { .. } | Shape::List { .. } | Shape::Map { .. } | Shape::Structure { .. } => {
            Err("cannot be in a query".to_owned())
        }
    }
}

/// A date and time as the protocol has it; epoch seconds as some clients send them.
fn query_time(config: &Config, text: &str) -> Option<Timestamp> {
    let seconds = config.freedoms.is(FreedomId::QueryTimesEpoch, "accepted");
    text::date_time(text).or_else(|| text::epoch_seconds(text).filter(|_| seconds).and_then(epoch_seconds))
}

fn from_body(member: &Member, value: Option<&Value>, path: &str) -> Outcome<Option<Field>> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(value) => json_value(&member.shape, value, path).map(Some),
    }
}

fn json_value(shape: &Shape, value: &Value, path: &str) -> Outcome<Field> {
    match (shape, value) {
        (Shape::String { .. }, Value::String(text)) => Ok(Field::Text(text.clone())),
        (Shape::Integer { .. }, Value::Number(number)) => {
            let integer = number.as_i64().filter(|integer| i32::try_from(*integer).is_ok());
            integer.map(Field::Integer).ok_or_else(|| wrong(path, "is not an integer of 32 bits"))
        }
        (Shape::Boolean, Value::Bool(value)) => Ok(Field::Boolean(*value)),
        (Shape::Timestamp, Value::Number(number)) => {
            let time = number.as_f64().and_then(epoch_seconds);
            time.map(Field::Time).ok_or_else(|| wrong(path, "is not a point in time"))
        }
        (Shape::Blob { .. }, Value::String(text)) => {
            STANDARD.decode(text).map(Field::Blob).map_err(|_| wrong(path, "is not base64"))
        }
        (Shape::List { item, .. }, Value::Array(values)) => {
            let items: Outcome<Vec<_>> = values.iter().map(|value| json_value(item, value, path)).collect();
            items.map(Field::List)
        }
        (Shape::Map { value: shape, .. }, Value::Object(entries)) => {
            let entry = |(key, value): (&String, &Value)| Ok((key.clone(), json_value(shape, value, path)?));
            let entries: Outcome<BTreeMap<_, _>> = entries.iter().map(entry).collect();
            entries.map(Field::Map)
        }
        (Shape::Structure { members }, Value::Object(values)) => {
            let mut input = Input::default();
            for member in members {
                let path = format!("{path}.{}", member.name);
                if let Some(field) = from_body(member, values.get(&member.name), &path)? {
                    input.0.insert(member.name.clone(), field);
                }
            }
            Ok(Field::Structure(input))
        }
        (_, _) => Err(wrong(path, "has the wrong type")),
    }
}

/// The refusal of a member that is no value of its type.
pub(crate) fn wrong(path: &str, reason: &str) -> Refusal {
    Refusal::new(ErrorName::Serialization, format!("{path} {reason}"))
}

/// A time from seconds with a fraction, to the millisecond; `None` beyond the calendar.
#[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and the calendar is far smaller")]
pub(crate) fn epoch_seconds(seconds: f64) -> Option<Timestamp> {
    if seconds.is_finite() {
        Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok()
    } else {
        None
    }
}
