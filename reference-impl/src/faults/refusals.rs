//! Faults of which error a refusal is.

use axum::http::StatusCode;

use crate::error::{ErrorName, Refusal};
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::http::arrived::Arrived;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (306, "broken-input-is-conflict"),
        Category::Error,
        CURRENT,
        "common/declared-validation",
        "a constraint that is broken in a permission is answered as a conflict",
        &[Lie::Refused(|arrived, refusal| {
            if is_of_permissions(arrived) {
                broken_input_is(ErrorName::Conflict, refusal);
            }
        })],
    ),
    fault(
        (312, "broken-input-is-not-found"),
        Category::Error,
        BOTH,
        "common/declared-validation",
        "a constraint that is broken in a new profile is answered as if something were not there",
        &[Lie::Refused(|arrived, refusal| {
            if arrived.parts.method == "PUT" {
                broken_input_is(ErrorName::ResourceNotFound, refusal);
            }
        })],
    ),
    fault(
        (326, "broken-name-is-denied"),
        Category::Error,
        BOTH,
        "common/broken-name",
        "a name that breaks its constraint is one that the caller may not use",
        &[Lie::Refused(|_, refusal| broken_input_is(ErrorName::AccessDenied, refusal))],
    ),
    fault(
        (335, "malformed-body-is-denied"),
        Category::Wire,
        BOTH,
        "common/malformed-body-refused",
        "a body that is no JSON is refused as if the caller had no permission",
        &[Lie::Refused(|_, refusal| {
            if refusal.error == ErrorName::Serialization {
                refusal.error = ErrorName::AccessDenied;
            }
        })],
    ),
    fault(
        (340, "payload-format-is-not-found"),
        Category::Error,
        CURRENT,
        "SignPayload/payload-format",
        "another payloadFormat is answered as if something were not there",
        &[Lie::Refused(|arrived, refusal| {
            let is_payload = arrived.parts.uri.path().ends_with("/with-payload");
            if is_payload && refusal.message.contains("payloadFormat") {
                refusal.error = ErrorName::ResourceNotFound;
            }
        })],
    ),
    fault(
        (342, "malformed-revision-is-not-found"),
        Category::Error,
        CURRENT,
        "RemoveProfilePermission/malformed-revision",
        "a revisionId that no service gives is answered as if the permission were not there",
        &[Lie::Refused(|arrived, refusal| {
            let is_removal = arrived.parts.method == "DELETE" && is_of_permissions(arrived);
            if is_removal && arrived.parts.uri.query().is_some_and(|query| query.contains('%')) {
                *refusal = Refusal::not_found(refusal.message.clone());
            }
        })],
    ),
    fault(
        (344, "unknown-key-400"),
        Category::Auth,
        CURRENT,
        "common/error-status",
        "an unknown key has the status that other services of the vendor give it",
        &[Lie::Answer(|told, response| {
            if told.refusal.is_some_and(|refusal| refusal.error == ErrorName::UnrecognizedClient) {
                *response.status_mut() = StatusCode::BAD_REQUEST;
            }
        })],
    ),
];

fn is_of_permissions(arrived: &Arrived) -> bool {
    arrived.parts.uri.path().contains("/permissions")
}

/// The words with which the check of constraints begins.
const BROKEN: &str = "1 validation error detected";

fn broken_input_is(error: ErrorName, refusal: &mut Refusal) {
    if refusal.message.starts_with(BROKEN) {
        refusal.error = error;
    }
}
