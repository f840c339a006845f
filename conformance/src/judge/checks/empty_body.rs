//! Source: the Response Elements of cancel, revoke, tag and untag, "an empty HTTP body". The machine-readable
//! model gives the two tag calls an empty structure, so that `{}` is as good there.

use serde_json::{Map, Value};

use crate::data::detector::Detector;
use crate::judge::checks::{Check, Seen, Subject};

pub(super) const CHECK: Check =
    Check { name: Detector::EmptyBody, what: "A success that documents no body has none.", run };

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    if subject.document.output.is_some() || !subject.response.is_success() {
        return;
    }
    let requirement = subject.requirement("empty-body");
    seen.exercise(requirement.clone());
    let is_empty_object = || subject.json == Some(&Value::Object(Map::new()));
    let object_is_fine = subject.document.empty_object_admitted;
    if subject.body().is_empty() || (object_is_fine && is_empty_object()) {
        return;
    }
    let permitted: &[&str] = if object_is_fine { &["an empty body", "{}"] } else { &["an empty body"] };
    seen.complain(
        requirement,
        "The answer has a body where none is documented.",
        permitted,
        subject.excerpt(),
    );
}
