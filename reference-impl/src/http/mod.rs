//! The HTTP side: restJson1 as it is on the wire, a small S3 beside it, and who calls, as STS has it.
//!
//! A request goes through `guard` (pages of other origins), `meant` (which service), `admission` (who calls,
//! and the whole body), and then to `s3`, `sts`, `own`, `elsewhere`, or the API:
//!
//! - `route`: which operation, and what its path says;
//! - `decode`: from path, query and body to typed members;
//! - `validate`: every published constraint;
//! - `request`: from members to a command of the store;
//! - `encode`: from the store's reply to what is shown;
//! - `answer`: from what is shown, as far as the edition documents it, or a refusal, to a response.

pub(crate) mod admission;
pub(crate) mod answer;
pub(crate) mod arrived;
pub(crate) mod body;
pub(crate) mod decode;
mod elsewhere;
pub(crate) mod encode;
pub(crate) mod field;
mod front;
mod guard;
mod meant;
pub(crate) mod own;
mod pattern;
pub(crate) mod query;
mod record;
pub(crate) mod request;
pub(crate) mod route;
mod s3;
mod serve;
pub(crate) mod shown;
pub(crate) mod sigv4;
mod sts;
mod text;
pub(crate) mod validate;
mod xml;

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::Request;
use axum::http::header::{CONNECTION, EXPECT, HeaderValue};
use axum::response::Response;

use crate::http::front::Front;
use crate::http::record::Record;
use crate::service::Service;

/// The routes of a service.
pub(crate) fn routed(service: Arc<Service>) -> Router {
    Router::new().fallback(handle).with_state(Arc::new(Front::new(service)))
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
