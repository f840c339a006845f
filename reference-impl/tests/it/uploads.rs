//! Bodies in memory: what no caller may send is not read, and all of them together have a limit.

use crate::running::{Client, Running};

const LARGE: u64 = 200 << 20;

fn put(key: &str, headers: &str) -> String {
    format!("PUT /bucket/{key} HTTP/1.1\r\nhost: localhost\r\n{headers}\r\n\r\n")
}

/// Sends as much of a body as the server takes, up to a few megabytes, and gives the status of its answer.
fn send_some(client: &mut Client, head: &str) -> Option<u16> {
    let block = vec![0; 1 << 20];
    let _ = client.write(head.as_bytes());
    for _ in 0..4 {
        if client.write(&block).is_err() {
            break;
        }
    }
    client.answer().map(|answer| answer.status)
}

#[cfg(target_os = "linux")]
#[test]
fn uploads_that_nobody_signed_fill_no_memory() {
    let server = Running::start_with_auth(&[]);
    let before = server.peak_bytes();
    let bogus = "authorization: AWS4-HMAC-SHA256 Credential=AKIDOWNER000000000/20260102/us-east-1/s3/aws4_request, \
        SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=00\r\nx-amz-date: 20260102T030405Z\r\n\
        x-amz-content-sha256: UNSIGNED-PAYLOAD\r\n";
    let heads = ["", bogus].map(|signature| put("large", &format!("{signature}content-length: {LARGE}")));
    std::thread::scope(|scope| {
        for n in 0..64 {
            let (server, head) = (&server, &heads[n % 2]);
            scope.spawn(move || {
                let mut client = server.connect();
                assert_eq!(send_some(&mut client, head), Some(403));
            });
        }
    });
    let grown = server.peak_bytes() - before;
    assert!(grown < 64 << 20, "the server's memory grew by {grown} bytes");
}

#[cfg(target_os = "linux")]
#[test]
fn all_uploads_together_have_a_limit_where_nobody_has_to_sign() {
    let limit: u64 = 64 << 20;
    let server = Running::start(&["--max-upload-bytes", &limit.to_string(), "--client-timeout", "1s"]);
    assert_eq!(server.ask("PUT", "/bucket", "").status, 200);
    let before = server.peak_bytes();
    let heads = [
        put("known", &format!("content-length: {}", 24 << 20)),
        put("unknown", "transfer-encoding: chunked"),
    ];
    std::thread::scope(|scope| {
        for n in 0..24 {
            let (server, head, is_chunked) = (&server, &heads[n % 2], n % 2 == 1);
            scope.spawn(move || {
                let mut client = server.connect();
                let _ = client.write(head.as_bytes());
                let block = vec![b'x'; 1 << 20];
                // Never to the end, so that each holds what it has for a while.
                for _ in 0..16 {
                    let framed = if is_chunked { client.write(b"100000\r\n") } else { Ok(()) };
                    let sent = framed.and_then(|()| client.write(&block));
                    let ended = if is_chunked { sent.and_then(|()| client.write(b"\r\n")) } else { sent };
                    if ended.is_err() {
                        break;
                    }
                }
                let status = client.answer().map(|answer| answer.status);
                assert!(matches!(status, Some(400 | 408 | 503) | None), "{status:?}");
            });
        }
    });
    let grown = server.peak_bytes() - before;
    // What was sent is six times the limit; an allocator keeps some of what it is given back.
    assert!(grown < 3 * limit, "the server's memory grew by {grown} bytes");
    // The room is free again.
    assert_eq!(server.ask("PUT", "/bucket/small", "text").status, 200);
}

#[test]
fn an_upload_beyond_the_room_is_refused_before_it_comes() {
    let server = Running::start(&["--max-upload-bytes", "1000"]);
    assert_eq!(server.ask("PUT", "/bucket", "").status, 200);
    let mut client = server.connect();
    client.write(put("large", "content-length: 1001\r\nexpect: 100-continue").as_bytes()).expect("it reads");
    let answer = client.answer().expect("an answer");
    assert!(answer.status == 400 && answer.body.contains("EntityTooLarge"), "{answer:?}");
}

#[test]
fn a_client_that_asks_first_is_refused_before_it_sends() {
    let server = Running::start_with_auth(&[]);
    let mut client = server.connect();
    client
        .write(put("large", &format!("content-length: {LARGE}\r\nexpect: 100-continue")).as_bytes())
        .expect("it reads");
    assert_eq!(client.answer().map(|answer| answer.status), Some(403));
    assert!(client.is_closed());
    let server = Running::start(&[]);
    assert_eq!(server.ask("PUT", "/bucket", "").status, 200);
    let mut client = server.connect();
    client.write(put("small", "content-length: 4\r\nexpect: 100-continue").as_bytes()).expect("it reads");
    assert_eq!(client.answer().map(|answer| answer.status), Some(100));
    client.write(b"text").expect("it reads");
    assert_eq!(client.answer().map(|answer| answer.status), Some(200));
}

#[test]
fn a_connection_is_used_again_after_a_small_body_that_was_refused() {
    let server = Running::start_with_auth(&[]);
    let mut client = server.connect();
    for _ in 0..3 {
        assert_eq!(client.ask("PUT", "/signing-profiles/unsigned", &" ".repeat(10_000)).status, 403);
    }
}
