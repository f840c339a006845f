//! Source: every operation's Errors and the common errors, which give each error its HTTP status.

use crate::data::detector::Detector;
use crate::judge::checks::{Check, Seen, Subject, declared_error};

const ERROR_STATUS: &str = "common/error-status";

pub(super) const CHECK: Check = Check {
    name: Detector::ErrorStatus,
    what: "An error has the HTTP status that is declared for its type.",
    run,
};

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    if subject.response.is_success() {
        return;
    }
    let status = subject.response.status;
    let name = subject.response.error_type();
    let declared = name
        .as_deref()
        .map(|name| declared_error::statuses(subject.edition, subject.document, name))
        .unwrap_or_default();
    if declared.is_empty() {
        // Nothing gives the error a status of its own; but no error at all has one below 400.
        if status < 400 {
            seen.exercise(ERROR_STATUS);
            seen.complain(
                ERROR_STATUS,
                format!("Status {status} is neither a success nor an error."),
                &[&format!("status {}", subject.document.status), "the status of a declared error"],
                format!("status {status}"),
            );
        }
        return;
    }
    seen.exercise(ERROR_STATUS);
    let name = name.unwrap_or_default();
    if declared.contains(&status) {
        seen.exercise_if_listed(subject, &format!("error/{name}"));
    } else {
        let permitted: Vec<String> =
            declared.iter().map(|status| format!("{name} with status {status}")).collect();
        let permitted: Vec<&str> = permitted.iter().map(String::as_str).collect();
        seen.complain(
            ERROR_STATUS,
            format!("{name} has status {status}."),
            &permitted,
            format!("{name} with status {status}"),
        );
    }
}
