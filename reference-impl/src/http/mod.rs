//! The HTTP side: restJson1 as it is on the wire, and a small S3 beside it.

mod altered;
mod answer;
mod decode;
mod encode;
mod field;
mod front;
mod operations;
mod own;
mod pattern;
mod query;
mod record;
mod route;
mod s3;
mod sigv4;
mod validate;

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::FaultId;
use crate::identity::Caller;
use crate::server::TooSlow;
use crate::service::Service;
use answer::Answer;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use front::Front;
use http_body::Body as _;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
pub(crate) use own::begin_anew;
use record::Record;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

/// The largest request of the API; its largest input is a payload of 4096 bytes.
const MAX_BODY_BYTES: usize = 1 << 20;
/// The largest object that can be put into the embedded S3.
const MAX_OBJECT_BYTES: usize = 256 << 20;

/// The routes of a service.
pub(crate) fn routed(service: Arc<Service>) -> Router {
    Router::new().fallback(handle).with_state(Arc::new(Front::new(service)))
}

/// A request that has arrived whole.
pub(crate) struct Arrived {
    pub(crate) parts: Parts,
    pub(crate) body: Bytes,
}

async fn handle(State(front): State<Arc<Front>>, request: Request<Body>) -> Response {
    let mut record = Record::new(&request);
    let response = if own::is_meant(request.uri().path()) {
        own::answer(&front.service, request, &record.request_id).await
    } else {
        front.answer(request, &mut record).await
    };
    record.answered(&response);
    response
}

async fn answer_s3(service: &Service, parts: Parts, body: Body, request_id: &str) -> Response {
    let arrived = whole(body, MAX_OBJECT_BYTES).await.map(|body| Arrived { parts, body });
    service.settle().await;
    s3::answer(service, arrived, request_id).await
}

async fn answer_api(service: &Service, parts: Parts, body: Body) -> Outcome<Answer> {
    let arrived = Arrived { parts, body: whole(body, MAX_BODY_BYTES).await? };
    service.settle().await;
    match race(service, &arrived).await {
        Some(unchecked) => serve(&service.with_fault(unchecked), &arrived).await,
        None => serve(service, &arrived).await,
    }
}

/// A body when all of it is there.
async fn whole(body: Body, limit: usize) -> Outcome<Bytes> {
    let too_large = || Refusal::new(ErrorName::RequestEntityTooLarge, format!("the request body is larger than {limit} bytes"));
    // A client that tells the length of its body can be spared sending it.
    if body.size_hint().lower() > limit as u64 {
        return Err(too_large());
    }
    match Limited::new(body, limit).collect().await {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(error) if is_too_slow(error.as_ref()) => Err(Refusal::new(ErrorName::RequestTimeout, TooSlow.to_string())),
        Err(_) => Err(Refusal::new(ErrorName::Serialization, "the request body broke off")),
    }
}

fn is_too_slow(error: &(dyn Error + 'static)) -> bool {
    error.is::<TooSlow>() || error.source().is_some_and(is_too_slow)
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
    serve_as(service, &caller(service, arrived)?, arrived).await
}

/// The same for a caller who is known.
async fn serve_as(service: &Service, caller: &Caller, arrived: &Arrived) -> Outcome<Answer> {
    let config = &service.config;
    let route = route::find(config, &arrived.parts)?;
    let mut input = decode::decode(config, &route, arrived)?;
    let broken = validate::first_broken(config, route.document, &input);
    if let Some(broken) = broken {
        return Err(validate::refusal(config, route.document, &broken));
    }
    altered::alter(config.faults, route.document.operation, &mut input);
    let output = operations::call(service, caller, route.document.operation, &input).await?;
    Ok(Answer::new(config, route.document, output))
}

/// Who calls: the signer of the request, or the first identity when nobody has to sign.
fn caller(service: &Service, arrived: &Arrived) -> Outcome<Caller> {
    let config = &service.config;
    let mut caller = signer(config, arrived)?;
    if config.faults.has(FaultId::RegionIgnored) {
        caller.region.clone_from(&config.region);
    }
    Ok(caller)
}

fn signer(config: &Config, arrived: &Arrived) -> Outcome<Caller> {
    if !config.authenticate {
        return unchecked_caller(config, &arrived.parts);
    }
    match sigv4::verify(config, &arrived.parts, &arrived.body) {
        Err(refusal) if forgiven(config, refusal.error) => unchecked_caller(config, &arrived.parts),
        verified => verified,
    }
}

/// Who calls, by what the request says of itself: keys tell the accounts apart, and an unknown one is the first account's.
fn unchecked_caller(config: &Config, parts: &Parts) -> Outcome<Caller> {
    let key = sigv4::access_key(parts);
    let known = config.identities.iter().find(|identity| Some(&identity.access_key_id) == key.as_ref());
    let identity = known.or(config.identities.first());
    let region = sigv4::scope_region(parts).unwrap_or_else(|| config.region.clone());
    let caller = identity.map(|identity| Caller::new(identity, &region));
    caller.ok_or_else(|| Refusal::new(ErrorName::UnrecognizedClient, "no identity is configured"))
}

fn forgiven(config: &Config, error: ErrorName) -> bool {
    match error {
        ErrorName::MissingAuthenticationToken => config.faults.has(FaultId::UnsignedAccepted),
        ErrorName::UnrecognizedClient => config.faults.has(FaultId::UnknownKeyAccepted),
        _ => false,
    }
}
