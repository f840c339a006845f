//! The judge's cost as ratios, each measured in one run: rounds of both sides take turns, and the median
//! counts.

use std::error::Error;
use std::num::NonZero;
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
    println!("from nothing to a plan of {} cases: {planned:.0?} (goal: 300 ms)", whole.len());
    let programs = plan(&options);
    in_process(&options, &programs)?;
    over_http(&options, &programs)
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
    for _ in 0..ROUNDS {
        let settings = http_settings(Duration::from_secs(10));
        let server = runtime.block_on(Embedded::start(config(options.edition), settings))?;
        let endpoint = Recording::new(server);
        let started = Instant::now();
        let run = runtime.block_on(certify(&endpoint, options, programs, &Quiet, &mut NoLog))?;
        judged.push(started.elapsed());
        let sent = endpoint.take();
        if run.exchanges != sent.len() as u64 {
            return Err(format!("{} requests were counted, {} sent", run.exchanges, sent.len()).into());
        }
        requests = sent.len();
        // The run's own objects are in the way of nothing: what is sent again is refused at most.
        let prepared = Prepared::new(&format!("http://{}", endpoint.host()), &sent)?;
        bare.push(runtime.block_on(send_all(prepared, AT_ONCE))?);
    }
    let (judged, bare) = (median(&mut judged), median(&mut bare));
    println!(
        "over HTTP, {AT_ONCE} at once: {:.0} requests a second judged, {:.0} by a bare loop: {:.2} of it; \
         {requests} requests (goal: 0.5)",
        rate(requests, judged),
        rate(requests, bare),
        rate(requests, judged) / rate(requests, bare)
    );
    Ok(())
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
