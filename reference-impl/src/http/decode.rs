//! From path, query and body to typed members, by the document of the operation.

use super::field::{Field, Input};
use super::query;
use super::route::Route;
use super::{Arrived, validate};
use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use axum::http::header::CONTENT_TYPE;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use jiff::Timestamp;
use serde_json::Value;
use signer_schemas::{Location, Member, Operation, Shape};
use std::collections::BTreeMap;

pub(super) fn decode(config: &Config, route: &Route, arrived: &Arrived) -> Outcome<Input> {
    let document = route.document;
    let query = pairs(config, arrived.parts.uri.query().unwrap_or_default());
    if config.faults.has(FaultId::UnknownQueryRefused)
        && let Some((unknown, _)) = query.iter().find(|(name, _)| !name.starts_with("X-Amz-") && document.member(name).is_none())
    {
        return Err(Refusal::validation(format!("{unknown} is not known")));
    }
    let has_body = document.input.iter().any(|member| member.location == Location::Body);
    let body = if has_body { body(config, arrived)? } else { serde_json::Map::new() };
    if config.faults.has(FaultId::UnknownMembersRefused)
        && let Some(unknown) = body.keys().find(|key| document.member(key).is_none())
    {
        return Err(Refusal::validation(format!("{unknown} is not known")));
    }
    let mut input = Input::default();
    for member in &document.input {
        let name = &member.name;
        let field = match member.location {
            Location::Path => route.labels.get(name).map(|text| Field::Text(text.clone())),
            Location::Query if name == "profileOwner" && is_left_out(config, route, query::first(&query, name)) => None,
            Location::Body if name == "profileOwner" && is_left_out(config, route, body.get(name).and_then(Value::as_str)) => {
                None
            }
            Location::Query => from_query(config, member, &query).map_err(|reason| {
                let broken = format!("{name} {reason}");
                validate::refusal(config, document, &broken)
            })?,
            Location::Body => from_body(config, member, body.get(name), name)?,
        };
        if let Some(field) = field {
            input.0.insert(name.clone(), field);
        }
    }
    Ok(input)
}

/// The pairs of a query, apart from deliberate mistakes.
fn pairs(config: &Config, query: &str) -> Vec<(String, String)> {
    let mut pairs = query::pairs(query);
    if config.faults.has(FaultId::QueryDecodedTwice) {
        pairs = pairs.into_iter().map(|(name, value)| (name, query::decoded(&value))).collect();
    }
    if config.faults.has(FaultId::QuerySplitAtCommas) {
        let split = |(name, value): (String, String)| value.split(',').map(|value| (name.clone(), value.to_owned())).collect();
        pairs = pairs.into_iter().flat_map::<Vec<_>, _>(split).collect();
    }
    pairs
}

/// Whether an empty account counts as none: an open point for two operations.
fn is_left_out(config: &Config, route: &Route, text: Option<&str>) -> bool {
    let freedom = match route.document.operation {
        Operation::GetSigningProfile => FreedomId::GetProfileEmptyOwner,
        Operation::StartSigningJob => FreedomId::StartEmptyOwner,
        _ => return false,
    };
    text == Some("") && config.freedoms.is(freedom, "left-out")
}

/// The JSON object of the body. An empty body is an empty object.
fn body(config: &Config, arrived: &Arrived) -> Outcome<serde_json::Map<String, Value>> {
    if arrived.body.is_empty() {
        return Ok(serde_json::Map::new());
    }
    let media_type = arrived.parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let media_type = media_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        config.freedoms.refuse(FreedomId::MediaType, format!("{media_type:?} is not application/json"))?;
    }
    let malformed = |message: String| {
        let crash = config.faults.has(FaultId::MalformedBody500)
            || (config.faults.has(FaultId::MalformedPost500) && arrived.parts.method == "POST")
            || (config.faults.has(FaultId::NoUtf8Crashes) && std::str::from_utf8(&arrived.body).is_err())
            || (config.faults.has(FaultId::SurrogateCrashes) && message.contains("hex escape"));
        Refusal::new(if crash { ErrorName::InternalServiceError } else { ErrorName::Serialization }, message)
    };
    match serde_json::from_slice(&arrived.body) {
        Ok(Value::Object(members)) => Ok(members),
        Ok(_) => Err(malformed("the body is not a JSON object".to_owned())),
        Err(error) => Err(malformed(format!("the body is not JSON: {error}"))),
    }
}

fn from_query(config: &Config, member: &Member, query: &[(String, String)]) -> Result<Option<Field>, String> {
    let mut values = query.iter().filter(|(name, _)| *name == member.name).map(|(_, value)| value.as_str());
    let Some(first) = values.next() else { return Ok(None) };
    if let Shape::List { item, .. } = &member.shape {
        let first_only = config.faults.has(FaultId::QueryListFirstOnly);
        let rest = values.filter(|_| !first_only);
        let items: Result<Vec<_>, _> = std::iter::once(first).chain(rest).map(|text| query_value(config, item, text)).collect();
        return Ok(Some(Field::List(items?)));
    }
    query_value(config, &member.shape, first).map(Some)
}

fn query_value(config: &Config, shape: &Shape, text: &str) -> Result<Field, String> {
    match shape {
        Shape::String { .. } => Ok(Field::Text(text.to_owned())),
        Shape::Integer { .. } if config.faults.has(FaultId::IntegerTailIgnored) => {
            let digits = text.trim_end_matches(|one: char| one.is_ascii_alphabetic());
            digits.parse().map(Field::Integer).map_err(|_| "is not an integer".to_owned())
        }
        Shape::Integer { .. } => text.parse().map(Field::Integer).map_err(|_| "is not an integer".to_owned()),
        Shape::Boolean if matches!(text, "yes" | "1") && config.faults.has(FaultId::BooleansLenient) => Ok(Field::Boolean(true)),
        Shape::Boolean => text.parse().map(Field::Boolean).map_err(|_| "is neither true nor false".to_owned()),
        Shape::Timestamp => query_time(config, text).map(Field::Time).ok_or_else(|| "is not a date and time".to_owned()),
        Shape::Blob { .. } | Shape::List { .. } | Shape::Map { .. } | Shape::Structure { .. } => {
            Err("cannot be in a query".to_owned())
        }
    }
}

/// ISO 8601 as the protocol has it; epoch seconds as some clients send them.
fn query_time(config: &Config, text: &str) -> Option<Timestamp> {
    let seconds = config.freedoms.is(FreedomId::QueryTimesEpoch, "accepted");
    text.parse().ok().or_else(|| text.parse().ok().filter(|_| seconds).and_then(epoch_seconds))
}

fn from_body(config: &Config, member: &Member, value: Option<&Value>, path: &str) -> Outcome<Option<Field>> {
    match value {
        Some(Value::Null) if config.faults.has(FaultId::NullRefused) => Err(wrong(path, "must not be null")),
        None | Some(Value::Null) => Ok(None),
        Some(value) if is_nothing(&member.shape, value) && config.faults.has(FaultId::FalsyIsAbsent) => Ok(None),
        Some(value) => json_value(config, &member.shape, value, path).map(Some),
    }
}

/// What some languages take for nothing.
fn is_nothing(shape: &Shape, value: &Value) -> bool {
    let is_text = matches!(shape, Shape::String { .. } | Shape::Blob { .. });
    [Value::from(false), Value::from(0), Value::Array(Vec::new())].contains(value) || (value == "" && !is_text)
}

fn json_value(config: &Config, shape: &Shape, value: &Value, path: &str) -> Outcome<Field> {
    match (shape, value) {
        (Shape::String { .. }, Value::String(text)) => Ok(Field::Text(text.clone())),
        (Shape::Integer { .. }, Value::Number(number)) => {
            number.as_i64().map(Field::Integer).ok_or_else(|| wrong(path, "is not an integer"))
        }
        (Shape::Integer { .. }, Value::Bool(value)) if config.faults.has(FaultId::TrueIsOne) => {
            Ok(Field::Integer(i64::from(*value)))
        }
        (Shape::Boolean, Value::Bool(value)) => Ok(Field::Boolean(*value)),
        (Shape::Timestamp, Value::Number(number)) => {
            let time = number.as_f64().and_then(epoch_seconds);
            time.map(Field::Time).ok_or_else(|| wrong(path, "is not a point in time"))
        }
        (Shape::Timestamp, Value::String(text)) if config.faults.has(FaultId::TimeAsText) => {
            let seconds = || text.parse().ok().and_then(epoch_seconds);
            let time = text.parse().ok().or_else(seconds);
            time.map(Field::Time).ok_or_else(|| wrong(path, "is not a point in time"))
        }
        (Shape::Blob { .. }, Value::String(text)) => match leniently(config, text) {
            Ok(bytes) => Ok(Field::Blob(bytes)),
            Err(_) if config.faults.has(FaultId::PayloadBase64Unchecked) => Ok(Field::Blob(text.clone().into_bytes())),
            Err(_) => Err(wrong(path, "is not base64")),
        },
        (Shape::List { item, .. }, Value::Array(values)) => {
            let items: Outcome<Vec<_>> = values.iter().map(|value| json_value(config, item, value, path)).collect();
            items.map(Field::List)
        }
        (Shape::Map { value: shape, .. }, Value::Object(entries)) => {
            let entry = |(key, value): (&String, &Value)| Ok((key.clone(), json_value(config, shape, value, path)?));
            let entries: Outcome<BTreeMap<_, _>> = entries.iter().map(entry).collect();
            entries.map(Field::Map)
        }
        (Shape::Structure { members }, Value::Object(values)) => {
            let mut input = Input::default();
            if config.faults.has(FaultId::UnknownInsideRefused)
                && let Some(unknown) = values.keys().find(|key| members.iter().all(|member| member.name != **key))
            {
                return Err(Refusal::validation(format!("{path}.{unknown} is not known")));
            }
            for member in members {
                let path = format!("{path}.{}", member.name);
                if let Some(field) = from_body(config, member, values.get(&member.name), &path)? {
                    input.0.insert(member.name.clone(), field);
                }
            }
            Ok(Field::Structure(input))
        }
        (Shape::String { .. }, other) if path == "clientRequestToken" && config.faults.has(FaultId::WrongTypeAccepted) => {
            Ok(Field::Text(other.to_string()))
        }
        (_, _) => Err(wrong(path, "has the wrong type")),
    }
}

/// Base64, apart from deliberate mistakes.
fn leniently(config: &Config, text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    let mut text = text.to_owned();
    if config.faults.has(FaultId::ForeignInBase64) {
        text.retain(|one| one.is_ascii_alphanumeric() || "+/=".contains(one));
    }
    if config.faults.has(FaultId::Base64UrlSafe) {
        text = text.replace('-', "+").replace('_', "/");
    }
    if config.faults.has(FaultId::Base64Unpadded) {
        return STANDARD_NO_PAD.decode(text.trim_end_matches('='));
    }
    STANDARD.decode(text)
}

fn wrong(path: &str, reason: &str) -> Refusal {
    Refusal::new(ErrorName::Serialization, format!("{path} {reason}"))
}

/// A time from seconds with a fraction, to the millisecond; `None` beyond the calendar.
#[expect(clippy::cast_possible_truncation, reason = "the cast saturates, and the calendar is far smaller")]
fn epoch_seconds(seconds: f64) -> Option<Timestamp> {
    if seconds.is_finite() { Timestamp::from_millisecond((seconds * 1000.0).round() as i64).ok() } else { None }
}
