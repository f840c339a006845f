//! What has no effect is refused by its name: empty values, negative numbers, options without effect.

use std::process::Command;

use crate::program::{folder, refused};

#[track_caller]
fn refuses(arguments: &[&str], expected: &[&str]) {
    let out = folder("arguments").display().to_string();
    refused(&[&["certify", "--quiet", "--out", &out], arguments].concat(), 2, expected);
}

/// The exit code with these variables, and what it complains of.
fn with(variables: &[(&str, &str)], arguments: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
    let output =
        command.args(arguments).env_remove("SIGNER_ENDPOINT").envs(variables.iter().copied()).output();
    let output = output.expect("the program is built");
    (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn an_empty_endpoint_is_refused() {
    refuses(&["--endpoint", ""], &["--endpoint", "names no target"]);
    let (code, stderr) = with(&[("SIGNER_ENDPOINT", "")], &["doctor"]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("--endpoint") && stderr.contains("SIGNER_ENDPOINT"), "{stderr}");
}

#[test]
fn an_empty_value_is_refused() {
    let url = "http://127.0.0.1:1";
    for option in ["--access-key", "--other-secret-key", "--s3-endpoint", "--session-token", "--case"] {
        refuses(&["--endpoint", url, option, ""], &[option, "empty"]);
    }
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let empty = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_REGION"]
        .map(|name| (name, ""));
    let (code, stderr) = with(&empty, &["doctor"]);
    assert_eq!(code, Some(0), "{stderr}");
}

#[test]
fn a_negative_number_is_refused_without_its_option() {
    for (option, value) in [
        ("--max-calls", "-1"),
        ("--budget", "-5s"),
        ("--jobs", "-2"),
        ("--seed", "-1"),
        ("--rate", "-5/s"),
        ("--shard", "-1/4"),
        ("--request-timeout", "-1s"),
        ("--freedom-seed", "-1"),
    ] {
        refuses(&[option, value], &[option, value]);
    }
    refused(&["serve", "--job-delay", "-5s"], 2, &["--job-delay"]);
    refused(&["check", "--threads", "-1"], 2, &["--threads"]);
}

#[test]
fn an_option_for_an_endpoint_needs_one() {
    for arguments in [
        &["--access-key", "a", "--secret-key", "b"][..],
        &["--other-access-key", "a", "--other-secret-key", "b"],
        &["--denied-access-key", "a", "--denied-secret-key", "b"],
        &["--session-token", "a"],
        &["--region", "eu-west-1"],
        &["--no-sign-request"],
        &["--s3-endpoint", "http://127.0.0.1:1"],
        &["--yes-i-will-be-billed"],
    ] {
        refuses(arguments, &[arguments[0], "has no effect", "--endpoint"]);
    }
    // What the environment says may be meant for other programs.
    let variables = [("AWS_ACCESS_KEY_ID", "a"), ("AWS_SECRET_ACCESS_KEY", "b"), ("AWS_REGION", "eu-west-1")];
    let (code, stderr) = with(&variables, &["doctor"]);
    assert_eq!(code, Some(0), "{stderr}");
}

#[test]
fn a_server_needs_a_region_and_a_log_level_that_exist() {
    // A server has an S3 to report on, whether or not it is used.
    refused(
        &["serve", "--listen", "127.0.0.1:0", "--s3-endpoint", "ftp://x"],
        2,
        &["unsupported Url scheme"],
    );
    for region in ["", " ", "us east 1", "US-EAST-1"] {
        refused(&["serve", "--listen", "127.0.0.1:0", "--region", region], 2, &["--region", "us-east-1"]);
    }
    for level in ["verbose", "info,loud", "signer_reference=loud"] {
        refused(
            &["serve", "--listen", "127.0.0.1:0", "--log-level", level],
            2,
            &["--log-level", "TARGET=LEVEL"],
        );
    }
    let (code, stderr) = with(&[("RUST_LOG", "verbose")], &["serve", "--listen", "127.0.0.1:0"]);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("RUST_LOG"), "{stderr}");
}
