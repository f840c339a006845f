//! Source: the error shapes of the machine-readable model, and the refusals of the authentication layer, which write
//! `Message`. A body that is no JSON object at all is the concern of `well-formed-json`.

use serde_json::Value;

use crate::judge::checks::{Check, Seen, Subject};

const ERROR_SHAPE: &str = "common/error-shape";

pub(super) const CHECK: Check = Check { name: "error-shape", what: "An error says in JSON what is wrong.", run };

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    if subject.response.is_success() {
        return;
    }
    let body = subject.json;
    if !subject.body().is_empty() && !body.is_some_and(Value::is_object) {
        return;
    }
    seen.exercise(ERROR_SHAPE);
    let has_message =
        ["message", "Message"].into_iter().any(|member| body.and_then(|body| body.get(member)).is_some_and(Value::is_string));
    if !has_message {
        seen.complain(
            ERROR_SHAPE,
            "The error has no message.",
            &["a JSON object whose member message is a string"],
            format!("status {}: {}", subject.response.status, subject.excerpt()),
        );
    }
}
