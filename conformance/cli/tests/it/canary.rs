//! Secrets, planted wherever a user gives one, are in no file and on neither output.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use signer_conformance::report::LOG;
use signer_conformance::wire::percent_encode;

use crate::program::{Served, folder, unpacked_log};

/// What is planted: three identities, a session token, a user and a password in a URL.
const CANARIES: &[&str] = &[
    "AKIACANARYOWNER00001",
    "canary-secret-of-the-owner-0001",
    "canary/session+token/0000000001=",
    "AKIACANARYOTHER00001",
    "canary-secret-of-the-other-0001",
    "canaryuser",
    "canarypassword",
    "AKIACANARYDENIED0001",
    "canary-secret-of-the-denied-0001",
    "AWS4-HMAC-SHA256 Credential=AKIA",
];

/// How a text may be spelt in a URL.
fn spellings(text: &str) -> Vec<String> {
    let encoded = percent_encode(text);
    let kept = encoded.replace("%2F", "/");
    vec![text.to_owned(), encoded.to_lowercase(), kept.to_lowercase(), encoded, kept]
}

/// A text in base64, behind none, one or two other bytes.
fn in_base64(text: &str) -> [String; 3] {
    ["", "x", "xy"].map(|before| STANDARD.encode(format!("{before}{text}")))
}

/// A server that answers with what it was sent, in many spellings, as careless ones do. Gives its address.
fn echo() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let address = listener.local_addr().expect("it is bound").to_string();
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let mut request = [0; 8192];
            let length = connection.read(&mut request).unwrap_or_default();
            let sent = String::from_utf8_lossy(&request[..length]);
            let body = json!({ "plain": spellings(&sent), "base64": in_base64(&sent) }).to_string();
            // Some escape every slash in a JSON string.
            let body = format!("[{body},{}]", body.replace('/', "\\/"));
            let _ = write!(
                connection,
                "HTTP/1.1 400 Bad Request\r\nx-amzn-ErrorType: ValidationException\r\n\
                 Content-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
        }
    });
    address
}

/// Runs the program with every canary, and gives all that it leaves: by name, files and outputs.
fn left(arguments: &[&str], out: &Path) -> Vec<(String, String)> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
    command
        .args(arguments)
        .env("AWS_ACCESS_KEY_ID", CANARIES[0])
        .env("AWS_SECRET_ACCESS_KEY", CANARIES[1])
        .env("AWS_SESSION_TOKEN", CANARIES[2])
        .args(["--other-access-key", CANARIES[3], "--other-secret-key", CANARIES[4]])
        .args(["--denied-access-key", CANARIES[7], "--denied-secret-key", CANARIES[8]]);
    let output = command.output().expect("the program is built");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut all = vec![
        ("standard output".to_owned(), text(&output.stdout)),
        ("standard error".to_owned(), text(&output.stderr)),
    ];
    // What gzip has compressed would hide a secret from this test, and from none that reads the log.
    if out.join(LOG).is_file() {
        unpacked_log(out);
    }
    let mut folders = vec![out.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                all.push((path.display().to_string(), text(&std::fs::read(&path).expect("it is there"))));
            }
        }
    }
    all
}

#[track_caller]
fn clean(left: &[(String, String)]) {
    for (name, text) in left {
        // However often it was put into a JSON string.
        let text = text.replace('\\', "");
        for canary in CANARIES {
            for spelling in spellings(canary) {
                assert!(!text.contains(&spelling), "{name} holds {spelling:?}");
            }
            for spelling in in_base64(canary) {
                // Its ends depend on what stands before and behind.
                let inner = &spelling[4..spelling.len() - 4];
                assert!(!text.contains(inner), "{name} holds {canary:?} as {inner:?}");
            }
        }
    }
}

#[test]
fn no_secret_is_in_a_report_a_log_or_an_output() {
    let served = Served::start(&["--fault", "cancel-absent-500"]);
    let url = format!("http://canaryuser:canarypassword@{}", served.address);
    let out = folder("canary");
    let shown = out.display().to_string();
    let all = left(
        &["certify", "--suite", "smoke", "--endpoint", &url, "--s3-endpoint", &url, "--out", &shown],
        &out,
    );
    for name in ["report.json", "exchanges.ndjson", "junit.xml", "summary.md", "F001.json", "F001.sh"] {
        assert!(
            all.iter().any(|(path, text)| path.ends_with(name) && !text.is_empty()),
            "no {name}: {}",
            all[1].1
        );
    }
    clean(&all);
    clean(&left(&["doctor", "--endpoint", &url], Path::new("no-folder")));
    clean(&left(
        &["replay", &format!("{shown}/counterexamples/F001.json"), "--endpoint", &url],
        Path::new("no-folder"),
    ));
}

#[test]
fn a_secret_that_a_careless_target_repeats_is_hidden() {
    let url = format!("http://canaryuser:canarypassword@{}", echo());
    let out = folder("canary-echo");
    let shown = out.display().to_string();
    let all =
        left(&["certify", "--suite", "smoke", "--no-shrink", "--endpoint", &url, "--out", &shown], &out);
    let log = all.iter().find(|(name, _)| name.ends_with("exchanges.ndjson")).expect("there is a log");
    assert!(log.1.contains("redacted-"), "the target echoes what it was sent: {}", all[1].1);
    clean(&all);
    clean(&left(&["doctor", "--endpoint", &url], Path::new("no-folder")));
}

#[test]
fn a_password_in_the_url_is_hidden_where_nothing_is_signed() {
    let url = format!("http://canaryuser:canarypassword@{}", echo());
    let out = folder("canary-unsigned");
    let shown = out.display().to_string();
    let unsigned = ["--no-sign-request", "--no-shrink", "--endpoint", &url, "--out", &shown];
    let all = left(&[&["certify", "--suite", "smoke"], unsigned.as_slice()].concat(), &out);
    let log = all.iter().find(|(name, _)| name.ends_with("exchanges.ndjson")).expect("there is a log");
    assert!(log.1.contains("asic (redacted)"), "user and password travel in a header: {}", all[1].1);
    clean(&all);
}

#[test]
fn a_wrong_url_is_named_without_its_password() {
    for url in [
        "ftp://canaryuser:canarypassword@127.0.0.1",
        "http://canaryuser:canarypassword@127.0.0.1:1/?x=y",
        "http://canaryuser:canarypassword@127.0.0.1:99999",
        "http://canaryuser:canarypassword@",
        "canaryuser:canarypassword@host",
    ] {
        clean(&left(&["doctor", "--endpoint", url], Path::new("no-folder")));
    }
    clean(&left(
        &["doctor", "--endpoint", "http://canaryuser:canarypassword@127.0.0.1:1"],
        Path::new("no-folder"),
    ));
}
