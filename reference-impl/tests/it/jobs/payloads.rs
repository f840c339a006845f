//! Jobs over payloads.

use crate::server::{LAMBDA, NOTATION, Server, payload_body};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

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
