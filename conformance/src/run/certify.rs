//! The main job: learn what the target is, run the plan, reduce what was found. And one program again.

use crate::data::case::{CaseResult, StepExchange};
use crate::data::context::Context;
use crate::data::log::LogSink;
use crate::data::names::now_s;
use crate::data::program::Program;
use crate::data::run::{Progress, Run, RunOptions, TargetInfo};
use crate::judge::runner::Runner;
use crate::line::endpoint::Endpoint;
use crate::plan::plan;
use crate::run::preflight::{RunError, preflight};
use crate::run::schedule::hunt;
use crate::scenes::LIBRARY;

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
