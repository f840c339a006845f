//! The questions that come before a run, and how often they are asked.

use signer_model::{Account, PlatformSet};
use signer_schemas::Operation;

use crate::data::context::Context;
use crate::data::exchange::{Request, Response, Service, Silence};
use crate::data::run::RunOptions;
use crate::line::endpoint::Endpoint;
use crate::line::wire::encode::encode;
use crate::operations::{self, Bindings};
use crate::run::preflight::error::RunError;
use crate::run::preflight::recognise::is_unimplemented;

/// What tells apart the names in requests of either account, by how often they were sent.
pub(super) const OWNED: [&str; 3] = ["pre", "prf", "prg"];
pub(super) const OTHERS: [&str; 3] = ["pro", "prp", "prq"];

/// What is known before anything was asked.
pub(super) fn blank(options: &RunOptions, now_s: i64) -> Context {
    Context {
        edition: options.edition,
        prefix: options.prefix.clone(),
        region: "us-east-1".to_owned(),
        second_region: None,
        owner_account: "000000000000".to_owned(),
        other_account: "000000000001".to_owned(),
        cross_account: false,
        now_s,
        fixture: None,
        platforms: PlatformSet::ALL,
        unlisted: PlatformSet::EMPTY,
    }
}

/// How long a target that is asked too much is left alone, if it does not say so itself.
pub(super) const PAUSE: std::time::Duration = std::time::Duration::from_millis(500);

/// Asks, and asks again under other names if no answer comes: what was asked may have been done all the same.
/// So too if the target is asked too much, or breaks down: what it is must be known before anything is held
/// against it.
pub(super) async fn ask(
    endpoint: &dyn Endpoint,
    context: &Context,
    by: Account,
    operation: Operation,
    tags: [&str; 3],
) -> Result<Response, Silence> {
    insist(endpoint, by, tags, |tag| request_as(context, operation, tag)).await
}

pub(super) async fn insist(
    endpoint: &dyn Endpoint,
    by: Account,
    tags: [&str; 3],
    request: impl Fn(&str) -> Request,
) -> Result<Response, Silence> {
    let [first, others @ ..] = tags;
    let mut outcome = endpoint.send(by, &request(first)).await;
    for tag in others {
        match &outcome {
            Ok(response)
                if is_unimplemented(response) || !response.is_throttled() && response.status < 500 =>
            {
                break;
            }
            Ok(_) => endpoint.pause(PAUSE).await,
            Err(_) => {}
        }
        outcome = endpoint.send(by, &request(tag)).await;
    }
    outcome
}

pub(super) fn request(context: &Context, operation: Operation) -> Request {
    request_as(context, operation, OWNED[0])
}

pub(super) fn request_as(context: &Context, operation: Operation, tag: &str) -> Request {
    let call = (operations::adapter(operation).sample)(context).by_owner();
    let input = operations::input(context, &Bindings::new(context, tag), &call);
    match signer_schemas::operation(context.edition, operation) {
        Some(document) => encode(document, &input),
        None => Request { method: "GET".to_owned(), target: "/".to_owned(), ..Request::default() },
    }
}

/// Who is asked, and through which proxy: that one may be who answers, or who does not.
pub(super) fn place(endpoint: &dyn Endpoint) -> String {
    let through = endpoint.proxy(Service::Signer).map(|proxy| format!(" (through {proxy})"));
    format!("{}{}", endpoint.describe(), through.unwrap_or_default())
}

pub(super) fn unreachable(endpoint: &dyn Endpoint, silence: Silence) -> RunError {
    RunError::Unreachable { endpoint: place(endpoint), silence }
}

pub(super) fn put(target: String, body: &[u8]) -> Request {
    Request { method: "PUT".to_owned(), target, body: body.to_vec(), ..Request::default() }
}
