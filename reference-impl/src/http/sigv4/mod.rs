//! Signature Version 4, on the side that checks: as strict as the service, and in two steps.
//!
//! [`Claimed::of`] looks at the shape of the signature, at date, scope and access key; [`Claimed::compare`] at the signature
//! itself, once the hash of the body is known. Where a header tells the hash, that is before a byte of the body is read.
//!
//! - `claim`: what a request says of its signature, in the Authorization header or in the query.
//! - `canonical`: the canonical request.

mod canonical;
mod claim;
#[cfg(test)]
mod vectors;

pub(super) use claim::{access_key, scope_region, scope_service};

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use crate::identity::{Caller, Identity};
use axum::http::request::Parts;
use claim::Claim;
use hmac::{Hmac, Mac as _};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use subtle::ConstantTimeEq as _;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The documented difference between the clocks.
const WINDOW_MINUTES: i64 = 15;

/// The header in which a client tells the hash of its body.
pub(super) const CONTENT_SHA256: &str = "x-amz-content-sha256";

/// A service's rules for signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    /// The name in the scope of the credential.
    pub(super) service: &'static str,
    /// Whether the canonical path is the path as it stands on the wire; else it is encoded once more.
    pub(super) path_as_sent: bool,
    /// Whether double slashes and dot segments are taken out of it.
    pub(super) is_normalised: bool,
    /// Whether the body may be left out of the signature, and a URL must tell how long it is valid.
    pub(super) is_s3: bool,
}

/// The rules of the Signer.
pub(super) const SIGNER: Rules = Rules { service: "signer", path_as_sent: false, is_normalised: true, is_s3: false };
/// The rules of S3.
pub(super) const S3: Rules = Rules { service: "s3", path_as_sent: true, is_normalised: false, is_s3: true };
/// The rules of STS.
pub(super) const STS: Rules = Rules { service: "sts", path_as_sent: false, is_normalised: true, is_s3: false };

/// What a request says of its body, as far as that is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Payload {
    /// Its SHA-256.
    Hash(String),
    /// A word in place of a hash, which S3 knows.
    Word(String),
    /// Nothing: the server has to hash the body.
    Untold,
}

impl Payload {
    fn of(text: &str) -> Self {
        let is_hash = text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        if is_hash { Self::Hash(text.to_owned()) } else { Self::Word(text.to_owned()) }
    }
}

/// What the signatures of a body's chunks go on from.
pub(super) struct Seed {
    key: Vec<u8>,
    date: String,
    scope: String,
    /// The signature of the headers.
    pub(super) signature: String,
}

impl Seed {
    /// The signature of the next piece: `kind` is the end of the algorithm's name, `hashes` what is signed besides the signature
    /// before it.
    pub(super) fn next(&self, kind: &str, previous: &str, hashes: &[String]) -> String {
        let to_sign = format!("{ALGORITHM}-{kind}\n{}\n{}\n{previous}\n{}", self.date, self.scope, hashes.join("\n"));
        hex(&keyed_hash(&self.key, to_sign.as_bytes()))
    }
}

/// The SHA-256 of some bytes in hexadecimal digits, as it stands in what is signed.
pub(super) fn hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A request whose key, date and scope are in order. Its signature has not been compared.
pub(super) struct Claimed<'a> {
    config: &'a Config,
    rules: Rules,
    identity: &'a Identity,
    claim: Claim,
    /// What the request says of its body.
    pub(super) payload: Payload,
}

impl<'a> Claimed<'a> {
    /// Looks at everything that can be looked at without the body and without the secret.
    pub(super) fn of(config: &'a Config, parts: &Parts, rules: Rules) -> Outcome<Self> {
        let claim = Claim::of(parts, config, rules)?;
        claim.check_headers(parts, config, rules)?;
        check_time(config, &claim)?;
        check_scope(config, &claim, rules)?;
        let identity = config.identities.iter().find(|identity| identity.access_key_id == claim.scope.key);
        let identity = identity.ok_or_else(|| {
            Refusal::new(ErrorName::UnrecognizedClient, "The security token included in the request is invalid.")
        })?;
        let payload = payload(parts, &claim, rules)?;
        let claimed = Self { config, rules, identity, claim, payload };
        claimed.check_payload()?;
        Ok(claimed)
    }

    /// Outside S3 no word stands for the body.
    fn check_payload(&self) -> Outcome<()> {
        match &self.payload {
            Payload::Word(word) if !self.rules.is_s3 && !self.config.faults.has(FaultId::ContentWordAccepted) => {
                let message =
                    format!("{CONTENT_SHA256} must be the SHA-256 of the body in lower-case hexadecimal digits, not {word:?}");
                Err(Refusal::new(ErrorName::InvalidSignature, message))
            }
            _ => Ok(()),
        }
    }

    /// Who calls, if the signature fits the request and a body with this hash (or this word in its place).
    pub(super) fn compare(&self, parts: &Parts, payload: &str) -> Outcome<(Caller, Seed)> {
        let Self { config, rules, identity, claim, .. } = self;
        let canonical = canonical::request(parts, payload, claim, *rules);
        let scope = &claim.scope;
        let key = signing_key(identity, [&scope.day, &scope.region, &scope.service, claim::TERMINATOR]);
        let scope = format!("{}/{}/{}/{}", scope.day, scope.region, scope.service, claim::TERMINATOR);
        let to_sign = format!("{ALGORITHM}\n{}\n{scope}\n{}", claim.date, hash(&canonical));
        let expected = hex(&keyed_hash(&key, to_sign.as_bytes()));
        let is_right = bool::from(expected.as_bytes().ct_eq(claim.signature.as_bytes()));
        if !is_right && !config.faults.has(FaultId::BadSignatureAccepted) {
            return Err(mismatch());
        }
        let seed = Seed { key, date: claim.date.clone(), scope, signature: expected };
        Ok((Caller::new(identity, &claim.scope.region), seed))
    }

    /// Whether a body is the one whose hash was told.
    pub(super) fn fits(&self, body: &[u8]) -> bool {
        let is_unchecked = [FaultId::ContentHashUnchecked, FaultId::BadSignatureAccepted];
        match &self.payload {
            Payload::Hash(told) => *told == hash(body) || is_unchecked.into_iter().any(|fault| self.config.faults.has(fault)),
            Payload::Word(_) | Payload::Untold => true,
        }
    }
}

/// The refusal of a signature that is another one than it should be.
pub(super) fn mismatch() -> Refusal {
    let message = "The request signature we calculated does not match the signature you provided. \
        Check your AWS Secret Access Key and signing method.";
    Refusal::new(ErrorName::InvalidSignature, message)
}

/// What a request tells of its body: in the header, or in the query of a URL for S3.
fn payload(parts: &Parts, claim: &Claim, rules: Rules) -> Outcome<Payload> {
    let mut values = parts.headers.get_all(CONTENT_SHA256).iter();
    match (values.next(), values.next()) {
        (Some(_), Some(_)) => Err(incomplete(&format!("{CONTENT_SHA256} is there twice"))),
        (Some(value), None) => Ok(Payload::of(value.to_str().unwrap_or_default())),
        (None, _) if !rules.is_s3 => Ok(Payload::Untold),
        (None, _) if claim.is_query => {
            let told = claim.content_sha256.as_deref().unwrap_or("UNSIGNED-PAYLOAD");
            Ok(Payload::of(told))
        }
        (None, _) => Ok(Payload::Untold),
    }
}

fn check_time(config: &Config, claim: &Claim) -> Outcome<()> {
    if config.faults.has(FaultId::ExpiredAccepted) {
        return Ok(());
    }
    let minutes = if config.freedoms.is(FreedomId::ExpiryWindowMinutes, "5") { 5 } else { WINDOW_MINUTES };
    let now = config.clock.unmoved();
    let is_ahead = claim.signed_at > now && config.faults.has(FaultId::FutureAccepted);
    let signed_at = if is_ahead { now } else { claim.signed_at };
    check_window(now, signed_at, minutes, claim)
}

fn check_window(now: Timestamp, signed_at: Timestamp, minutes: i64, claim: &Claim) -> Outcome<()> {
    let window = SignedDuration::from_mins(minutes);
    let age = now.duration_since(signed_at);
    let lifetime = claim.expires.map_or(window, SignedDuration::from_secs);
    let date = &claim.date;
    if age > lifetime {
        let message = format!("Signature expired: {date} is now earlier than {now} - {minutes} min.");
        return Err(Refusal::new(ErrorName::RequestExpired, message));
    }
    if age < -window {
        let message = format!("Signature not yet current: {date} is still later than {now} + {minutes} min.");
        return Err(Refusal::new(ErrorName::RequestExpired, message));
    }
    Ok(())
}

/// A signature is good for one day, one Region and one service.
fn check_scope(config: &Config, claim: &Claim, rules: Rules) -> Outcome<()> {
    let scope = &claim.scope;
    let wrong = |message: String| Err(Refusal::new(ErrorName::InvalidSignature, message));
    if scope.service != rules.service && !config.faults.has(FaultId::ScopeServiceUnchecked) {
        let (right, told) = (rules.service, &scope.service);
        return wrong(format!("Credential should be scoped to correct service: '{right}', not '{told}'."));
    }
    if crate::cli::region(&scope.region).is_err() && !config.faults.has(FaultId::ScopeRegionUnchecked) {
        return wrong(format!("Credential should be scoped to a valid region, not '{}'.", scope.region));
    }
    if claim.date.get(..8) != Some(&scope.day) {
        return wrong("Date in Credential scope does not match YYYYMMDD from the date of the request".to_owned());
    }
    Ok(())
}

fn signing_key(identity: &Identity, scope: [&str; 4]) -> Vec<u8> {
    let secret = format!("AWS4{}", identity.secret_access_key).into_bytes();
    scope.iter().fold(secret, |key, text| keyed_hash(&key, text.as_bytes()))
}

fn keyed_hash(key: &[u8], text: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so the error cannot come.
    Hmac::<Sha256>::new_from_slice(key).map_or_else(|_| Vec::new(), |mac| mac.chain_update(text).finalize().into_bytes().to_vec())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn incomplete(message: &str) -> Refusal {
    Refusal::new(ErrorName::IncompleteSignature, message)
}
