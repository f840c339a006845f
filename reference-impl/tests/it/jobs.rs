//! Jobs over objects: how they go, how they are started, and how they are listed.

mod payloads;
mod times;

use crate::server::{FREERTOS, LAMBDA, NOTATION, START, Server, start_body};
use serde_json::json;

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
