//! A run: look at the target, run the plan, reduce what was found. And one program again.

pub(crate) mod causes;
pub(crate) mod outcome;
pub(crate) mod preflight;
mod schedule;
pub(crate) mod shrink;
pub(crate) mod vanishing;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use crate::data::case::{CaseResult, StepExchange, is_cut};
use crate::data::context::Context;
use crate::data::finding::Verdict;
use crate::data::log::{End, Line, LogSink};
use crate::data::names::{Tag, now_s};
use crate::data::program::Program;
use crate::data::run::{Cut, Progress, Root, Run, RunOptions, TargetInfo, not_run, not_run_reason};
use crate::judge::runner::Runner;
use crate::line::endpoint::Endpoint;
use crate::line::limits::{Limited, Limits};
use crate::plan::coverage;
use crate::run::causes::Roots;
use crate::run::outcome::Outcome;
use crate::run::preflight::{RunError, preflight};
use crate::run::schedule::{Next, Schedule};
use crate::run::shrink::ReductionLimits;
use crate::run::vanishing::Experiments;
use crate::scenes::LIBRARY;

/// Runs a plan against the endpoint, to its end or to one of the limits of its options.
pub async fn certify<E: Endpoint + Clone + 'static>(
    endpoint: &E,
    options: &RunOptions,
    programs: &[Program],
    progress: &dyn Progress,
    log: &mut dyn LogSink,
) -> Result<Run, RunError> {
    run_until(endpoint, options, programs, &|_| false, progress, log).await
}

/// Runs these programs against the endpoint, until one finds a root that satisfies `enough`.
pub async fn run_until<E: Endpoint + Clone + 'static>(
    endpoint: &E,
    options: &RunOptions,
    programs: &[Program],
    enough: &(dyn Fn(&Root) -> bool + Sync),
    progress: &dyn Progress,
    log: &mut dyn LogSink,
) -> Result<Run, RunError> {
    let limits = Limits::of(options);
    let endpoint: Arc<dyn Endpoint> = Arc::new(Limited::new(Arc::new(endpoint.clone()), &limits));
    progress.phase("looking at the target");
    let learnt = limits.until_interrupted(progress, preflight(endpoint.as_ref(), options, now_s())).await;
    // What could not be asked to the end may seem to be lacking.
    if let Some(cut) = limits.cut() {
        return Err(RunError::Cut(cut));
    }
    let (context, target) = learnt?;
    let job_timeout = options.job_timeout;
    log.line(&Line::Run { context: context.clone(), target: target.clone(), job_timeout });
    progress.planned(programs.len());
    let target = Arc::new(Subject { endpoint, context, target, job_timeout });
    let runner = target.runner();
    let mut so_far = RunSoFar {
        options,
        progress,
        limits: &limits,
        log,
        results: Vec::with_capacity(programs.len()),
        is_cut: false,
        roots: Roots::default(),
        experiments: Experiments::default(),
    };
    let limits_of_reductions = ReductionLimits { options, progress, limits: &limits };
    let mut schedule = Schedule::new(programs.len(), options.jobs);
    let mut running = JoinSet::new();
    let mut indices = BTreeMap::new();
    while !schedule.is_done() && !so_far.roots.any(enough) {
        match schedule.next(so_far.roots.are_waiting(), limits.cut().is_some()) {
            Next::Begin(index) => {
                let program = programs[index].clone();
                let task = running.spawn(Arc::clone(&target).run(program, Tag::planned(index), options.jobs > 1));
                indices.insert(task.id(), index);
                schedule.began();
            }
            Next::Await => {
                let ended = limits.until_interrupted(progress, running.join_next_with_id()).await;
                let (id, outcome) = match ended {
                    Some(Ok((id, outcome))) => (id, Ok(outcome)),
                    Some(Err(failed)) => (failed.id(), Err(failed)),
                    None => break,
                };
                let Some(index) = indices.remove(&id) else { continue };
                let failed = |failed| Outcome::failed(&programs[index], Tag::planned(index), &failed);
                schedule.came(index, outcome.unwrap_or_else(failed));
            }
            Next::Repeat { index, repetition } => {
                let again = Outcome::of(&runner, &programs[index], Tag::repeated(index, repetition), false);
                schedule.repeated(index, limits.until_interrupted(progress, again).await);
            }
            Next::Reduce => so_far.roots.reduce(&runner, &limits_of_reductions).await,
            Next::Stop(cut) => limits.stop(cut),
            Next::LeaveOut(first) => {
                so_far.not_run(&programs[first..], limits.cut());
                schedule.left_out();
            }
        }
        while let Some(outcome) = schedule.take() {
            so_far.take(&runner, outcome).await;
        }
    }
    running.shutdown().await;
    let RunSoFar { results, mut roots, experiments, log, is_cut, .. } = so_far;
    roots.reduce(&runner, &limits_of_reductions).await;
    roots.write(log, job_timeout);
    let tour = coverage::coverage(options.edition, runner.context.platforms, runner.target, &results);
    let (exchanges, unanswered, elapsed) = (limits.sent(), limits.unanswered(), limits.elapsed());
    // Who reaches a limit at the very end has run the whole plan.
    let cut = limits.cut().filter(|_| is_cut);
    let platforms = runner.context.platforms;
    let target = runner.target.clone();
    log.line(&Line::End(End { cut, exchanges, unanswered, elapsed }));
    let roots = roots.finish(&results);
    let vanishing = experiments.finish();
    Ok(Run { target, platforms, results, roots, vanishing, tour, exchanges, unanswered, elapsed, cut })
}

/// Who is asked, and what is known of it: what all cases share.
struct Subject {
    endpoint: Arc<dyn Endpoint>,
    context: Context,
    target: TargetInfo,
    job_timeout: Duration,
}

impl Subject {
    fn runner(&self) -> Runner<'_> {
        let Self { endpoint, context, target, job_timeout } = self;
        Runner { endpoint: endpoint.as_ref(), context, target, job_timeout: *job_timeout, scenes: LIBRARY }
    }

    /// Runs a case of the plan as a task of its own.
    async fn run(self: Arc<Self>, program: Program, tag: Tag, beside_others: bool) -> Outcome {
        Outcome::of(&self.runner(), &program, tag, beside_others).await
    }
}

/// What has been run, in the order of the plan.
struct RunSoFar<'a> {
    options: &'a RunOptions,
    progress: &'a dyn Progress,
    limits: &'a Limits,
    log: &'a mut dyn LogSink,
    results: Vec<CaseResult>,
    /// Some case was not run to its end.
    is_cut: bool,
    roots: Roots,
    experiments: Experiments,
}

impl RunSoFar<'_> {
    /// Takes the outcome of the next case of the plan.
    async fn take(&mut self, runner: &Runner<'_>, Outcome { tag, result, exchanges, .. }: Outcome) {
        self.is_cut |= is_cut(&exchanges);
        if !self.log.has_room_for(&exchanges, self.roots.kept() as u64) {
            self.limits.stop(Cut::Log);
            return self.not_run(std::slice::from_ref(&result.program), self.limits.cut());
        }
        if result.verdict != Verdict::Error {
            let tag = tag.to_string();
            self.experiments.take(runner, &tag, &result, &exchanges).await;
            self.log.line(&Line::Case { tag, program: result.program.clone(), reproduces: None, ran: result.ran });
            for exchange in &exchanges {
                self.log.line(&Line::Exchange(exchange.clone()));
            }
        }
        self.add(result, &exchanges);
    }

    /// The rest of the plan is left out.
    fn not_run(&mut self, programs: &[Program], cut: Option<Cut>) {
        let reason = not_run_reason(cut);
        self.is_cut |= !programs.is_empty();
        for program in programs {
            self.add(not_run(program, reason), &[]);
        }
    }

    fn add(&mut self, result: CaseResult, exchanges: &[StepExchange]) {
        self.progress.case(&result);
        self.roots.take(self.options, &result, exchanges);
        self.results.push(result);
    }
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
    let (result, exchanges) = runner.run(program, Tag::replayed().as_ref()).await;
    Ok(Replay { target, result, exchanges })
}
