//! One line of the log per request.

use super::sigv4;
use crate::config::Config;
use axum::body::Body;
use axum::http::Request;
use axum::http::request::Parts;
use axum::response::Response;
use signer_schemas::Operation;
use std::time::Instant;

/// What is known of a request; it is written when the request is done with, also when its client has gone away.
pub(super) struct Record {
    pub(super) request_id: String,
    pub(super) operation: Option<Operation>,
    pub(super) account: Option<String>,
    method: String,
    path: String,
    status: Option<u16>,
    error: Option<String>,
    started: Instant,
}

impl Record {
    pub(super) fn new(request: &Request<Body>) -> Self {
        Self {
            request_id: uuid::Uuid::new_v4().to_string(),
            operation: None,
            account: None,
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            status: None,
            error: None,
            started: Instant::now(),
        }
    }

    /// The account that the request's access key belongs to, whether or not its signature is right.
    pub(super) fn claimed_by(&mut self, config: &Config, parts: &Parts) {
        let key = sigv4::access_key(parts);
        let identity = config.identities.iter().find(|identity| Some(&identity.access_key_id) == key.as_ref());
        self.account = identity.map(|identity| identity.account.clone());
    }

    /// The request was answered.
    pub(super) fn answered(&mut self, response: &Response) {
        self.status = Some(response.status().as_u16());
        let error = response.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok());
        self.error = error.map(str::to_owned);
    }

    /// The request is not answered, for that reason.
    pub(super) fn unanswered(&mut self, reason: &str) {
        self.status = None;
        self.error = Some(reason.to_owned());
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let Self { request_id, method, path, .. } = self;
        let error = self.error.as_deref().or(self.status.is_none().then_some("the client went away"));
        let duration_ms = self.started.elapsed().as_secs_f64() * 1000.0;
        tracing::info!(
            request_id,
            method,
            path,
            operation = self.operation.map(Operation::name),
            account = self.account,
            status = self.status,
            error,
            duration_ms,
        );
    }
}
