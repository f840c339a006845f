//! The program is killed at random moments under load: what was acknowledged is there when it is back.

use crate::process::{Folder, Process, ask};
use crate::server::{LAMBDA, NOTATION, payload_body, start_body};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};
use std::collections::HashSet;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const WRITERS: usize = 4;

/// Something that was acknowledged to a client.
#[derive(Debug, Clone)]
enum Told {
    Profile { name: String, version: String },
    Status { name: String, status: &'static str },
    Tag { name: String, key: String },
    Revision { name: String, revision: String },
    Job { id: String },
    RevokedJob { id: String },
    EndedJob { id: String, status: String },
    Token { id: String, token: String },
}

impl Told {
    /// What is wrong now with what was told.
    fn missing(&self, address: &str) -> Option<String> {
        let get = |path: String| ask(address, "GET", &path, None).expect("the program answers");
        let text = |value: &Value, member: &str| value[member].as_str().unwrap_or_default().to_owned();
        let (found, holds) = match self {
            Self::Profile { name, version } => {
                let found = get(format!("/signing-profiles/{name}"));
                let holds = found.0 == 200 && text(&found.1, "profileVersion") == *version;
                (found, holds)
            }
            Self::Status { name, status } => {
                let found = get(format!("/signing-profiles/{name}"));
                let holds = text(&found.1, "status") == *status;
                (found, holds)
            }
            Self::Tag { name, key } => {
                let found = get(format!("/signing-profiles/{name}"));
                let holds = found.1["tags"][key] == "value";
                (found, holds)
            }
            Self::Revision { name, revision } => {
                let found = get(format!("/signing-profiles/{name}/permissions"));
                let holds = text(&found.1, "revisionId") == *revision;
                (found, holds)
            }
            Self::Job { id } => {
                let found = get(format!("/signing-jobs/{id}"));
                let holds = found.0 == 200;
                (found, holds)
            }
            Self::RevokedJob { id } => {
                let found = get(format!("/signing-jobs/{id}"));
                let holds = found.1["revocationRecord"]["reason"] == "a test";
                (found, holds)
            }
            Self::EndedJob { id, status } => {
                let found = get(format!("/signing-jobs/{id}"));
                let holds = text(&found.1, "status") == *status;
                (found, holds)
            }
            Self::Token { id, token } => {
                let body = start_body("lambda", "code.zip", token);
                let found = ask(address, "POST", "/signing-jobs", Some(&body)).expect("the program answers");
                let holds = text(&found.1, "jobId") == *id;
                (found, holds)
            }
        };
        (!holds).then(|| format!("{self:?}, and now {found:?}"))
    }
}

/// Writes until the program is gone. Returns what was acknowledged.
fn write(address: &str, round: usize, writer: usize, answers: &AtomicUsize) -> Vec<Told> {
    let mut told = Vec::new();
    for number in 0.. {
        let name = format!("p_{round}_{writer}_{number}");
        if write_once(address, &name, number % 2 == 0, answers, &mut told).is_none() {
            break;
        }
    }
    told
}

/// One life of a profile. Nothing says that the program is gone. A cancellation gives the permissions another
/// revision.
fn write_once(
    address: &str,
    name: &str,
    cancels: bool,
    answers: &AtomicUsize,
    told: &mut Vec<Told>,
) -> Option<()> {
    let done = |method: &str, path: String, body: Option<Value>| {
        let (status, answer) = ask(address, method, &path, body.as_ref()).ok()?;
        assert_eq!(status, 200, "{method} {path}: {answer}");
        answers.fetch_add(1, Ordering::Relaxed);
        Some(answer)
    };
    let text = |value: &Value, member: &str| value[member].as_str().expect("the answer has it").to_owned();
    let name = name.to_owned();
    let created = done("PUT", format!("/signing-profiles/{name}"), Some(json!({"platformId": NOTATION})))?;
    told.push(Told::Profile { name: name.clone(), version: text(&created, "profileVersion") });
    done("POST", crate::server::tags_uri(&name), Some(json!({"tags": {"key": "value"}})))?;
    told.push(Told::Tag { name: name.clone(), key: "key".to_owned() });
    let permission =
        json!({"action": "signer:SignPayload", "principal": "444455556666", "statementId": "one"});
    let added = done("POST", format!("/signing-profiles/{name}/permissions"), Some(permission))?;
    if !cancels {
        told.push(Told::Revision { name: name.clone(), revision: text(&added, "revisionId") });
    }
    let signed = done("POST", "/signing-jobs/with-payload".to_owned(), Some(payload_body(&name)))?;
    let id = text(&signed, "jobId");
    told.push(Told::Job { id: id.clone() });
    done("PUT", format!("/signing-jobs/{id}/revoke"), Some(json!({"reason": "a test"})))?;
    told.push(Told::RevokedJob { id });
    let started = done("POST", "/signing-jobs".to_owned(), Some(start_body("lambda", "code.zip", &name)))?;
    told.push(Told::Token { id: text(&started, "jobId"), token: name.clone() });
    if cancels {
        done("DELETE", format!("/signing-profiles/{name}"), None)?;
        told.push(Told::Status { name, status: "Canceled" });
    }
    Some(())
}

/// Looks at what the writers do until the program is gone: whatever it has seen once must stay.
fn read(address: &str, round: usize) -> Vec<Told> {
    let mut told = Vec::new();
    let mut next = [0; WRITERS];
    let mut ended = HashSet::new();
    loop {
        for (writer, number) in next.iter_mut().enumerate() {
            let name = format!("p_{round}_{writer}_{number}");
            let Ok((status, profile)) = ask(address, "GET", &format!("/signing-profiles/{name}"), None)
            else {
                return told;
            };
            if status == 200 {
                *number += 1;
                let version = profile["profileVersion"].as_str().expect("a version").to_owned();
                told.push(Told::Profile { name, version });
            }
        }
        let Ok((_, list)) = ask(address, "GET", "/signing-jobs?maxResults=25", None) else { return told };
        for job in list["jobs"].as_array().into_iter().flatten().filter(|job| job["status"] != "InProgress") {
            let text = |member: &str| job[member].as_str().expect("a job has it").to_owned();
            if ended.insert(text("jobId")) {
                told.push(Told::EndedJob { id: text("jobId"), status: text("status") });
            }
        }
    }
}

/// One life of the program, and what was told in it: it ends after so many answers to writers, and a moment.
fn live(data: &Path, round: usize, enough: usize, moment: Duration) -> Vec<Told> {
    let mut process = Process::start(data);
    let address = process.address.clone();
    let address = address.as_str();
    let answers = &AtomicUsize::new(0);
    thread::scope(|scope| {
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| scope.spawn(move || write(address, round, writer, answers))).collect();
        let reader = scope.spawn(|| read(address, round));
        let begun = Instant::now();
        while answers.load(Ordering::Relaxed) < enough && begun.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(moment);
        process.kill();
        writers
            .into_iter()
            .chain([reader])
            .flat_map(|thread| thread.join().expect("no client fails"))
            .collect()
    })
}

#[test]
fn what_clients_were_told_outlives_a_kill() {
    let rounds = std::env::var("SIGNER_KILLS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20);
    let folder = Folder::new();
    let mut random = StdRng::seed_from_u64(5);
    let first = Process::start(folder.path());
    let body = json!({"platformId": LAMBDA});
    assert_eq!(
        ask(&first.address, "PUT", "/signing-profiles/lambda", Some(&body)).expect("it answers").0,
        200
    );
    drop(first);
    let mut told = Vec::new();
    for round in 0..rounds {
        let (enough, moment) =
            (random.random_range(0..50), Duration::from_micros(random.random_range(0..10_000)));
        let news = live(folder.path(), round, enough, moment);
        let process = Process::start(folder.path());
        let lost: Vec<_> = news.iter().filter_map(|told| told.missing(&process.address)).collect();
        assert!(lost.is_empty(), "round {round}, killed after {enough} answers and {moment:?}: {lost:#?}");
        told.extend(news);
    }
    assert!(told.len() > rounds, "next to nothing was told, so nothing could be lost: {}", told.len());
    let process = Process::start(folder.path());
    let old = told.iter().step_by(5);
    let lost: Vec<_> = old.filter_map(|told| told.missing(&process.address)).collect();
    assert!(lost.is_empty(), "in the end: {lost:#?}");
    for (kind, is_there) in [
        ("jobs", told.iter().any(|told| matches!(told, Told::EndedJob { .. }))),
        ("tokens", told.iter().any(|told| matches!(told, Told::Token { .. }))),
    ] {
        assert!(is_there, "no {kind} were told of");
    }
}
