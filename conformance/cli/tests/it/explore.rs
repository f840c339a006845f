//! The explorer answers whoever asks from this machine, by its names, and no page of another origin; and it
//! asks services beside.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::program::{folder, refused, run};

/// A running explorer, which ends with the test.
struct Explorer {
    child: Child,
    address: String,
    begin: String,
}

impl Explorer {
    fn start(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
        command.args(["explore", "--scope", "tags"]).args(arguments).env_remove("SIGNER_ENDPOINT");
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program is built");
        let mut lines = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        let mut line = |begins: &str| {
            let line = lines.next().expect("another line").expect("text");
            line.strip_prefix(begins).unwrap_or_else(|| panic!("{line:?} begins with {begins:?}")).to_owned()
        };
        let address = line("listening on http://");
        let begin = line(&format!("begin at http://{address}"));
        Self { child, address, begin }
    }

    /// The status of a request with these headers, and the whole answer.
    fn ask(&self, line: &str, headers: &[&str]) -> (u16, String) {
        self.send(line, headers, "")
    }

    fn send(&self, line: &str, headers: &[&str], body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_mins(2))).expect("a time");
        let headers = headers.iter().flat_map(|header| [*header, "\r\n"]).collect::<String>();
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        write!(stream, "{line} HTTP/1.1\r\n{headers}{length}Connection: close\r\n\r\n{body}")
            .expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        (answer[9..12].parse().expect("a status"), answer)
    }

    /// The page at a path.
    fn page(&self, path: &str) -> String {
        let (status, answer) = self.ask(&format!("GET {path}"), &[&format!("Host: {}", self.address)]);
        assert_eq!(status, 200, "{path}: {answer}");
        answer
    }

    /// Where a path leads.
    fn leads(&self, path: &str) -> String {
        let (status, answer) = self.ask(&format!("GET {path}"), &[&format!("Host: {}", self.address)]);
        assert_eq!(status, 303, "{path}: {answer}");
        let location = answer.lines().find_map(|line| line.strip_prefix("location: "));
        location.expect("it leads somewhere").trim_end().to_owned()
    }
}

impl Drop for Explorer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_explorer_takes_a_name_to_listen_at_and_says_where_to_begin() {
    let explorer = Explorer::start(&["--listen", "localhost:0"]);
    assert_eq!(explorer.begin, "/tags/walk");
    let page = explorer.page(&explorer.begin);
    assert!(page.contains("text/html") && page.contains("Nothing was made yet"), "{page}");
    assert_eq!(
        explorer.ask("GET /absent", &["Host: localhost"]).0,
        303,
        "a scope's name alone leads to its Walk"
    );
    assert_eq!(explorer.ask("GET /absent/walk", &["Host: localhost"]).0, 404);
}

#[test]
fn a_request_of_another_origin_or_for_another_name_is_refused_whatever_it_asks() {
    let explorer = Explorer::start(&["--listen", "127.0.0.1:0"]);
    let here = format!("Host: {}", explorer.address);
    let origin = format!("Origin: http://{}", explorer.address);
    let taken: [&[&str]; 10] = [
        &[&here],
        &[&here, &origin],
        &["Host: localhost:3000"],
        &["Host: LOCALHOST"],
        &["Host: a.localhost"],
        &["Host: [::1]:3000"],
        &["Host: 192.0.2.1"],
        &[&here, "Sec-Fetch-Site: same-origin"],
        &[&here, "Sec-Fetch-Site: none"],
        &[&here, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"],
    ];
    let refused: [&[&str]; 17] = [
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
        &[&here, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: iframe"],
        &[&here, "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site"],
    ];
    for line in ["GET /tags/walk.json", "GET /", "GET /tags/check"] {
        for headers in taken {
            assert_eq!(explorer.ask(line, headers).0, 200, "{line} {headers:?}");
        }
        for headers in refused {
            let (status, answer) = explorer.ask(line, headers);
            assert!(matches!(status, 400 | 403), "{line} {headers:?}: {answer}");
        }
    }
    let followed =
        [here.as_str(), "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document"];
    assert_eq!(explorer.ask("POST /tags/check", &followed).0, 403, "only what is looked at may be linked to");
    let (status, _) = explorer.ask("GET http://evil.example/tags/walk", &[&here]);
    assert!(matches!(status, 400 | 403), "{status}");
    assert_eq!(explorer.ask("DELETE /", &[&here]).0, 405);
}

#[test]
fn what_changes_something_takes_the_word_that_only_a_page_of_ours_has() {
    let explorer = Explorer::start(&["--listen", "127.0.0.1:0"]);
    let here = format!("Host: {}", explorer.address);
    for path in ["/tags/check", "/tags/check/stop", "/tags/map", "/tags/live", "/open"] {
        for body in ["token=guess&live=reference", "live=reference"] {
            let (status, answer) = explorer.send(&format!("POST {path}"), &[&here], body);
            assert_eq!(status, 403, "{path}: {answer}");
        }
    }
}

#[test]
fn a_trace_is_asked_of_the_reference_and_its_departure_is_marked() {
    let explorer = Explorer::start(&["--listen", "127.0.0.1:0"]);
    let canceled = explorer.leads("/jobs/goto?to=state:p0=Canceled");
    let json: serde_json::Value = {
        let page = explorer.page(&canceled.replace("/walk?", "/walk.json?"));
        serde_json::from_str(page.split_once("\r\n\r\n").expect("a body").1).expect("JSON")
    };
    let choices = json["next"]["idle"].as_array().expect("calls that change nothing");
    let start = choices.iter().find(|choice| {
        choice["call"].as_str().is_some_and(|call| call.starts_with("StartSigningJob j0 with p0"))
    });
    let refused =
        start.expect("it is refused")["answers"][0]["link"].as_str().expect("it can be taken").to_owned();
    let right = explorer.page(&format!("{refused}&live=reference"));
    assert!(right.contains("as the trace") || right.contains("another branch"), "{right}");
    assert!(!right.contains("told departs"), "{right}");
    let wrong = explorer.page(&format!("{refused}&live=fault:canceled-signs"));
    assert!(wrong.contains("told departs") && wrong.contains("/jobId"), "{wrong}");
    assert!(
        !wrong.to_lowercase().contains("authorization"),
        "signatures are no part of what is shown: {wrong}"
    );
}

#[test]
fn a_report_is_laid_over_the_model_and_its_cases_open() {
    let out = folder("explored-report");
    let out = out.to_str().expect("text");
    let ended = run(&["certify", "--suite", "tour", "--case", "tour/iot", "--out", out, "--quiet"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let explorer =
        Explorer::start(&["--report", &format!("A={out}"), &format!("B={out}"), "--listen", "127.0.0.1:0"]);
    let walk = explorer.page("/iot/walk");
    assert!(walk.contains("A did this") && walk.contains("walk as A answers"), "{walk}");
    let other = explorer.page("/tags/walk");
    assert!(other.contains("A was not asked this here"), "{other}");
    assert!(explorer.page("/unreached?report=A").contains("transitions of the model were reached"));
    assert!(explorer.page("/differences").contains("Where A and B differ"));
    let to = explorer.leads("/open?case=tour/iot/revoke-signature-j0-when-nothing-is-there&step=0");
    assert!(to.contains("/trace?t=") && to.contains("at=1"), "{to}");
}

#[test]
fn a_trace_is_written_for_the_clients_of_others() {
    let explorer = Explorer::start(&["--listen", "127.0.0.1:0"]);
    let at = explorer.leads("/profiles/goto?to=state:p0%3DCanceled");
    for (form, texts) in [
        ("sh", ["#!/bin/sh", "CancelSigningProfile", "/signing-profiles/"]),
        ("aws.sh", ["#!/bin/sh", "aws", "cancel-signing-profile"]),
        ("rs", ["fn main", "cancel_signing_profile", "put_signing_profile"]),
    ] {
        let script = explorer.page(&at.replace("/walk?", &format!("/export.{form}?")));
        for text in texts {
            assert!(script.contains(text), "{form} holds {text}: {script}");
        }
        assert!(!script.contains("owner-secret"), "{form} tells a secret: {script}");
    }
}

#[test]
fn a_place_that_cannot_be_listened_at_is_told_with_the_way_out() {
    refused(
        &["explore", "--listen", "192.0.2.1:0"],
        2,
        &["--listen 192.0.2.1:0", "127.0.0.1 is for this machine"],
    );
    refused(&["explore", "--listen", "nonsense"], 2, &["--listen nonsense", "it takes HOST:PORT"]);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let place = taken.local_addr().expect("its address").to_string();
    refused(&["explore", "--listen", &place], 2, &["--listen", "another program listens there"]);
}

#[test]
fn what_the_explorer_cannot_begin_with_is_told_by_its_option() {
    let listen = ["--listen", "127.0.0.1:0"];
    let told = |more: &[&str], texts: &[&str]| refused(&[&["explore"], more, &listen].concat(), 2, texts);
    told(&["--scope", "nonsense"], &["--scope", "profiles", "upsert"]);
    told(&["--open", "absent.json"], &["--open", "absent.json", "cannot be read"]);
    told(&["--report", "nonsense"], &["--report", "NAME=FOLDER"]);
    told(&["--report", "A=absent"], &["--report", "A", "report.json", "cannot be read"]);
    told(&["--fault", "nonsense"], &["--fault", "nonsense"]);
}
