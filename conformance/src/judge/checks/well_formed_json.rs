//! Source: every operation's Response Syntax, a JSON object.

use serde_json::Value;

use crate::data::detector::Detector;
use crate::data::json;
use crate::judge::checks::{Check, Seen, Subject};

const WELL_FORMED: &str = "common/well-formed-json";

pub(super) const CHECK: Check = Check {
    name: Detector::WellFormedJson,
    what: "A body is a JSON object, and a success that documents one has one.",
    run,
};

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    let body = subject.body();
    let is_due = subject.response.is_success() && subject.document.output.is_some();
    if body.is_empty() && !is_due {
        return;
    }
    seen.exercise(WELL_FORMED);
    if subject.json.is_some_and(Value::is_object) {
        return;
    }
    let observed = match json::read(body) {
        Ok(_) => format!("another JSON value: {}", subject.excerpt()),
        Err(_) if body.is_empty() => "an empty body".to_owned(),
        Err(error) => format!("no JSON ({error}): {}", subject.excerpt()),
    };
    seen.complain(WELL_FORMED, "The body is not a JSON object.", &["a JSON object"], observed);
}
