//! How cost grows: with the requests of a run, the states of a scope, the length of a history, and the
//! profiles that a store holds. Each is measured from the smallest to the largest, and drawn.

use std::error::Error;
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use signer_conformance::log::NoLog;
use signer_conformance::{Program, Quiet, RunOptions, Step, certify, plan};
use signer_conformance_cli::embedded::InProcess;
use signer_model::{Account, Call, P0, P1, Platform, Request, check, scopes};
use signer_schemas::Edition;

use crate::picture::{Line, Panel, picture};
use crate::sample::{Sample, config};
use crate::service::{Service, runtime};
use crate::table::median;

const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../growth.svg");

/// Of so many tries the fastest counts: whatever else the machine does only makes them slower.
const TRIES: usize = 3;

/// How many pages are asked for one after the other.
const PAGES: usize = 30;

/// Measures, prints, and draws.
pub(crate) fn draw() -> Result<(), Box<dyn Error>> {
    let mut panels = Vec::new();
    let mut take = |panel: Panel| {
        println!("{}", panel.text());
        panels.push(panel);
    };
    take(requests()?);
    take(states());
    take(history()?);
    take(profiles()?);
    fs::write(PICTURE, picture(&panels))?;
    println!("conformance/growth.svg is drawn");
    Ok(())
}

/// Runs of random sequences, each in a process of its own: the seconds, and the memory at its most.
fn requests() -> Result<Panel, Box<dyn Error>> {
    let (mut seconds, mut memory) = (Vec::new(), Vec::new());
    for sequences in ["20", "200", "2000"] {
        let output = Command::new(std::env::current_exe()?).args(["sequences", sequences]).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let figures: Vec<f64> = text.split_whitespace().filter_map(|word| word.parse().ok()).collect();
        let [requests, time, mib] = figures[..] else {
            let why = String::from_utf8_lossy(&output.stderr);
            return Err(format!("a run of {sequences} sequences gave `{text}`: {why}").into());
        };
        seconds.push((requests, time));
        memory.push((requests, mib));
    }
    Ok(Panel {
        title: "A run of random sequences",
        across: "requests",
        lines: vec![
            Line { name: "seconds", points: seconds },
            Line { name: "MiB of memory at most", points: memory },
        ],
    })
}

/// What [`requests`] measures in a process of its own: requests, seconds, MiB at most.
pub(crate) fn sequences(count: u32) -> Result<(), Box<dyn Error>> {
    let options = RunOptions {
        suites: vec!["sequences".to_owned()],
        sequences: count,
        shrink: false,
        ..RunOptions::new(Edition::Current, "bench")
    };
    let programs = plan(&options);
    let endpoint = InProcess::new(config(Edition::Current));
    let started = Instant::now();
    let run = runtime()?.block_on(certify(&endpoint, &options, &programs, &Quiet, &mut NoLog))?;
    let time = started.elapsed();
    println!("{} {} {}", run.exchanges, time.as_secs_f64(), most_mib()?);
    Ok(())
}

/// The most memory that this process has taken.
fn most_mib() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no line VmHWM")?;
    let kib: f64 = line.trim().trim_end_matches("kB").trim().parse()?;
    Ok(kib / 1024.0)
}

/// The search through each scope, with all properties.
fn states() -> Panel {
    let figures = scopes().into_iter().map(|scope| {
        let mut states = 0;
        let time = fastest(|| states = check(&scope).unique);
        (number(states), time.as_secs_f64())
    });
    let mut points: Vec<(f64, f64)> = figures.collect();
    points.sort_by(|(one, _), (other, _)| one.total_cmp(other));
    Panel { title: "Checking a scope", across: "states", lines: vec![Line { name: "seconds", points }] }
}

/// One case of ever more steps, judged from recorded answers.
fn history() -> Result<Panel, Box<dyn Error>> {
    let runtime = runtime()?;
    let mut points = Vec::new();
    for length in [10, 100, 1000, 10_000] {
        let program = long(length);
        let options = RunOptions::new(Edition::Current, "bench");
        let sample = runtime.block_on(Sample::record(&options, &[program]))?;
        if sample.answers() == 0 {
            return Err(format!("a case of {length} steps cannot be judged from its record").into());
        }
        let mut rounds: Vec<_> = (0..TRIES).map(|_| sample.round()).collect();
        let time = fastest(|| runtime.block_on(sample.judge_all(&rounds.pop().unwrap_or_default())));
        points.push((number(length), time.as_secs_f64() * 1e6 / number(length)));
    }
    Ok(Panel {
        title: "A step of a long case",
        across: "steps",
        lines: vec![Line { name: "microseconds a step", points }],
    })
}

/// Two profiles are made, and read again and again, and the tags of one of them.
fn long(length: usize) -> Program {
    let owner = |request| Step::Call(Call { by: Account::Owner, request });
    let put = |profile| owner(Request::put(Edition::Current, profile, Platform::Lambda));
    let ever = [Request::get(P0), Request::ListTagsForResource { profile: P0 }, Request::get(P1)];
    let steps = [put(P0), put(P1)].into_iter().chain(ever.into_iter().map(owner).cycle()).take(length);
    Program { name: format!("bench/{length}-steps"), edition: Edition::Current, steps: steps.collect() }
}

/// A page of 25 of ever longer lists, one page after the other.
fn profiles() -> Result<Panel, Box<dyn Error>> {
    let service = Service::new(false)?;
    let (mut points, mut made) = (Vec::new(), 0);
    for count in [1000, 10_000, 100_000] {
        service.make((made..count).map(|nth| format!("n{nth:06}")))?;
        made = count;
        let (mut target, mut times) = ("/signing-profiles".to_owned(), Vec::new());
        for _ in 0..PAGES {
            let started = Instant::now();
            let page = service.answer(service.request("GET", &target, "")?)?;
            times.push(started.elapsed());
            let page: serde_json::Value = serde_json::from_slice(&page)?;
            let token = page["nextToken"].as_str().ok_or("a list that ends too early")?;
            target = format!("/signing-profiles?nextToken={token}");
        }
        points.push((number(count), median(&mut times).as_secs_f64() * 1e6));
    }
    Ok(Panel {
        title: "A page of 25 profiles of the reference",
        across: "profiles",
        lines: vec![Line { name: "microseconds a page", points }],
    })
}

fn fastest(mut work: impl FnMut()) -> Duration {
    let times = (0..TRIES).map(|_| {
        let started = Instant::now();
        work();
        started.elapsed()
    });
    times.min().unwrap_or_default()
}

#[expect(clippy::cast_precision_loss, reason = "there are far fewer")]
fn number(count: usize) -> f64 {
    count as f64
}
