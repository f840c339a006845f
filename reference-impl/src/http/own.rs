//! What lies below `/_signer/` is no part of the API: how the server does. No bucket can be called so.

use crate::service::Service;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

/// Whether a path is one of the server's own.
pub(super) fn is_meant(path: &str) -> bool {
    path.starts_with("/_signer/")
}

/// The answer to a request, of which only method and path are read.
pub(super) fn answer(service: &Service, method: &Method, path: &str, request_id: &str) -> Response {
    let (status, body) = match path {
        "/_signer/health" if method == Method::GET || method == Method::HEAD => health(service),
        "/_signer/health" => message(StatusCode::METHOD_NOT_ALLOWED, "health is asked for by GET"),
        _ => message(StatusCode::NOT_FOUND, "there is nothing here; /_signer/health tells how the server does"),
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
