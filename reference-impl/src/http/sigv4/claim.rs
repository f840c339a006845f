//! What a request says of its signature. It may say so in one place only, and each thing once.

use axum::http::header::{AUTHORIZATION, HeaderName};
use axum::http::request::Parts;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::http::query;
use crate::http::sigv4::raw::{Raw, is_signed_in_query};
use crate::http::sigv4::rules::{ALGORITHM, Rules, incomplete};

/// The end of each scope.
pub(super) const TERMINATOR: &str = "aws4_request";

const FIVE_ELEMENTS: &str =
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term";

/// What a signature is good for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    pub(super) key: String,
    pub(super) day: String,
    pub(super) region: String,
    pub(super) service: String,
    pub(super) terminator: Option<String>,
}

/// What a request says of its signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Claim {
    pub(super) scope: Scope,
    /// Names in lower case, sorted, joined with semicolons.
    pub(super) signed_headers: String,
    pub(super) signature: String,
    /// The date as it is signed.
    pub(super) date: String,
    pub(super) signed_at: Timestamp,
    /// For how many seconds a URL is valid.
    pub(super) expires: Option<i64>,
    /// Whether it stands in the query.
    pub(super) is_query: bool,
    /// What stands for the body in the query of a URL.
    pub(super) content_sha256: Option<String>,
}

/// A request is signed in the header or in the query, and not in both.
pub(crate) fn check_once(parts: &Parts) -> Outcome<()> {
    if parts.headers.contains_key(AUTHORIZATION) && is_signed_in_query(parts) {
        let message = "The request is signed twice: in the Authorization header and in the query.";
        return Err(Refusal::new(ErrorName::InvalidSignature, message));
    }
    Ok(())
}

/// The access key that a request names, whether or not its signature is any good.
pub(in crate::http) fn access_key(parts: &Parts) -> Option<String> {
    named(parts, 0)
}

/// The region in the credential's scope, likewise.
pub(in crate::http) fn scope_region(parts: &Parts) -> Option<String> {
    named(parts, 2)
}

/// The service in the credential's scope, likewise.
pub(in crate::http) fn scope_service(parts: &Parts) -> Option<String> {
    named(parts, 3)
}

/// A part of the first credential that a request names.
fn named(parts: &Parts, index: usize) -> Option<String> {
    let of_header = || {
        let text = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.trim().strip_prefix(ALGORITHM)?;
        text.split(',').find_map(|part| part.trim().strip_prefix("Credential=").map(str::to_owned))
    };
    let of_query = || query::first(&query::pairs(parts.uri.query()?), "X-Amz-Credential").map(str::to_owned);
    let credential = of_header().or_else(of_query)?;
    credential.split('/').nth(index).filter(|part| !part.is_empty()).map(str::to_owned)
}

impl Claim {
    /// Reads what a request says.
    pub(super) fn of(parts: &Parts, config: &Config, rules: Rules) -> Outcome<Self> {
        let raw = Raw::of(parts, config, rules)?;
        let signed_at =
            time(&raw.date).ok_or_else(|| incomplete("Date must be in ISO-8601 'basic format'"))?;
        let mut elements = raw.credential.split('/').map(str::to_owned);
        let mut element = || elements.next().ok_or_else(|| incomplete(FIVE_ELEMENTS));
        let (key, day, region, service) = (element()?, element()?, element()?, element()?);
        let terminator = elements.next();
        if elements.next().is_some() {
            return Err(incomplete(FIVE_ELEMENTS));
        }
        let Raw { signed_headers, signature, date, expires, is_query, content_sha256, .. } = raw;
        let scope = Scope { key, day, region, service, terminator };
        Ok(Self { scope, signed_headers, signature, date, signed_at, expires, is_query, content_sha256 })
    }

    /// The date is in its one form.
    pub(super) fn check_date(&self) -> Outcome<()> {
        if is_basic(&self.date) { Ok(()) } else { Err(incomplete("Date must be in ISO-8601 'basic format'")) }
    }

    /// The scope ends as each does.
    pub(super) fn check_terminator(&self) -> Outcome<()> {
        match self.scope.terminator.as_deref() {
            Some(TERMINATOR) => Ok(()),
            None => Err(incomplete(FIVE_ELEMENTS)),
            Some(other) => {
                let message = format!(
                    "Credential should be scoped with a valid terminator: '{TERMINATOR}', not '{other}'."
                );
                Err(Refusal::new(ErrorName::InvalidSignature, message))
            }
        }
    }

    /// The headers that are signed: listed as documented, and all there.
    pub(super) fn check_signed_headers(&self, parts: &Parts) -> Outcome<()> {
        let names: Vec<&str> = self.signed_headers.split(';').collect();
        if !names.contains(&"host") {
            return Err(incomplete(
                "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
            ));
        }
        let is_listed =
            names.is_sorted_by(|one, next| one < next) && names.iter().all(|name| is_lower_case(name));
        if !is_listed {
            return Err(incomplete(
                "SignedHeaders must be header names in lower case, sorted, each of them once.",
            ));
        }
        let is_there = |name: &str| {
            parts.headers.contains_key(name) || name == "host" && parts.uri.authority().is_some()
        };
        // What is called within the process has neither Host nor authority.
        if let Some(absent) = names.iter().find(|name| !is_there(name) && **name != "host") {
            return Err(Refusal::new(
                ErrorName::InvalidSignature,
                format!("The header '{absent}' is signed, but not there."),
            ));
        }
        Ok(())
    }

    /// The headers that have to be signed are.
    pub(super) fn check_unsigned_headers(&self, parts: &Parts, rules: Rules) -> Outcome<()> {
        let names: Vec<&str> = self.signed_headers.split(';').collect();
        let unsigned = parts.headers.keys().map(HeaderName::as_str).find(|name| {
            // A token may be added after the request is signed; only S3 refuses that.
            let is_exempt = *name == "x-amz-security-token" && !rules.is_s3;
            name.starts_with("x-amz-") && !is_exempt && !names.contains(name)
        });
        match unsigned {
            Some(name) if rules.is_s3 => {
                let message =
                    format!("There were headers present in the request which were not signed: {name}");
                Err(Refusal::new(ErrorName::AccessDenied, message))
            }
            Some(name) => Err(Refusal::new(
                ErrorName::InvalidSignature,
                format!("The header '{name}' is there, but not signed."),
            )),
            None => Ok(()),
        }
    }
}

fn is_lower_case(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && !byte.is_ascii_uppercase())
}

/// A date and time in UTC: in the basic format of ISO 8601, or in the extended one, which is refused later.
fn time(text: &str) -> Option<Timestamp> {
    let format = if is_basic(text) { "%Y%m%dT%H%M%SZ" } else { "%Y-%m-%dT%H:%M:%SZ" };
    let time = DateTime::strptime(format, text).ok()?;
    TimeZone::UTC.to_timestamp(time).ok()
}

/// Whether it is in the basic format, in its one spelling.
fn is_basic(text: &str) -> bool {
    let fits = |(place, byte): (usize, u8)| match place {
        8 => byte == b'T',
        15 => byte == b'Z',
        _ => byte.is_ascii_digit(),
    };
    text.len() == 16 && text.bytes().enumerate().all(fits)
}
