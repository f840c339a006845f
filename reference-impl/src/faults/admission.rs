//! Faults of who may come in.

use crate::error::{ErrorName, Refusal};
use crate::faults::lie::{
    Lie, Overlooked::Body, Overlooked::Check, Overlooked::Denial, Overlooked::Key, Overlooked::NoSignature,
    Overlooked::Signature, Overlooked::Twice,
};
use crate::faults::row::{BOTH, CURRENT, Category, Fault, MAY_2019, fault};
use crate::http::sigv4::Check as Made;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (23, "unsigned-accepted"),
        Category::Auth,
        BOTH,
        "common/unsigned-refused",
        "a request without a signature is served",
        &[Lie::Overlooked(NoSignature)],
    ),
    fault(
        (24, "unknown-key-accepted"),
        Category::Auth,
        BOTH,
        "common/unknown-key-refused",
        "a request with an unknown access key is served",
        &[Lie::Overlooked(Key)],
    ),
    fault(
        (25, "bad-signature-accepted"),
        Category::Auth,
        BOTH,
        "common/bad-signature-refused",
        "the signature is not compared",
        &[Lie::Overlooked(Signature), Lie::Overlooked(Body)],
    ),
    fault(
        (26, "expired-accepted"),
        Category::Auth,
        BOTH,
        "common/expired-request-refused",
        "the time of the signature is not looked at",
        &[
            Lie::Overlooked(Check(Made::NotExpired)),
            Lie::Overlooked(Check(Made::UrlNotExpired)),
            Lie::Overlooked(Check(Made::NotAhead)),
        ],
    ),
    fault(
        (231, "future-accepted"),
        Category::Auth,
        BOTH,
        "common/expired-request-refused",
        "a signature may be of any time to come",
        &[Lie::Overlooked(Check(Made::NotAhead))],
    ),
    fault(
        (297, "scope-service-unchecked"),
        Category::Auth,
        BOTH,
        "common/scope-service",
        "a signature for any service is accepted",
        &[Lie::Overlooked(Check(Made::Service))],
    ),
    fault(
        (298, "scope-region-unchecked"),
        Category::Auth,
        BOTH,
        "common/scope-region",
        "a signature for no Region, or for something that is none, is accepted",
        &[Lie::Overlooked(Check(Made::Region))],
    ),
    fault(
        (299, "content-hash-unchecked"),
        Category::Auth,
        BOTH,
        "common/payload-hash",
        "the hash of the body is believed, whatever the body is",
        &[Lie::Overlooked(Body)],
    ),
    fault(
        (300, "content-word-accepted"),
        Category::Auth,
        BOTH,
        "common/payload-word",
        "any word stands for the hash of the body",
        &[Lie::Overlooked(Check(Made::Payload))],
    ),
    fault(
        (301, "unsigned-header-accepted"),
        Category::Auth,
        BOTH,
        "common/amz-headers-signed",
        "x-amz- headers need not be signed",
        &[Lie::Overlooked(Check(Made::UnsignedHeaders))],
    ),
    fault(
        (302, "two-signatures-accepted"),
        Category::Auth,
        BOTH,
        "common/one-signature",
        "beside an Authorization header, a signature in the query is ignored",
        &[Lie::Overlooked(Twice)],
    ),
    fault(
        (316, "signed-url-never-expires"),
        Category::Auth,
        MAY_2019,
        "common/presigned-expiry",
        "a signature in the query never expires",
        &[Lie::Overlooked(Check(Made::UrlNotExpired))],
    ),
    fault(
        (318, "credential-end-unchecked"),
        Category::Auth,
        MAY_2019,
        "common/credential-format",
        "a credential need not end in aws4_request",
        &[Lie::Overlooked(Check(Made::Terminator))],
    ),
    fault(
        (321, "extended-date-accepted"),
        Category::Auth,
        MAY_2019,
        "common/amz-date-format",
        "X-Amz-Date may be in the extended format",
        &[Lie::Overlooked(Check(Made::DateForm))],
    ),
    fault(
        (324, "date-alone-refused"),
        Category::Auth,
        MAY_2019,
        "common/date-alone",
        "a request without X-Amz-Date is refused, whatever its Date header",
        &[Lie::Unread(|asked, wire| {
            let is_told = |name: &str| name.eq_ignore_ascii_case("x-amz-date");
            let is_dated = asked.arrived.parts.headers.contains_key("x-amz-date")
                || wire.query.iter().any(|(name, _)| is_told(name));
            let missing = || {
                Refusal::new(
                    ErrorName::IncompleteSignature,
                    "Authorization header requires a 'X-Amz-Date' header.",
                )
            };
            if is_dated { Ok(()) } else { Err(missing()) }
        })],
    ),
    fault(
        (383, "denied-identity-served"),
        Category::Auth,
        BOTH,
        "common/no-permission-refused",
        "an identity that no policy permits anything is served",
        &[Lie::Overlooked(Denial)],
    ),
    fault(
        (384, "denial-text-in-message"),
        Category::Auth,
        CURRENT,
        "common/iam-refusal-text",
        "the authorization layer writes its text in message",
        &[Lie::Refused(|_, refusal| {
            if refusal.error == ErrorName::NotPermitted {
                refusal.error = ErrorName::AccessDenied;
            }
        })],
    ),
    fault(
        (393, "tag-denied-as-bad-request"),
        Category::Auth,
        CURRENT,
        "TagResource/denied-undeclared",
        "tags that no policy permits are refused as a bad request",
        &[Lie::Refused(|arrived, refusal| {
            let is_of_tags = arrived.parts.method == "POST" && arrived.parts.uri.path().starts_with("/tags/");
            if is_of_tags && refusal.error == ErrorName::NotPermitted {
                refusal.error = ErrorName::BadRequest;
            }
        })],
    ),
    fault(
        (385, "session-token-unchecked"),
        Category::Auth,
        BOTH,
        "common/session-token",
        "temporary credentials need no session token",
        &[Lie::Overlooked(Check(Made::Token))],
    ),
];
