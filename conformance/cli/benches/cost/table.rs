//! The judge's cost as ratios, each measured in one run: rounds of both sides take turns.

use std::error::Error;
use std::io::ErrorKind;
use std::net::TcpListener;
use std::num::NonZero;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use signer_conformance::log::NoLog;
use signer_conformance::{Depth, Endpoint as _, Program, Quiet, RunOptions, certify, plan};
use signer_conformance_cli::embedded::{Embedded, http_settings};
use signer_schemas::Edition;
use tokio::runtime::Runtime;

use crate::bare::{Prepared, send_all};
use crate::canned::Recording;
use crate::sample::{Sample, config};
use crate::service::runtime;

/// How many rounds of each kind are measured.
const ROUNDS: usize = 5;

/// How many cases run at once over HTTP, and over how many connections the bare loop sends.
const AT_ONCE: usize = 4;

/// Prints the table.
pub(crate) fn print() -> Result<(), Box<dyn Error>> {
    let options = RunOptions {
        depth: Depth::Quick,
        shrink: false,
        jobs: AT_ONCE,
        job_timeout: Duration::from_secs(5),
        ..RunOptions::new(Edition::Current, "bench")
    };
    let started = Instant::now();
    let whole = plan(&RunOptions { depth: Depth::Full, ..options.clone() });
    let planned = started.elapsed();
    println!("from nothing to a plan of {} cases: {planned:.0?}", whole.len());
    println!("from the start of the program to its first request: {:.0?} (goal: 300 ms)", first_request()?);
    let programs = plan(&options);
    in_process(&options, &programs)?;
    over_http(&options, &programs)
}

/// How long the program takes until it asks its target for something. The plan is made meanwhile.
fn first_request() -> Result<Duration, Box<dyn Error>> {
    let target = TcpListener::bind("127.0.0.1:0")?;
    // A program that is over has asked for nothing, and would be waited for forever.
    target.set_nonblocking(true)?;
    let url = format!("http://{}", target.local_addr()?);
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let started = Instant::now();
        let mut program = Command::new(env!("CARGO_BIN_EXE_signer-conformance"))
            .args(["certify", "--quiet", "--endpoint", &url])
            .args(["--access-key", "AKID", "--secret-key", "secret"])
            .args(["--out", concat!(env!("CARGO_TARGET_TMPDIR"), "/first-request")])
            .stdout(Stdio::null())
            .spawn()?;
        let asked = loop {
            match target.accept() {
                Ok(_) => break started.elapsed(),
                Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error.into()),
                Err(_) if program.try_wait()?.is_some() => return Err("the program asks for nothing".into()),
                Err(_) => std::thread::sleep(Duration::from_millis(1)),
            }
        };
        program.kill()?;
        program.wait()?;
        times.push(asked);
    }
    Ok(median(&mut times))
}

/// Answers judged in a second on one core, when they need not be waited for.
fn in_process(options: &RunOptions, programs: &[Program]) -> Result<(), Box<dyn Error>> {
    let runtime = runtime()?;
    let sample = runtime.block_on(Sample::record(options, programs))?;
    let mut times = Vec::new();
    for _ in 0..ROUNDS {
        let round = sample.round();
        let started = Instant::now();
        runtime.block_on(sample.judge_all(&round));
        times.push(started.elapsed());
    }
    let (answers, each) = (sample.answers(), median(&mut times));
    println!(
        "in process, on one core: {:.0} answers judged a second, {:.1} us each; {answers} answers of \
         {} cases (goal: 30000)",
        rate(answers, each),
        1e6 / rate(answers, each),
        sample.cases()
    );
    Ok(())
}

/// A run over HTTP beside a loop that sends the same requests over as many connections to the same server.
fn over_http(options: &RunOptions, programs: &[Program]) -> Result<(), Box<dyn Error>> {
    let runtime = threads()?;
    let (mut judged, mut bare, mut requests) = (Vec::new(), Vec::new(), 0);
    let (mut judged_cpu, mut bare_cpu) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let settings = http_settings(Duration::from_secs(10));
        let server = runtime.block_on(Embedded::start(config(options.edition), settings))?;
        let endpoint = Recording::new(server);
        let (started, cpu) = (Instant::now(), processor()?);
        let run = runtime.block_on(certify(&endpoint, options, programs, &Quiet, &mut NoLog))?;
        judged.push(started.elapsed());
        judged_cpu.push(processor()?.saturating_sub(cpu));
        let sent = endpoint.take();
        if run.exchanges != sent.len() as u64 {
            return Err(format!("{} requests were counted, {} sent", run.exchanges, sent.len()).into());
        }
        requests = sent.len();
        // The run's own objects are in the way of nothing: what is sent again is refused at most.
        let prepared = Prepared::new(&format!("http://{}", endpoint.host()), &sent)?;
        let cpu = processor()?;
        bare.push(runtime.block_on(send_all(prepared, AT_ONCE))?);
        bare_cpu.push(processor()?.saturating_sub(cpu));
    }
    println!("over HTTP, {requests} requests, {AT_ONCE} at once, and how much a bare loop takes of that:");
    for (name, judged, bare) in
        [("time, with all waiting", judged, bare), ("processor, with the server", judged_cpu, bare_cpu)]
    {
        let (judged, bare) = (judged.into_iter().min(), bare.into_iter().min());
        let [judged, bare] = [judged, bare].map(Option::unwrap_or_default);
        println!(
            "{name:>28}: {judged:.2?} {bare:.2?} {:.2} (goal: 0.5)",
            bare.as_secs_f64() / judged.as_secs_f64()
        );
    }
    Ok(())
}

/// The processor time that this process has taken, to a hundredth of a second.
fn processor() -> Result<Duration, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let (_, fields) = stat.rsplit_once(')').ok_or("no name in /proc/self/stat")?;
    // In user mode and in the kernel, counted in hundredths.
    let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<u64>).sum::<Result<u64, _>>()?;
    Ok(Duration::from_millis(ticks * 10))
}

/// As many threads as there are cores.
fn threads() -> std::io::Result<Runtime> {
    let cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    tokio::runtime::Builder::new_multi_thread().worker_threads(cores).enable_all().build()
}

/// The time in the middle.
pub(crate) fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// So many in a second.
#[expect(clippy::cast_precision_loss, reason = "there are far fewer")]
pub(crate) fn rate(count: usize, time: Duration) -> f64 {
    count as f64 / time.as_secs_f64()
}
