//! Answers on the wire.

use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use serde::Serialize;
use serde_json::json;
use signer_schemas::OperationDoc;

use crate::config::Config;
use crate::error::{Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::http::shown::{Documented, Shown};

/// The header of the request's id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The header of an error's type.
pub(crate) const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// A successful answer.
pub(crate) struct Answer {
    status: u16,
    body: Option<String>,
}

impl Answer {
    /// What the edition documents of `output`; nothing where it documents an empty body.
    pub(crate) fn new(config: &Config, document: &OperationDoc, output: &Shown<'_>) -> Self {
        let nulls = config.freedoms.is(FreedomId::NullOrAbsent, "null");
        let body =
            document.output.as_ref().map(|members| written(&Documented { value: output, members, nulls }));
        Self { status: document.status, body }
    }

    /// Its body; empty where there is none.
    pub(super) fn text(&self) -> &str {
        self.body.as_deref().unwrap_or_default()
    }
}

/// As JSON. What an answer says can always be written.
fn written(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// The response to a request, whatever came of it.
pub(super) fn render(config: &Config, answer: &Outcome<Answer>, request_id: &str) -> Response<String> {
    let mut response = match answer {
        Ok(Answer { status, body }) => with_body(*status, body.clone()),
        Err(refusal) => refused(config, refusal),
    };
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn refused(config: &Config, refusal: &Refusal) -> Response<String> {
    let member = if refusal.error.is_of_authorization() {
        "Message"
    } else if refusal.error.is_of_the_front() {
        config.freedoms.choice(FreedomId::FrontErrorText)
    } else {
        "message"
    };
    let mut body = json!({ member: refusal.message });
    let name = refusal.error.name(config.edition);
    if refusal.error.is_of_the_api() {
        body["code"] = refusal.code.unwrap_or(name).into();
    }
    let mut response = with_body(refusal.error.status(config.edition), Some(written(&body)));
    response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(name));
    response
}

fn with_body(status: u16, body: Option<String>) -> Response<String> {
    let is_there = body.is_some();
    let mut response = Response::new(body.unwrap_or_default());
    if is_there {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}
