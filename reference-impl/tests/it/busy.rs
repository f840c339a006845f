//! Jobs that take long keep neither another account's jobs waiting, nor the program from its end.

use crate::running::Running;
use crate::server::{LAMBDA, start_body};
use serde_json::Value;
use signer_reference::identity::{OTHER_ACCESS_KEY, OWNER_ACCESS_KEY};
use std::io::{Read as _, Write as _};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

/// An S3 that answers with an error, and nothing at all where it is asked for `slow`.
fn stub() -> (String, std::sync::mpsc::Receiver<()>) {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("its address"));
    let (slow, asked) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut held = Vec::new();
        for mut connection in listener.incoming().flatten() {
            let (mut request, mut byte) = (Vec::new(), [0]);
            while !request.ends_with(b"\r\n\r\n") && connection.read(&mut byte).is_ok_and(|read| read == 1) {
                request.push(byte[0]);
            }
            if request.windows(4).any(|window| window == b"slow") {
                held.push(connection);
                if slow.send(()).is_err() {
                    return;
                }
            } else {
                let _ = connection
                    .write_all(b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            }
        }
    });
    (url, asked)
}

/// A request of an account; the body of its answer.
fn ask(server: &Running, key: &str, method: &str, path: &str, body: &str) -> Value {
    let mut client = server.connect();
    let head = format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\
         authorization: AWS4-HMAC-SHA256 Credential={key}/20260102/us-east-1/signer/aws4_request, SignedHeaders=host, Signature=0\r\nx-amz-date: 20260102T030405Z\r\n\r\n{body}",
        body.len()
    );
    client.write(head.as_bytes()).expect("it reads");
    let answer = client.answer().expect("an answer");
    assert_eq!(answer.status, 200, "{answer:?}");
    serde_json::from_str(&answer.body).expect("JSON")
}

/// Jobs of the first account, as many as there are processors and more, each of which waits for an S3 that
/// does not answer.
fn busy(url: &str, asked: &std::sync::mpsc::Receiver<()>, limit: &str) -> (Running, Vec<String>) {
    let server = Running::start(&["--s3-endpoint", url, "--job-delay", "0ms", "--shutdown-timeout", limit]);
    let profile = format!(r#"{{"platformId":"{LAMBDA}"}}"#);
    ask(&server, OWNER_ACCESS_KEY, "PUT", "/signing-profiles/lambda", &profile);
    let places = std::thread::available_parallelism().map_or(1, usize::from);
    let start = |number: usize| {
        let body = start_body("lambda", "slow", &format!("slow-{number}")).to_string();
        let job = ask(&server, OWNER_ACCESS_KEY, "POST", "/signing-jobs", &body);
        job["jobId"].as_str().expect("a job").to_owned()
    };
    let jobs = (0..places + 2).map(start).collect();
    (0..places).for_each(|_| asked.recv_timeout(PATIENCE).expect("a job is at work in each place"));
    (server, jobs)
}

#[test]
fn the_jobs_of_one_account_do_not_keep_those_of_another_waiting() {
    let (url, asked) = stub();
    let (server, jobs) = busy(&url, &asked, "1s");
    let profile = format!(r#"{{"platformId":"{LAMBDA}"}}"#);
    ask(&server, OTHER_ACCESS_KEY, "PUT", "/signing-profiles/lambda", &profile);
    for token in ["other-1", "other-2"] {
        let body = start_body("lambda", "absent", token).to_string();
        let job = ask(&server, OTHER_ACCESS_KEY, "POST", "/signing-jobs", &body);
        let path = format!("/signing-jobs/{}", job["jobId"].as_str().expect("a job"));
        let since = Instant::now();
        while ask(&server, OTHER_ACCESS_KEY, "GET", &path, "")["status"] != "Failed" {
            assert!(since.elapsed() < PATIENCE, "the other account's job waits");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    for job in jobs {
        let job = ask(&server, OWNER_ACCESS_KEY, "GET", &format!("/signing-jobs/{job}"), "");
        assert_eq!(job["status"], "InProgress", "{job}");
    }
    assert!(asked.try_recv().is_err(), "an account has no more places than that");
}

#[test]
fn a_job_that_is_at_work_does_not_keep_the_program_from_its_end() {
    let (url, asked) = stub();
    let (mut server, _) = busy(&url, &asked, "200ms");
    server.signal("-TERM");
    let since = Instant::now();
    while !server.has_ended() {
        assert!(since.elapsed() < PATIENCE, "it waits for its jobs");
        std::thread::sleep(Duration::from_millis(10));
    }
    assert!(server.wait().success());
}
