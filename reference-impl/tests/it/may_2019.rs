use crate::server::{FREERTOS, LAMBDA, Server, start_body, tags_uri};
use serde_json::json;

#[tokio::test]
async fn the_nine_operations_have_the_shapes_of_their_edition() {
    let server = Server::may_2019();
    server.source().await;
    let material = json!({"certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"});
    let created = server
        .put("/signing-profiles/device", json!({"platformId": FREERTOS, "signingMaterial": material}))
        .await
        .ok();
    assert_eq!(created, json!({"arn": "arn:aws:signer:us-east-1:111122223333:/signing-profiles/device"}));
    let shown = server.get("/signing-profiles/device").await.ok();
    assert_eq!(
        shown,
        json!({"profileName": "device", "platformId": FREERTOS, "status": "Active", "signingMaterial": material})
    );
    assert_eq!(server.get("/signing-profiles").await.ok(), json!({"profiles": [shown]}));
    let platform = server.get(&format!("/signing-platforms/{FREERTOS}")).await.ok();
    assert!(platform.get("revocationSupported").is_none(), "{platform}");
    assert_eq!(server.get("/signing-platforms").await.ok()["platforms"].as_array().map(Vec::len), Some(3));
    let started = server.post("/signing-jobs", start_body("device", "code.zip", "t")).await.ok();
    let id = started["jobId"].as_str().expect("an id");
    assert_eq!(started, json!({"jobId": id}));
    server.pass_ms(50);
    let job = server.get(&format!("/signing-jobs/{id}")).await.ok();
    assert_eq!(job["status"], "Succeeded");
    for later in ["jobOwner", "jobInvoker", "profileVersion", "signatureExpiresAt", "platformDisplayName"] {
        assert!(job.get(later).is_none(), "{later}");
    }
    let entry = server.get("/signing-jobs").await.ok()["jobs"][0].clone();
    let members: Vec<_> = entry.as_object().expect("an entry").keys().cloned().collect();
    assert_eq!(members, ["createdAt", "jobId", "signedObject", "signingMaterial", "source", "status"]);
    server.delete("/signing-profiles/device").await.ok();
    assert_eq!(server.get("/signing-profiles").await.ok(), json!({"profiles": []}));
    assert_eq!(
        server.get("/signing-profiles?includeCanceled=true").await.ok()["profiles"][0]["status"],
        "Canceled"
    );
}

#[tokio::test]
async fn limits_are_those_of_the_edition() {
    let server = Server::may_2019();
    let material = json!({"certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"});
    let body = json!({"platformId": FREERTOS, "signingMaterial": material});
    server.put(&format!("/signing-profiles/{}", "a".repeat(20)), body.clone()).await.ok();
    server
        .put(&format!("/signing-profiles/{}", "a".repeat(21)), body)
        .await
        .refused(400, "ValidationException");
    server
        .put("/signing-profiles/bare", json!({"platformId": FREERTOS}))
        .await
        .refused(400, "ValidationException");
    server
        .put("/signing-profiles/early", json!({"platformId": LAMBDA, "signingMaterial": material}))
        .await
        .refused(404, "ResourceNotFoundException");
    let mut nameless = start_body("x", "code.zip", "t");
    nameless.as_object_mut().expect("an object").remove("profileName");
    server.post("/signing-jobs", nameless).await.refused(400, "ValidationException");
}

#[tokio::test]
async fn later_operations_are_unknown() {
    let server = Server::may_2019();
    server.get(&tags_uri("x")).await.refused(400, "InvalidAction");
    server.put("/signing-jobs/x/revoke", json!({"reason": "r"})).await.refused(400, "InvalidAction");
    server.get("/revocations").await.refused(400, "InvalidAction");
}
