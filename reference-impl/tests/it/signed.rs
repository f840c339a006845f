//! Signed requests, by a signer that is not ours.

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use axum::body::Body;
use axum::http::Request;
use signer_reference::identity::{OWNER_ACCESS_KEY, OWNER_SECRET_KEY};
use std::time::{Duration, SystemTime};

const HOST: &str = "127.0.0.1:8770";

#[derive(Clone, Copy)]
pub(crate) struct Signing<'a> {
    pub(crate) key: &'a str,
    pub(crate) secret: &'a str,
    pub(crate) service: &'a str,
    pub(crate) offset_s: i64,
    /// Whether the signature is in the query.
    pub(crate) in_query: bool,
}

pub(crate) const OWNER: Signing<'_> = Signing {
    key: OWNER_ACCESS_KEY,
    secret: OWNER_SECRET_KEY,
    service: "signer",
    offset_s: 0,
    in_query: false,
};

pub(crate) fn signed(who: &Signing<'_>, method: &str, uri: &str, body: &str) -> Request<Body> {
    signed_with(who, method, uri, &[], body)
}

pub(crate) fn signed_with(
    who: &Signing<'_>,
    method: &str,
    uri: &str,
    more: &[(&str, &str)],
    body: &str,
) -> Request<Body> {
    signed_payload(who, method, uri, more, body, None)
}

/// A request of which the header `x-amz-content-sha256` says something else than the hash of its body, if
/// that is given.
pub(crate) fn signed_payload(
    who: &Signing<'_>,
    method: &str,
    uri: &str,
    more: &[(&str, &str)],
    body: &str,
    told: Option<&str>,
) -> Request<Body> {
    signed_for(who, "us-east-1", (method, uri), more, body, told)
}

/// A form, as the query protocol has it.
pub(crate) fn signed_form(who: &Signing<'_>, form: &str) -> Request<Body> {
    signed_with(
        who,
        "POST",
        "/",
        &[("content-type", "application/x-www-form-urlencoded; charset=utf-8")],
        form,
    )
}

/// A request whose credential is scoped to a region.
pub(crate) fn signed_in(who: &Signing<'_>, region: &str, method: &str, uri: &str) -> Request<Body> {
    signed_for(who, region, (method, uri), &[], "", None)
}

fn signed_for(
    who: &Signing<'_>,
    region: &str,
    (method, uri): (&str, &str),
    more: &[(&str, &str)],
    body: &str,
    told: Option<&str>,
) -> Request<Body> {
    let identity = Credentials::new(who.key, who.secret, None, None, "test").into();
    let seconds = u64::try_from(crate::server::START + who.offset_s).expect("after 1970");
    let mut settings = SigningSettings::default();
    // The hash of the body in a header is what is signed in its place.
    let of_header = more.iter().find(|(name, _)| *name == "x-amz-content-sha256").map(|(_, value)| *value);
    let told = told.or(of_header);
    if who.service == "s3" {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
    }
    if who.service == "s3" || told.is_some() {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if who.in_query {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = Some(Duration::from_mins(10));
    }
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(who.service)
        .time(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .settings(settings)
        .build()
        .expect("the parameters are whole")
        .into();
    let more = more.iter().filter(|(name, _)| *name != "x-amz-content-sha256");
    let common = [("host", HOST), ("content-type", "application/json")];
    let common = common.iter().filter(|(name, _)| !more.clone().any(|(known, _)| known == name));
    let headers: Vec<_> = common.chain(more.clone()).copied().collect();
    let url = format!("http://{HOST}{uri}");
    let payload = match told {
        Some(told) => SignableBody::Precomputed(told.to_owned()),
        // A URL for S3 leaves the body out.
        None if who.service == "s3" && who.in_query => SignableBody::UnsignedPayload,
        None => SignableBody::Bytes(body.as_bytes()),
    };
    let signable = SignableRequest::new(method, &url, headers.iter().copied(), payload).expect("a request");
    let (instructions, _) = sign(signable, &params).expect("it signs").into_parts();
    let mut request = Request::builder().method(method).uri(uri);
    for (name, value) in headers {
        request = request.header(name, value);
    }
    let mut request = request.body(Body::from(body.to_owned())).expect("a request");
    instructions.apply_to_request_http1x(&mut request);
    request
}
