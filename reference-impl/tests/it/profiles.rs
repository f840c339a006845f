use crate::server::{FREERTOS, LAMBDA, NOTATION, Server};
use serde_json::json;

#[tokio::test]
async fn put_answers_arn_and_version() {
    let server = Server::new();
    let body = json!({"platformId": LAMBDA, "tags": {"team": "a"}, "signatureValidityPeriod": {"value": 5, "type": "YEARS"}});
    let created = server.put("/signing-profiles/Build_1", body).await.ok();
    let version = created["profileVersion"].as_str().expect("a version").to_owned();
    assert!(version.len() == 10 && version.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{version}");
    let arn = "arn:aws:signer:us-east-1:111122223333:/signing-profiles/Build_1";
    assert_eq!(
        created,
        json!({"arn": arn, "profileVersion": version, "profileVersionArn": format!("{arn}/{version}")})
    );
    let shown = server.get("/signing-profiles/Build_1").await.ok();
    assert_eq!(
        shown,
        json!({
            "profileName": "Build_1", "arn": arn, "profileVersion": version, "profileVersionArn": format!("{arn}/{version}"),
            "platformId": LAMBDA, "platformDisplayName": "AWS Lambda", "status": "Active", "tags": {"team": "a"},
            "signatureValidityPeriod": {"value": 5, "type": "YEARS"},
        })
    );
}

#[tokio::test]
async fn validity_is_135_months_when_nothing_is_said() {
    let server = Server::new();
    server.profile("plain", LAMBDA).await;
    let shown = server.get("/signing-profiles/plain").await.ok();
    assert_eq!(shown["signatureValidityPeriod"], json!({"value": 135, "type": "MONTHS"}));
}

#[tokio::test]
async fn template_is_shown_as_given() {
    let server = Server::new();
    let template = json!({
        "platformId": FREERTOS,
        "signingMaterial": {"certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"},
        "signingParameters": {"certname": "/cert"},
        "overrides": {"signingConfiguration": {"hashAlgorithm": "SHA256"}, "signingImageFormat": "JSONDetached"},
    });
    server.put("/signing-profiles/device", template.clone()).await.ok();
    let shown = server.get("/signing-profiles/device").await.ok();
    for member in ["platformId", "signingMaterial", "signingParameters", "overrides"] {
        assert_eq!(shown[member], template[member], "{member}");
    }
}

#[tokio::test]
async fn a_name_is_taken_for_good() {
    let server = Server::new();
    server.profile("once", LAMBDA).await;
    let again = server.put("/signing-profiles/once", json!({"platformId": LAMBDA})).await;
    again.refused(400, "ValidationException");
    assert_eq!(again.json()["code"], "ProfileAlreadyExists");
    server.delete("/signing-profiles/once").await.ok();
    let again = server.put("/signing-profiles/once", json!({"platformId": LAMBDA})).await;
    again.refused(400, "ValidationException");
    // Another account has names of its own.
    server.other("PUT", "/signing-profiles/once", Some(json!({"platformId": LAMBDA}))).await.ok();
}

#[tokio::test]
async fn platforms_say_what_a_profile_needs() {
    let server = Server::new();
    let put = |body| server.put("/signing-profiles/need", body);
    put(json!({"platformId": "Nothing"})).await.refused(404, "ResourceNotFoundException");
    put(json!({"platformId": FREERTOS})).await.refused(400, "ValidationException");
    let material = json!({"certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"});
    put(json!({"platformId": LAMBDA, "signingMaterial": material})).await.refused(400, "ValidationException");
    put(json!({"platformId": LAMBDA, "signingParameters": {"a": "b"}}))
        .await
        .refused(400, "ValidationException");
    for validity in
        [json!({"value": 0, "type": "DAYS"}), json!({"value": 136, "type": "MONTHS"}), json!({"value": 1})]
    {
        put(json!({"platformId": LAMBDA, "signatureValidityPeriod": validity}))
            .await
            .refused(400, "ValidationException");
    }
    server.get("/signing-profiles/need").await.refused(404, "ResourceNotFoundException");
}

#[tokio::test]
async fn broken_constraints_are_refused() {
    let server = Server::new();
    let long = "a".repeat(65);
    for name in ["a", "a-b", "a%20b", "%C3%A4%C3%B6", long.as_str()] {
        let uri = format!("/signing-profiles/{name}");
        server.put(&uri, json!({"platformId": LAMBDA})).await.refused(400, "ValidationException");
        server.get(&uri).await.refused(400, "ValidationException");
        server.delete(&uri).await.refused(400, "ValidationException");
    }
    server.put(&format!("/signing-profiles/{}", "a".repeat(64)), json!({"platformId": LAMBDA})).await.ok();
    for body in [
        json!({}),
        json!({"platformId": LAMBDA, "signatureValidityPeriod": {"value": 1, "type": "WEEKS"}}),
        json!({"platformId": LAMBDA, "signingMaterial": {}}),
        json!({"platformId": LAMBDA, "overrides": {"signingImageFormat": "XML"}}),
        json!({"platformId": LAMBDA, "tags": {"aws:x": "y"}}),
        json!({"platformId": LAMBDA, "tags": {"x": "y".repeat(257)}}),
    ] {
        server.put("/signing-profiles/broken", body).await.refused(400, "ValidationException");
    }
    server.get("/signing-profiles/ok?profileOwner=12").await.refused(400, "ValidationException");
}

#[tokio::test]
async fn cancel_ends_signing_and_nothing_else() {
    let server = Server::new();
    server.delete("/signing-profiles/absent").await.refused(404, "ResourceNotFoundException");
    server.profile("gone", NOTATION).await;
    let canceled = server.delete("/signing-profiles/gone").await;
    assert_eq!((canceled.status, canceled.text.as_str()), (200, ""));
    assert_eq!(server.get("/signing-profiles/gone").await.ok()["status"], "Canceled");
    server.delete("/signing-profiles/gone").await.ok();
    let signed = server.post("/signing-jobs/with-payload", crate::server::payload_body("gone")).await;
    signed.refused(400, "ValidationException");
}

#[tokio::test]
async fn lists_show_what_they_are_asked_for() {
    let server = Server::new();
    server.profile("active", LAMBDA).await;
    server.profile("canceled", LAMBDA).await;
    server.delete("/signing-profiles/canceled").await.ok();
    let version = server.profile("revoked", NOTATION).await;
    let revocation = json!({"profileVersion": version, "reason": "r", "effectiveTime": crate::server::START});
    server.put("/signing-profiles/revoked/revoke", revocation).await.ok();
    let check = async |query: &str, expected: &[&str]| {
        let list = server.get(&format!("/signing-profiles{query}")).await.ok();
        let names: Vec<_> = list["profiles"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|entry| entry["profileName"].clone())
            .collect();
        assert_eq!(names, expected, "{query}");
    };
    check("", &["active"]).await;
    check("?includeCanceled=false", &["active"]).await;
    check("?includeCanceled=true", &["active", "canceled", "revoked"]).await;
    check("?statuses=Revoked", &["revoked"]).await;
    check("?statuses=Canceled&statuses=Active", &["active", "canceled"]).await;
    check("?statuses=Active&includeCanceled=true", &["active"]).await;
    check(&format!("?platformId={NOTATION}&includeCanceled=true"), &["revoked"]).await;
    server.get("/signing-profiles?statuses=ACTIVE").await.refused(400, "ValidationException");
    server.get("/signing-profiles?includeCanceled=maybe").await.refused(400, "SerializationException");
    let list = server.other("GET", "/signing-profiles", None).await.ok();
    assert_eq!(list["profiles"], json!([]));
}

#[tokio::test]
async fn a_canceled_profile_is_forgotten_in_the_end_and_its_name_is_free() {
    let server = Server::new();
    let put = json!({"platformId": LAMBDA, "signatureValidityPeriod": {"value": 2, "type": "MONTHS"}});
    server.put("/signing-profiles/over", put.clone()).await.ok();
    server.put("/signing-profiles/stays", put.clone()).await.ok();
    server.delete("/signing-profiles/over").await.ok();
    let month_ms = 31 * 24 * 3600 * 1000;
    server.pass_ms(7 * month_ms);
    assert_eq!(server.get("/signing-profiles/over").await.ok()["status"], "Canceled");
    server.pass_ms(2 * month_ms);
    server.get("/signing-profiles/over").await.refused(404, "ResourceNotFoundException");
    assert_eq!(server.get("/signing-profiles/stays").await.ok()["status"], "Active", "who signs stays");
    server.put("/signing-profiles/over", put).await.ok();
}
