//! Pages of other sites in a browser on the same machine: unsigned requests are not for them.

use crate::server::{Reply, Server};
use crate::signed::{OWNER, signed_with};
use axum::body::Body;
use axum::http::Request;
use signer_reference::Config;

/// Names and values.
type Headers<'a> = &'a [(&'a str, &'a str)];

fn unsigned() -> Server {
    Server::with(|config| Config {
        authenticate: false,
        control: true,
        allowed_hosts: vec!["signer.test".to_owned()],
        ..config
    })
}

async fn ask(server: &Server, method: &str, uri: &str, headers: Headers<'_>, body: &str) -> Reply {
    let request =
        headers.iter().fold(Request::builder().method(method).uri(uri), |request, (name, value)| {
            request.header(*name, *value)
        });
    server.send(request.body(Body::from(body.to_owned())).expect("a request")).await
}

const JSON: (&str, &str) = ("content-type", "application/json");
const HERE: (&str, &str) = ("host", "localhost:8770");

/// What a browser sends for a page that is not of this server.
const FOREIGN: [Headers<'_>; 14] = [
    &[HERE, ("origin", "http://evil.example")],
    &[HERE, ("origin", "null")],
    &[HERE, ("origin", "")],
    &[HERE, ("origin", "http://localhost:3000")],
    &[HERE, ("origin", "http://localhost")],
    &[HERE, ("origin", "http://localhost:8770.evil.example")],
    &[HERE, ("origin", "http://localhost:8770"), ("origin", "http://evil.example")],
    &[HERE, ("sec-fetch-site", "cross-site")],
    &[HERE, ("sec-fetch-site", "same-site")],
    &[("host", "evil.example")],
    &[
        ("host", "evil.example:8770"),
        ("origin", "http://evil.example:8770"),
        ("sec-fetch-site", "same-origin"),
    ],
    &[("host", "localhost.evil.example:8770")],
    &[("host", "127.0.0.1.evil.example")],
    &[("host", "signer.test.evil.example")],
];

/// What clients send, and pages of the server itself would.
const OURS: [Headers<'_>; 10] = [
    &[HERE],
    &[HERE, ("origin", "http://localhost:8770"), ("sec-fetch-site", "same-origin")],
    &[HERE, ("sec-fetch-site", "none")],
    &[("host", "LOCALHOST.:8770")],
    &[("host", "a.localhost")],
    &[("host", "127.0.0.1:8770")],
    &[("host", "[::1]:8770")],
    &[("host", "Signer.Test:8770")],
    &[("host", "data-127.0.0.1:8770")],
    &[("host", "verification.signer.test")],
];

#[tokio::test]
async fn a_page_of_another_site_neither_reads_nor_writes_what_nobody_has_to_sign() {
    let server = unsigned();
    let profile = r#"{"platformId":"Notation-OCI-SHA384-ECDSA"}"#;
    for headers in FOREIGN {
        for (method, uri, body) in [
            ("GET", "/signing-platforms", ""),
            ("PUT", "/signing-profiles/foreign", profile),
            ("DELETE", "/signing-profiles/foreign", ""),
            ("PUT", "/bucket", ""),
            ("GET", "/", ""),
            ("GET", "/?Action=GetCallerIdentity", ""),
            ("GET", "/_signer/clock", ""),
            ("POST", "/_signer/clock", r#"{"advance":"P1D"}"#),
            ("POST", "/_signer/reset", ""),
        ] {
            let reply = ask(&server, method, uri, &[headers, &[JSON]].concat(), body).await;
            assert_eq!(reply.status, 403, "{method} {uri} {headers:?}: {reply:?}");
            assert!(
                reply.headers.keys().all(|name| !name.as_str().starts_with("access-control-")),
                "{reply:?}"
            );
        }
    }
    assert_eq!(ask(&server, "GET", "/_signer/clock", &[HERE], "").await.ok()["offset"], "PT0S");
    assert_eq!(ask(&server, "GET", "/signing-profiles/foreign", &[HERE], "").await.status, 404);
}

#[tokio::test]
async fn clients_and_pages_of_the_server_itself_are_served() {
    let server = unsigned();
    for headers in OURS {
        let reply = ask(&server, "GET", "/signing-platforms", headers, "").await;
        assert_eq!(reply.status, 200, "{headers:?}: {reply:?}");
        let reply =
            ask(&server, "POST", "/_signer/clock", &[headers, &[JSON]].concat(), r#"{"offset":"PT0S"}"#)
                .await;
        assert_eq!(reply.status, 200, "{headers:?}: {reply:?}");
    }
}

#[tokio::test]
async fn the_clock_is_guarded_where_requests_are_signed_too() {
    let server = Server::with(|config| Config { authenticate: true, control: true, ..config });
    for headers in FOREIGN {
        let reply =
            ask(&server, "POST", "/_signer/clock", &[headers, &[JSON]].concat(), r#"{"advance":"P1D"}"#)
                .await;
        assert_eq!(reply.status, 403, "{headers:?}: {reply:?}");
    }
}

#[tokio::test]
async fn what_a_form_can_send_moves_no_clock() {
    let server = unsigned();
    let change = r#"{"advance":"P1D"}"#;
    for media_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
        "text/plain; application/json",
    ] {
        let headers = [HERE, ("content-type", media_type), ("content-length", "17")];
        ask(&server, "POST", "/_signer/clock", &headers, change)
            .await
            .refused(415, "UnsupportedMediaTypeException");
    }
    ask(&server, "POST", "/_signer/clock", &[HERE, ("content-length", "17")], change)
        .await
        .refused(415, "UnsupportedMediaTypeException");
    let json = [HERE, ("content-type", "Application/JSON; charset=utf-8")];
    ask(&server, "POST", "/_signer/clock", &json, r#"{"offset":"PT0S"}"#).await.ok();
}

#[tokio::test]
async fn a_signed_request_may_use_any_host_and_come_from_any_page() {
    let server = Server::strict();
    let hosts = [
        "127.0.0.1:8770",
        "data-localhost:8770",
        "verification.signer.us-east-1.amazonaws.com",
        "signer:8770",
    ];
    for host in hosts {
        let headers = [("host", host), ("origin", "http://evil.example"), ("sec-fetch-site", "cross-site")];
        let reply = server.send(signed_with(&OWNER, "GET", "/signing-platforms", &headers, "")).await;
        assert_eq!(reply.status, 200, "{host}: {reply:?}");
        assert!(reply.headers.keys().all(|name| !name.as_str().starts_with("access-control-")), "{reply:?}");
    }
}

#[tokio::test]
async fn everybody_may_ask_whether_the_server_lives() {
    for server in [unsigned(), Server::strict()] {
        for headers in FOREIGN {
            assert_eq!(ask(&server, "GET", "/_signer/health", headers, "").await.status, 200);
        }
    }
}
