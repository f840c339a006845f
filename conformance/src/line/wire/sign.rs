//! Signature Version 4, by AWS's own signer.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_sigv4::SigningOutput;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningInstructions, SigningSettings, UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;
use signer_model::Account;

use crate::data::exchange::Request;
use crate::data::signature::{Signature, Wrong};
use crate::line::wire::by_hand::{self, Dated, Signer};
use crate::line::wire::encode::percent_encode;

/// Who signs.
#[derive(Clone, PartialEq, Eq)]
pub struct Identity {
    /// The access key id.
    pub access_key: String,
    /// The secret access key.
    pub secret_key: String,
    /// The session token of temporary credentials.
    pub session_token: Option<String>,
}

impl std::fmt::Debug for Identity {
    /// Secrets stay out of logs.
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Identity").field("access_key", &self.access_key).finish_non_exhaustive()
    }
}

/// Who requests can be signed as.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Identities {
    /// The one that owns the profiles; none = requests are not signed.
    pub owner: Option<Identity>,
    /// That of another account.
    pub other: Option<Identity>,
    /// One of the owner's account that no policy permits anything.
    pub denied: Option<Identity>,
    /// Temporary credentials of the owner's account.
    pub temporary: Option<Identity>,
}

impl Identities {
    /// Who signs a request of that account that is to be signed in that way; none where there is no such
    /// identity.
    pub const fn signer(&self, by: Account, signature: Signature) -> Option<&Identity> {
        match (signature, by) {
            (Signature::Denied, _) => self.denied.as_ref(),
            (Signature::Temporary | Signature::NoToken | Signature::OtherToken, _) => self.temporary.as_ref(),
            (_, Account::Owner) => self.owner.as_ref(),
            (_, Account::Other) => self.other.as_ref(),
        }
    }
}

/// The request cannot be signed.
#[derive(Debug, thiserror::Error)]
#[error("cannot sign the request: {0}")]
pub struct SignError(String);

/// An hour is well beyond every clock window in use.
const EXPIRED: Duration = Duration::from_hours(1);
/// The documents let an expired request pass for fifteen minutes.
const LONG_EXPIRED: Duration = Duration::from_mins(20);
/// How long a signature in the query holds.
const IN_QUERY: Duration = Duration::from_mins(5);

/// What a signature adds to a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signed {
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// Members of the query, not yet encoded.
    pub query: Vec<(String, String)>,
}

impl Signed {
    /// The URL with the signature's members in its query.
    pub fn url(&self, url: &str) -> String {
        let members = self.query.iter().map(|(name, value)| format!("{name}={}", percent_encode(value)));
        let members = members.collect::<Vec<_>>().join("&");
        match (members.is_empty(), url.contains('?')) {
            (true, _) => url.to_owned(),
            (false, true) => format!("{url}&{members}"),
            (false, false) => format!("{url}?{members}"),
        }
    }
}

/// A date that no clock window covers.
const LAST_CENTURY: &str = "Fri, 31 Dec 1999 23:59:59 GMT";
/// What no request's signature is.
const NO_SIGNATURE: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// The SHA-256 of the text `another body`, which no request has.
const HASH_OF_NOTHING_SENT: &str = "867ad8c10a26b2e9273f73e17e4d0005c77b54c85fdebe168b354dee49477d7e";

/// What signs `request`, as it wants to be signed, when it is sent to `url` for `service` (`signer` or `s3`)
/// at `time`.
pub fn sign(
    request: &Request,
    url: &str,
    identity: &Identity,
    region: &str,
    service: &str,
    time: SystemTime,
) -> Result<Signed, SignError> {
    let (mut identity, mut time, mut region, mut service) = (identity.clone(), time, region, service);
    match request.signature {
        Signature::Missing => return Ok(Signed::default()),
        Signature::UnknownKey => "AKIDNOBODY0000000".clone_into(&mut identity.access_key),
        Signature::WrongSecret => identity.secret_key.push_str("-wrong"),
        Signature::Expired => time -= EXPIRED,
        Signature::Aged(minutes) => time -= Duration::from_mins(u64::from(minutes)),
        Signature::Ahead(minutes) => time += Duration::from_mins(u64::from(minutes)),
        Signature::OtherService => service = "execute-api",
        Signature::NoRegion => region = "",
        Signature::StrangeRegion => region = "NO_REGION",
        Signature::QueryExpired => time -= IN_QUERY + LONG_EXPIRED,
        Signature::DateAlone | Signature::ExtendedDate => {
            let by = Signer {
                access_key: &identity.access_key,
                secret_key: &identity.secret_key,
                session_token: identity.session_token.as_deref(),
                region,
                service,
            };
            let dated = if request.signature == Signature::DateAlone {
                Dated::ByDate
            } else {
                Dated::InExtendedFormat
            };
            let headers = by_hand::headers(request, url, by, time, dated).map_err(SignError)?;
            return Ok(Signed { headers, query: Vec::new() });
        }
        Signature::NoToken => identity.session_token = None,
        Signature::OtherToken => {
            identity.session_token = identity.session_token.map(|token| format!("{token}-wrong"));
        }
        Signature::HeaderAndQuery => return twice(request, url, &identity, region, service, time),
        Signature::Valid
        | Signature::Denied
        | Signature::Temporary
        | Signature::Incomplete
        | Signature::Query
        | Signature::QueryAlgorithm
        | Signature::TwoDates
        | Signature::OpenCredential
        | Signature::OtherHash
        | Signature::OtherBody
        | Signature::PayloadWord
        | Signature::UncoveredHeader
        | Signature::TwoAuthorizations(_)
        | Signature::TwoParts(_) => {}
    }
    let (instructions, _) = instructions(request, url, &identity, region, service, time)?.into_parts();
    let pair = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let mut signed = Signed {
        headers: instructions.headers().map(pair).collect(),
        query: instructions
            .params()
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_string()))
            .collect(),
    };
    spoil(request.signature, &mut signed);
    Ok(signed)
}

/// Signs in the query first, and then what comes of that in the header.
fn twice(
    request: &Request,
    url: &str,
    identity: &Identity,
    region: &str,
    service: &str,
    time: SystemTime,
) -> Result<Signed, SignError> {
    let with = |signature| Request { signature, ..request.clone() };
    let in_query = sign(&with(Signature::Query), url, identity, region, service, time)?;
    let in_header = sign(&with(Signature::Valid), &in_query.url(url), identity, region, service, time)?;
    Ok(Signed { headers: in_header.headers, query: in_query.query })
}

/// What AWS's signer adds to a request.
fn instructions(
    request: &Request,
    url: &str,
    identity: &Identity,
    region: &str,
    service: &str,
    time: SystemTime,
) -> Result<SigningOutput<SigningInstructions>, SignError> {
    let text = |error: &dyn std::fmt::Display| SignError(error.to_string());
    let mut settings = SigningSettings::default();
    if service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let sent = request.sent_body();
    let body = match request.signature {
        Signature::OtherHash => {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
            SignableBody::Precomputed(HASH_OF_NOTHING_SENT.to_owned())
        }
        Signature::PayloadWord => {
            settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
            SignableBody::UnsignedPayload
        }
        Signature::OtherBody => SignableBody::Bytes(b"{\"another\":\"body\"}"),
        _ => SignableBody::Bytes(&sent),
    };
    if matches!(request.signature, Signature::Query | Signature::QueryAlgorithm | Signature::QueryExpired) {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(IN_QUERY);
    }
    let credentials = Credentials::new(
        &identity.access_key,
        &identity.secret_key,
        identity.session_token.clone(),
        None,
        "signer-conformance",
    )
    .into();
    let params = v4::SigningParams::builder()
        .identity(&credentials)
        .region(region)
        .name(service)
        .time(time)
        .settings(settings)
        .build()
        .map_err(|error| text(&error))?
        .into();
    let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let signable = SignableRequest::new(&request.method, url, headers, body).map_err(|error| text(&error))?;
    aws_sigv4::http_request::sign(signable, &params).map_err(|error| text(&error))
}

/// Makes of a right signature what the request wants instead.
fn spoil(signature: Signature, signed: &mut Signed) {
    let authorization =
        signed.headers.iter().position(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    match (signature, authorization) {
        (Signature::Incomplete, Some(index)) => {
            let value = &mut signed.headers[index].1;
            value.truncate(value.find(", Signature=").unwrap_or(value.len()));
        }
        (Signature::TwoParts(wrong), Some(index)) => {
            let value = &mut signed.headers[index].1;
            let second = match wrong {
                Wrong::First => {
                    value.replace(", Signature=", &format!(", Signature={NO_SIGNATURE}, Signature="))
                }
                Wrong::Second => format!("{value}, Signature={NO_SIGNATURE}"),
            };
            *value = second;
        }
        (Signature::TwoAuthorizations(wrong), Some(index)) => {
            let right = signed.headers.remove(index);
            let head = right.1.split("Signature=").next().unwrap_or_default();
            let forged = (right.0.clone(), format!("{head}Signature={NO_SIGNATURE}"));
            signed.headers.extend(match wrong {
                Wrong::First => [forged, right],
                Wrong::Second => [right, forged],
            });
        }
        (Signature::QueryAlgorithm, _) => {
            for (_, value) in signed.query.iter_mut().filter(|(name, _)| name == "X-Amz-Algorithm") {
                "AWS4-HMAC-MD5".clone_into(value);
            }
        }
        (Signature::OpenCredential, Some(index)) => {
            let value = &mut signed.headers[index].1;
            *value = value.replace("/aws4_request,", ",");
        }
        (Signature::TwoDates, _) => signed.headers.push(("date".to_owned(), LAST_CENTURY.to_owned())),
        (Signature::UncoveredHeader, _) => {
            signed.headers.push(("x-amz-note".to_owned(), "not signed".to_owned()));
        }
        _ => {}
    }
}
