//! Signatures, made by a signer that is not ours.

use crate::server::Server;
use aws_credential_types::Credentials;
use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, sign,
};
use aws_sigv4::sign::v4;
use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use signer_reference::Config;
use signer_reference::identity::{OTHER_ACCESS_KEY, OTHER_SECRET_KEY, OWNER_ACCESS_KEY, OWNER_SECRET_KEY};
use std::time::{Duration, SystemTime};

/// Names and values.
type Headers<'a> = &'a [(&'a str, &'a str)];

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

fn server() -> Server {
    Server::with(|config| Config { authenticate: true, ..config })
}

#[tokio::test]
async fn good_signatures_are_accepted_and_tell_who_calls() {
    let server = server();
    let body = json!({"platformId": crate::server::NOTATION}).to_string();
    let created = server.send(signed(&OWNER, "PUT", "/signing-profiles/signed", &body)).await.ok();
    assert_eq!(created["arn"], "arn:aws:signer:us-east-1:111122223333:/signing-profiles/signed");
    let other = Signing { key: OTHER_ACCESS_KEY, secret: OTHER_SECRET_KEY, ..OWNER };
    server
        .send(signed(&other, "GET", "/signing-profiles/signed", ""))
        .await
        .refused(404, "ResourceNotFoundException");
    let tags = crate::server::tags_uri("signed");
    server.send(signed(&OWNER, "POST", &tags, &json!({"tags": {"a": "b"}}).to_string())).await.ok();
    server
        .send(signed(&OWNER, "DELETE", &format!("{tags}?tagKeys=b&tagKeys=a%3Ac&tagKeys="), ""))
        .await
        .refused(400, "BadRequestException");
    server
        .send(signed(
            &OWNER,
            "GET",
            "/signing-profiles?statuses=Revoked&includeCanceled=true&statuses=Active",
            "",
        ))
        .await
        .ok();
    server.send(signed(&OWNER, "GET", "/signing-jobs?requestedBy=a%20b%2B%C3%BC~", "")).await.ok();
}

#[tokio::test]
async fn signatures_may_be_in_the_query() {
    let server = server();
    let query = Signing { in_query: true, ..OWNER };
    let get = |who: &Signing<'_>| signed(who, "GET", "/signing-profiles?maxResults=3&statuses=Active", "");
    server.send(get(&query)).await.ok();
    server.send(get(&Signing { offset_s: -599, ..query })).await.ok();
    server.send(get(&Signing { offset_s: -601, ..query })).await.refused(403, "InvalidSignatureException");
    server.send(get(&Signing { secret: "wrong", ..query })).await.refused(403, "InvalidSignatureException");
}

#[tokio::test]
async fn bad_signatures_are_refused() {
    let server = server();
    let get = |who: &Signing<'_>| signed(who, "GET", "/signing-platforms", "");
    server
        .send(Request::builder().uri("/signing-platforms").body(Body::empty()).expect("a request"))
        .await
        .refused(403, "MissingAuthenticationTokenException");
    server
        .send(get(&Signing { key: "AKIDNOBODY", ..OWNER }))
        .await
        .refused(403, "UnrecognizedClientException");
    server.send(get(&Signing { secret: "wrong", ..OWNER })).await.refused(403, "InvalidSignatureException");
    server.send(get(&Signing { service: "sts", ..OWNER })).await.refused(403, "InvalidSignatureException");
    for offset_s in [-901, 901] {
        server.send(get(&Signing { offset_s, ..OWNER })).await.refused(403, "InvalidSignatureException");
    }
    for offset_s in [-899, 899] {
        server.send(get(&Signing { offset_s, ..OWNER })).await.ok();
    }
    let mut tampered = signed(&OWNER, "PUT", "/signing-profiles/signed", "{}");
    *tampered.body_mut() = Body::from("{ }");
    server.send(tampered).await.refused(403, "InvalidSignatureException");
    let mut moved = get(&OWNER);
    *moved.uri_mut() = "/signing-jobs".parse().expect("a URI");
    server.send(moved).await.refused(403, "InvalidSignatureException");
    for broken in [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential",
        "Basic x",
        "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0",
    ] {
        let request = Request::builder()
            .uri("/signing-platforms")
            .header("authorization", broken)
            .header("x-amz-date", "20260102T030405Z");
        server
            .send(request.body(Body::empty()).expect("a request"))
            .await
            .refused(403, "IncompleteSignatureException");
    }
}

#[tokio::test]
async fn the_small_s3_checks_signatures_in_its_own_way() {
    let server = server();
    let s3 = Signing { service: "s3", ..OWNER };
    assert_eq!(server.s3("PUT", "/bucket", "").await.status, 403);
    assert_eq!(server.send(signed(&s3, "PUT", "/bucket", "")).await.status, 200);
    assert_eq!(server.send(signed(&s3, "PUT", "/bucket/a%20b/c%2Bd", "text")).await.status, 200);
    assert_eq!(server.send(signed(&s3, "GET", "/bucket/a%20b/c%2Bd", "")).await.text, "text");
    // A bucket may be called as a path of the API is: the scope decides.
    assert_eq!(server.send(signed(&s3, "PUT", "/tags", "")).await.status, 200);
    assert_eq!(
        server.send(signed(&Signing { secret: "wrong", ..s3 }, "PUT", "/bucket", "")).await.status,
        403
    );
}

#[tokio::test]
async fn the_errors_of_2019_have_the_names_of_that_edition() {
    let server = Server::with(|config| Config {
        authenticate: true,
        edition: signer_schemas::Edition::May2019,
        ..config
    });
    let get = |who: &Signing<'_>| signed(who, "GET", "/signing-platforms", "");
    server.s3("GET", "/signing-platforms", "").await.refused(403, "MissingAuthenticationToken");
    server.send(get(&Signing { key: "AKIDNOBODY", ..OWNER })).await.refused(403, "InvalidClientTokenId");
    server.send(get(&Signing { offset_s: -901, ..OWNER })).await.refused(400, "RequestExpired");
}

#[tokio::test]
async fn faults_let_bad_signatures_pass() {
    for (fault, request) in [
        (
            "unsigned-accepted",
            Request::builder().uri("/signing-platforms").body(Body::empty()).expect("a request"),
        ),
        (
            "unknown-key-accepted",
            signed(&Signing { key: "AKIDNOBODY", ..OWNER }, "GET", "/signing-platforms", ""),
        ),
        (
            "bad-signature-accepted",
            signed(&Signing { secret: "wrong", ..OWNER }, "GET", "/signing-platforms", ""),
        ),
        ("expired-accepted", signed(&Signing { offset_s: -2000, ..OWNER }, "GET", "/signing-platforms", "")),
    ] {
        let server = Server::with(|config| {
            Config { authenticate: true, ..config }.with_fault(fault).expect("the fault is known")
        });
        server.send(request).await.ok();
    }
}

/// The kinds of requests in the published suite of Signature Version 4: paths, queries and headers that one
/// can write in several ways.
#[tokio::test]
async fn every_spelling_of_a_request_is_signed_and_checked_alike() {
    let server = server();
    let unreserved = "/-._~0123456789abcXYZ";
    let cases: [(&str, &str, Headers<'_>, &str); 14] = [
        ("GET", "/", &[], ""),
        ("GET", unreserved, &[], ""),
        ("GET", "/%E1%88%B4", &[], ""),
        ("GET", "/example%20space/", &[], ""),
        ("GET", "/example/..", &[], ""),
        ("GET", "/./example//x/../", &[], ""),
        ("GET", "/?Param2=value2&Param1=value1", &[], ""),
        ("GET", "/?Param=b&Param=a&param=c", &[], ""),
        ("GET", "/?Param1", &[], ""),
        ("GET", "/?%E1%88%B4=bar%20baz&x=a%2Fb", &[], ""),
        ("GET", "/", &[("my-header1", "value2"), ("my-header1", "value1")], ""),
        ("GET", "/", &[("my-header1", "  value1  "), ("my-header2", "\"a   b   c\"")], ""),
        ("POST", "/", &[("my-header1", "VALUE1")], "Param1=value1"),
        ("POST", "/?Param1=value1", &[], ""),
    ];
    for (method, uri, headers, body) in cases {
        let good = server.send(signed_with(&OWNER, method, uri, headers, body)).await;
        assert_ne!(good.status, 403, "{method} {uri} {headers:?}: {good:?}");
        let wrong = Signing { secret: "wrong", ..OWNER };
        let bad = server.send(signed_with(&wrong, method, uri, headers, body)).await;
        bad.refused(403, "InvalidSignatureException");
    }
}
