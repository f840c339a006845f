//! The parts of a signature as a request sends them, in the Authorization header or in the query.

use axum::http::header::{AUTHORIZATION, DATE, HeaderMap};
use axum::http::request::Parts;

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::http::query;
use crate::http::sigv4::rules::{ALGORITHM, Rules, incomplete};

/// The parts of a signature as they were sent, in either form.
pub(super) struct Raw {
    pub(super) credential: String,
    pub(super) signed_headers: String,
    pub(super) signature: String,
    pub(super) date: String,
    pub(super) expires: Option<i64>,
    pub(super) is_query: bool,
    pub(super) content_sha256: Option<String>,
}

/// What a signature in the query consists of, at the least.
const IN_QUERY: [&str; 3] = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"];

/// Whether a request has any part of a signature in its query.
pub(super) fn is_signed_in_query(parts: &Parts) -> bool {
    let pairs = query::pairs(parts.uri.query().unwrap_or_default());
    IN_QUERY.iter().any(|name| query::first(&pairs, name).is_some())
}

impl Raw {
    pub(super) fn of(parts: &Parts, config: &Config, rules: Rules) -> Outcome<Self> {
        let values: Vec<_> = parts.headers.get_all(AUTHORIZATION).iter().collect();
        match values.as_slice() {
            [] if is_signed_in_query(parts) => {
                Self::of_query(&query::pairs(parts.uri.query().unwrap_or_default()), config, rules)
            }
            [] => Err(Refusal::new(ErrorName::MissingAuthenticationToken, "Missing Authentication Token")),
            [value] => Self::of_header(value.to_str().unwrap_or_default(), &parts.headers, config),
            values => {
                let counted = match config.freedoms.choice(FreedomId::TwoAuthorizations) {
                    "the first counts" => values.first(),
                    "the last counts" => values.last(),
                    _ => None,
                };
                let counted =
                    counted.ok_or_else(|| incomplete("There is more than one Authorization header."))?;
                Self::of_header(counted.to_str().unwrap_or_default(), &parts.headers, config)
            }
        }
    }

    fn of_header(authorization: &str, headers: &HeaderMap, config: &Config) -> Outcome<Self> {
        let (algorithm, rest) = authorization.trim().split_once(' ').unwrap_or((authorization, ""));
        if algorithm != ALGORITHM {
            return Err(incomplete(&format!("Unsupported AWS 'algorithm': '{algorithm}'.")));
        }
        let mut pairs = Vec::new();
        for part in rest.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let (name, value) = part.split_once('=').ok_or_else(|| {
                incomplete("Invalid key=value pair (missing equal-sign) in Authorization header.")
            })?;
            pairs.push((name.to_owned(), value.to_owned()));
        }
        let part = |name: &str| {
            let found = single(&pairs, name, "Authorization header", config)?;
            found.ok_or_else(|| incomplete(&format!("Authorization header requires '{name}' parameter.")))
        };
        let (credential, signed_headers, signature) =
            (part("Credential")?, part("SignedHeaders")?, part("Signature")?);
        Ok(Self {
            credential,
            signed_headers,
            signature,
            date: date(headers)?,
            expires: None,
            is_query: false,
            content_sha256: None,
        })
    }

    fn of_query(pairs: &[(String, String)], config: &Config, rules: Rules) -> Outcome<Self> {
        let optional = |name: &str| single(pairs, name, "query", config);
        let value = |name: &str| {
            optional(name)?
                .ok_or_else(|| incomplete(&format!("AWS query-string parameters must include '{name}'.")))
        };
        let algorithm = value("X-Amz-Algorithm")?;
        if algorithm != ALGORITHM {
            return Err(incomplete(&format!("Unsupported AWS 'algorithm': '{algorithm}'.")));
        }
        optional("X-Amz-Security-Token")?;
        let expires = match optional("X-Amz-Expires")? {
            Some(text) => Some(
                seconds(&text)
                    .ok_or_else(|| incomplete("X-Amz-Expires must be a number from 1 to 604800"))?,
            ),
            None if rules.is_s3 => {
                return Err(incomplete("AWS query-string parameters must include 'X-Amz-Expires'."));
            }
            None => None,
        };
        Ok(Self {
            credential: value("X-Amz-Credential")?,
            signed_headers: value("X-Amz-SignedHeaders")?,
            signature: value("X-Amz-Signature")?,
            date: value("X-Amz-Date")?,
            expires,
            is_query: true,
            content_sha256: optional("X-Amz-Content-Sha256")?,
        })
    }
}

/// The value of a part that may be there once; which one counts of several is an open point.
fn single(pairs: &[(String, String)], name: &str, place: &str, config: &Config) -> Outcome<Option<String>> {
    let mut values = pairs.iter().filter(|(known, _)| known == name).map(|(_, value)| value);
    let (first, last) = (values.next(), values.next_back());
    let counted = match (last, config.freedoms.choice(FreedomId::SignaturePartTwice)) {
        (None, _) | (Some(_), "the first counts") => first,
        (Some(_), "the last counts") => last,
        (Some(_), _) => return Err(incomplete(&format!("'{name}' is more than once in the {place}."))),
    };
    Ok(counted.cloned())
}

/// The date that is signed: X-Amz-Date, or Date where there is no such header.
fn date(headers: &HeaderMap) -> Outcome<String> {
    let mut values = headers.get_all("x-amz-date").iter();
    let value = match (values.next(), values.next()) {
        (Some(_), Some(_)) => return Err(incomplete("There is more than one X-Amz-Date header.")),
        (Some(value), None) => Some(value),
        (None, _) => headers.get(DATE),
    };
    let text = value.and_then(|value| value.to_str().ok()).map(str::to_owned);
    text.ok_or_else(|| {
        incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
    })
}

/// How long a URL is valid, at most a week, as a number in its one spelling.
fn seconds(text: &str) -> Option<i64> {
    let seconds: i64 = text.parse().ok()?;
    ((1..=604_800).contains(&seconds) && seconds.to_string() == text).then_some(seconds)
}
