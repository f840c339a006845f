//! The main job: learn what the target is, run the plan, reduce what was found. And one program again.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::endpoint::Endpoint;
use crate::hunt::hunt;
use crate::log::LogSink;
use crate::preflight::{RunError, preflight};
use crate::scenes::LIBRARY;
use crate::runner::{Runner, StepExchange};
use crate::symbols::Context;
use crate::{CaseResult, Program, Progress, Run, RunOptions, TargetInfo, plan};

/// Runs the whole plan against the endpoint.
pub async fn certify<E: Endpoint + Clone + 'static>(
    endpoint: &E,
    options: &RunOptions,
    progress: &dyn Progress,
    log: &mut dyn LogSink,
) -> Result<Run, RunError> {
    hunt(endpoint, options, &plan(options), &|_| false, progress, log).await
}

/// What running one program again gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Replay {
    /// What was learnt of the target.
    pub target: TargetInfo,
    /// The verdict and the findings, by step.
    pub result: CaseResult,
    /// What went over the wire.
    pub exchanges: Vec<StepExchange>,
}

/// Runs one program, with names of its own.
pub async fn replay(endpoint: &dyn Endpoint, program: &Program, options: &RunOptions) -> Result<Replay, RunError> {
    let options = RunOptions { edition: program.edition, ..options.clone() };
    let (context, target): (Context, TargetInfo) = preflight(endpoint, &options, now_s()).await?;
    let runner = Runner { endpoint, context: &context, target: &target, job_timeout: options.job_timeout, scenes: LIBRARY };
    let (result, exchanges) = runner.run(program, "rep").await;
    Ok(Replay { target, result, exchanges })
}

pub(crate) fn now_s() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or_default())
}

/// A number in lower-case letters and digits, at least `width` characters.
pub(crate) fn base36(mut number: u64, width: usize) -> String {
    let mut digits = Vec::new();
    while number > 0 || digits.len() < width {
        digits.push(b"0123456789abcdefghijklmnopqrstuvwxyz"[usize::try_from(number % 36).unwrap_or_default()]);
        number /= 36;
    }
    digits.iter().rev().map(|digit| char::from(*digit)).collect()
}
