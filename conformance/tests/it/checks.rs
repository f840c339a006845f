//! Each check sees what it is for, and nothing in a good answer.

mod errors;
mod outputs;

use serde_json::{Value, json};
use signer_conformance::checks::{CHECKS, Seen, Subject};
use signer_conformance::{Body, Detector, Request, Response, checks};
use signer_schemas::{Edition, Operation, operation};

/// An answer as the service gives it.
fn answer(status: u16, body: &Value) -> Response {
    Response {
        status,
        headers: vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("x-amzn-requestid".to_owned(), "0f2b7a52-3c61-4a0e-9f4e-3f0f0d5f5b7e".to_owned()),
        ],
        body: if body.is_null() { Body::default() } else { body.to_string().into() },
    }
}

/// An error as the service gives it.
fn error(status: u16, name: &str) -> Response {
    answer(status, &json!({ "message": "no" })).with("x-amzn-errortype", name)
}

trait Altered {
    fn with(self, header: &str, value: &str) -> Self;
    fn without(self, header: &str) -> Self;
}

impl Altered for Response {
    fn with(self, header: &str, value: &str) -> Self {
        let mut altered = self.without(header);
        altered.headers.push((header.to_owned(), value.to_owned()));
        altered
    }

    fn without(mut self, header: &str) -> Self {
        self.headers.retain(|(name, _)| name != header);
        self
    }
}

fn seen(edition: Edition, asked: Operation, response: &Response) -> Vec<(Detector, Seen)> {
    let document = operation(edition, asked).expect("the edition has the operation");
    let request =
        Request { method: document.method.clone(), target: document.uri.clone(), ..Request::default() };
    let json = response.json();
    checks::run(&Subject { edition, document, request: &request, response, json: json.as_deref() })
}

/// The answer gets exactly these complaints: check and requirement.
#[track_caller]
fn check_in(edition: Edition, asked: Operation, response: &Response, expected: &[(&str, &str)]) {
    let seen = seen(edition, asked, response);
    let complaints: Vec<(&str, &str)> = seen
        .iter()
        .flat_map(|(check, seen)| {
            seen.complaints.iter().map(|complaint| (check.id(), complaint.requirement.as_str()))
        })
        .collect();
    assert_eq!(complaints, expected, "{asked} answered {response:?}");
    for (check, seen) in &seen {
        for id in &seen.exercised {
            let row = signer_schemas::requirement(id);
            assert!(
                row.is_some_and(|row| row.testable && row.editions.contains(&edition)),
                "{check} tests {id}, which is not in the ledger"
            );
        }
        for complaint in &seen.complaints {
            assert!(
                seen.exercised.contains(&complaint.requirement),
                "{check} complains of what it does not test: {complaint:?}"
            );
            assert!(
                !complaint.permitted.is_empty() && !complaint.observed.is_empty(),
                "{check} explains nothing: {complaint:?}"
            );
        }
    }
}

#[track_caller]
fn check(asked: Operation, response: &Response, expected: &[(&str, &str)]) {
    check_in(Edition::Current, asked, response, expected);
}

fn created() -> Value {
    json!({
        "arn": "arn:aws:signer:us-east-1:123456789012:/signing-profiles/p0",
        "profileVersion": "abCD123456",
        "profileVersionArn": "arn:aws:signer:us-east-1:123456789012:/signing-profiles/p0/abCD123456",
    })
}

#[test]
fn each_check_has_a_name_of_its_own_and_explains_itself() {
    let names: Vec<&str> = CHECKS.iter().map(|check| check.name.id()).collect();
    assert_eq!(
        names,
        [
            "status",
            "server-error",
            "content-type",
            "request-id",
            "well-formed-json",
            "error-shape",
            "error-type",
            "declared-error",
            "error-status",
            "output-schema",
            "timestamps",
            "empty-body",
        ]
    );
    assert!(CHECKS.iter().all(|check| check.what.ends_with('.')));
}

#[test]
fn a_good_answer_passes() {
    check(Operation::PutSigningProfile, &answer(200, &created()), &[]);
    check(Operation::CancelSigningProfile, &answer(200, &Value::Null).without("content-type"), &[]);
    check(Operation::TagResource, &answer(200, &Value::Null).without("content-type"), &[]);
    check(Operation::TagResource, &answer(200, &json!({})), &[]);
    check(Operation::GetSigningProfile, &error(404, "ResourceNotFoundException"), &[]);
}

#[test]
fn a_success_with_another_status_is_reported() {
    check(Operation::PutSigningProfile, &answer(201, &created()), &[("status", "common/status-200")]);
    check(
        Operation::CancelSigningProfile,
        &answer(204, &Value::Null).without("content-type"),
        &[("status", "common/status-200")],
    );
}

#[test]
fn a_crash_is_reported() {
    check(
        Operation::GetSigningProfile,
        &error(500, "InternalServiceErrorException"),
        &[("server-error", "common/no-server-error")],
    );
    check(
        Operation::CancelSigningProfile,
        &Response { body: "<html>".into(), ..answer(500, &Value::Null) }.with("content-type", "text/html"),
        &[
            ("server-error", "common/no-server-error"),
            ("content-type", "common/content-type"),
            ("well-formed-json", "common/well-formed-json"),
            ("error-type", "common/error-type"),
        ],
    );
}

#[test]
fn a_content_type_is_read_in_every_spelling() {
    let put = Operation::PutSigningProfile;
    check(put, &answer(200, &created()).with("content-type", "Application/JSON; charset=utf-8"), &[]);
    let complaint = [("content-type", "common/content-type")];
    check(put, &answer(200, &created()).with("content-type", "text/plain"), &complaint);
    check(put, &answer(200, &created()).without("content-type"), &complaint);
    check(put, &answer(200, &created()).with("content-type", "application/jsonp"), &complaint);
}

#[test]
fn a_missing_request_id_is_reported() {
    let complaint = [("request-id", "common/request-id")];
    check(Operation::PutSigningProfile, &answer(200, &created()).without("x-amzn-requestid"), &complaint);
    check(Operation::PutSigningProfile, &answer(200, &created()).with("x-amzn-requestid", " "), &complaint);
    let capitals = answer(200, &created()).without("x-amzn-requestid").with("X-Amzn-RequestId", "1");
    check(Operation::PutSigningProfile, &capitals, &[]);
}

#[test]
fn a_body_that_is_no_json_object_is_reported() {
    let complaint = [("well-formed-json", "common/well-formed-json")];
    let put = Operation::PutSigningProfile;
    check(put, &Response { body: "{\"arn\":".into(), ..answer(200, &Value::Null) }, &complaint);
    check(put, &answer(200, &json!(["arn"])), &complaint);
    check(put, &answer(200, &Value::Null).without("content-type"), &complaint);
    let broken = Response { body: "no".into(), ..error(404, "ResourceNotFoundException") };
    check(Operation::GetSigningProfile, &broken, &complaint);
}

#[test]
fn a_body_that_is_no_json_object_is_explained() {
    let observed = |body: &str| {
        let response = Response { body: body.into(), ..answer(200, &Value::Null) };
        let seen = seen(Edition::Current, Operation::PutSigningProfile, &response);
        let complaint = seen.into_iter().flat_map(|(_, seen)| seen.complaints).next();
        complaint.expect("a complaint").observed
    };
    assert_eq!(observed(" "), "an empty body");
    assert_eq!(observed("[1]"), "another JSON value: [1]");
    assert_eq!(observed("no"), "no JSON (expected ident at line 1 column 2): no");
}

#[test]
fn half_a_surrogate_pair_is_well_formed_and_a_control_character_is_not() {
    let get = Operation::GetSigningPlatform;
    let with_text = |text: &str| {
        let mut told = error(404, "ResourceNotFoundException");
        told.body = format!("{{\"message\":\"no {text}\"}}").into();
        told
    };
    check(get, &with_text("\\ud83d"), &[]);
    check(get, &with_text("a\u{1}b"), &[("well-formed-json", "common/well-formed-json")]);
}

#[test]
fn a_complaint_shows_the_body_that_came() {
    let observed = |response: &Response| {
        let seen = seen(Edition::Current, Operation::CancelSigningProfile, response);
        let mut complaints = seen.into_iter().flat_map(|(_, seen)| seen.complaints);
        complaints.next().expect("a complaint").observed
    };
    let with_body = |body: &str| Response { body: body.into(), ..answer(200, &Value::Null) };
    assert_eq!(observed(&with_body(" {\"name\":1}\n")), "{\"name\":1}");
    let longest = format!("{{\"name\":\"{}\"}}", "ä".repeat(200 - 11));
    assert_eq!(observed(&with_body(&longest)), longest);
    let longer = format!("{{\"name\":\"{}\"}}", "ä".repeat(200 - 10));
    assert_eq!(observed(&with_body(&longer)), format!("{}…", longer.trim_end_matches('}')));
    let empty = answer(404, &Value::Null).with("x-amzn-errortype", "ResourceNotFoundException");
    assert_eq!(observed(&empty), "status 404: an empty body");
}

#[test]
fn a_timestamp_of_another_kind_is_reported() {
    let job = Operation::DescribeSigningJob;
    for good in
        [json!(1_700_000_000), json!(1_700_000_000.25), json!(1.7e9), json!(999_999_999_999_i64), json!(null)]
    {
        check(job, &answer(200, &json!({ "createdAt": good })), &[]);
    }
    for bad in [
        json!("2024-05-22T11:55:47Z"),
        json!(1_700_000_000_000_i64),
        json!(1_000_000_000_000_i64),
        json!(true),
    ] {
        check(job, &answer(200, &json!({ "createdAt": bad })), &[("timestamps", "common/epoch-timestamps")]);
    }
    let nested = json!({ "jobs": [{ "createdAt": "now" }] });
    check(Operation::ListSigningJobs, &answer(200, &nested), &[("timestamps", "common/epoch-timestamps")]);
}

#[test]
fn a_body_where_none_is_documented_is_reported() {
    let cancel = Operation::CancelSigningProfile;
    check(cancel, &answer(200, &json!({})), &[("empty-body", "CancelSigningProfile/empty-body")]);
    check(
        Operation::TagResource,
        &answer(200, &json!({ "tags": {} })),
        &[("empty-body", "TagResource/empty-body")],
    );
    check_in(
        Edition::May2019,
        cancel,
        &answer(200, &json!({})),
        &[("empty-body", "CancelSigningProfile/empty-body")],
    );
}
