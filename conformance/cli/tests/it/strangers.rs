//! A server that answers everything alike is no Signer; one that refuses the second identity, or has no
//! certificates, is.

use crate::program::{Served, folder, refused, run, server};

#[track_caller]
fn no_signer(answer: &'static [u8], what: &str) {
    let url = server(answer);
    let out = folder("strangers").display().to_string();
    refused(
        &["certify", "--quiet", "--out", &out, "--endpoint", &url],
        3,
        &[&url, "does not speak the Signer API", what, "doctor"],
    );
    let ended = run(&["doctor", "--endpoint", &url]);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
}

#[test]
fn a_redirect_an_empty_object_or_a_refusal_in_another_form_makes_findings() {
    no_signer(
        b"HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        "302 to /login",
    );
    no_signer(
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\
        Connection: close\r\n\r\n{}",
        "200 {}",
    );
    no_signer(
        b"HTTP/1.1 401 Unauthorized\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\
         Connection: close\r\n\r\n<html>",
        "401 <html>",
    );
}

#[test]
fn the_author_of_a_target_that_throttles_or_breaks_down_is_not_told_to_grant_permissions() {
    let busy =
        server(b"HTTP/1.1 429 Slow\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let ended = run(&["doctor", "--endpoint", &busy]);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("--rate 1/s") && ended.stderr.contains("a pause of 1 s: waiting"),
        "{}{}",
        ended.stdout,
        ended.stderr
    );
    let out = folder("strangers-busy").display().to_string();
    refused(
        &["certify", "--quiet", "--out", &out, "--endpoint", &busy],
        3,
        &["asked too often: 429", "--rate"],
    );
    let broken = server(b"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let ended = run(&["doctor", "--endpoint", &broken]);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(ended.stdout.contains("breaks down") && !ended.stdout.contains("permission"), "{}", ended.stdout);
}

#[test]
fn a_second_identity_that_is_refused_is_named() {
    let served = Served::authenticating();
    let url = format!("http://{}", served.address);
    let out = folder("strangers-second").display().to_string();
    let given = ["--endpoint", &url, "--other-access-key", "AKIDUNKNOWN0000000", "--other-secret-key", "x"];
    let certify = ["certify", "--quiet", "--case", "smoke/GetSigningPlatform", "--out", &out];
    refused(&[&certify[..], &given].concat(), 2, &["--other-access-key", "second account", "403"]);
    let ended = run(&[&["doctor"][..], &given].concat());
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(ended.stdout.contains("fail  second account"), "{}", ended.stdout);
    // Without one the test identities are used, which this server knows.
    let ended = run(&[&certify[..], &["--endpoint", &url]].concat());
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[test]
#[cfg(target_os = "linux")]
fn http_needs_no_certificates_and_https_does() {
    let without = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
        command
            .args(arguments)
            .env_remove("SIGNER_ENDPOINT")
            .env_remove("AWS_CA_BUNDLE")
            .env("SSL_CERT_FILE", "/nonexistent")
            .env("SSL_CERT_DIR", "/nonexistent");
        let output = command.output().expect("the program is built");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    assert_eq!(without(&["doctor"]), (Some(0), String::new()));
    let (code, told) = without(&["doctor", "--endpoint", "https://127.0.0.1:1"]);
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("ca-certificates") && told.contains("SSL_CERT_FILE"), "{told}");
}
