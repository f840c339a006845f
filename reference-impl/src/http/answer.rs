//! Answers on the wire.

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Response, StatusCode};
use serde_json::{Map, Value, json};
use signer_schemas::{Member, Operation, OperationDoc, Shape};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// A successful answer.
pub(super) struct Answer {
    status: u16,
    body: Option<Value>,
}

impl Answer {
    /// What the edition documents of `output`; nothing where it documents an empty body.
    pub(super) fn new(config: &Config, document: &OperationDoc, output: Value) -> Self {
        let created = document.operation == Operation::PutSigningProfile && config.faults.has(FaultId::PutStatus201);
        let status = if created { 201 } else { document.status };
        let chatty = document.operation == Operation::CancelSigningProfile && config.faults.has(FaultId::CancelWithBody);
        let body = match &document.output {
            Some(members) => Some(known(members, output, config.freedoms.is(FreedomId::NullOrAbsent, "null"))),
            None if chatty => Some(json!({"status": "Canceled"})),
            None => None,
        };
        Self { status, body }
    }

    /// Its body; `null` where there is none.
    pub(super) fn into_body(self) -> Value {
        self.body.unwrap_or_default()
    }
}

/// The members that the document knows, in any depth. An edition is data: the store answers with
/// all it has, the document says what of it is shown.
fn known(members: &[Member], value: Value, nulls: bool) -> Value {
    let Value::Object(mut values) = value else { return value };
    let shown = members.iter().filter_map(|member| {
        let value = values.remove(&member.name).unwrap_or_default();
        (nulls || !value.is_null()).then(|| (member.name.clone(), known_shape(&member.shape, value, nulls)))
    });
    Value::Object(shown.collect::<Map<_, _>>())
}

fn known_shape(shape: &Shape, value: Value, nulls: bool) -> Value {
    match (shape, value) {
        (Shape::Structure { members }, value) => known(members, value, nulls),
        (Shape::List { item, .. }, Value::Array(items)) => {
            items.into_iter().map(|value| known_shape(item, value, nulls)).collect()
        }
        (_, value) => value,
    }
}

pub(super) fn render(config: &Config, answer: Outcome<Answer>, request_id: &str) -> Response<Body> {
    let mut response = match answer {
        Ok(Answer { status, body }) => with_body(config, status, body),
        Err(refusal) => refused(config, &refusal),
    };
    let is_constant = config.faults.has(FaultId::RequestIdConstant);
    if !config.faults.has(FaultId::RequestIdMissing)
        && let Ok(value) = HeaderValue::from_str(if is_constant { "00000000-0000-4000-8000-000000000000" } else { request_id })
    {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn refused(config: &Config, refusal: &Refusal) -> Response<Body> {
    let mut status = refusal.error.status(config.edition);
    if status == 404 && refusal.error == ErrorName::ResourceNotFound && config.faults.has(FaultId::NotFoundIs400) {
        status = 400;
    }
    let mut body = json!({"message": refusal.message});
    let name = refusal.error.name(config.edition);
    let code = match config.freedoms.choice(FreedomId::ErrorCode) {
        "finer-reason" => refusal.code,
        "type-name" => Some(name),
        _ => None,
    };
    if let Some(code) = code {
        body["code"] = code.into();
    }
    let body = Some(body).filter(|_| !config.faults.has(FaultId::ErrorBodyEmpty));
    let mut response = with_body(config, status, body);
    if !config.faults.has(FaultId::ErrorTypeMissing) {
        response.headers_mut().insert(ERROR_TYPE, HeaderValue::from_static(name));
    }
    response
}

fn with_body(config: &Config, status: u16, body: Option<Value>) -> Response<Body> {
    let html = config.faults.has(FaultId::ContentTypeHtml);
    let media_type = HeaderValue::from_static(if html { "text/html; charset=utf-8" } else { "application/json" });
    let mut response = match body {
        Some(body) => {
            let mut text = body.to_string();
            if status >= 400 && config.faults.has(FaultId::ErrorBodyCutOff) {
                text.pop();
            }
            let mut response = Response::new(Body::from(text));
            response.headers_mut().insert(CONTENT_TYPE, media_type);
            response
        }
        None => Response::new(Body::empty()),
    };
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}
