//! The clock of the service, which can be moved. Signatures of requests are checked by the unmoved one, so
//! that clients go on working.

use axum::http::StatusCode;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::Clock;
use crate::http::own::message;

/// What a client may ask for: one of the two, as an ISO 8601 duration.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Change {
    /// How far from the present the clock is set.
    offset: Option<Span>,
    /// How far it is moved on from where it is.
    advance: Option<Span>,
}

pub(super) fn show(clock: &Clock) -> (StatusCode, Value) {
    let now = clock.now();
    (StatusCode::OK, json!({"now": now.to_string(), "offset": clock.offset().to_string()}))
}

pub(super) fn change(clock: &Clock, body: &[u8]) -> (StatusCode, Value) {
    match changed(clock, body) {
        Ok(()) => {
            tracing::info!(now = %clock.now(), "the clock was moved");
            show(clock)
        }
        Err(error) => message(StatusCode::BAD_REQUEST, &error),
    }
}

fn changed(clock: &Clock, body: &[u8]) -> Result<(), String> {
    let usage = |error: serde_json::Error| {
        format!("the body is {{\"offset\": \"P30D\"}} or {{\"advance\": \"PT1H\"}}: {error}")
    };
    let change: Change = serde_json::from_slice(body).map_err(usage)?;
    let offset = match (change.offset, change.advance) {
        (Some(offset), None) => length(clock.unmoved(), offset)?,
        (None, Some(advance)) => {
            let advance = length(clock.now(), advance)?;
            clock.offset().checked_add(advance).ok_or("the clock cannot be moved so far")?
        }
        _ => return Err("the body has either offset or advance".to_owned()),
    };
    clock.set_offset(offset)
}

/// How long a span is that begins at that time: months and years are those of the calendar.
fn length(from: jiff::Timestamp, span: Span) -> Result<SignedDuration, String> {
    let start = from.to_zoned(TimeZone::UTC);
    let end =
        start.checked_add(span).map_err(|error| format!("the clock cannot be moved so far: {error}"))?;
    Ok(end.timestamp().duration_since(from))
}
