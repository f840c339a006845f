//! Signatures that are nearly right: each is refused, and what is documented stays accepted.

mod s3;

use crate::server::Server;
use crate::signed::{OWNER, Signing, signed, signed_in, signed_with};
use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Request};
use signer_reference::Config;
use std::fmt::Write as _;

const PLATFORMS: &str = "/signing-platforms";

fn get() -> Request<Body> {
    signed(&OWNER, "GET", PLATFORMS, "")
}

/// A request that tells this as the hash of its body.
fn hashed(told: &str) -> Request<Body> {
    signed_with(&OWNER, "GET", PLATFORMS, &[("x-amz-content-sha256", told)], "")
}

/// A request in the query form.
fn get_by_url() -> Request<Body> {
    signed(&Signing { in_query: true, ..OWNER }, "GET", PLATFORMS, "")
}

fn authorization(request: &Request<Body>) -> String {
    request.headers()["authorization"].to_str().expect("text").to_owned()
}

/// The same request with its Authorization header changed.
fn changed(mut request: Request<Body>, change: impl FnOnce(String) -> String) -> Request<Body> {
    let value = HeaderValue::try_from(change(authorization(&request))).expect("a value");
    request.headers_mut().insert("authorization", value);
    request
}

fn with(mut request: Request<Body>, name: &'static str, value: &str) -> Request<Body> {
    request
        .headers_mut()
        .append(HeaderName::from_static(name), HeaderValue::try_from(value).expect("a value"));
    request
}

fn with_query(mut request: Request<Body>, change: impl FnOnce(String) -> String) -> Request<Body> {
    *request.uri_mut() = change(request.uri().to_string()).parse().expect("a URI");
    request
}

/// What was done to a request, and the request.
type Case = (&'static str, Request<Body>);

async fn all_are_refused(error: &str, cases: Vec<Case>) {
    let server = Server::strict();
    let mut told = String::new();
    for (name, request) in cases {
        let reply = server.send(request).await;
        let answered = (reply.status, reply.header("x-amzn-errortype"));
        if answered != (403, error) {
            let _ = writeln!(told, "{name}: {answered:?} {}", reply.text);
        }
    }
    assert!(told.is_empty(), "{told}");
}

#[tokio::test]
async fn what_a_signature_covers_and_lists_is_held_to_the_letter() {
    let wrong = "0".repeat(64);
    let part = |name: &'static str, value: &'static str| {
        move |text: String| {
            let at = text.find(name).expect("the part") + name.len();
            let end = text[at..].find(',').map_or(text.len(), |end| at + end);
            format!("{}{value}{}", &text[..at], &text[end..])
        }
    };
    let invalid: Vec<Case> = vec![
        ("a service in vain", signed(&Signing { service: "execute-api", ..OWNER }, "GET", PLATFORMS, "")),
        ("a word as hash", hashed("UNSIGNED-PAYLOAD")),
        ("any word", hashed("hello")),
        ("another hash", hashed(&wrong)),
        ("an unsigned header", with(get(), "x-amz-note", "1")),
        ("a header that is not there", changed(get(), part("SignedHeaders=", "absent;host;x-amz-date"))),
    ];
    let incomplete: Vec<Case> = vec![
        ("two Authorization headers", {
            let text = authorization(&get());
            with(get(), "authorization", &text)
        }),
        ("two signatures", changed(get(), |text| format!("{text}, Signature={}", "0".repeat(64)))),
        (
            "two signatures, the last right",
            changed(get(), |text| text.replace("Signature=", "Signature=0, Signature=")),
        ),
        (
            "two credentials",
            changed(get(), |text| format!("{text}, Credential=x/20260102/us-east-1/signer/aws4_request")),
        ),
        ("two lists of headers", changed(get(), |text| format!("{text}, SignedHeaders=host"))),
        ("two dates", with(get(), "x-amz-date", "20260102T030405Z")),
        ("headers unsorted", changed(get(), part("SignedHeaders=", "x-amz-date;host"))),
        ("headers in capitals", changed(get(), part("SignedHeaders=", "Host;host;x-amz-date"))),
        ("a header twice", changed(get(), part("SignedHeaders=", "host;host;x-amz-date"))),
        ("no host", changed(get(), part("SignedHeaders=", "x-amz-date"))),
    ];
    all_are_refused("InvalidSignatureException", invalid).await;
    all_are_refused("IncompleteSignatureException", incomplete).await;
}

#[tokio::test]
async fn scopes_dates_and_urls_are_held_to_the_letter() {
    let wrong = "0".repeat(64);
    let invalid: Vec<Case> = vec![
        ("no region", changed(get(), |text| text.replace("/us-east-1/", "//"))),
        ("no name of a region", changed(get(), |text| text.replace("/us-east-1/", "/US_EAST/"))),
        ("another end", changed(get(), |text| text.replace("aws4_request", "aws5_request"))),
        ("another day", changed(get(), |text| text.replace("/20260102/", "/20260103/"))),
        ("the year only", changed(get(), |text| text.replace("/20260102/", "/2026/"))),
        ("signed twice", with_query(get(), |uri| format!("{uri}?X-Amz-Signature={wrong}"))),
    ];
    let incomplete: Vec<Case> = vec![
        (
            "a part of the query twice",
            with_query(get_by_url(), |uri| format!("{uri}&X-Amz-Signature={wrong}")),
        ),
        ("a plus sign", with_query(get_by_url(), |uri| uri.replace("Expires=600", "Expires=%2B600"))),
        ("a leading zero", with_query(get_by_url(), |uri| uri.replace("Expires=600", "Expires=0600"))),
        ("more than a week", with_query(get_by_url(), |uri| uri.replace("Expires=600", "Expires=604801"))),
        ("no time at all", with_query(get_by_url(), |uri| uri.replace("Expires=600", "Expires=0"))),
        ("another date", changed_date(get(), "2026-01-02T03:04:05Z")),
        ("a date without seconds", changed_date(get(), "20260102T0304Z")),
    ];
    all_are_refused("InvalidSignatureException", invalid).await;
    all_are_refused("IncompleteSignatureException", incomplete).await;
}

fn changed_date(mut request: Request<Body>, date: &str) -> Request<Body> {
    request.headers_mut().insert("x-amz-date", HeaderValue::try_from(date).expect("a value"));
    request
}

#[tokio::test]
async fn what_is_documented_stays_accepted() {
    let server = Server::strict();
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for request in [
        get(),
        get_by_url(),
        hashed(empty),
        signed_with(&OWNER, "GET", PLATFORMS, &[("x-amz-user-agent", "  a   b "), ("x-amz-note", "")], ""),
        // Added after signing, as some services want it; this one knows no tokens.
        with(get(), "x-amz-security-token", "token"),
        with(get(), "content-md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        with(get(), "x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793"),
        with(get(), "date", "Fri, 31 Dec 1999 23:59:59 GMT"),
        changed(get(), |text| text.replace(", ", ",")),
        changed(get(), |text| text.replace(", ", ",   ")),
    ] {
        server.send(request).await.ok();
    }
}

#[tokio::test]
async fn a_body_that_was_changed_after_signing_is_refused_whether_or_not_its_hash_is_told() {
    let server = Server::strict();
    let body = r#"{"platformId":"Notation-OCI-SHA384-ECDSA"}"#;
    let other = body.replace("Notation-OCI", "Notation-OCA");
    for headers in [vec![], vec![("x-amz-content-sha256", sha256(body))]] {
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut request = signed_with(&OWNER, "PUT", "/signing-profiles/altered", &headers, body);
        *request.body_mut() = Body::from(other.clone());
        server.send(request).await.refused(403, "InvalidSignatureException");
    }
    server
        .send(signed(&OWNER, "GET", "/signing-profiles/altered", ""))
        .await
        .refused(404, "ResourceNotFoundException");
}

/// The SHA-256 of a text in hexadecimal digits.
fn sha256(text: &str) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(text).iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

#[tokio::test]
async fn each_fault_lets_its_own_mistake_pass() {
    let wrong = "0".repeat(64);
    let by_url = get_by_url().uri().to_string();
    let twice = signed(&OWNER, "GET", &by_url, "");
    let region = |region| signed_in(&OWNER, region, "GET", PLATFORMS);
    for (fault, request) in [
        (
            "scope-service-unchecked",
            signed(&Signing { service: "execute-api", ..OWNER }, "GET", PLATFORMS, ""),
        ),
        ("scope-region-unchecked", region("")),
        ("scope-region-unchecked", region("NOWHERE")),
        ("content-hash-unchecked", hashed(&wrong)),
        ("content-word-accepted", hashed("UNSIGNED-PAYLOAD")),
        ("unsigned-header-accepted", with(get(), "x-amz-note", "1")),
        ("two-signatures-accepted", twice),
    ] {
        let (parts, _) = request.into_parts();
        let copy = || Request::from_parts(parts.clone(), Body::empty());
        assert_eq!(Server::strict().send(copy()).await.status, 403, "{fault}");
        let faulty = Server::with(|config| {
            Config { authenticate: true, ..config }.with_fault(fault).expect("the fault is known")
        });
        faulty.send(copy()).await.ok();
    }
}

#[tokio::test]
async fn what_counts_of_two_can_be_chosen() {
    let right = authorization(&get());
    let broken = right.replace("Signature=", "Signature=0");
    let headers = |values: [&str; 2]| {
        let mut request = get();
        request.headers_mut().remove("authorization");
        values.into_iter().fold(request, |request, value| with(request, "authorization", value))
    };
    let parts = |order: [&str; 2]| {
        let (head, signature) = right.split_once("Signature=").expect("a signature");
        let [first, last] = order.map(|which| if which == "right" { signature } else { "0" });
        let value = format!("{head}Signature={first}, Signature={last}");
        changed(get(), |_| value)
    };
    for (choice, statuses) in
        [("refused", [403, 403]), ("the first counts", [200, 403]), ("the last counts", [403, 200])]
    {
        let with_choice = |id| {
            Server::with(|config| {
                Config { authenticate: true, ..config }
                    .with_freedom(id, choice)
                    .expect("the freedom is known")
            })
        };
        let server = with_choice("common/two-authorization-headers");
        let told = [
            server.send(headers([&right, &broken])).await.status,
            server.send(headers([&broken, &right])).await.status,
        ];
        assert_eq!(told, statuses, "{choice}");
        let server = with_choice("common/signature-part-twice");
        let told = [
            server.send(parts(["right", "wrong"])).await.status,
            server.send(parts(["wrong", "right"])).await.status,
        ];
        assert_eq!(told, statuses, "{choice}");
    }
}
