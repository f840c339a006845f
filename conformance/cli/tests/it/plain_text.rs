//! Files that mean harm, and a target that does: what the program says of them is plain text, and it names
//! the file.
//!
//! That nothing hidden is shown, [`run`] asks of every run.

use std::path::PathBuf;

use crate::program::{folder, refused, run, server, unpacked_log};

/// Moves the cursor, clears the screen, turns text around, hides, gives an order.
const SAID: &str = "\u{1b}[2J\u{9b}31m\u{202e}\u{200b}\u{e0041}\u{7f}";

/// A file that holds this.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = folder(&format!("plain-text-{name}"));
    std::fs::create_dir_all(&folder).expect("it can be made");
    let path = folder.join(name);
    std::fs::write(&path, text).expect("it can be written");
    path
}

/// The same text, as JSON has it.
fn spelt() -> String {
    serde_json::json!(SAID).to_string()
}

#[test]
fn a_program_that_cannot_be_read_is_named_in_plain_text() {
    for text in [
        format!("{{\"program\":{{\"name\":\"x\",\"edition\":{},\"steps\":[]}}}}", spelt()),
        format!("{{\"program\":{{\"name\":\"x\",\"edition\":\"current\",\"steps\":[{{{}:1}}]}}}}", spelt()),
        format!("{{\"program\":1,\"basis\":{}}}", spelt()),
        SAID.to_owned(),
    ] {
        let path = file("program.json", &text);
        refused(&["replay", &path.display().to_string()], 2, &["program.json"]);
    }
}

#[test]
fn a_report_or_a_log_that_cannot_be_read_is_named_in_plain_text() {
    for text in [
        format!("{{\"report_version\":1,\"suite_version\":\"x\",\"edition\":{}}}", spelt()),
        format!("{{{}:1", spelt()),
    ] {
        let path = file("report.json", &text);
        let folder = path.parent().expect("it has a folder").display().to_string();
        refused(&["compare", &folder], 2, &["report.json"]);
        refused(&["merge", &folder, "--out", "hostile-merged"], 2, &["report.json"]);
        let ended = run(&["verify", &folder]);
        assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
        assert!(ended.stdout.contains("report.json"), "{}", ended.stdout);
    }
    let out = folder("plain-text-log");
    let shown = out.display().to_string();
    let ended = run(&["certify", "--quiet", "--case", "smoke/GetSigningPlatform", "--out", &shown]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let log = unpacked_log(&out);
    let text = std::fs::read_to_string(&log).expect("the log is there");
    std::fs::write(&log, format!("{text}{{{}:1}}\n", spelt())).expect("it is ours");
    let ended = run(&["verify", &shown]);
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("unknown variant"), "{}", ended.stdout);
    std::fs::write(&log, text).expect("it is ours");
    std::fs::write(out.join(format!("{SAID}.html")), "").expect("such a name is one");
    let ended = run(&["verify", &shown]);
    assert!(ended.stdout.contains("\\u{1b}[2J\\u{9b}31m\\u{202e}"), "{}", ended.stdout);
}

#[test]
fn recorded_traffic_is_shown_in_plain_text() {
    let exchange = |target: &str, body: &str| {
        serde_json::json!({ "by": "Owner", "request": { "method": "GET", "target": target, "headers": [] },
            "outcome": { "Ok": { "status": 200, "headers": [["content-type", SAID], [SAID, SAID]], "body": body } } })
        .to_string()
    };
    let text = [
        exchange("/signing-platforms", SAID),
        exchange(&format!("/{SAID}"), "{}"),
        exchange("/signing-jobs", "{\"jobs\":7}"),
    ]
    .join("\n");
    let path = file("traffic.ndjson", &text).display().to_string();
    let ended = run(&["judge", &path]);
    assert!(ended.stdout.contains("\\u{202e}"), "it is told\n{}{}", ended.stdout, ended.stderr);
    run(&["judge", &path, "--json"]);
    let path = file("traffic.har", &format!("{{\"log\":{{\"entries\":[{{{}:1}}]}}}}", spelt()))
        .display()
        .to_string();
    run(&["judge", &path]);
}

#[test]
fn a_target_that_means_harm_is_told_of_in_plain_text() {
    let answer = "HTTP/1.1 403 \u{9b}2J\r\nx-amzn-ErrorType: \u{202e}\u{9b}2J\r\nContent-Length: 24\r\n\
        Connection: close\r\n\r\n::error::\u{1b}[2J\u{9b}2J\u{202e}##[x";
    let url = server(answer.as_bytes());
    let out = folder("plain-text-target").display().to_string();
    for arguments in [&["certify", "--out", &out][..], &["doctor"], &["doctor", "--json"]] {
        let ended = run(&[arguments, &["--endpoint", &url]].concat());
        assert!(matches!(ended.code, Some(1..=3)), "{}{}", ended.stdout, ended.stderr);
    }
}
