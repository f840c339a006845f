//! What lies below `/_signer/` is no part of the API: how the server does, and its clock. No bucket can be
//! called so.

mod clock;
pub(crate) mod reset;

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Method, Request, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use crate::http::body::whole;
use crate::service::Service;

const NO_CONTROL: &str = "the server was started without --control";

/// Far more than any of these requests has.
const MAX_BODY_BYTES: usize = 4 << 10;

/// Whether a path is one of the server's own.
pub(super) fn is_meant(path: &str) -> bool {
    path.starts_with("/_signer/")
}

/// The answer to such a request, which needs no signature.
pub(super) async fn answer(service: &Service, request: Request<Body>, request_id: &str) -> Response {
    let config = &service.config;
    let (status, body) = match (request.uri().path(), request.method()) {
        ("/_signer/health", &Method::GET | &Method::HEAD) => health(service),
        ("/_signer/clock" | "/_signer/reset", _) if !config.control => {
            message(StatusCode::NOT_FOUND, NO_CONTROL)
        }
        ("/_signer/clock", &Method::GET) => clock::show(&config.clock),
        ("/_signer/clock", &Method::POST) => match whole(request.into_body(), MAX_BODY_BYTES).await {
            Ok(body) => {
                let answer = clock::change(&config.clock, &body);
                service.caught_up().await;
                answer
            }
            Err(refusal) => message(StatusCode::BAD_REQUEST, &refusal.message),
        },
        ("/_signer/reset", &Method::POST) => match whole(request.into_body(), MAX_BODY_BYTES).await {
            Ok(body) => reset::answer(service, &body).await,
            Err(refusal) => message(StatusCode::BAD_REQUEST, &refusal.message),
        },
        ("/_signer/health" | "/_signer/clock" | "/_signer/reset", _) => {
            message(StatusCode::METHOD_NOT_ALLOWED, "that method is not for this path")
        }
        _ => message(
            StatusCode::NOT_FOUND,
            "there are /_signer/health and, with --control, /_signer/clock and /_signer/reset",
        ),
    };
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if let Ok(id) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    response
}

fn health(service: &Service) -> (StatusCode, Value) {
    let config = &service.config;
    let unwritable = service.unwritable();
    let is_well = unwritable.is_none();
    let body = json!({
        "status": if is_well { "ok" } else { "the store cannot be written" },
        "edition": config.edition.id(),
        "version": env!("CARGO_PKG_VERSION"),
        "store": {"writable": is_well, "error": unwritable},
    });
    (if is_well { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }, body)
}

fn message(status: StatusCode, text: &str) -> (StatusCode, Value) {
    (status, json!({"message": text}))
}
