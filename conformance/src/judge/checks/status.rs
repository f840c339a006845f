//! Source: every operation's Response Elements, "an HTTP 200 response".

use crate::data::detector::Detector;
use crate::judge::checks::{Check, Seen, Subject};

const STATUS: &str = "common/status-200";

pub(super) const CHECK: Check =
    Check { name: Detector::Status, what: "A success has the status that the document gives.", run };

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    if !subject.response.is_success() {
        return;
    }
    seen.exercise(STATUS);
    let (documented, observed) = (subject.document.status, subject.response.status);
    if observed != documented {
        seen.complain(
            STATUS,
            format!("The success has status {observed} instead of {documented}."),
            &[&format!("status {documented}")],
            format!("status {observed}"),
        );
    }
}
