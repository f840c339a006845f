//! One request of the API, from stage to stage.

use axum::body::Body;
use axum::http::request::Parts;

use crate::error::Outcome;
use crate::faults::pipeline;
use crate::http::answer::Answer;
use crate::http::arrived::Arrived;
use crate::http::body::Room;
use crate::http::sigv4::rules::SIGNER;
use crate::http::{admission, decode, encode, request, route, validate};
use crate::service::Service;

/// The largest request of the API; its largest input is a payload of 4096 bytes.
pub(super) const MAX_BODY_BYTES: usize = 1 << 20;

/// Lets a request in, and serves it.
pub(super) async fn answer(service: &Service, parts: Parts, body: &mut Body, room: &Room) -> Outcome<Answer> {
    let arrived = match &service.lies {
        None => {
            let admitted =
                admission::admit(&service.config, SIGNER, parts, body, (room, MAX_BODY_BYTES)).await?;
            admitted.of_the_right_body()?
        }
        Some(lies) => pipeline::admit(lies, &service.config, parts, body, (room, MAX_BODY_BYTES)).await?,
    };
    service.settle().await;
    serve(service, &arrived).await
}

/// From a whole request to an answer.
pub(super) async fn serve(service: &Service, arrived: &Arrived) -> Outcome<Answer> {
    if let Some(lies) = &service.lies {
        return pipeline::serve(lies, service, arrived).await;
    }
    let config = &service.config;
    let route = route::find(config, &arrived.parts)?;
    let document = route.document;
    admission::permit(config, &arrived.caller, document.operation)?;
    let wire = decode::read(config, route, arrived)?;
    let input = decode::typed(config, document, &wire)?;
    validate::check(config, document, &input)?;
    let command = request::command(service, &arrived.caller, document, &input).await?;
    let reply = service.apply(&arrived.caller, command).await?;
    let envelope = request::envelope(&service.signer, &input, &reply)?;
    let output = encode::output(config, &reply, envelope.as_deref());
    Ok(Answer::new(config, document, &output))
}
