//! One request of the API, from stage to stage, with lies between them. The honest way is that of
//! `http::serve`.

use std::time::Duration;

use axum::body::Body;
use axum::http::Response;
use axum::http::request::Parts;
use bytes::Bytes;
use serde_json::{Value, json};
use signer_schemas::{Operation, OperationDoc};

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::lie::{Asked, Lie, Overlooked, Signed, Told};
use crate::faults::lies::{Lies, turns_of};
use crate::faults::work;
use crate::http::answer::Answer;
use crate::http::arrived::Arrived;
use crate::http::body::Room;
use crate::http::field::{Field, Input};
use crate::http::shown::Shown;
use crate::http::sigv4::rules::SIGNER;
use crate::http::sigv4::{CHECKS, Claimed, Payload, claim};
use crate::http::{admission, decode, encode, request, route, sigv4, validate};
use crate::identity::Caller;
use crate::ids::RandomIds;
use crate::service::Service;
use crate::service::state::State;
use crate::store::command::{Command, Reply};

/// Lets a request in: as `admission::admit`, except for what is overlooked.
pub(crate) async fn admit(
    lies: &Lies,
    config: &Config,
    parts: Parts,
    body: &mut Body,
    (room, limit): (&Room, usize),
) -> Outcome<Arrived> {
    let caller = claimed_caller(lies, config, &parts);
    let mut arrived = match caller {
        Some(caller) => Arrived { caller: caller?, body: room.whole(body, limit).await?, parts },
        None => compared(lies, config, parts, body, (room, limit)).await?,
    };
    for lie in lies.told() {
        if let Lie::Caller(change) = lie {
            change(config, &mut arrived.caller);
        }
    }
    Ok(arrived)
}

/// Who calls, where the signature does not matter.
fn claimed_caller(lies: &Lies, config: &Config, parts: &Parts) -> Option<Outcome<Caller>> {
    let is_overlooked = |refusal: &Refusal| match refusal.error {
        ErrorName::MissingAuthenticationToken => lies.overlooks(Overlooked::NoSignature),
        ErrorName::UnrecognizedClient => lies.overlooks(Overlooked::Key),
        _ => false,
    };
    let checked = checked(lies, config, parts).map(drop);
    let is_free = !config.authenticate || checked.is_err_and(|refusal| is_overlooked(&refusal));
    is_free.then(|| admission::unchecked_caller(config, parts))
}

/// What a request says of its signature, after all checks that are made.
fn checked<'a>(lies: &Lies, config: &'a Config, parts: &Parts) -> Outcome<Claimed<'a>> {
    if !lies.overlooks(Overlooked::Twice) {
        claim::check_once(parts)?;
    }
    let claimed = Claimed::of(config, parts, SIGNER)?;
    let mut made = CHECKS.into_iter().filter(|check| !lies.overlooks(Overlooked::Check(*check)));
    made.try_for_each(|check| claimed.check(check, parts))?;
    Ok(claimed)
}

async fn compared(
    lies: &Lies,
    config: &Config,
    parts: Parts,
    body: &mut Body,
    (room, limit): (&Room, usize),
) -> Outcome<Arrived> {
    let claimed = checked(lies, config, &parts)?;
    let payload = claimed.payload(&parts)?;
    let body = room.whole(body, limit).await?;
    let hash = match &payload {
        Payload::Hash(told) | Payload::Word(told) => told.clone(),
        Payload::Untold => sigv4::hash(&body.bytes),
    };
    if !lies.overlooks(Overlooked::Signature) {
        claimed.compare(&claimed.seed(&parts, &hash)?)?;
    }
    if !lies.overlooks(Overlooked::Body) && !sigv4::fits(&payload, &body.bytes) {
        return Err(sigv4::mismatch());
    }
    Ok(Arrived { caller: claimed.caller()?, body, parts })
}

/// From a whole request to an answer.
pub(crate) async fn serve(lies: &Lies, service: &Service, arrived: &Arrived) -> Outcome<Answer> {
    let served = from_stage_to_stage(lies, service, arrived).await;
    served.map_err(|mut refusal| {
        for lie in lies.told() {
            if let Lie::Refused(change) = lie {
                change(arrived, &mut refusal);
            }
        }
        refusal
    })
}

async fn from_stage_to_stage(lies: &Lies, service: &Service, arrived: &Arrived) -> Outcome<Answer> {
    let config = &service.config;
    let route = route::find(config, &arrived.parts)?;
    let document = lies.document(route.document);
    if !lies.overlooks(Overlooked::Denial) {
        admission::permit(config, &arrived.caller, document.operation)?;
    }
    let reread = reread(lies, arrived);
    let arrived = reread.as_ref().unwrap_or(arrived);
    let mut wire = decode::read(config, route, arrived)?;
    for lie in lies.told() {
        match lie {
            Lie::Wire(change) => change(&Asked { document, arrived }, &mut wire),
            Lie::Unread(check) => check(&Asked { document, arrived }, &mut wire)?,
            _ => {}
        }
    }
    let mut input = decode::typed(config, document, &wire)?;
    check(lies, config, document, &input)?;
    change_input(lies, document.operation, &mut input);
    let command = request::command(service, &arrived.caller, document, &input).await?;
    let reply = apply(lies, service, &arrived.caller, command).await?;
    let envelope = envelope(lies, service, &input, &reply)?;
    let mut output = json!(encode::output(config, &reply, envelope.as_deref()));
    show(lies, document.operation, &mut output);
    Ok(Answer::new(config, document, &Shown::from(&output)))
}

/// The request with another body than was sent, if that is what is read.
fn reread(lies: &Lies, arrived: &Arrived) -> Option<Arrived> {
    let sent = std::str::from_utf8(&arrived.body).ok()?;
    let read =
        lies.told().iter().find_map(|lie| if let Lie::Body(read) = lie { read(sent) } else { None })?;
    Some(Arrived {
        parts: arrived.parts.clone(),
        body: Bytes::from(read).into(),
        caller: arrived.caller.clone(),
    })
}

fn check(lies: &Lies, config: &Config, document: &OperationDoc, input: &Input) -> Outcome<()> {
    let mut seen = input.clone();
    let broken = lies.told().iter().find_map(|lie| match lie {
        Lie::Validation(check) => check(document, &mut seen),
        _ => None,
    });
    match broken.or_else(|| validate::first_broken(config, document, &seen)) {
        Some(broken) => Err(validate::refusal(config, document, &broken)),
        None => Ok(()),
    }
}

fn change_input(lies: &Lies, operation: Operation, input: &mut Input) {
    for lie in lies.told() {
        match lie {
            Lie::Input(at, change) if *at == operation => change(input),
            Lie::Text(at, path, change) if *at == operation => change_text(input, path, *change),
            _ => {}
        }
    }
}

fn change_text(input: &mut Input, path: &[&str], change: fn(&str) -> String) {
    let changed = |field: &mut Field| {
        if let Field::Text(text) = field {
            *text = change(text);
        }
    };
    let Some((name, rest)) = path.split_first() else { return };
    match input.0.get_mut(*name) {
        Some(Field::Structure(inner)) => change_text(inner, rest, change),
        Some(Field::Map(entries)) => entries.values_mut().for_each(changed),
        Some(field) => changed(field),
        None => {}
    }
}

/// How long a server that looks before it writes leaves room for others.
const RACE: Duration = Duration::from_millis(3);

async fn apply(lies: &Lies, service: &Service, caller: &Caller, command: Command) -> Outcome<Reply> {
    let now = service.now();
    let mut shown = service.shown();
    if command.is_read() {
        return lies.decide(&mut shown, (now, caller, &mut RandomIds::new(Some(0))), command, &[]);
    }
    let mut unchecked = Vec::new();
    let raced = lies.told().iter().find_map(|lie| match lie {
        Lie::Race(races, fault) => races(&command).then_some(*fault),
        _ => None,
    });
    if let Some(fault) = raced {
        // A server that races decides by what it saw a while ago. That the copy changes says that the server
        // would write.
        let before = shown.clone();
        let _ = lies.clone().decide(
            &mut shown,
            (now, caller, &mut RandomIds::new(Some(0))),
            command.clone(),
            &[],
        );
        tokio::time::sleep(RACE).await;
        unchecked = if shown.shares_data(&before) { unchecked } else { turns_of(fault) };
    }
    let decide = |State { regions, ids, .. }: &mut State| {
        lies.decide(regions, (now, caller, ids), command, &unchecked)
    };
    service.change(decide).await?
}

fn envelope(lies: &Lies, service: &Service, input: &Input, reply: &Reply) -> Outcome<Option<Vec<u8>>> {
    let Reply::Signed(job) = reply else { return Ok(None) };
    let (signer, source) = (&service.signer, input.blob("payload").unwrap_or_default());
    let plan = signer.plan_envelope(job, source);
    let envelope = plan.and_then(|plan| work::sign(lies, &Signed { signer, job, source }, plan));
    envelope.map(Some).map_err(|unsigned| Refusal::new(ErrorName::InternalServiceError, unsigned.0))
}

fn show(lies: &Lies, operation: Operation, output: &mut Value) {
    for lie in lies.told() {
        let Lie::Shown(places, change) = lie else { continue };
        for (_, list) in places.iter().filter(|(at, _)| *at == operation) {
            match output.get_mut(*list) {
                _ if list.is_empty() => change(output),
                Some(Value::Array(entries)) => entries.iter_mut().for_each(change),
                _ => {}
            }
        }
    }
}

/// The response as it is sent.
pub(crate) fn tell(
    lies: &Lies,
    operation: Option<Operation>,
    answered: &Outcome<Answer>,
    response: &mut Response<String>,
) {
    let told = Told { operation, refusal: answered.as_ref().err() };
    for lie in lies.told() {
        if let Lie::Answer(change) = lie {
            change(&told, response);
        }
    }
}
