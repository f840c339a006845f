//! Traffic that others recorded: judged where it can be, and refused with the place where it is malformed.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::program::{Ended, folder, run};

fn file(name: &str, text: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("judge");
    std::fs::create_dir_all(&folder).expect("the folder can be made");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("it can be written");
    path.display().to_string()
}

fn entry(method: &str, url: &str, status: i64, content_type: &str, body: &str) -> Value {
    json!({
        "request": { "method": method, "url": url, "headers": [{ "name": "Authorization", "value": "AWS4-HMAC-SHA256 secret" }] },
        "response": { "status": status, "headers": [
            { "name": "Content-Type", "value": content_type },
            { "name": "x-amzn-RequestId", "value": "6f1d7d4e-0000-4000-8000-000000000001" },
        ], "content": { "text": body, "size": body.len() } },
    })
}

fn judged(name: &str, entries: &[Value]) -> Ended {
    let har = json!({ "log": { "version": "1.2", "entries": entries } });
    run(&["judge", &file(name, &har.to_string())])
}

const PROFILES: &str = "https://signer.us-east-1.amazonaws.com/signing-profiles?maxResults=5";

#[test]
fn an_archive_without_a_departure_passes() {
    let ended = judged(
        "good.har",
        &[
            entry("GET", PROFILES, 200, "application/json", r#"{"profiles":[]}"#),
            entry("GET", "https://example.org/favicon.ico", 200, "image/png", ""),
            entry("GET", PROFILES, 0, "", ""),
        ],
    );
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    for text in [
        "ListSigningProfiles      1",
        "not judged: 2",
        "entry 2: GET /favicon.ico (no route",
        "entry 3: ",
        "not called: ",
    ] {
        assert!(ended.stdout.contains(text), "no {text:?} in {}", ended.stdout);
    }
}

#[test]
fn a_departure_in_an_archive_is_a_finding() {
    let ended = judged(
        "bad.har",
        &[
            entry("GET", PROFILES, 200, "application/json", r#"{"profiles":[]}"#),
            entry("GET", PROFILES, 200, "application/json", r#"{"profiles":"none"}"#),
            entry("GET", PROFILES, 201, "application/json", r#"{"profiles":[]}"#),
        ],
    );
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("entry 2") && ended.stdout.contains("entry 3"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("AWS4-HMAC"), "a signature is shown: {}", ended.stdout);
}

#[test]
fn the_log_of_a_clean_run_passes() {
    for edition in ["current", "2019-05-22"] {
        let out = folder(&format!("judge-log-{edition}")).display().to_string();
        let ended = run(&["certify", "--quiet", "--edition", edition, "--suite", "smoke", "--out", &out]);
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        let ended = run(&["judge", &format!("{out}/exchanges.ndjson.gz"), "--edition", edition]);
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        assert!(!ended.stdout.contains("not judged: "), "every route is known: {}", ended.stdout);
    }
}

#[test]
fn a_fault_in_a_log_is_a_finding() {
    let out = folder("judge-fault").display().to_string();
    let _ = run(&[
        "certify",
        "--quiet",
        "--no-shrink",
        "--suite",
        "smoke",
        "--fault",
        "cancel-absent-500",
        "--out",
        &out,
    ]);
    let ended = run(&["judge", &format!("{out}/exchanges.ndjson.gz"), "--json"]);
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    let told: Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert!(
        told["departures"][0]["places"][0].as_str().is_some_and(|place| place.starts_with("line ")),
        "{told}"
    );
}

#[track_caller]
fn refused(name: &str, text: &str, code: i32, words: &[&str]) {
    let ended = run(&["judge", &file(name, text)]);
    assert_eq!(ended.code, Some(code), "{}{}", ended.stdout, ended.stderr);
    let said = format!("{}{}", ended.stdout, ended.stderr);
    for word in words {
        assert!(said.contains(word), "no {word:?} in {said}");
    }
}

#[test]
fn a_malformed_file_is_refused_with_its_place() {
    let good = json!({ "by": "Owner", "request": { "method": "GET", "target": "/", "headers": [] }, "outcome": { "Ok": {
        "status": 200, "headers": [] } } });
    refused(
        "line.ndjson",
        &format!("{good}\n{{\"by\":\"Owner\"}}\n"),
        2,
        &["line.ndjson", "line 2", "request"],
    );
    refused("broken.ndjson", &format!("{good}\n\n{{\n"), 2, &["line 3"]);
    refused("no.har", "{\n \"log\": {} }", 2, &["log.entries"]);
    refused("broken.har", "{\n \"log\": {\n", 2, &["line 3"]);
    refused("entry.har", r#"{"log":{"entries":[{"request":{"method":"GET"}}]}}"#, 2, &["entry 1", "url"]);
    let body = json!({ "log": { "entries": [{ "request": { "method": "GET", "url": "/" }, "response": { "status": 200,
        "content": { "text": "%", "encoding": "base64" } } }] } });
    refused("base64.har", &body.to_string(), 2, &["entry 1", "base64"]);
    refused("empty.har", "", 2, &["is empty"]);
    refused("page.html", "<html>", 2, &["page.html", "line 1"]);
    refused("nothing.har", r#"{"log":{"entries":[]}}"#, 3, &["nothing to judge"]);
    refused("strange.ndjson", &good.to_string(), 3, &["nothing to judge"]);
}
