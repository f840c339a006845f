//! Disturbances and rates: each does what its row says, by the same seed in the same order.

use crate::running::{Running, run};
use crate::server::{NOTATION, Reply, Server};
use clap::Parser as _;
use serde_json::json;
use signer_reference::cli::Args;
use signer_reference::{Config, DISTURBANCES};
use signer_schemas::Edition;
use std::time::{Duration, Instant};

#[derive(Debug, clap::Parser)]
struct Program {
    #[command(flatten)]
    args: Args,
}

fn parsed(options: &[&str]) -> Result<Config, String> {
    let program = Program::try_parse_from(std::iter::once(&"program").chain(options))
        .map_err(|error| error.to_string())?;
    program.args.config().map_err(|error| format!("{error:#}"))
}

/// A server with these options, in process and with a clock that stands still.
fn server(options: &[&str]) -> Server {
    let Config { disturbances, rates, edition, .. } = parsed(options).expect("the options are right");
    Server::with(|config| Config { disturbances, rates, edition, ..config })
}

async fn outcomes(server: &Server, count: usize) -> Vec<u16> {
    let mut found = Vec::new();
    for _ in 0..count {
        found.push(server.get("/signing-platforms").await.status);
    }
    found
}

#[test]
fn wrong_disturbances_are_named() {
    let check = |options: &[&str], part: &str| {
        let error = parsed(options).expect_err("the option is wrong");
        assert!(error.contains(part), "{options:?}: {error}");
    };
    check(&["--disturb", "nonsense=0.1"], "no disturbance is called \"nonsense\"; there are throttle, ");
    check(&["--disturb", "throttle"], "KIND=PROBABILITY");
    check(&["--disturb", "throttle=2"], "from 0 to 1");
    check(&["--disturb", "throttle=NaN"], "from 0 to 1");
    check(&["--disturb", "throttle=0.6,internal=0.6"], "more than 1");
    check(&["--disturb", "drop=0.1,drop-request=0.1"], "drop-request is there twice");
    check(&["--latency", "soon"], "50ms");
    check(&["--latency", "2s..1s"], "1s is less than 2s");
    check(&["--disturb-only", "Nonsense"], "PutSigningProfile");
    check(&["--rate-limit", "SignPayload"], "OPERATION=N/s");
    check(&["--rate-limit", "SignPayload=0/s"], "from 1 to");
    check(&["--rate-limit", "SignPayload=5/h"], "5/s");
    check(&["--rate-limit", "Nonsense=5/s"], "Nonsense");
}

#[tokio::test]
async fn each_disturbance_answers_as_its_row_says() {
    let put = async |server: &Server| {
        server.put("/signing-profiles/disturbed", json!({"platformId": NOTATION})).await
    };
    for row in DISTURBANCES {
        let server = server(&["--disturb", &format!("{}=1", row.id), "--disturb-only", "PutSigningProfile"]);
        let reply: Reply = put(&server).await;
        match row.id {
            "throttle" => reply.refused(429, "TooManyRequestsException"),
            "internal" => reply.refused(500, "InternalServiceErrorException"),
            "unavailable" => reply.refused(503, "ServiceUnavailable"),
            "drop-request" | "drop-response" => {
                assert!(reply.text.contains("without an answer"), "{reply:?}");
            }
            new => panic!("{new} has no test"),
        }
        let is_done = server.get("/signing-profiles/disturbed").await.status == 200;
        assert_eq!(is_done, row.title.contains("the work is done"), "{}", row.id);
    }
}

#[tokio::test]
async fn the_same_seed_disturbs_the_same_requests() {
    let options = ["--disturb", "throttle=0.3,internal=0.2", "--disturb-seed"];
    let with_seed = |seed: &'static str| server(&[&options[..], &[seed]].concat());
    let first = outcomes(&with_seed("7"), 400).await;
    assert_eq!(first, outcomes(&with_seed("7"), 400).await);
    assert_ne!(first, outcomes(&with_seed("8"), 400).await);
    // What else is asked for does not change the order.
    let mixed = server(&[&options[..], &["7", "--disturb-only", "ListSigningPlatforms"]].concat());
    let mut found = Vec::new();
    for _ in 0..400 {
        assert_eq!(mixed.get("/signing-profiles").await.status, 200);
        found.push(mixed.get("/signing-platforms").await.status);
    }
    assert_eq!(first, found);
    let share = |status: u16| first.iter().filter(|found| **found == status).count();
    assert!((80..160).contains(&share(429)), "{} of 400 are throttled, not about 120", share(429));
    assert!((50..110).contains(&share(500)), "{} of 400 fail, not about 80", share(500));
    assert_eq!(share(200) + share(429) + share(500), 400);
}

#[test]
fn dropped_connections_are_closed_and_the_others_live_on() {
    let server =
        Running::start(&["--disturb", "drop=1", "--disturb-only", "ListSigningPlatforms,PutSigningProfile"]);
    let mut client = server.connect();
    assert_eq!(client.ask("GET", "/signing-profiles", "").status, 200);
    let mut done = 0;
    for n in 0..40 {
        let path = format!("/signing-profiles/dropped{n}");
        let mut dropped = server.connect();
        dropped
            .write(
                crate::running::request("PUT", &path, &json!({"platformId": NOTATION}).to_string())
                    .as_bytes(),
            )
            .expect("it reads");
        assert!(dropped.answer().is_none(), "it is answered");
        done += usize::from(client.ask("GET", &path, "").status == 200);
    }
    assert!((1..40).contains(&done), "{done} of 40 were done: one half of `drop` is missing");
    assert!(client.answers("GET", "/signing-platforms").is_none());
    let (_, log) = server.end();
    assert!(log.contains("disturbance=\"drop-re") && log.contains("without an answer"), "{log}");
}

#[tokio::test]
async fn latency_is_waited_for_by_the_operations_that_are_named() {
    let server =
        server(&["--latency", "10ms..60ms", "--disturb-only", "ListSigningPlatforms", "--disturb-seed", "7"]);
    let mut waits_ms = Vec::new();
    for _ in 0..12 {
        let start = Instant::now();
        assert_eq!(server.get("/signing-platforms").await.status, 200);
        waits_ms.push(start.elapsed().as_millis());
    }
    // Whatever the machine does, it does not make a wait shorter.
    assert!(waits_ms.iter().all(|wait| *wait >= 10), "{waits_ms:?}");
    assert!(waits_ms.iter().any(|wait| *wait >= 40), "{waits_ms:?}");
    let unnamed = server_with_a_long_latency();
    tokio::time::timeout(Duration::from_mins(1), unnamed.get("/signing-profiles"))
        .await
        .expect("it does not wait")
        .ok();
}

fn server_with_a_long_latency() -> Server {
    server(&["--latency", "60m", "--disturb-only", "ListSigningPlatforms"])
}

#[tokio::test]
async fn rates_are_kept_per_operation_and_account() {
    let server = server(&["--rate-limit", "*=2/s", "--rate-limit", "ListSigningPlatforms=3/s"]);
    let platforms = async || server.get("/signing-platforms").await;
    for _ in 0..3 {
        platforms().await.ok();
    }
    platforms().await.refused(429, "TooManyRequestsException");
    server.other("GET", "/signing-platforms", None).await.ok();
    for _ in 0..2 {
        server.get("/signing-profiles").await.ok();
    }
    server.get("/signing-profiles").await.refused(429, "TooManyRequestsException");
    server.pass_ms(330);
    platforms().await.refused(429, "TooManyRequestsException");
    server.pass_ms(10);
    platforms().await.ok();
    platforms().await.refused(429, "TooManyRequestsException");
    server.pass_ms(60_000);
    for _ in 0..3 {
        platforms().await.ok();
    }
    platforms().await.refused(429, "TooManyRequestsException");
    // A clock that is put back refuses no caller.
    server.pass_ms(-3_600_000);
    platforms().await.ok();
}

#[tokio::test]
async fn slow_rates_permit_one_call_at_a_time() {
    let server = server(&["--rate-limit", "ListSigningPlatforms=30/m"]);
    assert_eq!(outcomes(&server, 3).await, [200, 429, 429]);
    server.pass_ms(2000);
    assert_eq!(outcomes(&server, 2).await, [200, 429]);
}

#[tokio::test]
async fn throttled_operations_answer_with_the_error_that_they_declare() {
    for edition in Edition::ALL {
        let server = server(&["--disturb", "throttle=1", "--edition", edition.id()]);
        for document in signer_schemas::operations(edition) {
            let path = document.uri.replace(['{', '}'], "");
            let reply = server.raw(&document.method, &path, "{}").await;
            let declares = |name: &str| document.errors.iter().any(|error| error.name == name);
            match (declares("TooManyRequestsException"), declares("ThrottlingException")) {
                (true, _) => reply.refused(429, "TooManyRequestsException"),
                (false, true) => reply.refused(429, "ThrottlingException"),
                (false, false) => reply.refused(400, "ThrottlingException"),
            }
            assert_eq!(reply.header("retry-after"), "", "no document tells of it");
        }
    }
}

#[test]
fn the_help_tells_of_them() {
    let help = run(&["--help"]);
    let help = String::from_utf8_lossy(&help.stdout);
    for option in
        ["--latency", "--disturb ", "--disturb-seed", "--disturb-only", "--rate-limit", "--max-connections"]
    {
        assert!(help.contains(option), "no {option} in {help}");
    }
}
