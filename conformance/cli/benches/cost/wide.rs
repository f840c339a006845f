//! What more machines bring: the plan in ever more parts, each run by itself, as a cluster would, on a
//! reference of its own that takes its time over each answer.

use std::error::Error;
use std::pin::Pin;
use std::time::Duration;

use signer_conformance::log::NoLog;
use signer_conformance::{
    Endpoint, Program, Quiet, Report, Request, Run, RunOptions, Sending, Signature, Times, certify, plan,
};
use signer_conformance_cli::certify::SEQUENCES;
use signer_conformance_cli::embedded::InProcess;
use signer_model::Account;
use signer_schemas::Edition;
use tokio::runtime::Runtime;

use crate::sample::config;
use crate::service::runtime;

/// How long the target takes over an answer: what is sent counts, and not what this machine does besides.
const ANSWER: Duration = Duration::from_millis(2);

/// Into how many parts the plan is cut.
const PARTS: [u32; 4] = [2, 4, 8, 16];

/// Prints a table.
pub(crate) fn print() -> Result<(), Box<dyn Error>> {
    let runtime = runtime()?;
    let options =
        RunOptions { sequences: SEQUENCES, shrink: false, ..RunOptions::new(Edition::Current, "bench") };
    let before = run(&runtime, &options, &[])?.exchanges;
    let whole = run(&runtime, &options, &plan(&options))?;
    let times = Report::new(&whole, &options, None).times();
    println!("a target that answers in {ANSWER:?}; each part sends {before} requests before its first case");
    println!("{:>5}  {:<8} {:>12} {:>17} {:>16}", "parts", "cut", "requests", "of the largest", "longest");
    Figures::of(&[whole]).print(1, "");
    for of in PARTS {
        for (name, times) in [("in turn", None), ("by time", Some(&times))] {
            parts(&runtime, &options, of, times)?.print(of, name);
        }
    }
    Ok(())
}

/// What parts cost together, and the one that the others wait for.
struct Figures {
    requests: u64,
    requests_of_largest: u64,
    longest: Duration,
}

impl Figures {
    fn of(runs: &[Run]) -> Self {
        Self {
            requests: runs.iter().map(|run| run.exchanges).sum(),
            requests_of_largest: runs.iter().map(|run| run.exchanges).max().unwrap_or_default(),
            longest: runs.iter().map(|run| run.elapsed).max().unwrap_or_default(),
        }
    }

    fn print(&self, parts: u32, cut: &str) {
        let Self { requests, requests_of_largest, longest } = self;
        println!(
            "{parts:>5}  {cut:<8} {requests:>12} {requests_of_largest:>17} {:>14.1} s",
            longest.as_secs_f64()
        );
    }
}

/// Runs each part by itself.
fn parts(
    runtime: &Runtime,
    options: &RunOptions,
    of: u32,
    times: Option<&Times>,
) -> Result<Figures, Box<dyn Error>> {
    let runs = (0..of).map(|part| {
        let options = RunOptions { shard: Some((part, of)), times: times.cloned(), ..options.clone() };
        run(runtime, &options, &plan(&options))
    });
    Ok(Figures::of(&runs.collect::<Result<Vec<Run>, _>>()?))
}

fn run(runtime: &Runtime, options: &RunOptions, programs: &[Program]) -> Result<Run, Box<dyn Error>> {
    let endpoint = Slow(InProcess::new(config(options.edition)));
    Ok(runtime.block_on(certify(&endpoint, options, programs, &Quiet, &mut NoLog))?)
}

/// A service that takes its time over each answer.
#[derive(Clone)]
struct Slow(InProcess);

impl Endpoint for Slow {
    fn describe(&self) -> String {
        self.0.describe()
    }

    fn can_sign(&self, by: Account, signature: Signature) -> bool {
        self.0.can_sign(by, signature)
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        Box::pin(async move {
            tokio::time::sleep(ANSWER).await;
            self.0.send(by, request).await
        })
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        Box::pin(async move {
            tokio::time::sleep(ANSWER).await;
            self.0.send_s3(request).await
        })
    }

    fn pause(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.pause(time)
    }
}
