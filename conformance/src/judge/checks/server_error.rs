//! Source: every operation's Errors and the common errors, where a status of 500 or above tells of a fault of
//! the service.

use crate::data::detector::Detector;
use crate::judge::checks::{Check, Seen, Subject};

const NO_SERVER_ERROR: &str = "common/no-server-error";

pub(super) const CHECK: Check = Check {
    name: Detector::ServerError,
    what: "No request makes the service fail with a status of 500 or above.",
    run,
};

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    seen.exercise(NO_SERVER_ERROR);
    let status = subject.response.status;
    if status >= 500 {
        let name = subject.response.error_type().unwrap_or_else(|| "an error without a type".to_owned());
        seen.complain(
            NO_SERVER_ERROR,
            format!("The service failed with status {status}."),
            &["a success or a client error"],
            format!("status {status}, {name}: {}", subject.excerpt()),
        );
    }
}
