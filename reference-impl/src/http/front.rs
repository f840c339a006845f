//! What stands before the service: it knows who asks for what, throttles, and disturbs.

use std::sync::Arc;

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse as _, Response};
use signer_schemas::{Operation, OperationDoc};

use crate::disturbances::{Disturbance, Disturber, throttled};
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::pipeline;
use crate::http::body::Room;
use crate::http::meant::Meant;
use crate::http::record::Record;
use crate::http::sigv4::claim;
use crate::http::{answer, elsewhere, guard, own, route, s3, serve, sts};
use crate::identity::Identity;
use crate::rates::Meter;
use crate::server::connection::NoAnswer;
use crate::service::Service;

/// What the bodies of requests other than objects may hold together. They are small.
const REQUESTS_BYTES: usize = 64 << 20;

/// A service, and what stands before it.
#[derive(Debug)]
pub(super) struct Front {
    pub(super) service: Arc<Service>,
    /// Where the bodies of objects are while they arrive.
    pub(super) objects: Room,
    /// Where all other bodies are.
    pub(super) requests: Room,
    disturber: Disturber,
    meter: Meter,
}

impl Front {
    pub(super) fn new(service: Arc<Service>) -> Self {
        let config = &service.config;
        let disturber = Disturber::new(config.disturbances.clone());
        let meter = Meter::new(config.rates.clone());
        let patience = config.limits.client_timeout;
        let objects = Room::new(config.limits.max_upload_bytes, patience);
        let requests = Room::new(REQUESTS_BYTES, patience);
        Self { service, objects, requests, disturber, meter }
    }

    pub(super) async fn answer(&self, parts: Parts, body: &mut Body, record: &mut Record) -> Response {
        let config = &self.service.config;
        if let Err(refusal) = guard::check(config, &parts) {
            return self.response(None, &Err(refusal), &record.request_id);
        }
        record.account = self.claimed(&parts).map(|identity| identity.account.clone());
        let id = record.request_id.clone();
        match Meant::by(&parts) {
            Meant::Server => {
                own::answer(&self.service, Request::from_parts(parts, std::mem::take(body)), &id).await
            }
            Meant::S3 => s3::answer((&self.service, &self.objects), parts, body, &id).await,
            Meant::Sts => sts::answer((&self.service, &self.requests), parts, body, &id).await,
            Meant::Elsewhere(other) => elsewhere::answer(&other, &id),
            Meant::Signer => self.answer_signer(parts, body, record).await,
        }
    }

    async fn answer_signer(&self, parts: Parts, body: &mut Body, record: &mut Record) -> Response {
        let config = &self.service.config;
        let document = route::document(config, &parts);
        record.operation = document.map(|document| document.operation);
        let answered = match document {
            Some(document) => self.answer_operation(document, parts, body, record).await,
            None => Some(self.answer_api(parts, body).await),
        };
        match answered {
            Some(answered) => self.response(record.operation, &answered, &record.request_id),
            None => (StatusCode::INTERNAL_SERVER_ERROR, axum::Extension(NoAnswer), NoAnswer.to_string())
                .into_response(),
        }
    }

    /// The answer to an operation; none when the client is to get none.
    async fn answer_operation(
        &self,
        document: &OperationDoc,
        parts: Parts,
        body: &mut Body,
        record: &mut Record,
    ) -> Option<Outcome<answer::Answer>> {
        let account = record.account.as_deref().unwrap_or_default();
        let refused = |error, message: &str| Some(Err(Refusal::new(error, message)));
        // An unknown caller is refused for that, and uses up no account's rate.
        if !account.is_empty()
            && !self.meter.permits(document.operation, account, self.service.config.clock.now())
        {
            return refused(throttled(document), "Rate exceeded");
        }
        let drawn = self.disturber.draw(document.operation);
        record.disturbance = drawn.disturbance;
        if !drawn.wait.is_zero() {
            tokio::time::sleep(drawn.wait).await;
        }
        match drawn.disturbance {
            None => Some(self.answer_api(parts, body).await),
            Some(Disturbance::Throttle) => refused(throttled(document), "Rate exceeded"),
            Some(Disturbance::Internal) => refused(ErrorName::InternalServiceError, "Internal error"),
            Some(Disturbance::Unavailable) => refused(ErrorName::ServiceUnavailable, "Service unavailable"),
            Some(Disturbance::DropRequest) => None,
            Some(Disturbance::DropResponse) => {
                // The client does not hear how it went.
                let _ = self.answer_api(parts, body).await;
                None
            }
        }
    }

    async fn answer_api(&self, parts: Parts, body: &mut Body) -> Outcome<answer::Answer> {
        serve::answer(&self.service, parts, body, &self.requests).await
    }

    fn response(
        &self,
        operation: Option<Operation>,
        answered: &Outcome<answer::Answer>,
        request_id: &str,
    ) -> Response {
        let mut response = answer::render(&self.service.config, answered, request_id);
        if let Some(lies) = &self.service.lies {
            pipeline::tell(lies, operation, answered, &mut response);
        }
        response.map(Body::from)
    }

    /// Whose access key a request names, whether or not its signature is right.
    fn claimed(&self, parts: &Parts) -> Option<&Identity> {
        let config = &self.service.config;
        let key = claim::access_key(parts);
        let known = config.identities.iter().find(|identity| Some(&identity.access_key_id) == key.as_ref());
        known.or_else(|| config.identities.first().filter(|_| !config.authenticate))
    }
}
