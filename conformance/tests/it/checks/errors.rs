//! Errors: their message, their type, whether the operation declares them, and their status.

use serde_json::{Value, json};
use signer_conformance::Response;
use signer_schemas::{Edition, Operation, RequirementId};

use super::{Altered as _, answer, check, check_in, error, seen};

#[test]
fn an_error_without_a_message_is_reported() {
    let get = Operation::GetSigningProfile;
    let with_body = |body: Value| answer(403, &body).with("x-amzn-errortype", "AccessDeniedException");
    check(get, &with_body(json!({ "Message": "no" })), &[]);
    for body in [json!({}), json!({ "message": null }), json!({ "message": 7 }), Value::Null] {
        check(get, &with_body(body), &[("error-shape", "common/error-shape")]);
    }
}

#[test]
fn a_declared_error_has_its_text_in_message_and_one_of_the_front_in_either_member() {
    let get = Operation::GetSigningProfile;
    let capital =
        |status: u16, name: &str| answer(status, &json!({ "Message": "no" })).with("x-amzn-errortype", name);
    check(get, &capital(404, "ResourceNotFoundException"), &[("error-shape", "common/error-shape")]);
    check(get, &error(404, "ResourceNotFoundException"), &[]);
    for (status, name) in
        [(403, "AccessDeniedException"), (400, "SerializationException"), (404, "UnknownOperationException")]
    {
        check(get, &capital(status, name), &[]);
    }
}

#[test]
fn an_error_without_a_type_is_reported() {
    let get = Operation::GetSigningProfile;
    check(get, &answer(404, &json!({ "message": "no" })), &[("error-type", "common/error-type")]);
    let named = "com.amazonaws.signer#ResourceNotFoundException:http://internal.amazon.com/";
    check(get, &error(404, named), &[]);
    check(get, &answer(404, &json!({ "message": "no", "__type": named })), &[]);
}

#[test]
fn an_undeclared_error_is_reported() {
    let complaint = [("declared-error", "common/error-declared")];
    check(Operation::GetSigningProfile, &error(409, "ConflictException"), &complaint);
    check(Operation::GetSigningProfile, &error(404, "ProfileNotFound"), &complaint);
    check(Operation::TagResource, &error(404, "ResourceNotFoundException"), &complaint);
    check(Operation::AddProfilePermission, &error(409, "ConflictException"), &[]);
    check(Operation::StartSigningJob, &error(409, "ConflictException"), &complaint);
}

#[test]
fn a_common_error_counts_as_declared() {
    let get = Operation::GetSigningProfile;
    for (status, name) in [
        (400, "ValidationException"),
        (400, "ValidationError"),
        (400, "SerializationException"),
        (429, "ThrottlingException"),
        (404, "UnknownOperationException"),
        (403, "MissingAuthenticationTokenException"),
        (403, "IncompleteSignatureException"),
        (403, "UnrecognizedClientException"),
        (403, "InvalidSignatureException"),
        (403, "ExpiredTokenException"),
    ] {
        check(get, &error(status, name), &[]);
        check_in(Edition::May2019, get, &error(status, name), &[]);
    }
}

#[test]
fn an_error_with_the_wrong_status_is_reported() {
    let complaint = [("error-status", "common/error-status")];
    check(Operation::GetSigningProfile, &error(400, "ResourceNotFoundException"), &complaint);
    check(Operation::AddProfilePermission, &error(400, "ServiceLimitExceededException"), &complaint);
    check(Operation::AddProfilePermission, &error(402, "ServiceLimitExceededException"), &[]);
    check(
        Operation::GetSigningProfile,
        &error(400, "ProfileNotFound"),
        &[("declared-error", "common/error-declared")],
    );
    check(
        Operation::GetSigningProfile,
        &answer(302, &Value::Null).without("content-type"),
        &[
            ("error-shape", "common/error-shape"),
            ("error-type", "common/error-type"),
            ("error-status", "common/error-status"),
        ],
    );
}

#[test]
fn the_2019_edition_s_two_spellings_of_the_internal_error_count_as_two() {
    let both = ["InternalServiceErrorException", "InternalServerErrorException"];
    for document in signer_schemas::operations(Edition::May2019) {
        for name in both {
            let complaint = [("server-error", "common/no-server-error")];
            check_in(Edition::May2019, document.operation, &error(500, name), &complaint);
        }
    }
    check(
        Operation::GetSigningProfile,
        &error(500, both[1]),
        &[("server-error", "common/no-server-error"), ("declared-error", "common/error-declared")],
    );
}

#[test]
fn only_an_error_with_its_status_exercises_its_own_row() {
    let exercised = |response: &Response| -> Vec<RequirementId> {
        let seen = seen(Edition::Current, Operation::GetSigningProfile, response);
        seen.into_iter().flat_map(|(_, seen)| seen.exercised).filter(|id| id.contains("/error/")).collect()
    };
    let row = "GetSigningProfile/error/ResourceNotFoundException";
    assert_eq!(exercised(&error(404, "ResourceNotFoundException")), [row]);
    assert_eq!(exercised(&error(400, "ResourceNotFoundException")), [""; 0]);
}
