//! The socket's manners: a target that asks for patience gets it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use signer_conformance::transport::{HttpEndpoint, HttpSettings};
use signer_conformance::{Endpoint as _, Request, Response, Silence};
use signer_model::Account;

/// Answers the first connection with the first text, the second with the second, and so on.
fn server(answers: &'static [&'static str]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        for (connection, answer) in listener.incoming().flatten().zip(answers) {
            let mut connection = connection;
            let _ = connection.read(&mut [0; 8192]);
            let _ = connection.write_all(answer.as_bytes());
        }
    });
    url
}

#[tokio::test]
async fn a_throttled_caller_waits_and_goes_on_more_slowly() {
    const BUSY: &str =
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    let settings = HttpSettings { rate_per_s: Some(4.0), ..HttpSettings::default() };
    let endpoint = HttpEndpoint::new(&server(&[BUSY, FINE, FINE]), settings).expect("a URL");
    let request = Request { method: "GET".to_owned(), target: "/".to_owned(), ..Request::default() };
    // Since the beginning, as an answer that is taken late makes the time to the next one no longer.
    let began = Instant::now();
    let mut answered = Vec::new();
    for _ in 0..3 {
        let response = endpoint.send(Account::Owner, &request).await.expect("an answer");
        answered.push((response.status, began.elapsed()));
    }
    assert_eq!(answered.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [429, 200, 200]);
    let (second, third) = (answered[1].1, answered[2].1);
    assert!(second >= Duration::from_millis(950), "Retry-After says 1 s, it waits {second:?}");
    assert!(third >= Duration::from_millis(1400), "4/s becomes 2/s, it waits {third:?} in all");
}

/// What one request to that server brings.
async fn asked(answers: &'static [&'static str], settings: HttpSettings) -> Result<Response, Silence> {
    let endpoint = HttpEndpoint::new(&server(answers), settings).expect("a URL");
    let request = Request { method: "GET".to_owned(), target: "/".to_owned(), ..Request::default() };
    endpoint.send(Account::Owner, &request).await
}

#[tokio::test]
async fn what_is_compressed_stays_so() {
    const PACKED: &str =
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 6\r\nConnection: close\r\n\r\npacked";
    let response = asked(&[PACKED], HttpSettings::default()).await.expect("an answer");
    assert_eq!(*response.body, *b"packed");
}

#[tokio::test]
async fn headers_and_body_together_are_no_larger_than_allowed() {
    const HEADERS: &str = "HTTP/1.1 200 OK\r\nx-large: hhhhhhhhhhhhhhhhhhhhhhhhh\r\nContent-Length: 2\r\n\
        Connection: close\r\n\r\n{}";
    const BODY: &str = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n40\r\n\
                        ssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssssss\r\n0\r\n\r\n";
    for answer in [&[HEADERS], &[BODY]] {
        let settings = |max_response_bytes| HttpSettings { max_response_bytes, ..HttpSettings::default() };
        assert_eq!(asked(answer, settings(60)).await, Err(Silence::TooLarge(60)));
        assert!(asked(answer, settings(200)).await.is_ok());
    }
}
