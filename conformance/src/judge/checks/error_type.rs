//! Source: the restJson1 protocol, by which clients tell errors apart.

use crate::data::detector::Detector;
use crate::judge::checks::{Check, Seen, Subject};

const ERROR_TYPE: &str = "common/error-type";

pub(super) const CHECK: Check =
    Check { name: Detector::ErrorType, what: "An error names its type where clients read it.", run };

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    if subject.response.is_success() {
        return;
    }
    seen.exercise(ERROR_TYPE);
    if subject.response.error_type().is_none() {
        seen.complain(
            ERROR_TYPE,
            "The error does not name its type.",
            &[
                "a type name in the header x-amzn-ErrorType",
                "a type name in the body's member code or __type",
            ],
            format!("status {}: {}", subject.response.status, subject.excerpt()),
        );
    }
}
