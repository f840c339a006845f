//! Source: every operation's Response Syntax, `Content-type: application/json`. Parameters such as a charset
//! are free.

use crate::data::detector::Detector;
use crate::judge::checks::{Check, Seen, Subject};

const CONTENT_TYPE: &str = "common/content-type";

pub(super) const CHECK: Check =
    Check { name: Detector::ContentType, what: "An answer with a body declares it as JSON.", run };

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    if subject.body().is_empty() {
        return;
    }
    seen.exercise(CONTENT_TYPE);
    let declared = subject.response.header("content-type");
    let media_type = declared.and_then(|value| value.split(';').next()).unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case("application/json") {
        seen.complain(
            CONTENT_TYPE,
            "The answer has a body that is not declared as JSON.",
            &["application/json"],
            declared.map_or_else(|| "no Content-Type".to_owned(), str::to_owned),
        );
    }
}
