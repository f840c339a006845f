//! The HTTP side: restJson1 as it is on the wire, and a small S3 beside it.

mod answer;
mod decode;
mod encode;
mod field;
mod operations;
mod pattern;
mod query;
mod route;
mod s3;
mod sigv4;
mod validate;

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::FaultId;
use crate::identity::Caller;
use crate::service::Service;
use answer::Answer;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use std::sync::Arc;
use std::time::Duration;

/// The largest request of the API; its largest input is a payload of 4096 bytes.
const MAX_BODY_BYTES: usize = 1 << 20;
/// The largest object that can be put into the embedded S3.
const MAX_OBJECT_BYTES: usize = 256 << 20;

/// The routes of a service.
pub(crate) fn routed(service: Arc<Service>) -> Router {
    Router::new().fallback(handle).with_state(service)
}

/// A request that has arrived whole.
pub(crate) struct Arrived {
    pub(crate) parts: Parts,
    pub(crate) body: Bytes,
}

async fn handle(State(service): State<Arc<Service>>, request: Request<Body>) -> Response {
    let is_s3 = s3::is_meant(&request);
    let limit = if is_s3 { MAX_OBJECT_BYTES } else { MAX_BODY_BYTES };
    let (parts, body) = request.into_parts();
    let request_id = uuid::Uuid::new_v4().to_string();
    let arrived = match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(Arrived { parts, body: body.to_bytes() }),
        Err(error) if error.is::<LengthLimitError>() => {
            let message = format!("the request body is larger than {limit} bytes");
            Err(Refusal::new(ErrorName::RequestEntityTooLarge, message))
        }
        Err(_) => Err(Refusal::new(ErrorName::Serialization, "the request body broke off")),
    };
    service.settle().await;
    if is_s3 {
        return s3::answer(&service, arrived, &request_id).await;
    }
    let answer = match arrived {
        Ok(arrived) => match race(&service, &arrived).await {
            Some(unchecked) => serve(&service.with_fault(unchecked), &arrived).await,
            None => serve(&service, &arrived).await,
        },
        Err(refusal) => Err(refusal),
    };
    answer::render(&service.config, answer, &request_id)
}

/// How long a server that looks before it writes leaves room for others.
const RACE: Duration = Duration::from_millis(3);

/// A server that races, by mistake, decides by what it saw a while ago. The check that it leaves out when it writes, if it writes.
async fn race(service: &Service, arrived: &Arrived) -> Option<FaultId> {
    let races = |fault| service.config.faults.has(fault);
    let (method, path) = (arrived.parts.method.as_str(), arrived.parts.uri.path());
    let unchecked = match method {
        "PUT" if races(FaultId::RaceOfNames) && path.starts_with("/signing-profiles/") => FaultId::PutReplaces,
        "POST" if races(FaultId::RaceOfTokens) && path == "/signing-jobs" => FaultId::TokenIgnored,
        "POST" if races(FaultId::RaceOfRevisions) && path.ends_with("/permissions") => FaultId::StaleRevisionWins,
        _ => return None,
    };
    let before = service.copy();
    let after = before.copy();
    // The copy decides; that it has written tells that the service would.
    let _ = serve(&after, arrived).await;
    let writes = after.has_diverged(&before);
    tokio::time::sleep(RACE).await;
    writes.then_some(unchecked)
}

/// From a whole request to an answer of the API.
async fn serve(service: &Service, arrived: &Arrived) -> Outcome<Answer> {
    let config = &service.config;
    let caller = caller(service, arrived)?;
    let route = route::find(config, &arrived.parts)?;
    let input = decode::decode(config, &route, arrived)?;
    let broken = validate::first_broken(config, route.document, &input);
    if let Some(broken) = broken {
        return Err(validate::refusal(config, route.document, &broken));
    }
    let output = operations::call(service, &caller, route.document.operation, &input).await?;
    Ok(Answer::new(config, route.document, output))
}

/// Who calls: the signer of the request, or the first identity when nobody has to sign.
fn caller(service: &Service, arrived: &Arrived) -> Outcome<Caller> {
    let config = &service.config;
    let anybody = || {
        let first = config.identities.first().map(Caller::from);
        first.ok_or_else(|| Refusal::new(ErrorName::UnrecognizedClient, "no identity is configured"))
    };
    if config.authenticate {
        match sigv4::verify(config, &arrived.parts, &arrived.body) {
            Err(refusal) if forgiven(config, refusal.error) => anybody(),
            verified => verified,
        }
    } else {
        // Keys still tell the accounts apart; an unknown one is the first account's.
        let key = sigv4::access_key(&arrived.parts);
        let known = config.identities.iter().find(|identity| Some(&identity.access_key_id) == key.as_ref());
        known.map_or_else(anybody, |identity| Ok(Caller::from(identity)))
    }
}

fn forgiven(config: &Config, error: ErrorName) -> bool {
    match error {
        ErrorName::MissingAuthenticationToken => config.faults.has(FaultId::UnsignedAccepted),
        ErrorName::UnrecognizedClient => config.faults.has(FaultId::UnknownKeyAccepted),
        _ => false,
    }
}
