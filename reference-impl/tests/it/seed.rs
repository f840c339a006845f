//! What a server begins with: the file, and what comes of it.

use crate::process::Folder;
use crate::running::{Running, run};
use crate::server::{NOTATION, Server};
use serde_json::{Value, json};
use signer_reference::{Config, Seed};
use signer_schemas::Edition;
use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

fn example() -> Value {
    json!({
        "profiles": [
            {"profileName": "code", "platformId": "AWSLambda-SHA384-ECDSA", "tags": {"team": "blue"},
             "signatureValidityPeriod": {"value": 1, "type": "YEARS"},
             "permissions": [
                {"statementId": "one", "action": "signer:StartSigningJob", "principal": "444455556666"},
                {"statementId": "two", "action": "signer:GetSigningProfile", "principal": "444455556666"},
             ]},
            {"profileName": "code", "platformId": NOTATION, "region": "eu-central-1", "status": "Canceled"},
            {"profileName": "theirs", "platformId": NOTATION, "account": "444455556666", "status": "Revoked"},
        ],
        "buckets": [
            {"name": "sources", "versioning": "Enabled", "objects": [
                {"key": "a b/ü.txt", "text": "text"},
                {"key": "bytes", "base64": "AAEC"},
                {"key": "file", "file": "content.bin"},
            ]},
            {"name": "empty"},
        ],
    })
}

/// The file with what it names beside it.
fn written(folder: &Folder, seed: &Value) -> PathBuf {
    fs::write(folder.path().join("content.bin"), b"from a file").expect("it is written");
    let file = folder.path().join("seed.json");
    fs::write(&file, seed.to_string()).expect("it is written");
    file
}

fn read(folder: &Folder, seed: &Value) -> Result<Seed, String> {
    Seed::read(&written(folder, seed), Edition::Current)
}

async fn shows_the_example(server: &Server) {
    let code = server.get("/signing-profiles/code").await.ok();
    assert_eq!(
        (&code["tags"]["team"], &code["signatureValidityPeriod"]["type"]),
        (&json!("blue"), &json!("YEARS"))
    );
    let permissions = server.get("/signing-profiles/code/permissions").await.ok();
    assert_eq!(permissions["permissions"].as_array().expect("a list").len(), 2);
    assert_eq!(server.there("GET", "/signing-profiles/code", None).await.ok()["status"], "Canceled");
    assert_eq!(server.other("GET", "/signing-profiles/theirs", None).await.ok()["status"], "Revoked");
    server.get("/signing-profiles/theirs").await.refused(404, "ResourceNotFoundException");
    for (key, content) in
        [("a%20b/%C3%BC.txt", &b"text"[..]), ("bytes", &[0, 1, 2]), ("file", b"from a file")]
    {
        let got = server.s3("GET", &format!("/sources/{key}"), "").await;
        assert_eq!((got.status, &got.bytes[..]), (200, content), "{key}");
    }
    assert_eq!(server.s3("GET", "/empty?list-type=2", "").await.status, 200);
}

#[tokio::test]
async fn a_server_begins_with_its_seed_and_again_after_each_reset() {
    let folder = Folder::new();
    let seed = Arc::new(read(&folder, &example()).expect("it is a seed"));
    let server = Server::begun(Config { control: true, beginning: Some(seed), ..Server::usual() })
        .await
        .expect("it begins");
    shows_the_example(&server).await;
    server.profile("more", NOTATION).await;
    server.s3("PUT", "/sources/more", "more").await;
    assert_eq!(server.raw("POST", "/_signer/reset", "").await.ok(), json!({"beginsWith": "the seed file"}));
    shows_the_example(&server).await;
    server.get("/signing-profiles/more").await.refused(404, "ResourceNotFoundException");
    assert_eq!(server.s3("GET", "/sources/more", "").await.status, 404);
}

#[test]
fn what_is_no_seed_is_refused_with_its_place() {
    let folder = Folder::new();
    let profile = |change: Value| {
        let mut profile = json!({"profileName": "p", "platformId": NOTATION});
        profile.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
        json!({"profiles": [{"profileName": "first", "platformId": NOTATION}, profile]})
    };
    let bucket = |object: Value| json!({"buckets": [{"name": "bucket", "objects": [object]}]});
    for (seed, parts) in [
        (json!([]), vec!["invalid"]),
        (json!({"profile": []}), vec!["profile"]),
        (json!({"profiles": {}}), vec!["profiles"]),
        (json!({"profiles": [{"platformId": NOTATION}]}), vec!["profiles[0]", "profileName"]),
        (profile(json!({"platform": "x"})), vec!["profiles[1].platform"]),
        (
            profile(json!({"signatureValidityPeriod": {"valu": 1}})),
            vec!["profiles[1].signatureValidityPeriod.valu"],
        ),
        (profile(json!({"status": "canceled"})), vec!["profiles[1].status", "Canceled"]),
        (profile(json!({"status": 1})), vec!["profiles[1].status"]),
        (profile(json!({"account": "1"})), vec!["profiles[1].account", "12 digits"]),
        (profile(json!({"region": "Here"})), vec!["profiles[1].region"]),
        (profile(json!({"permissions": {}})), vec!["profiles[1].permissions"]),
        (profile(json!({"permissions": [{"statement": "x"}]})), vec!["profiles[1].permissions[0].statement"]),
        (json!({"buckets": [{"nam": "x"}]}), vec!["buckets[0]", "nam"]),
        (json!({"buckets": [{"name": "x", "versioning": "on"}]}), vec!["buckets[0].versioning", "Enabled"]),
        (bucket(json!({"key": "k"})), vec!["buckets[0].objects[0]", "one of"]),
        (
            bucket(json!({"key": "k", "text": "", "file": "content.bin"})),
            vec!["buckets[0].objects[0]", "one of"],
        ),
        (bucket(json!({"key": "k", "base64": "?"})), vec!["buckets[0].objects[0].base64"]),
        (bucket(json!({"key": "k", "file": "none"})), vec!["buckets[0].objects[0].file", "none"]),
        (bucket(json!({"key": "k", "file": "."})), vec!["buckets[0].objects[0].file", "it is a folder"]),
    ] {
        let error = read(&folder, &seed).expect_err("it is no seed");
        for part in parts {
            assert!(error.contains(part), "{part:?} is not in {error:?}");
        }
    }
}

#[tokio::test]
async fn what_the_api_would_refuse_is_refused_in_its_words() {
    let folder = Folder::new();
    for (seed, parts) in [
        (
            json!({"profiles": [{"profileName": "prof", "platformId": "none"}]}),
            ["profiles[0]", "platform none does not exist"],
        ),
        (
            json!({"profiles": [{"profileName": "prof", "platformId": NOTATION}, {"profileName": "prof", "platformId": NOTATION}]}),
            ["profiles[1]", "already exists"],
        ),
        (
            json!({"profiles": [{"profileName": "prof", "platformId": NOTATION, "permissions": [
                {"statementId": "s", "action": "signer:StartSigningJob", "principal": "444455556666"}]}]}),
            ["profiles[0].permissions[0]", "not supported for platform"],
        ),
        (
            json!({"profiles": [{"profileName": "not-a-name", "platformId": NOTATION}]}),
            ["profiles[0]", "ValidationException"],
        ),
        (
            json!({"buckets": [{"name": "twice", "region": "eu-west-1"}, {"name": "twice", "region": "eu-west-1"}]}),
            ["buckets[1]", "BucketAlreadyOwnedByYou"],
        ),
        (json!({"buckets": [{"name": "No Bucket"}]}), ["buckets[0]", "InvalidBucketName"]),
    ] {
        let seed = Arc::new(read(&folder, &seed).expect("it can be read"));
        let refused = Server::begun(Config { beginning: Some(seed), ..Server::usual() }).await;
        let error = refused.err().expect("the seed is refused");
        for part in parts {
            assert!(error.contains(part), "{part:?} is not in {error:?}");
        }
    }
}

#[test]
fn the_program_begins_with_a_seed_in_a_folder_that_holds_nothing() {
    let folder = Folder::new();
    let (file, data) = (written(&folder, &example()), folder.path().join("data"));
    let (file, data) = (file.to_str().expect("text"), data.to_str().expect("text"));
    let options = ["--seed-file", file, "--data", data];
    let server = Running::start(&options);
    assert_eq!(server.ask("GET", "/signing-profiles/code", "").status, 200);
    assert_eq!(server.ask("DELETE", "/signing-profiles/code", "").status, 200);
    server.end();
    let server = Running::start(&options);
    let kept = server.ask("GET", "/signing-profiles/code", "");
    assert!(kept.body.contains("Canceled"), "{kept:?}");
    let (_, log) = server.end();
    assert!(log.contains("--seed-file is passed over"), "{log}");
    fs::write(file, "{\"profiles\": [{}]}").expect("it is written");
    let output = run(&["--seed-file", file]);
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.code() == Some(2) && told.contains("--seed-file") && told.contains("profiles[0]"),
        "{told}"
    );
}
