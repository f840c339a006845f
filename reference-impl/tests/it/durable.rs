//! The data folder: what is kept, and what the server says when it cannot use it.

use crate::process::{Folder, Process, ask};
use crate::server::{LAMBDA, NOTATION, Server, tags_uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use redb::{Database, TableDefinition};
use serde_json::{Value, json};
use signer_reference::{Config, DataFolder};
use std::fs;

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");
const PROFILES: TableDefinition<(&str, &str), &[u8]> = TableDefinition::new("profiles");
const JOBS: TableDefinition<u64, &[u8]> = TableDefinition::new("jobs");

#[track_caller]
fn reopened(folder: &Folder) -> Server {
    Server::kept(folder.path()).expect("the folder can be used")
}

#[track_caller]
fn refused(folder: &Folder, parts: &[&str]) {
    let error = Server::kept(folder.path()).err().expect("the folder cannot be used");
    for part in parts {
        assert!(error.contains(part), "{part:?} is not in: {error}");
    }
}

#[tokio::test]
async fn another_start_finds_all_that_was_made() {
    let folder = Folder::new();
    let server = reopened(&folder);
    let version = server.profile("kept", NOTATION).await;
    server.profile("code", LAMBDA).await;
    server.profile("gone", LAMBDA).await;
    server.post(&tags_uri("kept"), json!({"tags": {"team": "blue"}})).await.ok();
    let permission =
        json!({"action": "signer:SignPayload", "principal": "444455556666", "statementId": "one"});
    server.post("/signing-profiles/kept/permissions", permission).await.ok();
    server.delete("/signing-profiles/gone").await.ok();
    let signed = server.sign("kept").await;
    let id = signed["jobId"].as_str().expect("a job").to_owned();
    server.put(&format!("/signing-jobs/{id}/revoke"), json!({"reason": "a test"})).await.ok();
    let started = server.start("code", "code.zip", "token").await;
    server.pass_ms(100);
    let paths = [
        "/signing-profiles/kept".to_owned(),
        "/signing-profiles/gone".to_owned(),
        "/signing-profiles/kept/permissions".to_owned(),
        "/signing-profiles?includeCanceled=true".to_owned(),
        "/signing-jobs".to_owned(),
        format!("/signing-jobs/{id}"),
        format!("/signing-jobs/{started}"),
    ];
    let mut before = Vec::new();
    for path in &paths {
        before.push(server.get(path).await.ok());
    }
    drop(server);
    let server = reopened(&folder);
    for (path, before) in paths.iter().zip(before) {
        assert_eq!(server.get(path).await.ok(), before, "{path}");
    }
    assert_eq!(
        server.start("code", "code.zip", "token").await,
        started,
        "a token is good for one job, also after a start"
    );
    assert_eq!(server.get("/signing-profiles/kept").await.ok()["profileVersion"], version);
    server
        .put("/signing-profiles/kept", json!({"platformId": NOTATION}))
        .await
        .refused(400, "ValidationException");
}

#[tokio::test]
async fn a_job_in_progress_ends_after_the_next_start() {
    let folder = Folder::new();
    let server = reopened(&folder);
    server.profile("code", LAMBDA).await;
    let id = server.start("code", "code.zip", "token").await;
    drop(server);
    let server = reopened(&folder);
    let path = format!("/signing-jobs/{id}");
    assert_eq!(server.get(&path).await.ok()["status"], "InProgress");
    server.pass_ms(100);
    assert_eq!(server.get(&path).await.ok()["status"], "Failed", "there is no such object");
}

#[tokio::test]
async fn what_was_forgotten_stays_so() {
    let folder = Folder::new();
    let server = reopened(&folder);
    server.profile("code", LAMBDA).await;
    server.profile("notation", NOTATION).await;
    server.sign("notation").await;
    server.delete("/signing-profiles/code").await.ok();
    server.pass_ms(200 * 31 * 24 * 3600 * 1000);
    server.get("/signing-profiles/code").await.refused(404, "ResourceNotFoundException");
    drop(server);
    let server = reopened(&folder);
    server.get("/signing-profiles/code").await.refused(404, "ResourceNotFoundException");
    assert_eq!(server.get("/signing-jobs").await.ok()["jobs"], json!([]));
    assert_eq!(server.get("/signing-profiles").await.ok()["profiles"][0]["profileName"], "notation");
}

#[tokio::test]
async fn keys_and_root_stay() {
    let folder = Folder::new();
    let server = reopened(&folder);
    server.profile("kept", NOTATION).await;
    let root = |signed: &Value| {
        let envelope = STANDARD.decode(signed["signature"].as_str().expect("a signature")).expect("Base64");
        let envelope: Value = serde_json::from_slice(&envelope).expect("JSON");
        envelope["header"]["x5c"][3].as_str().expect("a root").to_owned()
    };
    let before = root(&server.sign("kept").await);
    drop(server);
    let secret = folder.path().join("keys/secret.key");
    let pem = fs::read_to_string(folder.path().join("keys/root.pem")).expect("the root is kept");
    let server = reopened(&folder);
    assert_eq!(root(&server.sign("kept").await), before);
    let one_line: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
    assert_eq!(one_line, before);
    drop(server);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(&secret).expect("the secret is kept").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    fs::write(&secret, "another").expect("it can be written");
    refused(&folder, &["keys/secret.key", "damaged", "64 hexadecimal digits"]);
    fs::write(&secret, "00".repeat(32)).expect("it can be written");
    refused(&folder, &["keys/root.pem", "damaged"]);
}

#[test]
fn a_second_server_on_the_folder_is_refused() {
    let folder = Folder::new();
    let _first = DataFolder::open(folder.path()).expect("the folder can be used");
    refused(&folder, &["in use by another server", &folder.path().display().to_string()]);
}

#[test]
fn another_version_of_the_schema_is_refused() {
    let folder = Folder::new();
    drop(reopened(&folder));
    let database = Database::create(folder.path().join("signer.redb")).expect("a database");
    let transaction = database.begin_write().expect("a transaction");
    transaction.open_table(META).expect("the table").insert("schema", 99).expect("it is written");
    transaction.commit().expect("it is kept");
    drop(database);
    refused(&folder, &["signer.redb", "version 99 of the schema", "version 2", "another data folder"]);
}

#[test]
fn a_damaged_database_is_refused() {
    let folder = Folder::new();
    drop(reopened(&folder));
    let file = folder.path().join("signer.redb");
    let whole = fs::read(&file).expect("it is there");
    let check = |damaged: &[u8]| {
        fs::write(&file, damaged).expect("it can be written");
        refused(&folder, &["signer.redb", "damaged", "put it back from a copy"]);
    };
    check(&[]);
    check(b"this is not a database");
    check(&whole[..whole.len() / 2]);
    check(&whole.iter().map(|byte| !byte).collect::<Vec<_>>());
    fs::write(&file, &whole).expect("it can be written");
    drop(reopened(&folder));
}

#[tokio::test]
async fn a_byte_that_has_changed_is_noticed_or_does_not_matter() {
    let folder = Folder::new();
    let server = reopened(&folder);
    let mut before = Vec::new();
    for number in 0..20 {
        server.profile(&format!("p{number}"), NOTATION).await;
        before.push(server.get(&format!("/signing-profiles/p{number}")).await.ok());
    }
    drop(server);
    let file = folder.path().join("signer.redb");
    let whole = fs::read(&file).expect("it is there");
    let mut noticed = 0;
    for place in (0..whole.len()).step_by(whole.len() / 97) {
        let mut damaged = whole.clone();
        damaged[place] ^= 0x55;
        fs::write(&file, &damaged).expect("it can be written");
        match Server::kept(folder.path()) {
            Err(error) => {
                assert!(error.contains("signer.redb"), "byte {place}: {error}");
                noticed += 1;
            }
            Ok(server) => {
                for (number, before) in before.iter().enumerate() {
                    let after = server.get(&format!("/signing-profiles/p{number}")).await.ok();
                    assert_eq!(after, *before, "byte {place}");
                }
            }
        }
    }
    assert!(noticed > 0, "no damage was noticed");
}

/// The rows of version 1 as they were first written. If this fails, folders that people have cannot be read
/// any more: give new members a default, or raise the version and read the old one, too.
#[tokio::test]
async fn rows_of_the_first_version_are_read() {
    let folder = Folder::new();
    drop(reopened(&folder));
    let rows: Value = serde_json::from_str(include_str!("rows_1.json")).expect("JSON");
    let database = Database::create(folder.path().join("signer.redb")).expect("a database");
    let transaction = database.begin_write().expect("a transaction");
    {
        let mut profiles = transaction.open_table(PROFILES).expect("the table");
        profiles
            .insert(("111122223333", "kept"), rows["profile"].to_string().as_bytes())
            .expect("it is written");
        let mut jobs = transaction.open_table(JOBS).expect("the table");
        jobs.insert(0, rows["job"].to_string().as_bytes()).expect("it is written");
        transaction.open_table(META).expect("the table").insert("schema", 1).expect("it is written");
    }
    transaction.commit().expect("it is kept");
    drop(database);
    // They name no Region but in their ARNs, which counts more than where the server is at home now.
    let server =
        Server::kept_with(folder.path(), |config| Config { region: "eu-west-1".to_owned(), ..config });
    let server = server.expect("the folder can be used");
    let profile = server.get("/signing-profiles/kept").await.ok();
    assert_eq!((&profile["status"], &profile["tags"]), (&json!("Revoked"), &json!({"team": "blue"})));
    let permissions = server.get("/signing-profiles/kept/permissions").await.ok();
    assert_eq!(permissions["permissions"][0]["principal"], "444455556666");
    let job = server.get("/signing-jobs").await.ok()["jobs"][0].clone();
    assert_eq!((&job["status"], &job["source"]["s3"]["key"]), (&json!("InProgress"), &json!("code.zip")));
    server.pass_ms(1000);
    assert_ne!(server.get("/signing-jobs").await.ok()["jobs"][0]["status"], "InProgress");
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_an_error_and_loses_nothing() {
    let folder = Folder::new();
    drop(Process::start(folder.path()));
    let bytes = fs::metadata(folder.path().join("signer.redb")).expect("it is there").len();
    let process = Process::start_with_limit(folder.path(), bytes / 512 + 64);
    let put = |address: &str, number: usize| {
        let tags: Value = (0..40)
            .map(|tag| (format!("key{tag}"), json!("v".repeat(200))))
            .collect::<serde_json::Map<_, _>>()
            .into();
        let body = json!({"platformId": NOTATION, "tags": tags});
        ask(address, "PUT", &format!("/signing-profiles/p{number}"), Some(&body)).expect("it answers")
    };
    let first_refused = (0..2000).find_map(|number| {
        let (status, answer) = put(&process.address, number);
        (status != 200).then_some((number, status, answer))
    });
    let (number, status, answer) = first_refused.expect("the disk is full at some time");
    assert_eq!(status, 500, "{answer}");
    assert!(
        answer["message"].as_str().is_some_and(|message| message.contains("could not be kept")),
        "{answer}"
    );
    assert!(number > 0, "nothing was kept");
    let get = |address: &str, number: usize| {
        ask(address, "GET", &format!("/signing-profiles/p{number}"), None).expect("it answers").0
    };
    assert_eq!(get(&process.address, number), 404, "what was refused is not shown");
    assert_eq!(get(&process.address, number - 1), 200, "what was answered is");
    assert_eq!(put(&process.address, number).0, 500, "the disk is still full");
    drop(process);
    let process = Process::start(folder.path());
    for kept in 0..number {
        assert_eq!(get(&process.address, kept), 200, "p{kept} is lost");
    }
    assert_eq!(get(&process.address, number), 404);
    assert_eq!(put(&process.address, number).0, 200, "there is room again");
}
