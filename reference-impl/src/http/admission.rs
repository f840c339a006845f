//! Who may come in: the caller is known, and all of the body is there.
//!
//! No byte of a body is read before access key, date and scope of its request have been looked at, and where
//! a header tells the hash of the body, before the signature is right.

use axum::body::Body;
use axum::http::request::Parts;
use signer_schemas::Operation;

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::http::arrived::Arrived;
use crate::http::body::Room;
use crate::http::sigv4;
use crate::http::sigv4::rules::Rules;
use crate::http::sigv4::{CHECKS, Claimed, Payload, Seed, claim};
use crate::identity::Caller;
use crate::parse;

/// What S3 calls a body that has not the hash that it declares.
pub(super) const OTHER_BODY: &str = "x-amz-content-sha256 is not that of the body";

/// A request that was let in.
pub(super) struct Admitted {
    pub(super) arrived: Arrived,
    /// What the signatures of a body in chunks go on from, where requests must be signed.
    pub(super) seed: Option<Seed>,
    /// Whether the body has the hash that its request declares.
    pub(super) is_body_right: bool,
}

impl Admitted {
    /// The request, if its body has the hash that it declares.
    pub(super) fn of_the_right_body(self) -> Outcome<Arrived> {
        if self.is_body_right { Ok(self.arrived) } else { Err(sigv4::mismatch()) }
    }
}

/// Lets a request in, or tells why not.
pub(super) async fn admit(
    config: &Config,
    rules: Rules,
    parts: Parts,
    body: &mut Body,
    (room, limit): (&Room, usize),
) -> Outcome<Admitted> {
    if !config.authenticate {
        let caller = unchecked_caller(config, &parts)?;
        let body = room.whole(body, limit).await?;
        return Ok(Admitted { arrived: Arrived { parts, body, caller }, seed: None, is_body_right: true });
    }
    claim::check_once(&parts)?;
    let claimed = Claimed::of(config, &parts, rules)?;
    CHECKS.into_iter().try_for_each(|check| claimed.check(check, &parts))?;
    let payload = claimed.payload(&parts)?;
    let (body, seed) = match &payload {
        Payload::Hash(told) | Payload::Word(told) => {
            let seed = claimed.seed(&parts, told)?;
            claimed.compare(&seed)?;
            (room.whole(body, limit).await?, seed)
        }
        Payload::Untold => {
            let body = room.whole(body, limit).await?;
            let seed = claimed.seed(&parts, &sigv4::hash(&body.bytes))?;
            claimed.compare(&seed)?;
            (body, seed)
        }
    };
    let (caller, is_body_right) = (claimed.caller()?, sigv4::fits(&payload, &body.bytes));
    Ok(Admitted { arrived: Arrived { parts, body, caller }, seed: Some(seed), is_body_right })
}

/// Refuses a caller whom no policy permits anything.
pub(crate) fn permit(config: &Config, caller: &Caller, operation: Operation) -> Outcome<()> {
    if !caller.denied {
        return Ok(());
    }
    let error = match config.freedoms.choice(FreedomId::NoPermission) {
        "NotAuthorized" => ErrorName::NotAuthorized,
        _ => ErrorName::NotPermitted,
    };
    let message = format!("{} may not call signer:{operation}: no policy permits it", caller.arn);
    Err(Refusal::new(error, message))
}

/// Who calls, by what the request says of itself: keys tell the accounts apart, and an unknown one is the
/// first account's.
pub(crate) fn unchecked_caller(config: &Config, parts: &Parts) -> Outcome<Caller> {
    let key = claim::access_key(parts);
    let known = config.identities.iter().find(|identity| Some(&identity.access_key_id) == key.as_ref());
    let identity = known.or(config.identities.first());
    let region = claim::scope_region(parts).filter(|region| parse::region(region).is_ok());
    let region = region.unwrap_or_else(|| config.region.clone());
    let caller = identity.map(|identity| Caller::new(identity, &region));
    caller.ok_or_else(|| Refusal::new(ErrorName::UnrecognizedClient, "no identity is configured"))
}
