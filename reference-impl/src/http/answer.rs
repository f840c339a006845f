//! Answers on the wire.

use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use serde_json::{Value, json};
use signer_schemas::{Member, OperationDoc, Shape};

use crate::config::Config;
use crate::error::{Outcome, Refusal};
use crate::freedoms::FreedomId;

/// The header of the request's id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The header of an error's type.
pub(crate) const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// A successful answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Option<Value>,
}

impl Answer {
    /// What the edition documents of `output`; nothing where it documents an empty body.
    pub(crate) fn new(config: &Config, document: &OperationDoc, mut output: Value) -> Self {
        let nulls = config.freedoms.is(FreedomId::NullOrAbsent, "null");
        let body = document.output.as_ref().map(|members| {
            keep_known(members, &mut output, nulls);
            output
        });
        Self { status: document.status, body }
    }

    /// Its body; `null` where there is none.
    pub(super) fn into_body(self) -> Value {
        self.body.unwrap_or_default()
    }
}

/// Keeps the members that the document knows, in any depth. An edition is data: the store answers with all it
/// has, the document says what of it is shown.
fn keep_known(members: &[Member], value: &mut Value, nulls: bool) {
    let Value::Object(values) = value else { return };
    if nulls {
        for member in members {
            values.entry(member.name.as_str()).or_insert(Value::Null);
        }
    }
    values.retain(|name, value| {
        let Some(member) = members.iter().find(|member| member.name == *name) else { return false };
        keep_known_shape(&member.shape, value, nulls);
        nulls || !value.is_null()
    });
}

fn keep_known_shape(shape: &Shape, value: &mut Value, nulls: bool) {
    match (shape, value) {
        (Shape::Structure { members }, value) => keep_known(members, value, nulls),
        (Shape::List { item, .. }, Value::Array(items)) => {
            for value in items {
                keep_known_shape(item, value, nulls);
            }
        }
        _ => {}
    }
}

/// The response to a request, whatever came of it.
pub(super) fn render(config: &Config, answer: &Outcome<Answer>, request_id: &str) -> Response<String> {
    let mut response = match answer {
        Ok(Answer { status, body }) => with_body(*status, body.as_ref()),
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
    let mut response = with_body(refusal.error.status(config.edition), Some(&body));
    response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(name));
    response
}

fn with_body(status: u16, body: Option<&Value>) -> Response<String> {
    // A value can always be written, and so much faster than by its `Display`.
    let text = body.map(|body| serde_json::to_string(body).unwrap_or_default());
    let mut response = Response::new(text.unwrap_or_default());
    if body.is_some() {
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    }
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}
