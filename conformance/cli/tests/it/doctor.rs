//! What `doctor` says of endpoints that something is wrong with, and of one that is well.

use std::net::TcpListener;

use serde_json::Value;

use crate::program::{run, server};

/// The program's exit code, and what it says, by probe.
fn examined(arguments: &[&str]) -> (Option<i32>, Vec<(String, String, String)>) {
    let ended = run(&[&["doctor", "--json"], arguments].concat());
    let told: Value = serde_json::from_str(&ended.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", ended.stdout, ended.stderr));
    let text = |row: &Value, member: &str| row[member].as_str().unwrap_or_default().to_owned();
    let whole = |row: &Value| format!("{} {}", text(row, "found"), text(row, "advice"));
    let rows = told["probes"].as_array().expect("a list").iter();
    (ended.code, rows.map(|row| (text(row, "probe"), text(row, "level"), whole(row))).collect())
}

#[track_caller]
fn fails(arguments: &[&str], code: i32, probe: &str, words: &[&str]) {
    let (ended, rows) = examined(arguments);
    assert_eq!(ended, Some(code), "{rows:?}");
    let found = rows.iter().find(|(name, level, _)| name == probe && level == "fail");
    let found = found.unwrap_or_else(|| panic!("{probe} does not fail: {rows:?}"));
    for word in words {
        assert!(found.2.contains(word), "no {word:?} in {found:?}");
    }
}

#[test]
fn a_healthy_endpoint_passes_every_check_of_the_doctor() {
    for edition in ["current", "2019-05-22"] {
        let (code, rows) = examined(&["--edition", edition]);
        assert_eq!(code, Some(0), "{rows:?}");
        assert!(rows.iter().all(|(_, level, _)| level == "ok"), "{rows:?}");
        for probe in [
            "reachable",
            "signer",
            "credentials",
            "clock",
            "operations",
            "signatures",
            "second account",
            "s3",
        ] {
            assert!(rows.iter().any(|(name, ..)| name == probe), "{probe} is not asked");
        }
    }
}

#[test]
fn a_closed_port_a_lost_name_and_silence_each_have_a_reason() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    // It listens, so connections are made, but they are never read.
    fails(
        &["--endpoint", &url, "--request-timeout", "300ms"],
        3,
        "reachable",
        &["no answer within", "--request-timeout"],
    );
    drop(listener);
    fails(&["--endpoint", &url], 3, "reachable", &["refused", "start the server"]);
    fails(&["--endpoint", "http://no-such-host.invalid"], 3, "reachable", &["does not resolve"]);
}

#[test]
fn what_does_not_speak_http_is_named() {
    let mail = server(b"220 mail.example.org ESMTP\r\n");
    fails(&["--endpoint", &mail], 3, "reachable", &["not HTTP", "https://"]);
    fails(&["--endpoint", &mail.replace("http://", "https://")], 3, "reachable", &["TLS"]);
}

#[test]
fn another_service_is_no_signer() {
    let page = server(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\nConnection: close\r\n\
            \r\n<html>hi</html>",
    );
    fails(&["--endpoint", &page], 3, "signer", &["a web page"]);
    let s3 = server(
        b"HTTP/1.1 404 Not Found\r\nContent-Type: application/xml\r\nServer: AmazonS3\r\n\
         Content-Length: 40\r\nConnection: close\r\n\r\n<Error><Code>NoSuchBucket</Code></Error>",
    );
    fails(&["--endpoint", &s3], 3, "signer", &["an S3", "--s3-endpoint"]);
    let moved =
        server(b"HTTP/1.1 301 Moved\r\nLocation: /there\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    fails(&["--endpoint", &moved], 3, "signer", &["a redirect"]);
    let other = server(
        b"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\
         Connection: close\r\n\r\n{\"__type\":\"UnknownOperationException\"}  ",
    );
    fails(&["--endpoint", &other], 3, "signer", &["another AWS service"]);
}

#[test]
fn refused_credentials_and_a_wrong_clock_are_told_apart() {
    let refusing = server(
        b"HTTP/1.1 403 Forbidden\r\nDate: Mon, 01 Jan 2024 00:00:00 GMT\r\n\
         x-amzn-ErrorType: UnrecognizedClientException\r\nContent-Type: application/json\r\n\
         Content-Length: 2\r\nConnection: close\r\n\r\n{}",
    );
    let arguments = ["--endpoint", &refusing];
    fails(&arguments, 2, "credentials", &["--access-key"]);
    fails(&arguments, 2, "clock", &["300 s"]);
}

#[test]
fn a_bucket_that_is_not_there_is_found_before_the_run() {
    fails(&["--source-bucket", "no-such-bucket"], 1, "source bucket", &["no-such-bucket cannot be written"]);
    let ended = run(&["doctor", "--source-bucket", "No Bucket"]);
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("--source-bucket"), "{}", ended.stderr);
}

#[test]
fn aws_itself_is_not_asked_without_a_yes() {
    let ended = run(&["doctor", "--endpoint", "https://signer.us-east-1.amazonaws.com"]);
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(
        ended.stderr.contains("--yes-i-will-be-billed") && ended.stderr.contains("nothing was sent"),
        "{}",
        ended.stderr
    );
}

#[test]
fn who_answers_everything_alike_is_not_called_ready() {
    for (body, words) in [
        (r#"{"platforms":[],"platforms":[1],"arn":"a","arn":"b"}"#, "everything alike"),
        (
            r#"{"platforms":[],"profiles":[],"createdAt":1e308,"size":123456789012345678901234567890}"#,
            "everything alike",
        ),
        (r#"{"platforms":"none","profiles":0,"jobs":{},"status":["Active"]}"#, "everything alike"),
    ] {
        let answer = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-amzn-RequestId: r\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        let url = server(answer.leak().as_bytes());
        fails(&["--endpoint", &url], 3, "signer", &[words, "--endpoint"]);
        let out = crate::program::folder("doctor-alike").display().to_string();
        crate::program::refused(
            &["certify", "--quiet", "--out", &out, "--endpoint", &url],
            3,
            &[words, "doctor"],
        );
    }
}

#[test]
fn a_gateway_without_the_service_is_told_as_such() {
    for status in ["502 Bad Gateway", "503 Service Unavailable", "504 Gateway Timeout"] {
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Type: text/html\r\nContent-Length: 6\r\nConnection: close\r\n\r\n\
             <html>"
        );
        let url = server(answer.leak().as_bytes());
        fails(&["--endpoint", &url], 3, "signer", &["a gateway without the service", "start the service"]);
    }
}
