//! Endpoints that answer like a Signer at first, and then without bound: memory, log and report stay bounded.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use crate::program::{Served, folder, peak_kb, run};

/// The requests that are answered by a reference before the answers turn hostile.
const PEACEFUL: u64 = 70;

/// What is written instead of an answer, given the connection.
type Answer = fn(&mut TcpStream) -> std::io::Result<()>;

fn whole(connection: &mut TcpStream, headers: &str, body: &[u8]) -> std::io::Result<()> {
    write!(
        connection,
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nx-amzn-RequestId: r\r\nContent-Length: {}\r\n\
         Connection: close\r\n{headers}\r\n",
        body.len()
    )?;
    connection.write_all(body)
}

/// As if it were any answer, with strings of so many bytes.
fn strings(length: usize) -> String {
    let text = "s".repeat(length / 8);
    json!({ "arn": text, "jobId": text, "profileVersion": text, "revisionId": text, "nextToken": text, "profileName": text,
            "status": text, "platforms": [{ "platformId": text }], "profiles": [], "jobs": [] })
    .to_string()
}

/// The behaviours that cost the most, by name.
const BEHAVIOURS: [(&str, Answer); 8] = [
    ("strings", |connection| whole(connection, "", strings(800_000).as_bytes())),
    ("error-names", |connection| {
        let name = "E".repeat(300_000);
        let body = json!({ "__type": format!("{name}Exception"), "code": name, "message": name }).to_string();
        let head = "HTTP/1.1 400 Bad\r\nx-amzn-RequestId: r\r\nConnection: close\r\n\
            Content-Type: application/json\r\n";
        write!(connection, "{head}Content-Length: {}\r\n\r\n{body}", body.len())
    }),
    ("deep-arrays", |connection| {
        let body = format!("{{\"profiles\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        whole(connection, "", body.as_bytes())
    }),
    ("wide-arrays", |connection| {
        let body = format!("{{\"nextToken\":\"n\",\"profiles\":[{}0],\"jobs\":[]}}", "0,".repeat(480_000));
        whole(connection, "", body.as_bytes())
    }),
    ("endless", |connection| {
        write!(
            connection,
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        )?;
        let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
        loop {
            connection.write_all(chunk.as_bytes())?;
        }
    }),
    ("headers", |connection| {
        let headers: Vec<String> = (0..10_000).map(|number| format!("x-{number}: {number}\r\n")).collect();
        whole(connection, &headers.concat(), b"{}")
    }),
    ("compressed", |connection| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        for _ in 0..256 {
            encoder.write_all(&[b' '; 1 << 20])?;
        }
        whole(connection, "Content-Encoding: gzip\r\n", &encoder.finish()?)
    }),
    ("large-headers", |connection| {
        whole(connection, &format!("x-large: {}\r\n", "h".repeat(200_000)), b"{\"profiles\":[]}")
    }),
];

/// A server that hands the first requests on to a reference, and answers the others so; gives its URL.
fn hostile(reference: &str, answer: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let (reference, number) = (reference.to_owned(), Arc::new(AtomicU64::new(0)));
    std::thread::spawn(move || {
        for mut connection in listener.incoming().flatten() {
            let (reference, number) = (reference.clone(), number.fetch_add(1, Ordering::Relaxed));
            std::thread::spawn(move || {
                let request = read(&connection)?;
                if number < PEACEFUL {
                    forward(&request, &reference, &mut connection)
                } else {
                    answer(&mut connection)
                }
            });
        }
    });
    url
}

/// The bytes of one request, which closes its connection.
fn read(connection: &TcpStream) -> std::io::Result<Vec<u8>> {
    let mut reader = BufReader::new(connection);
    let (mut request, mut length) = (Vec::new(), 0);
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? <= 2 {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap_or(0);
        }
        request.extend_from_slice(line.as_bytes());
    }
    request.extend_from_slice(b"Connection: close\r\n\r\n");
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    request.extend(body);
    Ok(request)
}

fn forward(request: &[u8], reference: &str, connection: &mut TcpStream) -> std::io::Result<()> {
    let mut upstream = TcpStream::connect(reference)?;
    upstream.write_all(request)?;
    std::io::copy(&mut upstream, connection).map(drop)
}

/// Waits for the end; gives the code, and the peak of its memory, in MB.
fn watch(child: &mut Child) -> (Option<i32>, u64) {
    let mut peak = 0;
    loop {
        peak = peak_kb(child.id()).max(peak);
        if let Some(status) = child.try_wait().expect("it is ours") {
            return (status.code(), peak / 1024);
        }
        std::thread::sleep(std::time::Duration::from_millis(5));
    }
}

fn certify(url: &str, out: &Path, arguments: &[&str]) -> (Option<i32>, u64) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
    command
        .args(["certify", "--quiet", "--request-timeout", "2s", "--endpoint", url, "--out"])
        .arg(out)
        .args(arguments);
    command.env_remove("SIGNER_ENDPOINT").stdout(Stdio::null()).stderr(Stdio::null());
    watch(&mut command.spawn().expect("the program is built"))
}

#[test]
#[cfg(target_os = "linux")]
fn memory_stays_bounded_whatever_a_target_answers() {
    let served = Served::start(&[]);
    for (name, answer) in BEHAVIOURS {
        let out = folder(&format!("hostile-{name}"));
        let (code, peak) =
            certify(&hostile(&served.address, answer), &out, &["--max-calls", "300", "--budget", "10s"]);
        assert!(matches!(code, Some(1 | 3)), "{name}: {code:?}");
        assert!(peak > 0 && peak < 200, "{name}: {peak} MB");
        let largest = |folder: &Path| {
            let sizes = std::fs::read_dir(folder)
                .into_iter()
                .flatten()
                .flatten()
                .filter_map(|entry| entry.metadata().ok());
            sizes.map(|about| about.len()).max().unwrap_or(0)
        };
        assert!(
            largest(&out.join("counterexamples")) < 2 << 20,
            "{name}: a counterexample is {} bytes",
            largest(&out.join("counterexamples"))
        );
        let report = std::fs::metadata(out.join("report.json")).map_or(0, |about| about.len());
        assert!(report < 4 << 20, "{name}: the report is {report} bytes");
    }
}

#[test]
fn a_full_log_ends_the_run_and_is_verified() {
    let out = folder("hostile-log");
    let shown = out.display().to_string();
    let ended = run(&["certify", "--quiet", "--suite", "smoke", "--max-log-bytes", "12k", "--out", &shown]);
    assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains("--max-log-bytes"), "{}", ended.stdout);
    let size = std::fs::metadata(out.join("exchanges.ndjson.gz")).expect("a log").len();
    assert!((1_000..=12_000).contains(&size), "{size} bytes");
    let report: Value =
        serde_json::from_str(&std::fs::read_to_string(out.join("report.json")).expect("a report"))
            .expect("JSON");
    assert_eq!(report["cut"], json!("log"));
    let verified = run(&["verify", &shown]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
}

#[test]
fn a_report_on_large_answers_is_verified() {
    let served = Served::start(&[]);
    let out = folder("hostile-verified");
    let (code, _) = certify(&hostile(&served.address, BEHAVIOURS[0].1), &out, &["--max-calls", "160"]);
    assert!(matches!(code, Some(1 | 3)), "{code:?}");
    let verified = run(&["verify", &out.display().to_string()]);
    assert_eq!(verified.code, Some(0), "{}{}", verified.stdout, verified.stderr);
}

#[test]
fn an_answer_larger_than_it_may_be_is_lost() {
    let served = Served::start(&[]);
    let url = format!("http://{}", served.address);
    let ended = run(&["doctor", "--endpoint", &url, "--max-response-bytes", "100"]);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("larger than 100 bytes") && ended.stdout.contains("--max-response-bytes"),
        "{}",
        ended.stdout
    );
}
