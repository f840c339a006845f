use crate::server::{FREERTOS, LAMBDA, NOTATION, START, Server, payload_body, start_body};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use signer_reference::{Clock, Config};
use std::time::Duration;
use tokio::net::TcpListener;

#[tokio::test]
async fn a_job_is_in_progress_then_succeeds_and_writes_its_object() {
    let server = Server::new();
    let version = server.source().await;
    let profile_version = server.profile("lambda", LAMBDA).await;
    let mut body = start_body("lambda", "code.zip", "t");
    body["source"]["s3"]["version"] = json!(version);
    let started = server.post("/signing-jobs", body).await.ok();
    let id = started["jobId"].as_str().expect("an id");
    assert_eq!(started, json!({"jobId": id, "jobOwner": "111122223333"}));
    let uri = format!("/signing-jobs/{id}");
    let shown = server.get(&uri).await.ok();
    assert_eq!(shown["status"], "InProgress");
    assert!(shown.get("completedAt").is_none() && shown.get("signedObject").is_none(), "{shown}");
    server.pass_ms(49);
    assert_eq!(server.get(&uri).await.ok()["status"], "InProgress");
    server.pass_ms(1);
    let key = format!("out-{id}.zip");
    assert_eq!(
        server.get(&uri).await.ok(),
        json!({
            "jobId": id, "status": "Succeeded", "statusReason": "Signing Succeeded",
            "profileName": "lambda", "profileVersion": profile_version, "platformId": LAMBDA, "platformDisplayName": "AWS Lambda",
            "source": {"s3": {"bucketName": "sources", "key": "code.zip", "version": version}},
            "signedObject": {"s3": {"bucketName": "results", "key": key}},
            "jobOwner": "111122223333", "jobInvoker": "111122223333", "requestedBy": "arn:aws:iam::111122223333:user/owner",
            "createdAt": START, "completedAt": START, "signatureExpiresAt": 2_122_254_245_i64,
        })
    );
    let object = server.s3("GET", &format!("/results/{key}"), "").await;
    assert!(object.text.contains("aws_signer_signature"), "a signature is written: {object:?}");
    assert_eq!(object.header("content-type"), "application/octet-stream");
}

#[tokio::test]
async fn the_key_of_a_result_is_prefix_and_job_id() {
    let server = Server::new();
    server.source().await;
    server.profile("device", FREERTOS).await;
    let device = server.start("device", "code.zip", "t1").await;
    let mut body = start_body("device", "code.zip", "t2");
    body["destination"] = json!({"s3": {"bucketName": "results"}});
    let bare = server.post("/signing-jobs", body).await.ok()["jobId"].as_str().expect("an id").to_owned();
    server.pass_ms(50);
    for (id, key) in [(&device, format!("out-{device}")), (&bare, bare.clone())] {
        assert_eq!(
            server.get(&format!("/signing-jobs/{id}")).await.ok()["signedObject"]["s3"]["key"],
            json!(key)
        );
        assert_eq!(server.s3("GET", &format!("/results/{key}"), "").await.status, 200);
    }
}

#[tokio::test]
async fn a_job_without_its_source_fails() {
    let server = Server::new();
    server.source().await;
    server.profile("lambda", LAMBDA).await;
    let id = server.start("lambda", "absent", "t").await;
    server.pass_ms(50);
    let shown = server.get(&format!("/signing-jobs/{id}")).await.ok();
    assert_eq!(shown["status"], "Failed");
    let has = |member: &str| shown.get(member).is_some();
    assert!(has("statusReason") && !has("signedObject") && !has("signatureExpiresAt"), "{shown}");
    server
        .put(&format!("/signing-jobs/{id}/revoke"), json!({"reason": "r"}))
        .await
        .refused(400, "ValidationException");
}

#[tokio::test]
async fn a_missing_source_is_refused_at_once_if_the_freedom_says_so() {
    let server = Server::with_freedom("StartSigningJob/missing-source", "AccessDeniedException");
    server.source().await;
    server.profile("lambda", LAMBDA).await;
    server
        .post("/signing-jobs", start_body("lambda", "absent", "t"))
        .await
        .refused(403, "AccessDeniedException");
    server.start("lambda", "code.zip", "t").await;
}

#[tokio::test]
async fn start_is_refused_with_the_errors_of_the_documents() {
    let server = Server::new();
    server.source().await;
    let start = |body| server.post("/signing-jobs", body);
    start(start_body("absent", "code.zip", "t")).await.refused(404, "ResourceNotFoundException");
    server.profile("notation", NOTATION).await;
    start(start_body("notation", "code.zip", "t")).await.refused(400, "ValidationException");
    server.profile("gone", LAMBDA).await;
    server.delete("/signing-profiles/gone").await.ok();
    start(start_body("gone", "code.zip", "t")).await.refused(400, "ValidationException");
    for member in ["source", "destination", "profileName", "clientRequestToken"] {
        let mut body = start_body("gone", "code.zip", "t");
        body.as_object_mut().expect("an object").remove(member);
        start(body).await.refused(400, "ValidationException");
    }
    let mut body = start_body("gone", "code.zip", "t");
    body["source"] = json!({"s3": {"bucketName": "b", "key": "k"}});
    start(body).await.refused(400, "ValidationException");
    server.get("/signing-jobs/absent").await.refused(404, "ResourceNotFoundException");
    // On this path POST signs, but GET describes.
    server.get("/signing-jobs/with-payload").await.refused(404, "ResourceNotFoundException");
}

#[tokio::test]
async fn a_token_starts_one_job() {
    let server = Server::new();
    server.source().await;
    server.profile("lambda", LAMBDA).await;
    server.profile("second", LAMBDA).await;
    let first = server.start("lambda", "code.zip", "t").await;
    assert_eq!(server.start("lambda", "code.zip", "t").await, first);
    assert_eq!(server.start("second", "code.zip", "t").await, first, "the documents say: all calls");
    server.delete("/signing-profiles/lambda").await.ok();
    assert_eq!(server.start("lambda", "code.zip", "t").await, first);
    assert_ne!(server.start("second", "code.zip", "other").await, first);
    assert_eq!(server.get("/signing-jobs").await.ok()["jobs"].as_array().map(Vec::len), Some(2));
}

#[tokio::test]
async fn a_payload_is_signed_at_once() {
    let server = Server::new();
    let version = server.profile("notation", NOTATION).await;
    let signed = server.sign("notation").await;
    let id = signed["jobId"].as_str().expect("an id");
    let shown = server.get(&format!("/signing-jobs/{id}")).await.ok();
    assert_eq!((&shown["status"], &shown["jobOwner"]), (&json!("Succeeded"), &signed["jobOwner"]));
    assert!(shown.get("source").is_none() && shown.get("signedObject").is_none(), "{shown}");
    let envelope = STANDARD.decode(signed["signature"].as_str().expect("a blob")).expect("base64");
    let envelope: Value = serde_json::from_slice(&envelope).expect("JSON");
    let part = |name: &str| envelope[name].as_str().expect("a string").to_owned();
    let decoded = |text: &str| URL_SAFE_NO_PAD.decode(text).expect("base64url");
    assert_eq!(decoded(&part("payload")), b"payload");
    assert_eq!(decoded(&part("signature")).len(), 96);
    let protected: Value = serde_json::from_slice(&decoded(&part("protected"))).expect("JSON");
    assert_eq!(protected["alg"], "ES384");
    assert_eq!(protected["io.cncf.notary.authenticSigningTime"], "2026-01-02T03:04:05Z");
    assert_eq!(protected["io.cncf.notary.expiry"], "2037-04-02T03:04:05Z");
    let version_arn = format!("arn:aws:signer:us-east-1:111122223333:/signing-profiles/notation/{version}");
    assert_eq!(protected["com.amazonaws.signer.signingProfileVersion"], json!(version_arn));
    assert_eq!(
        protected["com.amazonaws.signer.signingJob"],
        json!(format!("arn:aws:signer:us-east-1:111122223333:/signing-jobs/{id}"))
    );
    assert_ne!(server.sign("notation").await["jobId"], json!(id), "each call makes a job");
}

#[tokio::test]
async fn payloads_are_refused_with_the_errors_of_the_documents() {
    let server = Server::new();
    server.profile("notation", NOTATION).await;
    server.profile("lambda", LAMBDA).await;
    let sign = |body| server.post("/signing-jobs/with-payload", body);
    sign(payload_body("absent")).await.refused(404, "ResourceNotFoundException");
    sign(payload_body("lambda")).await.refused(400, "ValidationException");
    let with = |member: &str, value: Value| {
        let mut body = payload_body("notation");
        body[member] = value;
        sign(body)
    };
    with("payloadFormat", json!("text/plain")).await.refused(400, "ValidationException");
    with("payload", json!("")).await.refused(400, "ValidationException");
    with("payload", json!("no base64!")).await.refused(400, "SerializationException");
    with("payload", json!(5)).await.refused(400, "SerializationException");
    with("payload", json!(STANDARD.encode([0; 4097]))).await.refused(400, "ValidationException");
    with("payload", json!(STANDARD.encode([0; 4096]))).await.ok();
}

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
async fn lists_of_jobs_are_filtered() {
    let server = Server::new();
    server.source().await;
    server.profile("lambda", LAMBDA).await;
    server.profile("notation", NOTATION).await;
    let good = server.start("lambda", "code.zip", "t1").await;
    let bad = server.start("lambda", "absent", "t2").await;
    let payload = server.sign("notation").await["jobId"].as_str().expect("an id").to_owned();
    server.pass_ms(50);
    server.put(&format!("/signing-jobs/{payload}/revoke"), json!({"reason": "r"})).await.ok();
    let check = async |query: &str, expected: &[&String]| {
        let list = server.get(&format!("/signing-jobs?{query}")).await.ok();
        let ids: Vec<_> = list["jobs"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|job| job["jobId"].as_str().expect("an id"))
            .collect();
        assert_eq!(ids, expected, "{query}");
    };
    check("", &[&good, &bad, &payload]).await;
    check("status=Failed", &[&bad]).await;
    check("status=InProgress", &[]).await;
    check(&format!("platformId={LAMBDA}"), &[&good, &bad]).await;
    check("requestedBy=arn%3Aaws%3Aiam%3A%3A111122223333%3Auser%2Fowner", &[&good, &bad, &payload]).await;
    check("requestedBy=nobody", &[]).await;
    check("isRevoked=true", &[&payload]).await;
    check("isRevoked=false", &[&good, &bad]).await;
    check("jobInvoker=444455556666", &[]).await;
    check("signatureExpiresAfter=2037-04-02T03%3A04%3A04Z", &[&good, &payload]).await;
    check("signatureExpiresAfter=2037-04-02T03%3A04%3A04Z&status=Failed", &[]).await;
    check("signatureExpiresAfter=2037-04-02T03%3A04%3A06.5Z", &[]).await;
    check("signatureExpiresBefore=2122254246", &[&good, &payload]).await;
    check("signatureExpiresBefore=2122254244", &[]).await;
    for (query, error) in [
        ("status=Revoked", "ValidationException"),
        ("jobInvoker=1", "ValidationException"),
        ("isRevoked=yes", "SerializationException"),
        ("signatureExpiresAfter=soon", "SerializationException"),
    ] {
        server.get(&format!("/signing-jobs?{query}")).await.refused(400, error);
    }
    let list = server.get("/signing-jobs?maxResults=1").await.ok();
    let shown = server.get(&format!("/signing-jobs/{good}")).await.ok();
    for (member, value) in list["jobs"][0].as_object().expect("an entry") {
        assert!(member == "isRevoked" || shown[member] == *value, "{member}: {value}");
    }
    server
        .other("GET", &format!("/signing-jobs/{good}"), None)
        .await
        .refused(404, "ResourceNotFoundException");
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
