//! When jobs end, when their signatures expire, and when they are forgotten.

use crate::server::{FREERTOS, LAMBDA, NOTATION, Server};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use signer_reference::{Clock, Config};
use std::time::Duration;
use tokio::net::TcpListener;

#[tokio::test]
async fn validity_is_counted_on_the_calendar() {
    for (value, unit, expires) in
        [(1, "MONTHS", 1_770_001_445_i64), (1, "YEARS", 1_798_859_045), (30, "DAYS", 1_769_915_045)]
    {
        let server = Server::new();
        let body = json!({"platformId": NOTATION, "signatureValidityPeriod": {"value": value, "type": unit}});
        server.put("/signing-profiles/short", body).await.ok();
        let id = server.sign("short").await["jobId"].as_str().expect("an id").to_owned();
        assert_eq!(
            server.get(&format!("/signing-jobs/{id}")).await.ok()["signatureExpiresAt"],
            json!(expires),
            "{value} {unit}"
        );
    }
}

#[tokio::test]
async fn a_job_tells_an_expiry_when_there_is_a_signature_that_expires() {
    let server = Server::new();
    server.source().await;
    server.profile("lambda", LAMBDA).await;
    server.profile("device", FREERTOS).await;
    let expires = async |id: &str| {
        server.get(&format!("/signing-jobs/{id}")).await.ok().get("signatureExpiresAt").is_some()
    };
    let code = server.start("lambda", "code.zip", "t1").await;
    let firmware = server.start("device", "code.zip", "t2").await;
    assert!(!expires(&code).await && !expires(&firmware).await, "neither is signed yet");
    server.pass_ms(50);
    assert!(
        expires(&code).await && !expires(&firmware).await,
        "the customer's certificate has no validity period"
    );
    let server = Server::with_freedom("DescribeSigningJob/expiry-in-progress", "present");
    server.profile("lambda", LAMBDA).await;
    let id = server.start("lambda", "code.zip", "t").await;
    assert!(server.get(&format!("/signing-jobs/{id}")).await.ok()["signatureExpiresAt"].is_number());
}

#[tokio::test]
async fn a_clock_that_is_moved_ends_jobs() {
    let clock = Clock::new(|| Timestamp::UNIX_EPOCH);
    let of_server = clock.clone();
    let server =
        Server::with(|config| Config { clock: of_server, job_delay: Duration::from_hours(1), ..config });
    server.profile("lambda", LAMBDA).await;
    let id = server.start("lambda", "code.zip", "token").await;
    let path = format!("/signing-jobs/{id}");
    assert_eq!(server.get(&path).await.ok()["status"], "InProgress");
    clock.set_offset(SignedDuration::from_mins(30)).expect("a time");
    assert_eq!(server.get(&path).await.ok()["status"], "InProgress");
    clock.set_offset(SignedDuration::from_hours(1)).expect("a time");
    assert_eq!(server.get(&path).await.ok()["status"], "Failed", "there is no such object");
}

#[tokio::test]
async fn a_server_ends_jobs_without_being_asked() {
    let clock = Clock::new(|| Timestamp::UNIX_EPOCH);
    let config = Config {
        clock: clock.clone(),
        control: true,
        authenticate: false,
        job_delay: Duration::from_hours(1),
        ..Config::default()
    };
    let server = signer_reference::Server::new(config);
    let router = server.router();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let (end, ended) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.serve(listener, async { drop(ended.await) }));
    tokio::task::yield_now().await;
    let server = Server::of(router);
    server.source().await;
    server.profile("lambda", LAMBDA).await;
    let id = server.start("lambda", "code.zip", "token").await;
    clock.set_offset(SignedDuration::from_hours(1)).expect("a time");
    let result = format!("/results/out-{id}.zip");
    for _ in 0..1000 {
        if server.s3("GET", &result, "").await.status == 200 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    assert_eq!(
        server.s3("GET", &result, "").await.status,
        200,
        "the worker noticed that the clock was moved"
    );
    let id = server.start("lambda", "code.zip", "another").await;
    server.post("/_signer/clock", json!({"advance": "PT1H"})).await.ok();
    let job = server.get(&format!("/signing-jobs/{id}")).await.ok();
    assert_eq!(job["status"], "Succeeded", "whoever moves the clock finds the jobs ended: {job}");
    drop(end);
    serving.await.expect("it does not panic").expect("it ends");
}

#[tokio::test]
async fn a_job_is_forgotten_half_a_year_after_its_signature_has_expired() {
    let server = Server::new();
    let put = json!({"platformId": NOTATION, "signatureValidityPeriod": {"value": 1, "type": "DAYS"}});
    server.put("/signing-profiles/notation", put).await.ok();
    let id = server.sign("notation").await["jobId"].as_str().expect("an id").to_owned();
    let day_ms = 24 * 3600 * 1000;
    server.pass_ms(180 * day_ms);
    assert_eq!(server.get(&format!("/signing-jobs/{id}")).await.ok()["status"], "Succeeded");
    server.pass_ms(5 * day_ms);
    server.get(&format!("/signing-jobs/{id}")).await.refused(404, "ResourceNotFoundException");
    assert_eq!(server.get("/signing-jobs").await.ok()["jobs"], json!([]));
}
