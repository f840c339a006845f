//! The explorer answers, and says why when it does not.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

use signer_explorer::{ExploreError, serve};

#[test]
fn a_busy_port_panics() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let listen = taken.local_addr().expect("its address");
    assert!(matches!(serve("profiles", listen), Err(ExploreError::Address { .. })));
}

#[test]
fn an_unknown_scope_is_served_or_unnamed() {
    let listen = SocketAddr::from(([127, 0, 0, 1], 0));
    let error = serve("nonsense", listen).expect_err("there is no such scope");
    assert!(error.to_string().contains("profiles"), "{error}");
}

#[test]
fn calls_and_states_are_shown_in_rust_instead_of_the_api_s_words() {
    let free = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let listen = free.local_addr().expect("its address");
    drop(free);
    std::thread::spawn(move || serve("tags", listen));
    let text = get(listen, "/.states/");
    assert!(text.contains("nothing made yet"), "{text}");
    let state = text.split("\"fingerprint\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a fingerprint");
    let text = get(listen, &format!("/.states/{state}"));
    let text = if text.contains("PutSigningProfile p0 on Lambda → created") { text } else { get(listen, "/.states/0") };
    assert!(text.contains("p0: Absent → Active"), "{text}");
}

fn get(listen: SocketAddr, path: &str) -> String {
    for _ in 0..100 {
        if let Ok(mut stream) = TcpStream::connect(listen) {
            write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").expect("a request");
            let mut text = String::new();
            stream.read_to_string(&mut text).expect("an answer");
            return text;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("nobody listens on {listen}");
}
