//! What an operator of the program relies on: its log, its health, its end, its error messages.

use crate::running::{Running, run};
use serde_json::Value;
use signer_reference::identity::{OWNER_ACCESS_KEY, OWNER_SECRET_KEY};
use std::net::TcpListener;

const NOTATION: &str = r#"{"platformId":"Notation-OCI-SHA384-ECDSA"}"#;

fn lines(log: &str) -> Vec<Value> {
    log.lines()
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line:?}")))
        .collect()
}

#[test]
fn each_request_leaves_one_line_with_the_id_of_its_answer() {
    let server = Running::start(&["--log-format", "json"]);
    let answers = [
        server.ask("PUT", "/signing-profiles/logged", NOTATION),
        server.ask("GET", "/signing-profiles/absent?x=y", ""),
        server.ask("GET", "/bucket", ""),
        server.ask("GET", "/_signer/health", ""),
    ];
    let (_, log) = server.end();
    let of = |answer: &crate::running::Answer| {
        let id = [answer.header("x-amzn-requestid"), answer.header("x-amz-request-id")].concat();
        let mut found: Vec<Value> =
            lines(&log).into_iter().filter(|line| line["request_id"] == id.as_str()).collect();
        assert_eq!(found.len(), 1, "{id} in {log}");
        found.remove(0)
    };
    let created = of(&answers[0]);
    assert_eq!((&created["method"], &created["path"]), (&"PUT".into(), &"/signing-profiles/logged".into()));
    assert_eq!((&created["operation"], &created["status"]), (&"PutSigningProfile".into(), &200.into()));
    assert!(
        created["duration_ms"].as_f64().is_some_and(|ms| ms > 0.0) && created["error"].is_null(),
        "{created}"
    );
    assert_eq!(created["level"], "INFO");
    let absent = of(&answers[1]);
    assert_eq!((&absent["status"], &absent["error"]), (&404.into(), &"ResourceNotFoundException".into()));
    assert_eq!(absent["path"], "/signing-profiles/absent");
    assert_eq!((&of(&answers[2])["status"], &of(&answers[2])["operation"]), (&404.into(), &Value::Null));
    assert_eq!(of(&answers[3])["status"], 200);
}

#[test]
fn the_log_tells_the_account_and_no_secrets() {
    let server = Running::start_with_auth(&["--log-format", "json", "--log-level", "trace"]);
    let mut client = server.connect();
    let body = r#"{"payload":"cGF5bG9hZA=="}"#;
    let head = format!(
        "POST /signing-jobs/with-payload?X-Amz-Security-Token=tokentoken&X-Amz-Signature=signsign HTTP/1.1\r\nhost: localhost\r\n\
         authorization: AWS4-HMAC-SHA256 Credential={OWNER_ACCESS_KEY}/20260102/us-east-1/signer/aws4_request, \
         SignedHeaders=host, Signature=deadbeef\r\nx-amz-security-token: tokentoken\r\n\
         x-amz-date: 20260102T030405Z\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    client.write(head.as_bytes()).expect("it reads");
    assert_eq!(client.answer().expect("an answer").status, 403);
    drop(client);
    let (_, log) = server.end();
    let line = lines(&log).into_iter().find(|line| line["operation"] == "SignPayload").expect("its line");
    assert_eq!((&line["account"], &line["status"]), (&"111122223333".into(), &403.into()));
    for secret in [OWNER_SECRET_KEY, "deadbeef", "signsign", "tokentoken", "cGF5bG9hZA", "AWS4-HMAC"] {
        assert!(!log.contains(secret), "{secret} in {log}");
    }
}

#[test]
fn the_log_is_as_loud_as_one_likes_and_never_on_standard_output() {
    let text = Running::start(&[]);
    let id = text.ask("GET", "/signing-platforms", "").header("x-amzn-requestid").to_owned();
    let (out, log) = text.end();
    assert!(
        log.lines().any(|line| line.contains(&id)
            && line.contains("ListSigningPlatforms")
            && line.contains("status=200")),
        "{log}"
    );
    assert!(out.lines().all(|line| line.starts_with("account ")), "{out}");
    let silent = Running::start(&["--log-level", "off"]);
    silent.ask("GET", "/signing-platforms", "");
    assert_eq!(silent.end().1, "");
}

#[test]
fn a_log_that_nobody_reads_stops_nothing() {
    let server = Running::start(&[]);
    let mut client = server.connect();
    // Far more than a pipe holds.
    for _ in 0..3000 {
        assert_eq!(client.ask("GET", "/signing-platforms/nonsense", "").status, 404);
    }
}

#[test]
fn health_is_told_to_everybody() {
    let server = Running::start_with_auth(&["--edition", "2019-05-22"]);
    let answer = server.ask("GET", "/_signer/health", "");
    let body: Value = serde_json::from_str(&answer.body).expect("JSON");
    assert_eq!((answer.status, &body["status"], &body["edition"]), (200, &"ok".into(), &"2019-05-22".into()));
    assert_eq!(
        (&body["version"], &body["store"]["writable"]),
        (&env!("CARGO_PKG_VERSION").into(), &true.into())
    );
    assert_eq!(server.ask("POST", "/_signer/health", "").status, 405);
    assert_eq!(server.ask("GET", "/_signer/nonsense", "").status, 404);
    let asked = run(&["health", &server.address.to_string()]);
    assert!(
        asked.status.success() && String::from_utf8_lossy(&asked.stdout).contains("\"status\":\"ok\""),
        "{asked:?}"
    );
    let address = server.address.to_string();
    drop(server);
    let asked = run(&["health", &address]);
    assert_eq!(asked.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&asked.stderr).contains(&address), "{asked:?}");
}

#[test]
fn what_cannot_be_served_is_said_with_a_way_out() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = listener.local_addr().expect("its address").to_string();
    let check = |arguments: &[&str], parts: &[&str]| {
        let ended = run(arguments);
        let complaint = String::from_utf8_lossy(&ended.stderr);
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}: {complaint}");
        assert!(ended.stdout.is_empty(), "{arguments:?} serves all the same");
        for part in parts {
            assert!(complaint.contains(part), "{arguments:?}: no {part:?} in {complaint}");
        }
    };
    check(&["--listen", &taken], &["--listen", &taken, "another program listens there", "port 0"]);
    check(&["--listen", "203.0.113.1:0"], &["--listen 203.0.113.1:0", "no such address", "127.0.0.1"]);
    check(&["--listen", "nonsense"], &["--listen nonsense", "HOST:PORT"]);
    check(&["--log-level", "loud=very"], &["--log-level", "loud=very"]);
    check(&["--max-connections", "0"], &["--max-connections", "from 1 to"]);
    check(&["--max-headers", "100000"], &["--max-headers", "from 1 to 10000"]);
    check(&["--shutdown-timeout", "soon"], &["--shutdown-timeout", "50ms"]);
    let file = std::env::temp_dir().join(format!("signer-reference-identities-{}.json", std::process::id()));
    let path = file.to_string_lossy().into_owned();
    let identity = |key: &str, account: &str| {
        format!(
            r#"{{"accessKeyId":"{key}","secretAccessKey":"s","account":"{account}","arn":"arn:aws:iam::{account}:user/x"}}"#
        )
    };
    let twice = format!("[{0},{0}]", identity("AKIDX", "111122223333"));
    let short = format!("[{}]", identity("AKIDX", "1234"));
    let slash = format!("[{}]", identity("AK/ID", "111122223333"));
    for (content, part) in [
        ("{", "JSON list"),
        ("[]", "the list is empty"),
        (r#"[{"accessKeyId":"A"}]"#, "secretAccessKey"),
        (twice.as_str(), "AKIDX"),
        (short.as_str(), "12 digits"),
        (slash.as_str(), "AK/ID"),
    ] {
        std::fs::write(&file, content).expect("it can be written");
        check(&["--identities", &path], &["--identities", &path, part]);
    }
    std::fs::remove_file(&file).expect("it can be removed");
}

#[test]
fn what_is_in_flight_when_it_is_told_to_end_is_finished() {
    let mut server = Running::start(&[]);
    let mut idle = server.connect();
    assert_eq!(idle.ask("GET", "/signing-platforms", "").status, 200);
    let mut busy = server.connect();
    let head = format!(
        "PUT /signing-profiles/late HTTP/1.1\r\nhost: localhost\r\nexpect: 100-continue\r\n\
         content-length: {}\r\n\r\n",
        NOTATION.len()
    );
    busy.write(head.as_bytes()).expect("it reads");
    // Which tells that the request is being served.
    assert_eq!(busy.answer().expect("a word").status, 100);
    server.signal("-TERM");
    // Which tells that the program has begun to end.
    assert!(idle.is_closed());
    assert!(std::net::TcpStream::connect(server.address).is_err(), "it still accepts connections");
    busy.write(NOTATION.as_bytes()).expect("it reads");
    let answer = busy.answer().expect("an answer");
    assert_eq!((answer.status, answer.body.contains("profileVersionArn")), (200, true), "{answer:?}");
    assert!(busy.is_closed());
    assert_eq!(server.wait().code(), Some(0));
}

#[test]
fn what_does_not_finish_in_time_is_cut_off() {
    let mut server = Running::start(&["--shutdown-timeout", "200ms"]);
    let mut stuck = server.connect();
    stuck
        .write(b"PUT /signing-profiles/stuck HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{")
        .expect("it reads");
    server.signal("-INT");
    assert_eq!(server.wait().code(), Some(0));
    assert!(stuck.is_closed());
}

#[test]
fn told_twice_it_ends_at_once() {
    let mut server = Running::start(&["--shutdown-timeout", "1000m"]);
    let mut idle = server.connect();
    assert_eq!(idle.ask("GET", "/signing-platforms", "").status, 200);
    let mut stuck = server.connect();
    stuck
        .write(b"PUT /signing-profiles/stuck HTTP/1.1\r\nhost: localhost\r\ncontent-length: 9\r\n\r\n{")
        .expect("it reads");
    server.signal("-TERM");
    assert!(idle.is_closed());
    server.signal("-TERM");
    assert_eq!(server.wait().code(), Some(1));
}

#[test]
fn the_limits_of_the_command_line_are_those_of_a_library_user() {
    use clap::Parser as _;
    #[derive(clap::Parser)]
    struct Program {
        #[command(flatten)]
        limits: signer_reference::Limits,
    }
    assert_eq!(Program::parse_from(["program"]).limits, signer_reference::Limits::default());
}
