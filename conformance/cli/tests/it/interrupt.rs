//! Ctrl-C in the middle of a run: a report of what was run, or the end at once if asked twice.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::program::{folder, run};

/// Starts a slow run, and gives it back when it has said so.
fn begun(out: &str, rate: &str, said: &str, more: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
    command
        .args(["certify", "--suite", "smoke", "prose", "--rate", rate, "--jobs", "2", "--out", out])
        .args(more);
    command.env_remove("SIGNER_ENDPOINT").env_remove("AWS_ACCESS_KEY_ID").env_remove("AWS_SECRET_ACCESS_KEY");
    let mut child =
        command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("the program is built");
    let mut lines = BufReader::new(child.stderr.take().expect("it is piped")).lines();
    assert!(lines.any(|line| line.is_ok_and(|line| line.ends_with(said))), "it begins");
    // The rest is read, too, so that the program never waits for its reader.
    std::thread::spawn(move || lines.for_each(drop));
    child
}

fn send(signal: &str, child: &Child) {
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(sent.is_ok_and(|status| status.success()), "{signal} cannot be sent");
}

#[track_caller]
fn ended_partially(signal: &str, more: &[&str], code: i32, conclusion: &str) {
    let out = folder(&format!("interrupt{signal}{}", more.join("")));
    let shown = out.display().to_string();
    let mut child = begun(&shown, "40/s", "cases planned", more);
    std::thread::sleep(Duration::from_millis(700));
    send(signal, &child);
    assert_eq!(child.wait().expect("it ends").code(), Some(code));
    let text = std::fs::read_to_string(out.join("report.json")).expect("report.json is there");
    let report: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!((report["verdict"].as_str(), report["cut"].as_str()), (Some(conclusion), Some("interrupted")));
    let cases = report["cases"].as_array().expect("a list");
    let skipped =
        cases.iter().filter(|case| case["reason"] == "interrupted" && case["verdict"] == "skipped").count();
    assert!(0 < skipped && skipped < cases.len(), "{skipped} of {} are left out", cases.len());
    for name in ["junit.xml", "summary.md", "exchanges.ndjson.gz"] {
        assert!(out.join(name).metadata().is_ok_and(|file| file.len() > 0), "no {name}");
    }
    let verified = run(&["verify", &shown]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
}

#[test]
fn an_interrupted_run_leaves_a_report() {
    ended_partially("-INT", &[], 3, "inconclusive");
    ended_partially("-TERM", &[], 3, "inconclusive");
}

#[test]
fn an_interrupted_run_reports_what_it_found() {
    ended_partially("-INT", &["--no-shrink", "--fault", "cancel-has-no-effect"], 1, "nonconforming");
}

#[test]
fn a_second_signal_ends_the_run_at_once() {
    let out = folder("interrupt-twice");
    let mut child = begun(&out.display().to_string(), "0.2/s", "looking at the target", &[]);
    let begin = Instant::now();
    send("-INT", &child);
    std::thread::sleep(Duration::from_millis(500));
    send("-INT", &child);
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    assert!(begin.elapsed() < Duration::from_secs(5), "it takes {:?}", begin.elapsed());
}
