//! Buckets of others: the run writes below its prefix, and touches nothing else.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use serde_json::Value;

use crate::program::{Served, folder, run};

/// What an S3 answers, headers and body.
fn s3(address: &str, method: &str, path: &str, body: &str) -> String {
    let mut connection = TcpStream::connect(address).expect("it listens");
    write!(
        connection,
        "{method} {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n\
         {body}",
        body.len()
    )
    .expect("it reads");
    let mut answer = String::new();
    connection.read_to_string(&mut answer).expect("it answers in text");
    assert!(answer.starts_with("HTTP/1.1 200"), "{method} {path}: {answer}");
    answer
}

/// The texts between the tags of that name.
fn all<'a>(xml: &'a str, name: &str) -> Vec<&'a str> {
    let end = format!("</{name}>");
    xml.split(&format!("<{name}>")).skip(1).filter_map(|rest| rest.split(&end).next()).collect()
}

#[test]
fn a_run_writes_below_its_prefix_and_to_the_named_buckets_alone() {
    const THEIRS: &str = "theirs.txt";
    let served = Served::start(&[]);
    let address = served.address.as_str();
    for bucket in ["team-source", "team-signed"] {
        s3(address, "PUT", &format!("/{bucket}"), "");
        s3(address, "PUT", &format!("/{bucket}/{THEIRS}"), "theirs");
    }
    let out = folder("buckets");
    let shown = out.display().to_string();
    let url = format!("http://{address}");
    let ended = run(&[
        "certify",
        "--endpoint",
        &url,
        "--s3-endpoint",
        &url,
        "--suite",
        "jobs",
        "--source-bucket",
        "team-source",
        "--destination-bucket",
        "team-signed",
        "--out",
        &shown,
    ]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let report: Value =
        serde_json::from_str(&std::fs::read_to_string(out.join("report.json")).expect("it is written"))
            .expect("JSON");
    let cases = report["cases"].as_array().expect("a list");
    let passed = cases.iter().filter(|case| case["verdict"] == "pass").count();
    assert!(passed > 10, "{cases:#?}");
    let prefix = ended
        .stderr
        .split("keys begin with \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .expect("it says so");
    for bucket in ["team-source", "team-signed"] {
        let listed = s3(address, "GET", &format!("/{bucket}?list-type=2"), "");
        let keys = all(&listed, "Key");
        let (theirs, ours): (Vec<&str>, Vec<&str>) = keys.iter().partition(|key| **key == THEIRS);
        assert_eq!(theirs, [THEIRS], "{bucket}: {keys:?}");
        assert!(
            !ours.is_empty() && ours.iter().all(|key| key.starts_with(prefix)),
            "{bucket}, {prefix}: {ours:?}"
        );
        assert!(s3(address, "GET", &format!("/{bucket}/{THEIRS}"), "").ends_with("theirs"));
    }
}
