//! Faults of responses: status, headers, the form of the body, and the types of its members.

use std::sync::Arc;

use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};
use signer_schemas::Operation::{self, CancelSigningProfile, PutSigningProfile};

use crate::error::ErrorName;
use crate::faults::call::Turn::After;
use crate::faults::entries::{JOBS, PLATFORMS, PROFILES};
use crate::faults::lie::{Lie, Places};
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::http::answer::{ERROR_TYPE, REQUEST_ID};
use crate::http::decode::epoch_seconds;
use crate::store::command::Reply;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (1, "job-owner-arn"),
        Category::Schema,
        CURRENT,
        "StartSigningJob/output/jobOwner/pattern",
        "jobOwner is an ARN, not an account id",
        &[Lie::Store(After(|_, reply| {
            if let Reply::Started(job) = reply {
                let arn = job.arn();
                Arc::make_mut(job).owner = arn;
            }
        }))],
    ),
    fault(
        (2, "status-upper-case"),
        Category::Schema,
        BOTH,
        "GetSigningProfile/output/status/enum",
        "a profile shows its status in capitals",
        &[Lie::Shown(PROFILES, |profile| profile["status"] = json!(text(profile, "status").to_uppercase()))],
    ),
    fault(
        (3, "max-size-string"),
        Category::Schema,
        BOTH,
        "GetSigningPlatform/output/maxSizeInMB/type",
        "maxSizeInMB is a string",
        &[Lie::Shown(PLATFORMS, |platform| {
            platform["maxSizeInMB"] = json!(platform["maxSizeInMB"].to_string());
        })],
    ),
    fault(
        (4, "tags-as-list"),
        Category::Schema,
        CURRENT,
        "ListTagsForResource/output/tags/type",
        "tags come as a list of keys and values",
        &[Lie::Shown(&[(Operation::ListTagsForResource, "")], |output| {
            let tags = output["tags"].as_object().into_iter().flatten();
            output["tags"] = tags.map(|(key, value)| json!({"key": key, "value": value})).collect();
        })],
    ),
    fault(
        (5, "timestamps-iso"),
        Category::Schema,
        BOTH,
        "common/epoch-timestamps",
        "timestamps in answers are ISO 8601 strings",
        &[Lie::Shown(PROFILES, tell_times_in_text), Lie::Shown(JOBS, tell_times_in_text)],
    ),
    fault(
        (6, "version-arn-without-version"),
        Category::Schema,
        CURRENT,
        "PutSigningProfile/version-in-arn",
        "profileVersionArn is the ARN of the profile",
        &[Lie::Shown(PROFILES, version_arn_without_version), Lie::Shown(MADE, version_arn_without_version)],
    ),
    fault(
        (275, "metadata-empty"),
        Category::View,
        CURRENT,
        "SignPayload/metadata",
        "the metadata of a signed payload are empty",
        &[Lie::Shown(&[(Operation::SignPayload, "")], |output| output["metadata"] = json!({}))],
    ),
    fault(
        (330, "profile-platform-nameless"),
        Category::View,
        CURRENT,
        "GetSigningProfile/platform-name",
        "the platform of a profile has no name",
        &[Lie::Shown(PROFILES, |profile| profile["platformDisplayName"] = json!(""))],
    ),
    fault(
        (7, "error-type-missing"),
        Category::Error,
        BOTH,
        "common/error-type",
        "errors carry no type",
        &[Lie::Answer(|_, response| drop(response.headers_mut().remove(ERROR_TYPE)))],
    ),
    fault(
        (8, "not-found-is-400"),
        Category::Error,
        BOTH,
        "common/error-status",
        "not-found errors have status 400",
        &[Lie::Answer(|told, response| {
            let is_not_found =
                told.refusal.is_some_and(|refusal| refusal.error == ErrorName::ResourceNotFound);
            if is_not_found && response.status() == StatusCode::NOT_FOUND {
                *response.status_mut() = StatusCode::BAD_REQUEST;
            }
        })],
    ),
    fault(
        (12, "error-body-empty"),
        Category::Error,
        BOTH,
        "common/error-shape",
        "errors have no body",
        &[Lie::Answer(|told, response| {
            if told.refusal.is_some() {
                response.body_mut().clear();
                response.headers_mut().remove(CONTENT_TYPE);
            }
        })],
    ),
    fault(
        (13, "error-body-cut-off"),
        Category::Error,
        BOTH,
        "common/well-formed-json",
        "the JSON of errors lacks its end",
        &[Lie::Answer(|told, response| {
            if told.refusal.is_some() {
                response.body_mut().pop();
            }
        })],
    ),
    fault(
        (369, "error-text-unescaped"),
        Category::Error,
        BOTH,
        "common/well-formed-json",
        "the text of an error repeats control characters as they are",
        &[Lie::Answer(|told, response| {
            if told.refusal.is_some() {
                *response.body_mut() = response.body().replace("\\u0001", "\u{1}");
            }
        })],
    ),
    fault(
        (370, "error-text-in-capitals"),
        Category::Error,
        BOTH,
        "common/error-shape",
        "errors have their text in Message",
        &[Lie::Answer(|told, response| {
            if told.refusal.is_some() {
                *response.body_mut() = response.body().replace("\"message\":", "\"Message\":");
            }
        })],
    ),
    fault(
        (14, "content-type-html"),
        Category::Wire,
        BOTH,
        "common/content-type",
        "JSON is sent as text/html",
        &[Lie::Answer(|_, response| {
            if let Some(media_type) = response.headers_mut().get_mut(CONTENT_TYPE) {
                *media_type = HeaderValue::from_static("text/html; charset=utf-8");
            }
        })],
    ),
    fault(
        (15, "request-id-missing"),
        Category::Wire,
        BOTH,
        "common/request-id",
        "answers have no request id",
        &[Lie::Answer(|_, response| drop(response.headers_mut().remove(REQUEST_ID)))],
    ),
    fault(
        (205, "request-id-constant"),
        Category::Wire,
        BOTH,
        "common/request-id-unique",
        "every answer has the same request id",
        &[Lie::Answer(|_, response| {
            if let Some(id) = response.headers_mut().get_mut(REQUEST_ID) {
                *id = HeaderValue::from_static("00000000-0000-4000-8000-000000000000");
            }
        })],
    ),
    fault(
        (16, "put-status-201"),
        Category::Wire,
        BOTH,
        "common/status-200",
        "creating a profile answers 201",
        &[Lie::Answer(|told, response| {
            if told.operation == Some(PutSigningProfile) && told.refusal.is_none() {
                *response.status_mut() = StatusCode::CREATED;
            }
        })],
    ),
    fault(
        (17, "cancel-with-body"),
        Category::Wire,
        BOTH,
        "CancelSigningProfile/empty-body",
        "canceling answers with the profile",
        &[Lie::Answer(|told, response| {
            if told.operation == Some(CancelSigningProfile) && told.refusal.is_none() {
                give_body(response, &json!({"status": "Canceled"}));
            }
        })],
    ),
];

const MADE: Places = &[(PutSigningProfile, "")];

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

fn tell_times_in_text(value: &mut Value) {
    let Value::Object(members) = value else { return };
    for (name, value) in members {
        let is_time = name.ends_with("At") || name == "revocationEffectiveFrom";
        match value.as_f64().and_then(epoch_seconds) {
            Some(time) if is_time => *value = time.to_string().into(),
            _ => tell_times_in_text(value),
        }
    }
}

fn version_arn_without_version(value: &mut Value) {
    value["profileVersionArn"] = value["arn"].clone();
}

fn give_body(response: &mut Response<String>, body: &Value) {
    *response.body_mut() = body.to_string();
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
}
