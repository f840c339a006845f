//! Faults of how numbers, truths, times and bytes may be spelt.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::rfc2822;
use jiff::tz::TimeZone;
use serde_json::Value;
use signer_schemas::Shape;

use crate::faults::lie::{Asked, Lie};
use crate::faults::members::visit;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::faults::values::{each, in_query};
use crate::http::decode::Wire;

const BOOLEANS: &str = "common/query-booleans-strict";

const INTEGERS: &str = "common/query-integers";

const TIMES: &str = "common/query-timestamps-strict";

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (352, "quoted-integers"),
        Category::Validation,
        CURRENT,
        "common/body-integers",
        "an integer in a body may stand in quotes",
        &[Lie::Wire(|asked, wire| each(asked, wire, |shape, value| number(shape, value, from_text)))],
    ),
    fault(
        (353, "fractions-cut"),
        Category::Validation,
        CURRENT,
        "common/body-integers",
        "the fraction of an integer is cut off",
        &[Lie::Wire(|asked, wire| each(asked, wire, |shape, value| number(shape, value, without_fraction)))],
    ),
    fault(
        (354, "integers-cut"),
        Category::Validation,
        CURRENT,
        "common/body-integers",
        "an integer beyond 32 bits is cut to the longest validity of all",
        &[Lie::Wire(|asked, wire| each(asked, wire, |shape, value| number(shape, value, cut)))],
    ),
    fault(
        (355, "bytes-in-a-list"),
        Category::Validation,
        CURRENT,
        "common/body-blobs",
        "a payload may be a list of bytes",
        &[Lie::Wire(bytes_of_list)],
    ),
    fault(
        (356, "http-date-in-body"),
        Category::Validation,
        CURRENT,
        "common/body-timestamps",
        "a time in a body may be the date of a header",
        &[Lie::Wire(|asked, wire| each(asked, wire, |shape, value| seconds(shape, value, of_http_date)))],
    ),
    fault(
        (357, "true-is-a-time"),
        Category::Validation,
        CURRENT,
        "common/body-timestamps",
        "true is the first second of 1970",
        &[Lie::Wire(|asked, wire| {
            each(asked, wire, |shape, value| seconds(shape, value, |value| value.as_bool().map(f64::from)));
        })],
    ),
    fault(
        (358, "booleans-in-capitals"),
        Category::Validation,
        BOTH,
        BOOLEANS,
        "True and FALSE are taken, too",
        &[Lie::Wire(|asked, wire| {
            in_query(asked, wire, |shape, text| {
                truth(shape, &text.to_ascii_lowercase(), &["true"], &["false"])
            });
        })],
    ),
    fault(
        (359, "booleans-in-words"),
        Category::Validation,
        BOTH,
        BOOLEANS,
        "y, on and OFF are taken, too",
        &[Lie::Wire(|asked, wire| {
            in_query(asked, wire, |shape, text| {
                truth(shape, &text.to_ascii_lowercase(), &["y", "on"], &["n", "off"])
            });
        })],
    ),
    fault(
        (360, "booleans-in-digits"),
        Category::Validation,
        BOTH,
        BOOLEANS,
        "0 is taken for false",
        &[Lie::Wire(|asked, wire| in_query(asked, wire, |shape, text| truth(shape, text, &[], &["0"])))],
    ),
    fault(
        (361, "huge-integers-passed-over"),
        Category::Validation,
        BOTH,
        INTEGERS,
        "an integer of the query that no word of the machine holds counts as left out",
        &[Lie::Wire(|asked, wire| {
            drop_integers(asked, wire, |text| text.len() > 15 && text.parse::<f64>().is_ok());
        })],
    ),
    fault(
        (362, "words-for-integers-passed-over"),
        Category::Validation,
        BOTH,
        INTEGERS,
        "NaN and Infinity count as left out where an integer belongs",
        &[Lie::Wire(|asked, wire| {
            drop_integers(asked, wire, |text| text.parse().is_ok_and(|number: f64| !number.is_finite()));
        })],
    ),
    fault(
        (363, "hexadecimal-in-query"),
        Category::Validation,
        BOTH,
        INTEGERS,
        "an integer of the query may be hexadecimal",
        &[Lie::Wire(|asked, wire| in_query(asked, wire, decimal))],
    ),
    fault(
        (364, "fractions-in-query"),
        Category::Validation,
        BOTH,
        INTEGERS,
        "the fraction of an integer in the query is cut off",
        &[Lie::Wire(|asked, wire| in_query(asked, wire, whole))],
    ),
    fault(
        (365, "any-iso-time-in-query"),
        Category::Validation,
        CURRENT,
        TIMES,
        "a time of the query may be written in any form of ISO 8601",
        &[Lie::Wire(|asked, wire| times(asked, wire, |text| text.parse().ok()))],
    ),
    fault(
        (366, "offsets-in-query"),
        Category::Validation,
        CURRENT,
        TIMES,
        "a time of the query may have an offset",
        &[Lie::Wire(|asked, wire| {
            times(asked, wire, |text| text.parse().ok().filter(|_| text.contains("-08:00")));
        })],
    ),
    fault(
        (367, "no-zone-in-query"),
        Category::Validation,
        CURRENT,
        TIMES,
        "a time of the query without a zone is one of UTC",
        &[Lie::Wire(|asked, wire| times(asked, wire, in_utc))],
    ),
    fault(
        (368, "http-date-in-query"),
        Category::Validation,
        CURRENT,
        TIMES,
        "a time of the query may be the date of a header",
        &[Lie::Wire(|asked, wire| times(asked, wire, |text| Some(rfc2822::parse(text).ok()?.timestamp())))],
    ),
];

/// Gives an integer another value, if there is one.
fn number(shape: &Shape, value: &mut Value, change: fn(&Value) -> Option<i64>) {
    if let (Shape::Integer { .. }, Some(changed)) = (shape, change(value)) {
        *value = changed.into();
    }
}

fn from_text(value: &Value) -> Option<i64> {
    value.as_str()?.parse().ok()
}

fn without_fraction(value: &Value) -> Option<i64> {
    let number = value.as_f64().filter(|number| number.abs() < 1e9)?;
    #[expect(clippy::cast_possible_truncation, reason = "it is small, and what is cut off is the mistake")]
    Some(number as i64)
}

/// A hundred is a number of days, months or years that may be.
fn cut(value: &Value) -> Option<i64> {
    let number = value.as_f64()?;
    (number.abs() > f64::from(i32::MAX)).then_some(100)
}

/// Gives a time in a body the seconds that something else stands for.
fn seconds(shape: &Shape, value: &mut Value, read: fn(&Value) -> Option<f64>) {
    if let (Shape::Timestamp, Some(seconds)) = (shape, read(value)) {
        *value = seconds.into();
    }
}

fn of_http_date(value: &Value) -> Option<f64> {
    Some(rfc2822::parse(value.as_str()?).ok()?.timestamp().as_duration().as_secs_f64())
}

fn bytes_of_list(asked: &Asked<'_>, wire: &mut Wire) {
    visit(asked, wire, &mut |shape, value| {
        let (Shape::Blob { .. }, Value::Array(items)) = (shape, &*value) else { return };
        let byte = |item: &Value| item.as_u64().and_then(|byte| u8::try_from(byte).ok());
        if let Some(bytes) = items.iter().map(byte).collect::<Option<Vec<u8>>>() {
            *value = STANDARD.encode(bytes).into();
        }
    });
}

fn truth(shape: &Shape, text: &str, yes: &[&str], no: &[&str]) -> Option<String> {
    let word = [(yes, "true"), (no, "false")].into_iter().find(|(words, _)| words.contains(&text))?.1;
    (*shape == Shape::Boolean).then(|| word.to_owned())
}

fn whole(shape: &Shape, text: &str) -> Option<String> {
    let (whole, _) = text.split_once('.')?;
    matches!(shape, Shape::Integer { .. }).then(|| whole.to_owned())
}

fn decimal(shape: &Shape, text: &str) -> Option<String> {
    let number = i64::from_str_radix(text.strip_prefix("0x")?, 16).ok()?;
    matches!(shape, Shape::Integer { .. }).then(|| number.to_string())
}

fn drop_integers(asked: &Asked<'_>, wire: &mut Wire, is_dropped: fn(&str) -> bool) {
    let is_integer = |name: &str| {
        asked.document.member(name).is_some_and(|member| matches!(member.shape, Shape::Integer { .. }))
    };
    wire.query.retain(|(name, text)| !(is_integer(name) && is_dropped(text)));
}

/// Writes the times of the query as the server reads them.
fn times(asked: &Asked<'_>, wire: &mut Wire, read: fn(&str) -> Option<Timestamp>) {
    for (name, text) in &mut wire.query {
        let is_time = asked.document.member(name).is_some_and(|member| member.shape == Shape::Timestamp);
        if let Some(time) = read(text).filter(|_| is_time) {
            *text = time.to_string();
        }
    }
}

fn in_utc(text: &str) -> Option<Timestamp> {
    Some(text.parse::<DateTime>().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp())
}
