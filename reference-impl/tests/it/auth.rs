//! Signatures: good ones are accepted in every form, and bad ones refused with their own errors.

use crate::server::Server;
use crate::signed::{OWNER, Signing, signed, signed_with};
use axum::body::Body;
use axum::http::Request;
use serde_json::json;
use signer_reference::Config;
use signer_reference::identity::{OTHER_ACCESS_KEY, OTHER_SECRET_KEY};

/// Names and values.
type Headers<'a> = &'a [(&'a str, &'a str)];

#[tokio::test]
async fn good_signatures_are_accepted_and_tell_who_calls() {
    let server = Server::strict();
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
    let server = Server::strict();
    let query = Signing { in_query: true, ..OWNER };
    let get = |who: &Signing<'_>| signed(who, "GET", "/signing-profiles?maxResults=3&statuses=Active", "");
    server.send(get(&query)).await.ok();
    server.send(get(&Signing { offset_s: -599, ..query })).await.ok();
    server.send(get(&Signing { offset_s: -601, ..query })).await.refused(403, "InvalidSignatureException");
    server.send(get(&Signing { secret: "wrong", ..query })).await.refused(403, "InvalidSignatureException");
}

#[tokio::test]
async fn bad_signatures_are_refused() {
    let server = Server::strict();
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
    let server = Server::strict();
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
    let server = Server::strict();
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
