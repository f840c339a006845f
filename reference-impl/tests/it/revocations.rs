use crate::server::{FREERTOS, LAMBDA, NOTATION, START, Server};
use serde_json::{Value, json};

fn revocation(version: &str, effective: f64) -> Value {
    json!({"profileVersion": version, "reason": "lost", "effectiveTime": effective})
}

/// Seconds after the start of the test.
#[expect(clippy::cast_precision_loss, reason = "the time is far smaller")]
fn at(offset: f64) -> f64 {
    START as f64 + offset
}

#[tokio::test]
async fn a_profile_is_revoked_from_a_time_on_that_only_moves_earlier() {
    let server = Server::new();
    let version = server.profile("lost", NOTATION).await;
    let uri = "/signing-profiles/lost/revoke";
    server.put(uri, revocation(&version, at(1.0))).await.refused(400, "ValidationException");
    server.put(uri, revocation("AAAAAAAAAA", at(-9.0))).await.refused(404, "ResourceNotFoundException");
    server
        .put("/signing-profiles/absent/revoke", revocation(&version, at(-9.0)))
        .await
        .refused(404, "ResourceNotFoundException");
    let revoked = server.put(uri, revocation(&version, at(-9.5))).await;
    assert_eq!((revoked.status, revoked.text.as_str()), (200, ""));
    let shown = server.get("/signing-profiles/lost").await.ok();
    assert_eq!(shown["status"], "Revoked");
    let record = json!({"revocationEffectiveFrom": at(-9.5), "revokedAt": START, "revokedBy": "arn:aws:iam::111122223333:user/owner"});
    assert_eq!(shown["revocationRecord"], record);
    server.put(uri, revocation(&version, at(-9.5))).await.ok();
    server.put(uri, revocation(&version, at(-9.0))).await.refused(400, "ValidationException");
    server.put(uri, revocation(&version, at(-20.0))).await.ok();
    let shown = server.get("/signing-profiles/lost").await.ok();
    assert_eq!(shown["revocationRecord"]["revocationEffectiveFrom"], json!(START - 20));
    server.delete("/signing-profiles/lost").await.refused(400, "ValidationException");
    server
        .post("/signing-jobs/with-payload", crate::server::payload_body("lost"))
        .await
        .refused(400, "ValidationException");
}

#[tokio::test]
async fn canceled_profiles_are_revoked_and_device_profiles_are_not() {
    let server = Server::new();
    let version = server.profile("gone", LAMBDA).await;
    server.delete("/signing-profiles/gone").await.ok();
    server.put("/signing-profiles/gone/revoke", revocation(&version, at(0.0))).await.ok();
    assert_eq!(server.get("/signing-profiles/gone").await.ok()["status"], "Revoked");
    let version = server.profile("device", FREERTOS).await;
    server
        .put("/signing-profiles/device/revoke", revocation(&version, at(0.0)))
        .await
        .refused(400, "ValidationException");
    assert_eq!(server.get("/signing-profiles/device").await.ok()["status"], "Active");
}

#[tokio::test]
async fn broken_revocations_are_refused() {
    let server = Server::new();
    let version = server.profile("kept", NOTATION).await;
    let id = server.sign("kept").await["jobId"].as_str().expect("an id").to_owned();
    for (member, value, error) in [
        ("reason", json!(""), "ValidationException"),
        ("reason", json!("r".repeat(501)), "ValidationException"),
        ("reason", Value::Null, "ValidationException"),
        ("profileVersion", json!("short"), "ValidationException"),
        ("effectiveTime", json!("2026-01-01T00:00:00Z"), "SerializationException"),
        ("effectiveTime", json!(1e300), "SerializationException"),
    ] {
        let mut body = revocation(&version, at(0.0));
        body[member] = value;
        server.put("/signing-profiles/kept/revoke", body.clone()).await.refused(400, error);
        if member == "reason" {
            server
                .put(&format!("/signing-jobs/{id}/revoke"), json!({"reason": body["reason"]}))
                .await
                .refused(400, error);
        }
    }
    assert_eq!(server.get("/signing-profiles/kept").await.ok()["status"], "Active");
}

#[tokio::test]
async fn a_signature_is_revoked_once() {
    let server = Server::new();
    server.profile("notation", NOTATION).await;
    let id = server.sign("notation").await["jobId"].as_str().expect("an id").to_owned();
    let uri = format!("/signing-jobs/{id}");
    let revoke = format!("{uri}/revoke");
    server
        .put("/signing-jobs/absent/revoke", json!({"reason": "r"}))
        .await
        .refused(404, "ResourceNotFoundException");
    let revoked = server.put(&revoke, json!({"reason": "first"})).await;
    assert_eq!((revoked.status, revoked.text.as_str()), (200, ""));
    server.pass_ms(5000);
    server.put(&revoke, json!({"reason": "second"})).await.ok();
    let shown = server.get(&uri).await.ok();
    let record =
        json!({"reason": "first", "revokedAt": START, "revokedBy": "arn:aws:iam::111122223333:user/owner"});
    assert_eq!((&shown["status"], &shown["revocationRecord"]), (&json!("Succeeded"), &record));
    assert_eq!(server.get("/signing-jobs?isRevoked=true").await.ok()["jobs"][0]["isRevoked"], true);
}

#[tokio::test]
async fn a_job_in_progress_is_revoked_only_if_the_freedom_says_so() {
    for (choice, status) in [("ValidationException", 400), ("accepted", 200)] {
        let server = Server::with_freedom("RevokeSignature/in-progress", choice);
        server.source().await;
        server.profile("lambda", LAMBDA).await;
        let id = server.start("lambda", "code.zip", "t").await;
        assert_eq!(
            server.put(&format!("/signing-jobs/{id}/revoke"), json!({"reason": "r"})).await.status,
            status,
            "{choice}"
        );
    }
}

#[tokio::test]
async fn the_status_of_revocations_follows_time_and_job() {
    let server = Server::new();
    let version = server.profile("notation", NOTATION).await;
    let id = server.sign("notation").await["jobId"].as_str().expect("an id").to_owned();
    let arn = "arn%3Aaws%3Asigner%3Aus-east-1%3A111122223333%3A%2F";
    let profile = format!("arn:aws:signer:us-east-1:111122223333:/signing-profiles/notation/{version}");
    let job = format!("arn:aws:signer:us-east-1:111122223333:/signing-jobs/{id}");
    let ask = |time: &str| {
        let uri = format!(
            "/revocations?signatureTimestamp={time}&platformId={NOTATION}&profileVersionArn={arn}signing-profiles%2Fnotation%2F{version}\
             &jobArn={arn}signing-jobs%2F{id}&certificateHashes=aa&certificateHashes=bb"
        );
        let server = &server;
        async move { server.get(&uri).await.ok()["revokedEntities"].clone() }
    };
    assert_eq!(ask("2026-01-02T03%3A04%3A05Z").await, json!([]));
    server.put("/signing-profiles/notation/revoke", revocation(&version, at(0.0))).await.ok();
    assert_eq!(ask("2026-01-02T03%3A04%3A04.9Z").await, json!([]), "before the effective time");
    assert_eq!(ask("2026-01-02T03%3A04%3A05Z").await, json!([]), "at the effective time");
    assert_eq!(ask("2026-01-02T03%3A04%3A05.000001Z").await, json!([profile]));
    assert_eq!(ask("1767323046").await, json!([profile]), "seconds are understood, too");
    server.put(&format!("/signing-jobs/{id}/revoke"), json!({"reason": "r"})).await.ok();
    assert_eq!(ask("2001-01-01T00%3A00%3A00Z").await, json!([job]), "a job is revoked whatever the time");
}

#[tokio::test]
async fn broken_questions_are_refused() {
    let server = Server::new();
    let arn = "arn%3Aaws%3Asigner%3Aus-east-1%3A111122223333%3A%2Fx";
    let whole = [
        ("signatureTimestamp", "2026-01-02T03%3A04%3A05Z"),
        ("platformId", NOTATION),
        ("profileVersionArn", arn),
        ("jobArn", arn),
        ("certificateHashes", "aa"),
    ];
    let ask = |changed: &str, value: Option<&str>| {
        let pairs = whole.iter().filter_map(|(name, kept)| {
            let value = if *name == changed { value? } else { kept };
            Some(format!("{name}={value}"))
        });
        let uri = format!("/revocations?{}", pairs.collect::<Vec<_>>().join("&"));
        let server = &server;
        async move { server.get(&uri).await }
    };
    assert_eq!(ask("", None).await.ok(), json!({"revokedEntities": []}), "unknown things are not listed");
    for (name, _) in whole {
        ask(name, None).await.refused(400, "ValidationException");
    }
    ask("signatureTimestamp", Some("yesterday")).await.refused(400, "SerializationException");
    for (name, value) in [
        ("platformId", LAMBDA),
        ("profileVersionArn", "arn%3Aaws"),
        ("jobArn", "arn%3Aaws-us-gov%3Asigner%3Aus-gov-west-1%3A111122223333%3A%2Fx"),
    ] {
        ask(name, Some(value)).await.refused(400, "ValidationException");
    }
}
