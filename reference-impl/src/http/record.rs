//! One line of the log per request.

use std::time::Instant;

use axum::body::Body;
use axum::http::Request;
use axum::response::Response;
use signer_schemas::Operation;

use crate::disturbances::Disturbance;
use crate::server::connection::NoAnswer;

/// What is known of a request; it is written when the request is done with, also when its client has gone
/// away.
pub(super) struct Record {
    pub(super) request_id: String,
    pub(super) operation: Option<Operation>,
    pub(super) account: Option<String>,
    pub(super) disturbance: Option<Disturbance>,
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
            disturbance: None,
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            status: None,
            error: None,
            started: Instant::now(),
        }
    }

    /// The request was answered.
    pub(super) fn answered(&mut self, response: &Response) {
        if response.extensions().get::<NoAnswer>().is_some() {
            self.error = Some(NoAnswer.to_string());
            return;
        }
        self.status = Some(response.status().as_u16());
        let error = response.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok());
        self.error = error.map(str::to_owned);
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let Self { request_id, method, path, .. } = self;
        let error = self.error.as_deref().or(self.status.is_none().then_some("the client went away"));
        let duration_ms = (self.started.elapsed().as_secs_f64() * 1e6).round() / 1e3;
        tracing::info!(
            request_id,
            method,
            path,
            operation = self.operation.map(Operation::name),
            account = self.account,
            status = self.status,
            error,
            disturbance = self.disturbance.map(Disturbance::id),
            duration_ms,
        );
    }
}
