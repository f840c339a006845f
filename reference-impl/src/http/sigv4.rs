//! Signature Version 4, on the side that checks.
//!
//! The canonical path is the path as it stands on the wire, encoded once more (S3 is the exception
//! and takes it as it is). Signatures are read from the Authorization header or from the query.

use super::query;
use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use crate::identity::{Caller, Identity};
use axum::http::header::{AUTHORIZATION, DATE, HeaderMap};
use axum::http::request::Parts;
use hmac::{Hmac, Mac as _};
use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::TimeZone};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;
use subtle::ConstantTimeEq as _;

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The documented difference between the clocks.
const WINDOW_MINUTES: i64 = 15;

/// What a request says about its signature.
struct Claim {
    credential: String,
    signed_headers: String,
    signature: String,
    date: String,
    /// How long it is valid, in the query form.
    expires: Option<i64>,
}

/// The access key that a request names, signed or not.
pub(super) fn access_key(parts: &Parts) -> Option<String> {
    let credential = claim(parts).ok()?.credential;
    credential.split('/').next().map(str::to_owned)
}

/// The region in the credential's scope.
pub(super) fn scope_region(parts: &Parts) -> Option<String> {
    let credential = claim(parts).ok()?.credential;
    credential.split('/').nth(2).filter(|region| !region.is_empty()).map(str::to_owned)
}

/// The service in the credential's scope.
pub(super) fn scope_service(parts: &Parts) -> Option<String> {
    let credential = claim(parts).ok()?.credential;
    credential.split('/').nth(3).map(str::to_owned)
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

/// The caller behind the signature, if it is right.
pub(super) fn verify(config: &Config, parts: &Parts, body: &[u8]) -> Outcome<Caller> {
    verify_seed(config, parts, body).map(|(caller, _)| caller)
}

/// The same, and what the signatures of a body in chunks go on from.
pub(super) fn verify_seed(config: &Config, parts: &Parts, body: &[u8]) -> Outcome<(Caller, Seed)> {
    let claim = claim(parts)?;
    let scope: Vec<&str> = claim.credential.split('/').collect();
    let [key, day, region, service, "aws4_request"] = scope.as_slice() else {
        return Err(incomplete("Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term"));
    };
    if !claim.signed_headers.split(';').any(|name| name == "host") {
        return Err(incomplete("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."));
    }
    let signed_at = time(&claim.date).ok_or_else(|| incomplete("Date must be in ISO-8601 'basic format'"))?;
    if !config.faults.has(FaultId::ExpiredAccepted) {
        let minutes = if config.freedoms.is(FreedomId::ExpiryWindowMinutes, "5") { 5 } else { WINDOW_MINUTES };
        let now = config.clock.unmoved();
        let ahead = signed_at > now && config.faults.has(FaultId::FutureAccepted);
        check_time(now, if ahead { now } else { signed_at }, minutes, &claim)?;
    }
    if *service != "signer" && *service != "s3" {
        let message = format!("Credential should be scoped to correct service: 'signer', not '{service}'.");
        return Err(Refusal::new(ErrorName::InvalidSignature, message));
    }
    if !claim.date.starts_with(day) {
        let message = "Date in Credential scope does not match YYYYMMDD from the date of the request";
        return Err(Refusal::new(ErrorName::InvalidSignature, message));
    }
    let identity = config.identities.iter().find(|identity| identity.access_key_id == *key);
    let identity = identity
        .ok_or_else(|| Refusal::new(ErrorName::UnrecognizedClient, "The security token included in the request is invalid."))?;
    let canonical = canonical_request(parts, body, &claim, *service == "s3");
    let scope = format!("{day}/{region}/{service}/aws4_request");
    let to_sign = format!("{ALGORITHM}\n{}\n{scope}\n{}", claim.date, hex(&Sha256::digest(canonical)));
    let key = signing_key(identity, day, region, service);
    let expected = hex(&keyed_hash(&key, to_sign.as_bytes()));
    let is_right = bool::from(expected.as_bytes().ct_eq(claim.signature.as_bytes()));
    let is_right = is_right && content_fits(&parts.headers, body);
    if !is_right && !config.faults.has(FaultId::BadSignatureAccepted) {
        let message = "The request signature we calculated does not match the signature you provided. \
            Check your AWS Secret Access Key and signing method.";
        return Err(Refusal::new(ErrorName::InvalidSignature, message));
    }
    Ok((Caller::new(identity, region), Seed { key, date: claim.date, scope, signature: claim.signature }))
}

fn claim(parts: &Parts) -> Outcome<Claim> {
    match parts.headers.get(AUTHORIZATION) {
        Some(value) => header_claim(value.to_str().unwrap_or_default(), &parts.headers),
        None => query_claim(parts.uri.query().unwrap_or_default()),
    }
}

fn header_claim(authorization: &str, headers: &HeaderMap) -> Outcome<Claim> {
    let (algorithm, rest) = authorization.trim().split_once(' ').unwrap_or((authorization, ""));
    if algorithm != ALGORITHM {
        return Err(incomplete(&format!("Unsupported AWS 'algorithm': '{algorithm}'.")));
    }
    let mut found = [None, None, None];
    for part in rest.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (name, value) = part
            .split_once('=')
            .ok_or_else(|| incomplete("Invalid key=value pair (missing equal-sign) in Authorization header."))?;
        let names = ["Credential", "SignedHeaders", "Signature"];
        if let Some(index) = names.iter().position(|known| *known == name) {
            found[index] = Some(value.to_owned());
        }
    }
    let date = headers.get("x-amz-date").or_else(|| headers.get(DATE)).and_then(|value| value.to_str().ok());
    let [credential, signed_headers, signature] = found;
    let missing = |name: &str| incomplete(&format!("Authorization header requires '{name}' parameter."));
    Ok(Claim {
        credential: credential.ok_or_else(|| missing("Credential"))?,
        signed_headers: signed_headers.ok_or_else(|| missing("SignedHeaders"))?,
        signature: signature.ok_or_else(|| missing("Signature"))?,
        date: date
            .map(str::to_owned)
            .ok_or_else(|| incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."))?,
        expires: None,
    })
}

fn query_claim(query: &str) -> Outcome<Claim> {
    let pairs = query::pairs(query);
    if query::first(&pairs, "X-Amz-Algorithm").is_none() {
        return Err(Refusal::new(ErrorName::MissingAuthenticationToken, "Missing Authentication Token"));
    }
    let value = |name: &str| {
        let value = query::first(&pairs, name).map(str::to_owned);
        value.ok_or_else(|| incomplete(&format!("AWS query-string parameters must include '{name}'.")))
    };
    let expires = query::first(&pairs, "X-Amz-Expires");
    let expires = expires.map(|text| text.parse().ok().filter(|seconds| (1..=604_800).contains(seconds)));
    Ok(Claim {
        credential: value("X-Amz-Credential")?,
        signed_headers: value("X-Amz-SignedHeaders")?,
        signature: value("X-Amz-Signature")?,
        date: value("X-Amz-Date")?,
        expires: match expires {
            Some(None) => return Err(incomplete("X-Amz-Expires must be between 1 and 604800 seconds")),
            Some(expires) => expires,
            None => None,
        },
    })
}

fn check_time(now: Timestamp, signed_at: Timestamp, minutes: i64, claim: &Claim) -> Outcome<()> {
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

/// A basic ISO 8601 date and time in UTC.
fn time(text: &str) -> Option<Timestamp> {
    let time = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}

/// Whether the hash of the body is what a header says, if one does.
fn content_fits(headers: &HeaderMap, body: &[u8]) -> bool {
    let claimed = headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok());
    // Anything shorter than a hash is a word, such as UNSIGNED-PAYLOAD.
    claimed.is_none_or(|claimed| claimed.len() != 64 || claimed == hex(&Sha256::digest(body)))
}

fn canonical_request(parts: &Parts, body: &[u8], claim: &Claim, is_s3: bool) -> String {
    let headers = &parts.headers;
    let path = parts.uri.path();
    let path = if is_s3 { path.to_owned() } else { encode_path(&normalised(path)) };
    let mut pairs = query::pairs(&parts.uri.query().unwrap_or_default().replace('+', "%2B"));
    pairs.retain(|(name, _)| name != "X-Amz-Signature");
    let mut pairs: Vec<_> = pairs.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    pairs.sort();
    let query: Vec<String> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut lines = format!("{}\n{path}\n{}\n", parts.method, query.join("&"));
    for name in claim.signed_headers.split(';') {
        let _ = writeln!(lines, "{name}:{}", header_value(parts, name));
    }
    let claimed = headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok());
    let is_query = !headers.contains_key(AUTHORIZATION);
    let hash = match claimed {
        Some(claimed) => claimed.to_owned(),
        None if is_query && is_s3 => "UNSIGNED-PAYLOAD".to_owned(),
        None => hex(&Sha256::digest(body)),
    };
    let _ = write!(lines, "\n{}\n{hash}", claim.signed_headers);
    lines
}

/// The values of a header: inner blanks one, several joined with a comma.
fn header_value(parts: &Parts, name: &str) -> String {
    let values = parts.headers.get_all(name).iter().map(|value| {
        let text = String::from_utf8_lossy(value.as_bytes());
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    });
    let joined = values.collect::<Vec<_>>().join(",");
    match parts.uri.authority() {
        Some(authority) if joined.is_empty() && name == "host" => authority.to_string(),
        _ => joined,
    }
}

/// Double slashes and dot segments are taken out.
fn normalised(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty() && *segment != ".") {
        if segment == ".." {
            segments.pop();
        } else {
            segments.push(segment);
        }
    }
    let slash = if path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    format!("/{}{slash}", segments.join("/"))
}

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

fn encode(text: &str) -> String {
    percent_encode(text.as_bytes(), UNRESERVED).to_string()
}

fn encode_path(path: &str) -> String {
    percent_encode(path.as_bytes(), PATH).to_string()
}

fn signing_key(identity: &Identity, day: &str, region: &str, service: &str) -> Vec<u8> {
    let secret = format!("AWS4{}", identity.secret_access_key).into_bytes();
    [day, region, service, "aws4_request"].iter().fold(secret, |key, text| keyed_hash(&key, text.as_bytes()))
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
