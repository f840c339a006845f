//! The embedded S3 behind the admission that every request passes: signatures are checked here, and what they
//! allow is handed on.

use axum::body::Body;
use axum::http::request::Parts;
use axum::http::{HeaderValue, Request, Response, StatusCode};
use signer_objects::Asker;
use signer_objects::s3::{BodyForm, Endpoint, MAX_OBJECT_BYTES, Refused, SignatureChain};

use crate::config::Config;
use crate::error::{ErrorName, Refusal};
use crate::http::admission::{Admitted, OTHER_BODY};
use crate::http::arrived::Arrived;
use crate::http::body::{Held, Room};
use crate::http::sigv4::Seed;
use crate::http::sigv4::rules::S3;
use crate::http::{admission, sigv4};
use crate::service::Service;

/// Answers a request.
pub(super) async fn answer(
    (service, room): (&Service, &Room),
    parts: Parts,
    body: &mut Body,
    request_id: &str,
) -> Response<Body> {
    let mut response = match plain((service, room), parts, body).await {
        Ok(arrived) => {
            service.settle().await;
            serve(service, arrived).await
        }
        Err(refused) => refused.response().map(Body::new),
    };
    if let Ok(value) = HeaderValue::from_str(request_id) {
        response.headers_mut().insert("x-amz-request-id", value);
    }
    response
}

/// Serves a request whose signature was looked at.
pub(super) async fn serve(service: &Service, arrived: Arrived) -> Response<Body> {
    let config = &service.config;
    let endpoint = Endpoint { objects: service.objects.clone(), versioning: config.bucket_versioning };
    let Arrived { parts, body, caller } = arrived;
    // The body keeps its place in the room until the request is done with.
    let request = Request::from_parts(parts, body.bytes.clone());
    endpoint.serve(Asker::from(&caller), request, config.clock.now()).await.map(Body::new)
}

/// The request without its signature, which was right, and with its body in one piece.
async fn plain(
    (service, room): (&Service, &Room),
    parts: Parts,
    body: &mut Body,
) -> Result<Arrived, Refused> {
    let config = &service.config;
    let form = form(config, &parts)?;
    let admitted = admission::admit(config, S3, parts, body, (room, MAX_OBJECT_BYTES)).await;
    let Admitted { mut arrived, seed, is_body_right } = admitted.map_err(unauthenticated)?;
    if !is_body_right {
        return Err(Refused::new(StatusCode::BAD_REQUEST, "XAmzContentSHA256Mismatch", OTHER_BODY));
    }
    let chain = seed.as_ref().map(|seed| -> &dyn SignatureChain { seed });
    let Arrived { parts, body, .. } = &mut arrived;
    Held::change(body, |bytes| form.unpack(parts, bytes, chain))?;
    Ok(arrived)
}

/// The form of the body, if the objects are here.
fn form(config: &Config, parts: &Parts) -> Result<BodyForm, Refused> {
    if let Some(remote) = &config.s3 {
        let message = format!("the objects of this server are at {}", remote.endpoint());
        return Err(Refused::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message));
    }
    BodyForm::announced(parts, config.authenticate)
}

impl SignatureChain for Seed {
    fn first(&self) -> &str {
        &self.signature
    }

    fn next(&self, kind: &str, previous: &str, pieces: &[&[u8]]) -> String {
        let hashes: Vec<String> = pieces.iter().map(|piece| sigv4::hash(piece)).collect();
        self.next(kind, previous, &hashes)
    }
}

/// What S3 calls it when a signature is not accepted.
fn unauthenticated(refusal: Refusal) -> Refused {
    let (status, code) = match refusal.error {
        ErrorName::InvalidSignature => (StatusCode::FORBIDDEN, "SignatureDoesNotMatch"),
        ErrorName::IncompleteSignature => (StatusCode::BAD_REQUEST, "AuthorizationHeaderMalformed"),
        ErrorName::UnrecognizedClient => (StatusCode::FORBIDDEN, "InvalidAccessKeyId"),
        ErrorName::RequestExpired => (StatusCode::FORBIDDEN, "RequestTimeTooSkewed"),
        ErrorName::RequestEntityTooLarge => (StatusCode::BAD_REQUEST, "EntityTooLarge"),
        ErrorName::Serialization => (StatusCode::BAD_REQUEST, "IncompleteBody"),
        ErrorName::RequestTimeout => (StatusCode::BAD_REQUEST, "RequestTimeout"),
        ErrorName::ServiceUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "SlowDown"),
        _ => (StatusCode::FORBIDDEN, "AccessDenied"),
    };
    Refused::new(status, code, refusal.message)
}
