//! The HTTP side: restJson1 as it is on the wire, a small S3 beside it, and who calls, as STS tells it.
//!
//! A request goes through `guard` (pages of other origins), `meant` (which service), `admission` (who calls, and the whole
//! body), and then to `operations`, `s3`, `sts`, `own` or `elsewhere`.

mod admission;
mod altered;
mod answer;
mod body;
mod decode;
mod elsewhere;
mod encode;
mod field;
mod front;
mod guard;
mod meant;
mod operations;
mod own;
mod pattern;
mod query;
mod record;
mod route;
mod s3;
mod sigv4;
mod sts;
mod validate;
mod xml;

use crate::error::Outcome;
use crate::faults::FaultId;
use crate::identity::Caller;
use crate::service::Service;
use answer::Answer;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::http::header::{CONNECTION, EXPECT, HeaderValue};
use axum::http::request::Parts;
use axum::response::Response;
use body::{Held, whole};
use front::Front;
pub(crate) use own::begin_anew;
use record::Record;
use std::sync::Arc;
use std::time::Duration;

/// The largest request of the API; its largest input is a payload of 4096 bytes.
const MAX_BODY_BYTES: usize = 1 << 20;

/// The routes of a service.
pub(crate) fn routed(service: Arc<Service>) -> Router {
    Router::new().fallback(handle).with_state(Arc::new(Front::new(service)))
}

/// A request that has arrived whole, and who makes it.
struct Arrived {
    parts: Parts,
    body: Held,
    caller: Caller,
}

async fn handle(State(front): State<Arc<Front>>, request: Request<Body>) -> Response {
    let mut record = Record::new(&request);
    let (parts, mut body) = request.into_parts();
    let asks_first = parts.headers.contains_key(EXPECT);
    let mut response = front.answer(parts, &mut body, &mut record).await;
    if !body::is_done(asks_first, &mut body).await {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    record.answered(&response);
    response
}

async fn answer_api(front: &Front, parts: Parts, body: &mut Body) -> Outcome<Answer> {
    let service = &front.service;
    let admitted = admission::admit(&service.config, sigv4::SIGNER, parts, body, (&front.requests, MAX_BODY_BYTES)).await?;
    if !admitted.is_body_right {
        return Err(sigv4::mismatch());
    }
    let mut arrived = admitted.arrived;
    if service.config.faults.has(FaultId::RegionIgnored) {
        arrived.caller.region.clone_from(&service.config.region);
    }
    service.settle().await;
    match race(service, &arrived).await {
        Some(unchecked) => serve(&service.with_fault(unchecked), &arrived).await,
        None => serve(service, &arrived).await,
    }
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
    let route = route::find(config, &arrived.parts)?;
    let mut input = decode::decode(config, &route, arrived)?;
    let broken = validate::first_broken(config, route.document, &input);
    if let Some(broken) = broken {
        return Err(validate::refusal(config, route.document, &broken));
    }
    altered::alter(config.faults, route.document.operation, &mut input);
    let output = operations::call(service, &arrived.caller, route.document.operation, &input).await?;
    Ok(Answer::new(config, route.document, output))
}
