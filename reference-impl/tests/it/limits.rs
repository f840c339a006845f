//! Clients that take too much: each gets an answer, none keeps the others waiting.

use crate::running::{Running, request};
use std::time::Duration;

const PUT: &str =
    "PUT /signing-profiles/slow HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n";
const NOTATION: &str = r#"{"platformId":"Notation-OCI-SHA384-ECDSA"}"#;

/// Whether there is a place for another connection, within a time that is far longer than it takes.
fn serves_again(server: &Running) -> bool {
    (0..3000).any(|_| {
        std::thread::sleep(Duration::from_millis(10));
        server.connect().answers("GET", "/signing-platforms").is_some_and(|answer| answer.status == 200)
    })
}

#[test]
fn slow_headers_are_answered_with_408() {
    let server = Running::start(&["--header-timeout", "200ms"]);
    let mut client = server.connect();
    client.write(b"GET /signing-platforms HTTP/1.1\r\nhost: loc").expect("it reads");
    let answer = client.answer().expect("an answer");
    answer.refused(408, "RequestTimeoutException");
    assert!(client.is_closed());
}

#[test]
fn idle_connections_are_closed_without_a_word() {
    let server = Running::start(&["--header-timeout", "200ms"]);
    let mut client = server.connect();
    assert_eq!(client.ask("GET", "/signing-platforms", "").status, 200);
    assert!(client.is_closed());
    assert!(server.connect().is_closed());
}

#[test]
fn bodies_that_stop_are_answered_with_408() {
    let server = Running::start(&["--client-timeout", "200ms"]);
    let mut client = server.connect();
    client.write(format!("{PUT}content-length: {}\r\n\r\n{{", NOTATION.len()).as_bytes()).expect("it reads");
    client.answer().expect("an answer").refused(408, "RequestTimeoutException");
    assert!(client.is_closed());
}

#[test]
fn bodies_that_drip_are_answered_with_408() {
    let server = Running::start(&["--client-timeout", "200ms"]);
    let mut client = server.connect();
    client.write(format!("{PUT}content-length: 100000\r\n\r\n").as_bytes()).expect("it reads");
    // Never a pause of the limit's length, and yet bounded.
    while client.write(b" ").is_ok() && !client.has_answer() {
        std::thread::sleep(Duration::from_millis(10));
    }
    client.answer().expect("an answer").refused(408, "RequestTimeoutException");
}

#[test]
fn connections_beyond_the_limit_are_answered_with_503() {
    let server = Running::start(&["--max-connections", "2"]);
    let mut clients = [server.connect(), server.connect()];
    for client in &mut clients {
        assert_eq!(client.ask("GET", "/signing-platforms", "").status, 200);
    }
    let mut third = server.connect();
    third.answer().expect("an answer").refused(503, "ServiceUnavailable");
    assert!(third.is_closed());
    drop(clients);
    // The places become free, though perhaps not before the next connection arrives.
    assert!(serves_again(&server), "no place became free");
}

#[test]
fn large_headers_are_answered_with_431() {
    let server = Running::start(&["--max-header-bytes", "10000", "--max-headers", "10"]);
    let ask = |headers: &str| {
        let mut client = server.connect();
        // A server that has seen enough may close while the client is still writing.
        let _ = client
            .write(format!("GET /signing-platforms HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n").as_bytes());
        client.answer().expect("an answer")
    };
    ask(&format!("x: {}\r\n", "y".repeat(12_000))).refused(431, "MalformedHttpRequestException");
    ask(&"x: y\r\n".repeat(12)).refused(431, "MalformedHttpRequestException");
    // Far beyond, the parser itself gives up.
    assert_eq!(ask(&format!("x: {}\r\n", "y".repeat(4_000_000))).status, 431);
    assert_eq!(ask(&"x: y\r\n".repeat(1000)).status, 431);
    assert_eq!(ask(&format!("x: {}\r\n", "y".repeat(8000))).status, 200);
}

#[test]
fn large_bodies_are_answered_with_413() {
    let server = Running::start(&[]);
    // One that is announced need not be sent.
    let mut client = server.connect();
    client.write(format!("{PUT}content-length: 2000000\r\n\r\n").as_bytes()).expect("it reads");
    client.answer().expect("an answer").refused(413, "RequestEntityTooLargeException");
    // One that is not announced, and whose client writes on before it reads.
    let mut client = server.connect();
    client.write(format!("{PUT}transfer-encoding: chunked\r\n\r\n").as_bytes()).expect("it reads");
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    for _ in 0..64 {
        if client.write(chunk.as_bytes()).is_err() {
            break;
        }
    }
    client.answer().expect("an answer").refused(413, "RequestEntityTooLargeException");
}

#[test]
fn clients_that_do_not_read_lose_their_place() {
    let server = Running::start(&["--max-connections", "1", "--client-timeout", "300ms"]);
    let object = "x".repeat(32 << 20);
    let mut client = server.connect();
    assert_eq!(client.ask("PUT", "/bucket", "").status, 200);
    assert_eq!(client.ask("PUT", "/bucket/large", &object).status, 200);
    client.write(request("GET", "/bucket/large", "").as_bytes()).expect("it reads");
    // This client is still there, and reads nothing.
    assert!(serves_again(&server), "the place is still taken");
    drop(client);
}

#[test]
fn what_is_no_request_is_answered_with_400() {
    let server = Running::start(&[]);
    let mut client = server.connect();
    client.write(b"\x16\x03\x01 hello\r\n\r\n").expect("it reads");
    assert_eq!(client.answer().expect("an answer").status, 400);
}
