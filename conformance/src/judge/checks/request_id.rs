//! Source: the sample responses, each with `x-amzn-RequestId`.

use crate::data::detector::Detector;
use crate::judge::checks::{Check, Seen, Subject};

const REQUEST_ID: &str = "common/request-id";

pub(super) const CHECK: Check =
    Check { name: Detector::RequestId, what: "Every answer carries a request id.", run };

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    seen.exercise(REQUEST_ID);
    let id = subject.response.header("x-amzn-requestid");
    if id.is_none_or(|id| id.trim().is_empty()) {
        seen.complain(
            REQUEST_ID,
            "The answer has no request id.",
            &["a header x-amzn-RequestId that is not empty"],
            if id.is_some() { "an empty x-amzn-RequestId" } else { "no x-amzn-RequestId" },
        );
    }
}
