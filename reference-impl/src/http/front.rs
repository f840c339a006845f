//! What stands before the service: it knows who asks for what, throttles, and disturbs.

use super::{answer, answer_api, answer_s3, record::Record, route, s3, sigv4};
use crate::disturbances::{Disturbance, Disturber, throttled};
use crate::error::{ErrorName, Outcome, Refusal};
use crate::identity::Identity;
use crate::rates::Meter;
use crate::server::NoAnswer;
use crate::service::Service;
use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use signer_schemas::OperationDoc;
use std::sync::Arc;

/// A service, and what stands before it.
#[derive(Debug)]
pub(super) struct Front {
    pub(super) service: Arc<Service>,
    disturber: Disturber,
    meter: Meter,
}

impl Front {
    pub(super) fn new(service: Arc<Service>) -> Self {
        let disturber = Disturber::new(service.config.disturbances.clone());
        let meter = Meter::new(service.config.rates.clone());
        Self { service, disturber, meter }
    }

    pub(super) async fn answer(&self, request: Request<Body>, record: &mut Record) -> Response {
        let config = &self.service.config;
        let is_s3 = s3::is_meant(&request);
        let (parts, body) = request.into_parts();
        record.account = self.claimed(&parts).map(|identity| identity.account.clone());
        if is_s3 {
            return answer_s3(&self.service, parts, body, &record.request_id).await;
        }
        let document = route::document(config, &parts);
        record.operation = document.map(|document| document.operation);
        let answered = match document {
            Some(document) => self.answer_operation(document, parts, body, record).await,
            None => Some(answer_api(&self.service, parts, body).await),
        };
        match answered {
            Some(answered) => answer::render(config, answered, &record.request_id),
            None => (StatusCode::INTERNAL_SERVER_ERROR, axum::Extension(NoAnswer), NoAnswer.to_string()).into_response(),
        }
    }

    /// The answer to an operation; nothing when the client shall get none.
    async fn answer_operation(
        &self,
        document: &OperationDoc,
        parts: Parts,
        body: Body,
        record: &mut Record,
    ) -> Option<Outcome<answer::Answer>> {
        let account = record.account.as_deref().unwrap_or_default();
        let service = &self.service;
        // A caller whom nobody knows is refused for that, and uses up nobody's rate.
        if !account.is_empty() && !self.meter.permits(document.operation, account, service.config.clock.now()) {
            return Some(refused(throttled(document), "Rate exceeded", body).await);
        }
        let drawn = self.disturber.draw(document.operation);
        record.disturbance = drawn.disturbance;
        if !drawn.wait.is_zero() {
            tokio::time::sleep(drawn.wait).await;
        }
        match drawn.disturbance {
            None => Some(answer_api(service, parts, body).await),
            Some(Disturbance::Throttle) => Some(refused(throttled(document), "Rate exceeded", body).await),
            Some(Disturbance::Internal) => Some(refused(ErrorName::InternalServiceError, "Internal error", body).await),
            Some(Disturbance::Unavailable) => Some(refused(ErrorName::ServiceUnavailable, "Service unavailable", body).await),
            Some(Disturbance::DropRequest) => None,
            Some(Disturbance::DropResponse) => {
                // The client does not hear how it went.
                let _ = answer_api(service, parts, body).await;
                None
            }
        }
    }

    /// Whose access key a request names, whether or not its signature is right.
    fn claimed(&self, parts: &Parts) -> Option<&Identity> {
        let config = &self.service.config;
        let key = sigv4::access_key(parts);
        let known = config.identities.iter().find(|identity| Some(&identity.access_key_id) == key.as_ref());
        known.or_else(|| config.identities.first().filter(|_| !config.authenticate))
    }
}

/// A refusal that does not depend on what was asked. The body is taken all the same, so that the connection can be used again.
async fn refused<T>(error: ErrorName, message: &str, body: Body) -> Outcome<T> {
    let _ = super::whole(body, super::MAX_BODY_BYTES).await?;
    Err(Refusal::new(error, message))
}
