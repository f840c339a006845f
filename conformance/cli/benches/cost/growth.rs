//! How cost grows: with the requests of a run, the states of a scope, the length of a history, and the profiles
//! that a store holds. Each is measured from the smallest to the largest, and drawn.

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

const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../growth.svg");

/// Measures, prints, and draws.
pub(crate) fn draw() -> Result<(), Box<dyn Error>> {
    let panels = [requests()?, states(), history()?, profiles()?];
    for panel in &panels {
        println!("{}", panel.text());
    }
    fs::write(PICTURE, picture(&panels))?;
    println!("conformance/growth.svg is drawn");
    Ok(())
}

/// Runs of random sequences, each in a process of its own: the seconds, and the memory at its most.
fn requests() -> Result<Panel, Box<dyn Error>> {
    let (mut seconds, mut memory) = (Vec::new(), Vec::new());
    for sequences in ["30", "300", "3000"] {
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
        let started = Instant::now();
        let report = check(&scope);
        (number(report.unique), started.elapsed().as_secs_f64())
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
        let mut best = Duration::MAX;
        for _ in 0..3 {
            let round = sample.round();
            let started = Instant::now();
            runtime.block_on(sample.judge_all(&round));
            best = best.min(started.elapsed());
        }
        points.push((number(length), best.as_secs_f64() * 1e6 / number(length)));
    }
    Ok(Panel {
        title: "A step of a long case",
        across: "steps",
        lines: vec![Line { name: "microseconds a step", points }],
    })
}

/// Two profiles are made; one is read and tagged again and again, and its list of tags is asked.
fn long(length: usize) -> Program {
    let owner = |request| Step::Call(Call { by: Account::Owner, request });
    let put = |profile| owner(Request::put(Edition::Current, profile, Platform::Lambda));
    let ever = [Request::get(P0), Request::ListTagsForResource { profile: P0 }, Request::get(P1)];
    let steps = [put(P0), put(P1)].into_iter().chain(ever.into_iter().map(owner).cycle()).take(length);
    Program { name: format!("bench/{length}-steps"), edition: Edition::Current, steps: steps.collect() }
}

/// A page of 25 in the middle of ever longer lists.
fn profiles() -> Result<Panel, Box<dyn Error>> {
    let service = Service::new(false)?;
    let (mut points, mut made) = (Vec::new(), 0);
    for count in [1000, 10_000, 100_000] {
        service.make((made..count).map(|nth| format!("n{nth:06}")))?;
        made = count;
        // From the second page on, each begins where the one before has ended.
        let (mut target, pages): (String, u32) = ("/signing-profiles".to_owned(), 30);
        let started = Instant::now();
        for _ in 0..pages {
            let page = service.answer(service.request("GET", &target, "")?)?;
            let page: serde_json::Value = serde_json::from_slice(&page)?;
            let token = page["nextToken"].as_str().ok_or("a list that ends too early")?;
            target = format!("/signing-profiles?nextToken={token}");
        }
        points.push((number(count), started.elapsed().as_secs_f64() * 1e6 / f64::from(pages)));
    }
    Ok(Panel {
        title: "A page of 25 profiles of the reference",
        across: "profiles",
        lines: vec![Line { name: "microseconds a page", points }],
    })
}

#[expect(clippy::cast_precision_loss, reason = "there are far fewer")]
fn number(count: usize) -> f64 {
    count as f64
}
