//! The control endpoint: tests of others move the time.

use crate::running::Running;
use crate::server::{LAMBDA, NOTATION, START, Server, payload_body};
use crate::signed::{OWNER, signed};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use signer_reference::Config;
use std::time::Duration;

fn server() -> Server {
    Server::with(|config| Config { control: true, ..config })
}

async fn clock(server: &Server, change: Value) -> Value {
    server.post("/_signer/clock", change).await.ok()
}

#[tokio::test]
async fn the_clock_is_moved_by_calendar_and_back() {
    let server = server();
    assert_eq!(
        server.get("/_signer/clock").await.ok(),
        json!({"now": "2026-01-02T03:04:05Z", "offset": "PT0S"})
    );
    assert_eq!(clock(&server, json!({"offset": "P1M"})).await["now"], "2026-02-02T03:04:05Z");
    assert_eq!(clock(&server, json!({"advance": "P1M"})).await["now"], "2026-03-02T03:04:05Z");
    assert_eq!(clock(&server, json!({"advance": "-PT1H30M"})).await["now"], "2026-03-02T01:34:05Z");
    assert_eq!(server.get("/_signer/clock").await.ok()["now"], "2026-03-02T01:34:05Z");
    // The clock is moved, not stopped.
    server.pass_ms(1000);
    assert_eq!(server.get("/_signer/clock").await.ok()["now"], "2026-03-02T01:34:06Z");
    assert_eq!(
        clock(&server, json!({"offset": "PT0S"})).await,
        json!({"now": "2026-01-02T03:04:06Z", "offset": "PT0S"})
    );
}

#[tokio::test]
async fn what_moves_no_clock_is_refused_and_leaves_it_alone() {
    let server = server();
    for body in [
        "",
        "{}",
        "[]",
        r#"{"offset":"soon"}"#,
        r#"{"offset":1}"#,
        r#"{"offset":"P1D","advance":"P1D"}"#,
        r#"{"advance":"P9000Y"}"#,
        r#"{"advance":"P19000Y"}"#,
        r#"{"offset":"-P57Y"}"#,
        r#"{"forward":"P1D"}"#,
    ] {
        let reply = server.raw("POST", "/_signer/clock", body).await;
        assert_eq!(reply.status, 400, "{body}: {reply:?}");
        assert!(
            reply.json()["message"].is_string() && !reply.header("x-amzn-requestid").is_empty(),
            "{body}: {reply:?}"
        );
    }
    assert_eq!(server.get("/_signer/clock").await.ok()["offset"], "PT0S");
    assert_eq!(server.delete("/_signer/clock").await.status, 405);
}

#[tokio::test]
async fn without_the_option_nobody_moves_the_clock() {
    let server = Server::new();
    assert_eq!(server.get("/_signer/clock").await.status, 404);
    assert_eq!(server.post("/_signer/clock", json!({"offset": "P1D"})).await.status, 404);
    let version = server.profile("present", NOTATION).await;
    assert!(!version.is_empty());
    let id = server.sign("present").await["jobId"].as_str().expect("an id").to_owned();
    assert_eq!(server.get(&format!("/signing-jobs/{id}")).await.ok()["createdAt"], json!(START));
}

#[tokio::test]
async fn the_expiry_of_a_signature_is_reached_by_moving_the_clock() {
    let server = server();
    let body = json!({"platformId": NOTATION, "signatureValidityPeriod": {"value": 2, "type": "MONTHS"}});
    server.put("/signing-profiles/short", body).await.ok();
    let id = server.sign("short").await["jobId"].as_str().expect("an id").to_owned();
    let expires_at =
        server.get(&format!("/signing-jobs/{id}")).await.ok()["signatureExpiresAt"].as_i64().expect("a time");
    let now = |shown: &Value| {
        shown["now"].as_str().and_then(|now| now.parse::<jiff::Timestamp>().ok()).expect("a time").as_second()
    };
    assert!(
        now(&clock(&server, json!({"advance": "P59D"})).await) == expires_at,
        "two months are not those of the calendar"
    );
    clock(&server, json!({"advance": "PT1S"})).await;
    let expired = server
        .get(&format!("/signing-jobs?isRevoked=false&signatureExpiresBefore={}", START + 59 * 86_400 + 1))
        .await
        .ok();
    assert_eq!(expired["jobs"][0]["jobId"], id.as_str());
    let again = server.post("/signing-jobs/with-payload", payload_body("short")).await.ok();
    let again = server.get(&format!("/signing-jobs/{}", again["jobId"].as_str().expect("an id"))).await.ok();
    assert_eq!(again["createdAt"], json!(expires_at + 1));
}

#[tokio::test]
async fn jobs_end_when_the_clock_is_moved_past_their_time() {
    let server =
        Server::with(|config| Config { control: true, job_delay: Duration::from_hours(1), ..config });
    server.profile("late", LAMBDA).await;
    server.source().await;
    let id = server.start("late", "code.zip", "token").await;
    let status = async || server.get(&format!("/signing-jobs/{id}")).await.ok()["status"].clone();
    assert_eq!(status().await, "InProgress");
    clock(&server, json!({"advance": "PT59M"})).await;
    assert_eq!(status().await, "InProgress");
    clock(&server, json!({"advance": "PT1M"})).await;
    assert_eq!(status().await, "Succeeded");
}

#[tokio::test]
async fn clients_go_on_signing_by_their_own_clock() {
    let server = Server::with(|config| Config { control: true, authenticate: true, ..config });
    let unsigned = Request::builder()
        .method("POST")
        .uri("/_signer/clock")
        .header("content-type", "application/json")
        .body(Body::from(r#"{"offset":"P1Y"}"#));
    server.send(unsigned.expect("a request")).await.ok();
    server.send(signed(&OWNER, "GET", "/signing-platforms", "")).await.ok();
}

#[test]
fn the_program_has_the_endpoint_when_asked() {
    let server = Running::start(&["--control"]);
    let moved = server.ask("POST", "/_signer/clock", r#"{"offset":"P1D"}"#);
    assert!(moved.status == 200 && moved.body.contains("\"offset\":\"PT24H\""), "{moved:?}");
    assert_eq!(Running::start(&[]).ask("GET", "/_signer/clock", "").status, 404);
}
