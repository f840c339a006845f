//! Everything is forgotten at once, on the disk as well.

use crate::process::{Folder, Process, ask};
use crate::server::{LAMBDA, NOTATION, Server};
use redb::{Database, ReadableDatabase as _, ReadableTable as _, TableDefinition};
use serde_json::{Value, json};
use signer_reference::Config;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

fn controlled() -> Server {
    Server::with(|config| Config { control: true, ..config })
}

fn kept(folder: &Path) -> Server {
    Server::kept_with(folder, |config| Config { control: true, ..config }).expect("the folder can be used")
}

async fn reset(server: &Server) {
    assert_eq!(server.raw("POST", "/_signer/reset", "").await.ok(), json!({"beginsWith": "nothing"}));
}

/// What a suite with fixed names does.
async fn suite(server: &Server) {
    server.source().await;
    server.profile("code", LAMBDA).await;
    server.there("PUT", "/signing-profiles/code", Some(json!({"platformId": LAMBDA}))).await.ok();
    let id = server.start("code", "code.zip", "token").await;
    server.pass_ms(100);
    assert_eq!(server.get(&format!("/signing-jobs/{id}")).await.ok()["status"], "Succeeded");
    server.delete("/signing-profiles/code").await.ok();
}

#[tokio::test]
async fn a_suite_with_fixed_names_passes_again_after_a_reset() {
    let server = controlled();
    suite(&server).await;
    server
        .put("/signing-profiles/code", json!({"platformId": LAMBDA}))
        .await
        .refused(400, "ValidationException");
    server.post("/_signer/clock", json!({"advance": "P30D"})).await.ok();
    reset(&server).await;
    assert_eq!(server.get("/_signer/clock").await.ok()["offset"], "PT0S");
    assert_eq!(server.s3("GET", "/sources", "").await.status, 404);
    assert_eq!(server.get("/signing-profiles?includeCanceled=true").await.ok()["profiles"], json!([]));
    assert_eq!(server.there("GET", "/signing-profiles", None).await.ok()["profiles"], json!([]));
    suite(&server).await;
}

#[tokio::test]
async fn without_the_option_nothing_is_forgotten_and_a_body_that_asks_for_more_is_refused() {
    let server = Server::new();
    server.profile("stays", LAMBDA).await;
    assert_eq!(server.raw("POST", "/_signer/reset", "{}").await.status, 404);
    server.get("/signing-profiles/stays").await.ok();
    let server = controlled();
    server.profile("stays", LAMBDA).await;
    for body in ["[]", "{\"keep\":true}", "null", "reset"] {
        assert_eq!(server.raw("POST", "/_signer/reset", body).await.status, 400, "{body}");
    }
    assert_eq!(server.get("/_signer/reset").await.status, 405);
    server.get("/signing-profiles/stays").await.ok();
    assert_eq!(server.raw("POST", "/_signer/reset", "{}").await.status, 200);
}

#[tokio::test]
async fn a_reset_outlasts_the_next_start_and_removes_the_files_of_objects() {
    let folder = Folder::new();
    let server = kept(folder.path());
    suite(&server).await;
    let root = fs::read(folder.path().join("keys/root.pem")).expect("a root");
    assert!(files(folder.path()) > 0);
    reset(&server).await;
    assert_eq!(files(folder.path()), 0, "a content is left");
    drop(server);
    let server = kept(folder.path());
    server.get("/signing-profiles/code").await.refused(404, "ResourceNotFoundException");
    assert_eq!(server.get("/signing-jobs").await.ok()["jobs"], json!([]));
    assert_eq!(fs::read(folder.path().join("keys/root.pem")).expect("a root"), root, "keys stay");
    suite(&server).await;
}

/// The files that hold contents.
fn files(folder: &Path) -> usize {
    fs::read_dir(folder.join("objects")).expect("the folder").count()
}

const META: TableDefinition<&str, u64> = TableDefinition::new("meta");

#[tokio::test]
async fn a_reset_that_broke_off_is_completed_by_the_next_start() {
    let folder = Folder::new();
    let server = kept(folder.path());
    suite(&server).await;
    drop(server);
    // As after the first of its steps: what was there is void, but the objects are not removed yet.
    let database = Database::create(folder.path().join("signer.redb")).expect("a database");
    let transaction = database.begin_write().expect("a transaction");
    transaction.open_table(META).expect("the table").insert("unfinished", 1).expect("it is written");
    transaction.commit().expect("it is kept");
    drop(database);
    let server = kept(folder.path());
    server.get("/signing-profiles/code").await.refused(404, "ResourceNotFoundException");
    assert_eq!(server.s3("GET", "/sources", "").await.status, 404);
    assert_eq!(files(folder.path()), 0);
    drop(server);
    let database = Database::open(folder.path().join("signer.redb")).expect("a database");
    let meta = database.begin_read().expect("a transaction").open_table(META).expect("the table");
    assert!(
        meta.get("unfinished").expect("it can be read").is_none(),
        "{:?}",
        meta.iter().map(Iterator::count)
    );
}

#[tokio::test]
async fn a_job_that_was_in_progress_leaves_nothing_behind() {
    let server = controlled();
    server.source().await;
    server.profile("code", LAMBDA).await;
    let id = server.start("code", "code.zip", "token").await;
    reset(&server).await;
    server.source().await;
    server.profile("code", LAMBDA).await;
    server.pass_ms(1000);
    server.get(&format!("/signing-jobs/{id}")).await.refused(404, "ResourceNotFoundException");
    let listed = server.s3("GET", "/results?list-type=2", "").await;
    assert!(listed.status == 200 && !listed.text.contains("<Key>"), "{}", listed.text);
    let again = server.start("code", "code.zip", "token").await;
    assert_ne!(again, id, "a token is free again");
    server.pass_ms(1000);
    assert_eq!(server.get(&format!("/signing-jobs/{again}")).await.ok()["status"], "Succeeded");
}

/// Profiles and buckets are made all the time, and forgotten again and again; the process is killed in
/// between.
#[test]
fn resets_under_load_leave_no_half_state() {
    const TIME: Duration = Duration::from_secs(3);
    let folder = Folder::new();
    let mut process = Process::start_with(folder.path(), &["--control"]);
    let address = process.address.clone();
    let ends = AtomicBool::new(false);
    std::thread::scope(|scope| {
        for worker in 0..3 {
            let (address, ends) = (&address, &ends);
            scope.spawn(move || {
                let body = json!({"platformId": NOTATION});
                for number in 0.. {
                    if ends.load(Ordering::Relaxed) {
                        return;
                    }
                    let _ =
                        ask(address, "PUT", &format!("/signing-profiles/w{worker}_{number}"), Some(&body));
                    let _ = ask(address, "PUT", &format!("/bucket-{worker}-{number}"), None);
                    let _ = ask(
                        address,
                        "PUT",
                        &format!("/bucket-{worker}-{number}/key"),
                        Some(&json!("content")),
                    );
                }
            });
        }
        let begun = Instant::now();
        while begun.elapsed() < TIME {
            let (status, told) = ask(&address, "POST", "/_signer/reset", None).expect("it answers");
            assert_eq!(status, 200, "{told}");
        }
        ends.store(true, Ordering::Relaxed);
    });
    let (_, before) = ask(&process.address, "GET", "/signing-profiles", None).expect("it answers");
    process.kill();
    drop(process);
    let process = Process::start_with(folder.path(), &["--control"]);
    let (_, after) = ask(&process.address, "GET", "/signing-profiles", None).expect("it answers");
    let names = |page: &Value| {
        page["profiles"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["profileName"].clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(names(&before), names(&after));
    let (status, _) = ask(&process.address, "POST", "/_signer/reset", None).expect("it answers");
    assert_eq!((status, files(folder.path())), (200, 0), "contents are left that nobody knows");
}
