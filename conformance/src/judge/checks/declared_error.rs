//! Source: every operation's Errors and the common errors. What the protocol and the authentication layer
//! answer by themselves, before the operation is reached, is as good as declared.

use signer_schemas::{Edition, OperationDoc, common_errors};

use crate::data::detector::Detector;
use crate::judge::checks::{Check, Seen, Subject};

const ERROR_DECLARED: &str = "common/error-declared";

pub(super) const CHECK: Check = Check {
    name: Detector::DeclaredError,
    what: "An error is one that the operation or the common list declares.",
    run,
};

/// An error that no list needs to declare, with the statuses that it may have in either edition. Where an
/// edition's common list has the name, the status there is the only one.
struct Unlisted {
    name: &'static str,
    current: &'static [u16],
    may_2019: &'static [u16],
}

const fn unlisted(name: &'static str, current: &'static [u16], may_2019: &'static [u16]) -> Unlisted {
    Unlisted { name, current, may_2019 }
}

const UNLISTED: &[Unlisted] = &[
    // Broken input, where the operation declares no error for it.
    unlisted("ValidationException", &[400], &[400]),
    unlisted("SerializationException", &[400], &[400]),
    unlisted("MalformedHttpRequestException", &[], &[400]),
    unlisted("UnsupportedMediaTypeException", &[415], &[415]),
    unlisted("NotAcceptableException", &[406], &[406]),
    unlisted("RequestEntityTooLargeException", &[], &[413]),
    // Too many calls.
    unlisted("ThrottlingException", &[429], &[429]),
    unlisted("TooManyRequestsException", &[429], &[429]),
    // No such route.
    unlisted("UnknownOperationException", &[], &[400, 404, 405, 501]),
    // The authentication layer, by the names of today and by those of the Query protocol.
    unlisted("MissingAuthenticationToken", &[403], &[]),
    unlisted("MissingAuthenticationTokenException", &[403], &[403]),
    unlisted("IncompleteSignatureException", &[400, 403], &[400, 403]),
    unlisted("InvalidClientTokenId", &[403], &[]),
    unlisted("UnrecognizedClientException", &[], &[400, 403]),
    unlisted("ExpiredTokenException", &[], &[400, 403]),
    unlisted("InvalidSignatureException", &[400, 403], &[400, 403]),
    unlisted("SignatureDoesNotMatch", &[403], &[403]),
    unlisted("RequestTimeTooSkewed", &[400, 403], &[400, 403]),
];

/// Whether the error may come from the operation with that status: declared, common, or of the layers before
/// it.
pub(crate) fn is_listed(edition: Edition, document: &OperationDoc, name: &str, status: u16) -> bool {
    statuses(edition, document, name).contains(&status)
}

/// Whether the operation itself declares the error with that status.
pub(crate) fn is_declared(edition: Edition, document: &OperationDoc, name: &str, status: u16) -> bool {
    document.errors.iter().any(|error| error.status == status && is_same(edition, &error.name, name))
}

/// The statuses that a declared error may have; empty if nothing declares it.
pub(crate) fn statuses(edition: Edition, document: &OperationDoc, name: &str) -> Vec<u16> {
    let listed = document.errors.iter().chain(common_errors(edition));
    let listed = listed.filter(|error| is_same(edition, &error.name, name)).map(|error| error.status);
    let unlisted = UNLISTED.iter().filter(|error| error.name == name).flat_map(|error| match edition {
        Edition::Current => error.current.iter().copied(),
        Edition::May2019 => error.may_2019.iter().copied(),
    });
    let mut statuses: Vec<u16> = listed.chain(unlisted).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

/// The reference of 2019 spells the internal error in two ways, each in some operations; they are one.
fn is_same(edition: Edition, declared: &str, name: &str) -> bool {
    const INTERNAL: [&str; 2] = ["InternalServiceErrorException", "InternalServerErrorException"];
    declared == name
        || (edition == Edition::May2019 && INTERNAL.contains(&declared) && INTERNAL.contains(&name))
}

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    let Some(name) = subject.response.error_type().filter(|_| !subject.response.is_success()) else { return };
    seen.exercise(ERROR_DECLARED);
    if !statuses(subject.edition, subject.document, &name).is_empty() {
        return;
    }
    let mut permitted: Vec<&str> = subject.document.errors.iter().map(|error| error.name.as_str()).collect();
    permitted.push("a common error");
    seen.complain(
        ERROR_DECLARED,
        format!("The operation does not declare the error {name}."),
        &permitted,
        format!("{name} with status {}: {}", subject.response.status, subject.excerpt()),
    );
}
