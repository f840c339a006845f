//! The socket's manners: a target that asks for patience gets it.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use signer_conformance::transport::{HttpEndpoint, HttpSettings};
use signer_conformance::{Endpoint as _, Request};
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
async fn a_throttled_caller_goes_on_at_once_or_at_the_same_rate() {
    const BUSY: &str = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
    let settings = HttpSettings { rate_per_s: Some(4.0), ..HttpSettings::default() };
    let endpoint = HttpEndpoint::new(&server(&[BUSY, FINE, FINE]), settings).expect("a URL");
    let request = Request { method: "GET".to_owned(), target: "/".to_owned(), ..Request::default() };
    let mut answered = Vec::new();
    for _ in 0..3 {
        let response = endpoint.send(Account::Owner, &request).await.expect("an answer");
        answered.push((response.status, Instant::now()));
    }
    assert_eq!(answered.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [429, 200, 200]);
    let between = |index: usize| answered[index + 1].1 - answered[index].1;
    assert!(between(0) >= Duration::from_millis(950), "Retry-After says 1 s, it waits {:?}", between(0));
    assert!(between(1) >= Duration::from_millis(450), "4/s becomes 2/s, it waits {:?}", between(1));
}
