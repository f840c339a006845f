//! Source: the error shapes of the machine-readable model, whose member is `message`, and the layers before
//! the operation, which write `Message`. A body that is no JSON object at all is the concern of
//! `well-formed-json`.

use serde_json::Value;

use crate::data::detector::Detector;
use crate::judge::checks::{Check, Seen, Subject};

const ERROR_SHAPE: &str = "common/error-shape";

pub(super) const CHECK: Check =
    Check { name: Detector::ErrorShape, what: "An error says in JSON what is wrong.", run };

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    if subject.response.is_success() {
        return;
    }
    let body = subject.json;
    if !subject.body().is_empty() && !body.is_some_and(Value::is_object) {
        return;
    }
    seen.exercise(ERROR_SHAPE);
    let members: &[&str] = if is_of_the_operation(subject) { &["message"] } else { &["message", "Message"] };
    let has_text = |member: &&str| body.and_then(|body| body.get(member)).is_some_and(Value::is_string);
    if !members.iter().any(has_text) {
        seen.complain(
            ERROR_SHAPE,
            "The error has no message where clients read it.",
            &[&format!("a JSON object whose member {} is a string", members.join(" or "))],
            format!("status {}: {}", subject.response.status, subject.excerpt()),
        );
    }
}

/// Whether the error is one of the operation's shapes. That of access denied may come from the authorization
/// layer, too.
fn is_of_the_operation(subject: &Subject<'_>) -> bool {
    let name = subject.response.error_type().filter(|name| name != "AccessDeniedException");
    name.is_some_and(|name| subject.document.errors.iter().any(|error| error.name == name))
}
