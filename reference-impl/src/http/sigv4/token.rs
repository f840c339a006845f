//! The session token: temporary credentials are good for nothing without it.

use axum::http::request::Parts;
use subtle::ConstantTimeEq as _;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::http::query;
use crate::http::sigv4::claim::Claim;
use crate::identity::Identity;

/// A request that is signed with temporary credentials brings their session token.
pub(super) fn check(identity: Option<&Identity>, claim: &Claim, parts: &Parts) -> Outcome<()> {
    let Some(issued) = identity.and_then(|identity| identity.session_token.as_deref()) else {
        return Ok(());
    };
    let brought = brought(claim, parts).unwrap_or_default();
    if bool::from(issued.as_bytes().ct_eq(brought.as_bytes())) { Ok(()) } else { Err(unrecognized()) }
}

/// The session token that a request brings, where its signature stands.
fn brought(claim: &Claim, parts: &Parts) -> Option<String> {
    if claim.is_query {
        let pairs = query::pairs(parts.uri.query()?);
        query::first(&pairs, "X-Amz-Security-Token").map(str::to_owned)
    } else {
        parts.headers.get("x-amz-security-token")?.to_str().ok().map(str::to_owned)
    }
}

/// The refusal of credentials that nobody has.
pub(super) fn unrecognized() -> Refusal {
    Refusal::new(ErrorName::UnrecognizedClient, "The security token included in the request is invalid.")
}
