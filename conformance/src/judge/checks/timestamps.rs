//! Source: every Response Syntax, where a timestamp is a number; the protocol's default is epoch seconds.

use serde_json::Value;
use signer_schemas::Shape;

use crate::data::detector::Detector;
use crate::judge::checks::output_walk::walk;
use crate::judge::checks::{Check, Seen, Subject};

const EPOCH: &str = "common/epoch-timestamps";

/// Milliseconds of this century are more, and seconds are less up to the year 33658: no calendar ends later.
const TOO_LATE_S: f64 = 1e12;

pub(super) const CHECK: Check = Check {
    name: Detector::Timestamps,
    what: "Timestamps in an answer are numbers that count seconds.",
    run,
};

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    let (Some(members), Some(body)) = (&subject.document.output, subject.json) else { return };
    if !subject.response.is_success() {
        return;
    }
    walk(members, body, &mut |path, shape, value| {
        if *shape == Shape::Timestamp {
            look(subject, path, value, seen);
        }
    });
}

fn look(subject: &Subject<'_>, path: &str, value: &Value, seen: &mut Seen) {
    seen.exercise(EPOCH);
    let summary = match value.as_f64() {
        Some(seconds) if seconds < TOO_LATE_S => {
            seen.exercise_if_listed(subject, &format!("output/{path}/type"));
            return;
        }
        Some(_) => format!("The timestamp {path} does not count seconds."),
        None => format!("The timestamp {path} is not a number."),
    };
    seen.complain(EPOCH, summary, &["a JSON number of seconds since 1970"], format!("{path}: {value}"));
}
