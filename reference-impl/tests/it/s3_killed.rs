//! Objects, when the program is killed or the disk is full: what was acknowledged must be there.

use crate::process::{Folder, Process, ask};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

const WRITERS: usize = 4;

fn content(name: &str) -> Value {
    json!({ "name": name, "filler": "x".repeat(name.len() * 97) })
}

/// Writes until the program is gone; every third object is deleted again. Each key with whether it must be
/// there.
fn write(address: &str, round: usize, writer: usize, answers: &AtomicUsize) -> Vec<(String, bool)> {
    let mut told = Vec::new();
    for number in 0.. {
        let name = format!("o-{round}-{writer}-{number}");
        let path = format!("/bucket/{name}");
        let Ok((status, _)) = ask(address, "PUT", &path, Some(&content(&name))) else { break };
        assert_eq!(status, 200);
        answers.fetch_add(1, Ordering::Relaxed);
        if number % 3 > 0 {
            told.push((name, true));
            continue;
        }
        // Whether a deletion without a response was done is unknown.
        let Ok((status, _)) = ask(address, "DELETE", &path, None) else { break };
        assert_eq!(status, 204);
        told.push((name, false));
    }
    told
}

fn lost(address: &str, told: &[(String, bool)]) -> Vec<String> {
    let wrong = |(name, is_there): &&(String, bool)| {
        let (status, found) = ask(address, "GET", &format!("/bucket/{name}"), None).expect("it answers");
        if *is_there { status != 200 || found != content(name) } else { status != 404 }
    };
    told.iter().filter(wrong).map(|(name, _)| name.clone()).collect()
}

fn live(data: &Path, round: usize, enough: usize, moment: Duration) -> Vec<(String, bool)> {
    let mut process = Process::start(data);
    let address = process.address.clone();
    let (address, answers) = (address.as_str(), &AtomicUsize::new(0));
    thread::scope(|scope| {
        let writers: Vec<_> =
            (0..WRITERS).map(|writer| scope.spawn(move || write(address, round, writer, answers))).collect();
        let begun = Instant::now();
        while answers.load(Ordering::Relaxed) < enough && begun.elapsed() < Duration::from_secs(20) {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(moment);
        process.kill();
        writers.into_iter().flat_map(|writer| writer.join().expect("no client fails")).collect()
    })
}

#[test]
fn objects_that_were_acknowledged_outlive_a_kill() {
    let rounds = std::env::var("SIGNER_KILLS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(10);
    let folder = Folder::new();
    let mut random = StdRng::seed_from_u64(7);
    let first = Process::start(folder.path());
    assert_eq!(ask(&first.address, "PUT", "/bucket", None).expect("it answers").0, 200);
    drop(first);
    let mut told = Vec::new();
    for round in 0..rounds {
        let (enough, moment) =
            (random.random_range(0..40), Duration::from_micros(random.random_range(0..10_000)));
        told.extend(live(folder.path(), round, enough, moment));
        let process = Process::start(folder.path());
        let lost = lost(&process.address, &told);
        assert!(lost.is_empty(), "round {round}, killed after {enough} answers and {moment:?}: {lost:?}");
    }
    assert!(told.len() > rounds, "next to nothing was told, so nothing could be lost: {}", told.len());
    assert!(told.iter().any(|(_, is_there)| !is_there), "nothing was deleted");
}

#[cfg(unix)]
#[test]
fn a_full_disk_refuses_objects_and_keeps_those_that_are_there() {
    let folder = Folder::new();
    let first = Process::start(folder.path());
    assert_eq!(ask(&first.address, "PUT", "/bucket", None).expect("it answers").0, 200);
    drop(first);
    let ledger = std::fs::metadata(folder.path().join("objects.redb")).expect("it is there").len();
    let process = Process::start_with_limit(folder.path(), ledger / 512 + 64);
    let put = |address: &str, key: &str, size: u64| {
        let size = usize::try_from(size).expect("a size");
        ask(address, "PUT", &format!("/bucket/{key}"), Some(&json!("x".repeat(size)))).expect("it answers").0
    };
    let get = |address: &str, key: &str| {
        ask(address, "GET", &format!("/bucket/{key}"), None).expect("it answers").0
    };
    assert_eq!(put(&process.address, "small", 10), 200);
    assert_eq!(put(&process.address, "large", ledger + (1 << 20)), 500, "the object is larger than the disk");
    assert_eq!((get(&process.address, "large"), get(&process.address, "small")), (404, 200));
    // Long keys fill the ledger.
    let key = |number: usize| format!("{}-{number}", "k".repeat(900));
    let refused = (0..4000)
        .find(|number| put(&process.address, &key(*number), 1) != 200)
        .expect("the disk is full at some time");
    assert!(refused > 0, "nothing was kept");
    assert_eq!(get(&process.address, &key(refused)), 404, "what was refused is not shown");
    assert_eq!(get(&process.address, &key(refused - 1)), 200, "what was answered is");
    drop(process);
    let process = Process::start(folder.path());
    for kept in 0..refused {
        assert_eq!(get(&process.address, &key(kept)), 200, "object {kept} is lost");
    }
    assert_eq!((get(&process.address, &key(refused)), get(&process.address, "large")), (404, 404));
    assert_eq!(put(&process.address, &key(refused), 1), 200, "there is room again");
}
