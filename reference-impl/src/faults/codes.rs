//! Faults of how a refusal names its reason, and of the status that its type has.

use axum::http::{Response, StatusCode};
use serde_json::Value;
use signer_schemas::Operation;

use crate::error::ErrorName;
use crate::faults::lie::{Lie, Told};
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (311, "taken-name-without-code"),
        Category::Error,
        CURRENT,
        "PutSigningProfile/name-taken-code",
        "the code of a taken name is the type of the error",
        &[Lie::Refused(|_, refusal| {
            refusal.code = refusal.code.filter(|code| *code != "ProfileAlreadyExists");
        })],
    ),
    fault(
        (314, "permission-codes-missing"),
        Category::Error,
        CURRENT,
        "AddProfilePermission/error-codes",
        "the code of a refused statement is the type of the error",
        &[Lie::Refused(|arrived, refusal| {
            let is_add = arrived.parts.method == "POST" && arrived.parts.uri.path().ends_with("/permissions");
            refusal.code = refusal.code.filter(|_| !is_add);
        })],
    ),
    fault(
        (315, "error-code-missing"),
        Category::Error,
        CURRENT,
        "common/error-code-member",
        "errors have no code",
        &[Lie::Answer(without_code)],
    ),
    fault(
        (322, "unknown-operation-is-400"),
        Category::Error,
        CURRENT,
        "common/error/UnknownOperationException",
        "a path that no operation has is an error of status 400",
        &[Lie::Answer(|told, response| is_400(told, response, ErrorName::UnknownOperation))],
    ),
    fault(
        (331, "denied-is-400"),
        Category::Error,
        CURRENT,
        "SignPayload/error/AccessDeniedException",
        "a signature that another account may not have is denied with status 400",
        &[Lie::Answer(|told, response| {
            if told.operation == Some(Operation::SignPayload) {
                is_400(told, response, ErrorName::AccessDenied);
            }
        })],
    ),
    fault(
        (386, "not-permitted-is-400"),
        Category::Auth,
        BOTH,
        "ListSigningJobs/error/AccessDeniedException",
        "a list that no policy permits is denied with status 400",
        &[Lie::Answer(|told, response| {
            if told.operation == Some(Operation::ListSigningJobs) {
                is_400(told, response, ErrorName::NotPermitted);
            }
        })],
    ),
];

fn is_400(told: &Told<'_>, response: &mut Response<String>, error: ErrorName) {
    if told.refusal.is_some_and(|refusal| refusal.error == error) {
        *response.status_mut() = StatusCode::BAD_REQUEST;
    }
}

fn without_code(told: &Told<'_>, response: &mut Response<String>) {
    let Ok(Value::Object(mut body)) = serde_json::from_str(response.body()) else { return };
    if told.refusal.is_some() && body.remove("code").is_some() {
        *response.body_mut() = Value::Object(body).to_string();
    }
}
