//! Source: every operation's Errors and the common errors. What the protocol and the authentication layer answer by
//! themselves, before the operation is reached, is as good as declared.

use signer_schemas::{Edition, common_errors};

use crate::judge::checks::{Check, Seen, Subject};

const ERROR_DECLARED: &str = "common/error-declared";

pub(super) const CHECK: Check =
    Check { name: "declared-error", what: "An error is one that the operation or the common list declares.", run };

/// Errors that no list of the edition needs to declare, with the statuses that they have been seen with.
const UNLISTED: &[(&str, &[u16])] = &[
    // Broken input, where the operation declares no error for it.
    ("ValidationException", &[400]),
    ("ValidationError", &[400]),
    ("SerializationException", &[400]),
    ("MalformedHttpRequestException", &[400]),
    ("UnsupportedMediaTypeException", &[415]),
    ("NotAcceptableException", &[406]),
    ("RequestEntityTooLargeException", &[413]),
    // Too many calls.
    ("ThrottlingException", &[400, 429]),
    ("TooManyRequestsException", &[429]),
    // No such route.
    ("UnknownOperationException", &[400, 404, 405, 501]),
    // The authentication layer, by the names of today and by those of the Query protocol.
    ("AccessDeniedException", &[400, 403]),
    ("MissingAuthenticationToken", &[400, 403]),
    ("MissingAuthenticationTokenException", &[403]),
    ("IncompleteSignature", &[400, 403]),
    ("IncompleteSignatureException", &[400, 403]),
    ("InvalidClientTokenId", &[403]),
    ("UnrecognizedClientException", &[400, 403]),
    ("ExpiredTokenException", &[400, 403]),
    ("InvalidSignatureException", &[400, 403]),
    ("SignatureDoesNotMatch", &[403]),
    ("RequestExpired", &[400, 403]),
    ("RequestTimeTooSkewed", &[400, 403]),
];

/// The statuses that a declared error may have; empty if nothing declares it.
pub(super) fn statuses(subject: &Subject<'_>, name: &str) -> Vec<u16> {
    let listed = subject.document.errors.iter().chain(common_errors(subject.edition));
    let listed = listed.filter(|error| is_same(subject.edition, &error.name, name)).map(|error| error.status);
    let unlisted = UNLISTED.iter().filter(|(unlisted, _)| *unlisted == name).flat_map(|(_, statuses)| statuses.iter().copied());
    let mut statuses: Vec<u16> = listed.chain(unlisted).collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses
}

/// The reference of 2019 spells the internal error in two ways, each in some operations; they are one.
fn is_same(edition: Edition, declared: &str, name: &str) -> bool {
    const INTERNAL: [&str; 2] = ["InternalServiceErrorException", "InternalServerErrorException"];
    declared == name || (edition == Edition::May2019 && INTERNAL.contains(&declared) && INTERNAL.contains(&name))
}

fn run(subject: &Subject<'_>, seen: &mut Seen) {
    let Some(name) = subject.response.error_type().filter(|_| !subject.response.is_success()) else { return };
    seen.exercise(ERROR_DECLARED);
    if !statuses(subject, &name).is_empty() {
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
