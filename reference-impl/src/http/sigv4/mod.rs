//! Signature Version 4, on the side that checks: as strict as the service, and in two steps.
//!
//! [`Claimed::of`] reads what a request says of its signature, [`CHECKS`] hold that against headers, date and scope, and
//! [`Claimed::compare`] looks at the signature itself, once the hash of the body is known. Where a header tells the hash, that
//! is before a byte of the body is read.
//!
//! - `claim`: what a request says of its signature; `raw`: its parts as they were sent, in the Authorization
//!   header or in the query.
//! - `scope`: when and for what it is good.
//! - `canonical`: the canonical request; `token`: the session token of temporary credentials.

mod canonical;
pub(crate) mod claim;
mod raw;
pub(crate) mod rules;
mod scope;
mod token;
#[cfg(test)]
mod vectors;

use axum::http::request::Parts;
use base16ct::lower::encode_string;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::http::sigv4::claim::Claim;
use crate::http::sigv4::rules::{ALGORITHM, Rules, incomplete};
use crate::identity::{Caller, Identity};

/// The header in which a client tells the hash of its body.
pub(super) const CONTENT_SHA256: &str = "x-amz-content-sha256";

/// What a request says of its body, as far as that is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Payload {
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
pub(crate) struct Seed {
    key: Vec<u8>,
    date: String,
    scope: String,
    /// The signature of the headers.
    pub(super) signature: String,
}

impl Seed {
    /// The signature of the next piece: `kind` is the end of the algorithm's name, `hashes` what is signed
    /// besides the signature before it.
    pub(super) fn next(&self, kind: &str, previous: &str, hashes: &[String]) -> String {
        let to_sign =
            format!("{ALGORITHM}-{kind}\n{}\n{}\n{previous}\n{}", self.date, self.scope, hashes.join("\n"));
        encode_string(&keyed_hash(&self.key, to_sign.as_bytes()))
    }
}

/// The SHA-256 of some bytes in hexadecimal digits, as it stands in what is signed.
pub(crate) fn hash(bytes: &[u8]) -> String {
    encode_string(&Sha256::digest(bytes))
}

/// What is held against a signature before it is compared: everything that needs neither the body nor the
/// secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Check {
    /// Its date is in the basic format.
    DateForm,
    /// The scope of its credential has its end.
    Terminator,
    /// The headers that are signed are there, and listed as documented.
    SignedHeaders,
    /// No header is left unsigned that has to be signed.
    UnsignedHeaders,
    /// In a header, it is not too old.
    NotExpired,
    /// In a URL, it has not expired.
    UrlNotExpired,
    /// It is not of a time to come.
    NotAhead,
    /// It is for this service.
    Service,
    /// It is for a Region.
    Region,
    /// It is of the day of its date.
    Day,
    /// Its access key is known.
    Key,
    /// Beside a temporary access key there is the session token that belongs to it.
    Token,
    /// What it says of the body is the hash of one.
    Payload,
}

/// All of them, in the order in which they are looked at.
pub(crate) const CHECKS: [Check; 13] = [
    Check::DateForm,
    Check::Terminator,
    Check::SignedHeaders,
    Check::UnsignedHeaders,
    Check::NotExpired,
    Check::UrlNotExpired,
    Check::NotAhead,
    Check::Service,
    Check::Region,
    Check::Day,
    Check::Key,
    Check::Token,
    Check::Payload,
];

/// What a request says of its signature. Nothing of it has been checked yet.
pub(crate) struct Claimed<'a> {
    config: &'a Config,
    rules: Rules,
    /// The one whose key it names.
    identity: Option<&'a Identity>,
    claim: Claim,
}

impl<'a> Claimed<'a> {
    /// Reads what the request says of its signature.
    pub(crate) fn of(config: &'a Config, parts: &Parts, rules: Rules) -> Outcome<Self> {
        let claim = Claim::of(parts, config, rules)?;
        let identity = config.identities.iter().find(|identity| identity.access_key_id == claim.scope.key);
        Ok(Self { config, rules, identity, claim })
    }

    /// Looks at one thing.
    pub(crate) fn check(&self, check: Check, parts: &Parts) -> Outcome<()> {
        let Self { config, rules, claim, .. } = self;
        match check {
            Check::SignedHeaders => claim.check_signed_headers(parts),
            Check::UnsignedHeaders => claim.check_unsigned_headers(parts, *rules),
            Check::DateForm => claim.check_date(),
            Check::Terminator => claim.check_terminator(),
            Check::NotExpired if claim.is_query => Ok(()),
            Check::UrlNotExpired if !claim.is_query => Ok(()),
            Check::NotExpired | Check::UrlNotExpired => scope::check_expired(config, claim),
            Check::NotAhead => scope::check_ahead(config, claim),
            Check::Service => scope::check_service(claim, *rules),
            Check::Region => scope::check_region(claim),
            Check::Day => scope::check_day(claim),
            Check::Key => self.known().map(drop),
            Check::Token => token::check(self.identity, claim, parts),
            Check::Payload => check_payload(&self.payload(parts)?, *rules),
        }
    }

    /// What the request says of its body.
    pub(crate) fn payload(&self, parts: &Parts) -> Outcome<Payload> {
        payload(parts, &self.claim, self.rules)
    }

    /// Who calls, if the signature is right.
    pub(crate) fn caller(&self) -> Outcome<Caller> {
        Ok(Caller::new(self.known()?, &self.claim.scope.region))
    }

    /// What the signature should be, of the request with a body of this hash (or this word in its place).
    pub(crate) fn seed(&self, parts: &Parts, payload: &str) -> Outcome<Seed> {
        let Self { rules, claim, .. } = self;
        let canonical = canonical::request(parts, payload, claim, *rules);
        let scope = &claim.scope;
        let key = signing_key(self.known()?, [&scope.day, &scope.region, &scope.service, claim::TERMINATOR]);
        let scope = format!("{}/{}/{}/{}", scope.day, scope.region, scope.service, claim::TERMINATOR);
        let to_sign = format!("{ALGORITHM}\n{}\n{scope}\n{}", claim.date, hash(&canonical));
        let signature = encode_string(&keyed_hash(&key, to_sign.as_bytes()));
        Ok(Seed { key, date: claim.date.clone(), scope, signature })
    }

    /// Whether the signature is what it should be.
    pub(crate) fn compare(&self, seed: &Seed) -> Outcome<()> {
        let is_right = bool::from(seed.signature.as_bytes().ct_eq(self.claim.signature.as_bytes()));
        if is_right { Ok(()) } else { Err(mismatch()) }
    }

    fn known(&self) -> Outcome<&'a Identity> {
        self.identity.ok_or_else(token::unrecognized)
    }
}

/// Whether a body has the hash that its request declares.
pub(crate) fn fits(payload: &Payload, body: &[u8]) -> bool {
    match payload {
        Payload::Hash(told) => *told == hash(body),
        Payload::Word(_) | Payload::Untold => true,
    }
}

/// Outside S3 no word stands for the body.
fn check_payload(payload: &Payload, rules: Rules) -> Outcome<()> {
    match payload {
        Payload::Word(word) if !rules.is_s3 => {
            let message = format!(
                "{CONTENT_SHA256} must be the SHA-256 of the body in lower-case hexadecimal digits, not \
                 {word:?}"
            );
            Err(Refusal::new(ErrorName::InvalidSignature, message))
        }
        _ => Ok(()),
    }
}

/// The refusal of a signature that is another one than it should be.
pub(crate) fn mismatch() -> Refusal {
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

fn signing_key(identity: &Identity, scope: [&str; 4]) -> Vec<u8> {
    let secret = format!("AWS4{}", identity.secret_access_key).into_bytes();
    scope.iter().fold(secret, |key, text| keyed_hash(&key, text.as_bytes()))
}

fn keyed_hash(key: &[u8], text: &[u8]) -> Vec<u8> {
    // HMAC takes keys of any length, so the error cannot come.
    Hmac::<Sha256>::new_from_slice(key)
        .map_or_else(|_| Vec::new(), |mac| mac.chain_update(text).finalize().into_bytes().to_vec())
}
