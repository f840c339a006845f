//! Credentials that are words of the API, or an account's number: they change no verdict, and nothing of the
//! log.

use std::process::Command;

use serde_json::json;

use crate::program::{Served, folder, run};

/// Certifies a reference that knows two identities whose keys are these, as the first of them, and gives what
/// the program says.
fn certify(name: &str, keys: [&str; 2], secret: &str, token: Option<&str>) -> String {
    certify_as(name, ["root", "root"], keys, secret, token)
}

/// The same, where the identities are those principals of their accounts.
fn certify_as(
    name: &str,
    principals: [&str; 2],
    keys: [&str; 2],
    secret: &str,
    token: Option<&str>,
) -> String {
    let folder = folder(&format!("words-{name}"));
    std::fs::create_dir_all(&folder).expect("a folder");
    let identity = |principal: &str, key: &str, account: &str| {
        let arn = format!("arn:aws:iam::{account}:{principal}");
        json!({ "accessKeyId": key, "secretAccessKey": secret, "account": account, "arn": arn })
    };
    let identities = folder.join("identities.json");
    let both = json!([
        identity(principals[0], keys[0], "111122223333"),
        identity(principals[1], keys[1], "444455556666")
    ]);
    std::fs::write(&identities, both.to_string()).expect("a file");
    let served = Served::knowing(&identities.display().to_string());
    let (url, out) = (format!("http://{}", served.address), folder.join("report").display().to_string());
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
    command.args([
        "certify",
        "--quiet",
        "--suite",
        "smoke",
        "permissions",
        "filters",
        "--endpoint",
        &url,
        "--out",
        &out,
    ]);
    command.args([
        "--access-key",
        keys[0],
        "--secret-key",
        secret,
        "--other-access-key",
        keys[1],
        "--other-secret-key",
        secret,
    ]);
    if let Some(token) = token {
        command.env("AWS_SESSION_TOKEN", token);
    }
    let output = command.output().expect("the program is built");
    let told =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{name}: {told}");
    let verified = run(&["verify", &out]);
    assert_eq!(verified.code, Some(0), "{name}: {}{}", verified.stdout, verified.stderr);
    told
}

#[test]
fn credentials_that_are_words_change_no_verdict() {
    let words = [
        ("account", ["111122223333", "444455556666"], "test"),
        ("api", ["AWSLambda-SHA384-ECDSA", "signer"], "Active"),
        ("arn", ["arn:aws", "arn:aws:signer"], "arn:aws:signer:us-east-1:111122223333:"),
        ("names", ["profileVersion", "profileName"], "InProgress"),
        ("account-secret", ["111122223333", "test"], "111122223333"),
    ];
    for (name, keys, secret) in words {
        let told = certify(name, keys, secret, None);
        // The second account is there.
        assert!(!told.contains("two accounts"), "{name}: {told}");
    }
}

#[test]
fn credentials_that_are_a_principals_name_change_no_verdict() {
    let principals = ["user/pipeline-operator", "role/release-reviewer"];
    let told = certify_as(
        "principals",
        principals,
        ["pipeline-operator", "release-reviewer"],
        "pipeline-operator",
        None,
    );
    assert!(!told.contains("two accounts"), "{told}");
}

#[test]
fn session_tokens_that_are_words_change_no_verdict() {
    for (name, token) in
        [("token", "token"), ("x", "x"), ("status", "Succeeded"), ("resource", "signing-profiles")]
    {
        certify(&format!("session-{name}"), ["111122223333", "444455556666"], "test", Some(token));
    }
}
