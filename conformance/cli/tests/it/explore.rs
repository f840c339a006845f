//! The explorer answers whoever asks from this machine, by its names, and no page of another origin.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::program::refused;

/// A running explorer, which ends with the test.
struct Explorer {
    child: Child,
    address: String,
}

impl Explorer {
    fn start(listen: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
        command.args(["explore", "--scope", "tags", "--listen", listen]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program is built");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("it is piped")).read_line(&mut line).expect("it says where it listens");
        let address = line.trim_end().strip_prefix("listening on http://").expect("the first line").to_owned();
        Self { child, address }
    }

    /// The status of a request with these headers, and the answer.
    fn ask(&self, line: &str, headers: &[&str]) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_mins(1))).expect("a time");
        let headers = headers.iter().flat_map(|header| [*header, "\r\n"]).collect::<String>();
        write!(stream, "{line} HTTP/1.1\r\n{headers}Connection: close\r\n\r\n").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        (answer[9..12].parse().expect("a status"), answer)
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_explorer_takes_a_name_to_listen_at_and_names_itself_first() {
    let explorer = Explorer::start("localhost:0");
    let (status, page) = explorer.ask("GET /", &["Host: localhost"]);
    assert!(status == 200 && page.contains("text/html"), "{page}");
    let (code, shown) = explorer.ask("GET /.states/", &[&format!("Host: {}", explorer.address)]);
    assert!(code == 200 && shown.contains("nothing made yet"), "{shown}");
    assert_eq!(explorer.ask("GET /.status", &["Host: localhost"]).0, 200);
    assert_eq!(explorer.ask("GET /app.js", &["Host: localhost"]).0, 200);
    assert_eq!(explorer.ask("GET /absent", &["Host: localhost"]).0, 404);
}

#[test]
fn a_request_of_another_origin_or_for_another_name_is_refused_whatever_it_asks() {
    let explorer = Explorer::start("127.0.0.1:0");
    let here = format!("Host: {}", explorer.address);
    let origin = format!("Origin: http://{}", explorer.address);
    let taken: [&[&str]; 9] = [
        &[&here],
        &[&here, &origin],
        &["Host: localhost:3000"],
        &["Host: LOCALHOST"],
        &["Host: a.localhost"],
        &["Host: [::1]:3000"],
        &["Host: 192.0.2.1"],
        &[&here, "Sec-Fetch-Site: same-origin"],
        &[&here, "Sec-Fetch-Site: none"],
    ];
    let refused: [&[&str]; 16] = [
        &["Host: evil.example"],
        &["Host: 127.0.0.1.evil.example"],
        &["Host: localhost.evil.example"],
        &["Host: evil-localhost"],
        &["Host: localhost@evil.example"],
        &["Host: 2130706433"],
        &["Host: "],
        &[],
        &[&here, &here],
        &[&here, "Host: evil.example"],
        &[&here, "Origin: http://evil.example"],
        &[&here, "Origin: null"],
        &[&here, "Origin: http://localhost:1"],
        &[&here, &origin, "Origin: http://evil.example"],
        &[&here, "Sec-Fetch-Site: cross-site"],
        &[&here, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"],
    ];
    for line in ["GET /.status", "GET /", "POST /.runtocompletion"] {
        for headers in taken {
            assert_eq!(explorer.ask(line, headers).0, 200, "{line} {headers:?}");
        }
        for headers in refused {
            let (status, answer) = explorer.ask(line, headers);
            assert!(matches!(status, 400 | 403), "{line} {headers:?}: {answer}");
        }
    }
    let (status, _) = explorer.ask("GET http://evil.example/.status", &[&here]);
    assert!(matches!(status, 400 | 403), "{status}");
    assert_eq!(explorer.ask("DELETE /", &[&here]).0, 405);
}

#[test]
fn a_place_that_cannot_be_listened_at_is_told_with_the_way_out() {
    refused(&["explore", "--listen", "192.0.2.1:0"], 2, &["--listen 192.0.2.1:0", "127.0.0.1 is for this machine"]);
    refused(&["explore", "--listen", "nonsense"], 2, &["--listen nonsense", "it takes HOST:PORT"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let place = taken.local_addr().expect("its address").to_string();
    refused(&["explore", "--listen", &place], 2, &["--listen", "another program listens there"]);
    refused(&["explore", "--scope", "nonsense", "--listen", "127.0.0.1:0"], 2, &["--scope", "profiles"]);
}
