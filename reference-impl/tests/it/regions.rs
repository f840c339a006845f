//! Regions are apart: what is made in one exists in no other, and what was revoked in one is revoked in all.

use crate::process::Folder;
use crate::server::{LAMBDA, NOTATION, START, Server, payload_body, start_body, tags_uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use der::Decode as _;
use serde_json::{Value, json};
use x509_cert::Certificate;

const THERE: &str = "eu-central-1";

fn arn(region: &str, rest: &str) -> String {
    format!("arn:aws:signer:{region}:111122223333:{rest}")
}

#[tokio::test]
async fn one_name_stands_for_a_profile_of_each_region() {
    let server = Server::new();
    let here = server.put("/signing-profiles/both", json!({"platformId": NOTATION})).await.ok();
    server.there("GET", "/signing-profiles/both", None).await.refused(404, "ResourceNotFoundException");
    let there =
        server.there("PUT", "/signing-profiles/both", Some(json!({"platformId": NOTATION}))).await.ok();
    assert_eq!(here["arn"], arn("us-east-1", "/signing-profiles/both"));
    assert_eq!(there["arn"], arn(THERE, "/signing-profiles/both"));
    assert_ne!(here["profileVersion"], there["profileVersion"]);
    server.there("DELETE", "/signing-profiles/both", None).await.ok();
    assert_eq!(server.get("/signing-profiles/both").await.ok()["status"], "Active");
    server
        .there("PUT", "/signing-profiles/both", Some(json!({"platformId": NOTATION})))
        .await
        .refused(400, "ValidationException");
}

#[tokio::test]
async fn lists_and_their_tokens_are_of_one_region() {
    let server = Server::new();
    for name in ["a1", "a2", "a3"] {
        server.profile(name, NOTATION).await;
    }
    server.there("PUT", "/signing-profiles/b1", Some(json!({"platformId": NOTATION}))).await.ok();
    let listed = server.there("GET", "/signing-profiles", None).await.ok();
    let names: Vec<&Value> = listed["profiles"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|profile| &profile["profileName"])
        .collect();
    assert_eq!(names, ["b1"]);
    let page = server.get("/signing-jobs").await.ok();
    assert_eq!(page["jobs"], json!([]));
    server.sign("a1").await;
    server.sign("a2").await;
    assert_eq!(server.there("GET", "/signing-jobs", None).await.ok()["jobs"], json!([]));
    let token = server.get("/signing-jobs?maxResults=1").await.ok()["nextToken"]
        .as_str()
        .expect("a token")
        .to_owned();
    server.get(&format!("/signing-jobs?maxResults=1&nextToken={token}")).await.ok();
    server
        .there("GET", &format!("/signing-jobs?nextToken={token}"), None)
        .await
        .refused(400, "ValidationException");
}

#[tokio::test]
async fn a_job_and_its_token_are_of_one_region() {
    let server = Server::new();
    server.source().await;
    server.profile("code", LAMBDA).await;
    server.there("PUT", "/signing-profiles/code", Some(json!({"platformId": LAMBDA}))).await.ok();
    let id = server.start("code", "code.zip", "token").await;
    let there =
        server.there("POST", "/signing-jobs", Some(start_body("code", "code.zip", "token"))).await.ok();
    assert_ne!(there["jobId"], id.as_str());
    let path = format!("/signing-jobs/{id}");
    server.there("GET", &path, None).await.refused(404, "ResourceNotFoundException");
    server.pass_ms(100);
    assert_eq!(server.get(&path).await.ok()["status"], "Succeeded");
    // The buckets are in the first Region.
    let path = format!("/signing-jobs/{}", there["jobId"].as_str().expect("an id"));
    let failed = server.there("GET", &path, None).await.ok();
    assert_eq!(failed["status"], "Failed");
    assert!(failed["statusReason"].as_str().is_some_and(|reason| reason.contains(THERE)), "{failed}");
}

#[tokio::test]
async fn tags_and_permissions_of_another_region_are_out_of_reach() {
    let server = Server::new();
    server.profile("code", LAMBDA).await;
    let statement =
        json!({"action": "signer:StartSigningJob", "principal": "444455556666", "statementId": "one"});
    server
        .there("POST", "/signing-profiles/code/permissions", Some(statement))
        .await
        .refused(404, "ResourceNotFoundException");
    let tagged = server.there("POST", &tags_uri("code"), Some(json!({"tags": {"a": "b"}}))).await;
    tagged.refused(400, "BadRequestException");
    assert_eq!(server.get(&tags_uri("code")).await.ok()["tags"], json!({}));
}

#[tokio::test]
async fn a_revocation_is_known_in_every_region_of_the_partition() {
    let server = Server::new();
    let version = server.profile("signs", NOTATION).await;
    let signed = server.sign("signs").await;
    let told = |member: &str| signed["metadata"][member].as_str().expect("a text");
    let profile = format!("{}/{version}", told("signingProfileArn"));
    let job = format!("arn:aws:signer:us-east-1:111122223333:/signing-jobs/{}", told("signingJobId"));
    let question = |profile: &str, job: &str| {
        format!(
            "/revocations?signatureTimestamp=2026-01-02T03%3A04%3A05Z&platformId={NOTATION}&profileVersionArn={profile}&jobArn={job}\
             &certificateHashes=x"
        )
    };
    let asked = question(&profile, &job);
    assert_eq!(server.there("GET", &asked, None).await.ok()["revokedEntities"], json!([]));
    let body = json!({"profileVersion": version, "reason": "r", "effectiveTime": START - 60});
    server.put("/signing-profiles/signs/revoke", body).await.ok();
    server
        .put(
            &format!("/signing-jobs/{}/revoke", signed["jobId"].as_str().expect("an id")),
            json!({"reason": "r"}),
        )
        .await
        .ok();
    assert_eq!(server.there("GET", &asked, None).await.ok()["revokedEntities"], json!([profile, job]));
    // A profile of that name in the other Region is another one.
    let elsewhere = question(&profile.replace("us-east-1", THERE), &job.replace("us-east-1", THERE));
    assert_eq!(server.get(&elsewhere).await.ok()["revokedEntities"], json!([]));
    let abroad = question(&profile.replace("arn:aws:", "arn:aws-us-gov:"), &job);
    server.get(&abroad).await.refused(400, "ValidationException");
}

#[tokio::test]
async fn the_certificate_of_the_region_signs() {
    let server = Server::new();
    server.profile("signs", NOTATION).await;
    server.there("PUT", "/signing-profiles/signs", Some(json!({"platformId": NOTATION}))).await.ok();
    let mut roots = Vec::new();
    for (region, signed) in [
        ("us-east-1", server.sign("signs").await),
        (THERE, server.there("POST", "/signing-jobs/with-payload", Some(payload_body("signs"))).await.ok()),
    ] {
        assert!(
            signed["metadata"]["signingProfileArn"].as_str().is_some_and(|arn| arn.contains(region)),
            "{signed}"
        );
        let envelope = STANDARD.decode(signed["signature"].as_str().expect("a signature")).expect("Base64");
        let envelope: Value = serde_json::from_slice(&envelope).expect("JSON");
        let certificate = |index: usize| {
            let der = STANDARD
                .decode(envelope["header"]["x5c"][index].as_str().expect("a certificate"))
                .expect("Base64");
            Certificate::from_der(&der).expect("a certificate")
        };
        assert!(
            certificate(1).tbs_certificate.subject.to_string().contains(region),
            "the authority is that of {region}"
        );
        roots.push(certificate(3));
    }
    assert_eq!(roots[0], roots[1], "the root is one");
}

#[tokio::test]
async fn regions_outlast_a_start_and_are_forgotten_apart() {
    let folder = Folder::new();
    let server = Server::kept(folder.path()).expect("the folder can be used");
    server.profile("both", NOTATION).await;
    server.there("PUT", "/signing-profiles/both", Some(json!({"platformId": NOTATION}))).await.ok();
    server.there("POST", "/signing-jobs/with-payload", Some(payload_body("both"))).await.ok();
    server.sign("both").await;
    server.there("DELETE", "/signing-profiles/both", None).await.ok();
    let jobs = server.there("GET", "/signing-jobs", None).await.ok();
    drop(server);
    let server = Server::kept(folder.path()).expect("the folder can be used");
    assert_eq!(server.there("GET", "/signing-jobs", None).await.ok(), jobs);
    assert_eq!(server.get("/signing-profiles/both").await.ok()["status"], "Active");
    assert_eq!(server.there("GET", "/signing-profiles/both", None).await.ok()["status"], "Canceled");
    server.pass_ms(200 * 31 * 24 * 3600 * 1000);
    server.there("GET", "/signing-profiles/both", None).await.refused(404, "ResourceNotFoundException");
    server.get("/signing-profiles/both").await.ok();
}

#[tokio::test]
async fn a_region_in_which_nothing_was_made_is_empty_and_stays_so() {
    let server = Server::new();
    server.there("DELETE", "/signing-profiles/none", None).await.refused(404, "ResourceNotFoundException");
    assert_eq!(server.there("GET", "/signing-profiles", None).await.ok()["profiles"], json!([]));
}
