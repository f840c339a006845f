//! A run: look at the target, run the plan, reduce what was found. And one program again.

pub(crate) mod causes;
mod conversations;
pub(crate) mod deletions;
pub(crate) mod outcome;
pub(crate) mod preflight;
mod schedule;
pub(crate) mod shrink;
mod subject;
mod together;
mod under_way;
pub(crate) mod vanishing;

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::Arc;

use tokio::sync::mpsc;

use crate::data::case::{CaseResult, StepExchange, is_cut};
use crate::data::context::Context;
use crate::data::finding::Verdict;
use crate::data::log::{End, Line, LogSink};
use crate::data::names::{Tag, now_s};
use crate::data::program::Program;
use crate::data::run::{Cut, Progress, Root, Run, RunOptions, TargetInfo, not_run, not_run_reason};
use crate::judge::runner::Runner;
use crate::judge::runner::shared::{Sharing, Signal};
use crate::line::endpoint::Endpoint;
use crate::line::limits::{Limited, Limits};
use crate::plan::{self, coverage};
use crate::run::causes::Roots;
use crate::run::conversations::conversations;
use crate::run::outcome::Outcome;
use crate::run::preflight::error::RunError;
use crate::run::preflight::preflight;
use crate::run::schedule::{Next, Now, Schedule, Taken};
use crate::run::shrink::ReductionLimits;
use crate::run::subject::Subject;
use crate::run::under_way::UnderWay;
use crate::run::vanishing::Experiments;
use crate::scenes::LIBRARY;

/// Runs a plan against the endpoint, to its end or to one of the limits of its options. A plan that is still
/// being made, as in a [`LazyLock`](std::sync::LazyLock), is waited for after the first look at the target.
pub async fn certify<E: Endpoint + Clone + 'static>(
    endpoint: &E,
    options: &RunOptions,
    programs: impl Deref<Target: AsRef<[Program]>>,
    progress: &dyn Progress,
    log: &mut dyn LogSink,
) -> Result<Run, RunError> {
    run_until(endpoint, options, programs, &|_| false, progress, log).await
}

/// Runs these programs against the endpoint, until one finds a root that satisfies `enough`.
pub async fn run_until<E: Endpoint + Clone + 'static>(
    endpoint: &E,
    options: &RunOptions,
    programs: impl Deref<Target: AsRef<[Program]>>,
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
    let programs = (*programs).as_ref();
    progress.planned(programs.len());
    let (sharing, signals) = Sharing::new();
    let subject = Arc::new(Subject { endpoint, context, target, job_timeout, sharing });
    let mut so_far = RunSoFar {
        options,
        progress,
        limits: &limits,
        log,
        written: BTreeSet::new(),
        results: Vec::with_capacity(programs.len()),
        is_cut: false,
        roots: Roots::default(),
        experiments: Experiments::default(),
    };
    play(&subject, signals, programs, enough, &mut so_far).await;
    let RunSoFar { results, mut roots, experiments, log, is_cut, .. } = so_far;
    roots.reduce(&subject.reducing(), &ReductionLimits { options, progress, limits: &limits }).await;
    roots.write(log);
    let runner = subject.runner();
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

/// Runs the cases of the plan, as the schedule has it.
async fn play(
    subject: &Arc<Subject>,
    signals: mpsc::UnboundedReceiver<Signal>,
    programs: &[Program],
    enough: &(dyn Fn(&Root) -> bool + Sync),
    so_far: &mut RunSoFar<'_>,
) {
    let (options, progress, limits) = (so_far.options, so_far.progress, so_far.limits);
    let (runner, limits_of_reductions) = (subject.runner(), ReductionLimits { options, progress, limits });
    let conversations = conversations(subject.context.platforms, programs, &|call| runner.adapt(call));
    let turns =
        conversations.iter().map(|conversation| plan::turn(&programs[conversation.first()])).collect();
    let mut schedule = Schedule::new(programs.len(), turns, options.jobs);
    let mut under_way = UnderWay::new(subject, &Arc::new(programs.to_vec()), signals, options.jobs);
    while !schedule.is_done() && !so_far.roots.any(enough) {
        let (has_findings, is_over) = (so_far.roots.are_waiting(), limits.cut().is_some());
        match schedule.next(Now { has_findings, is_over, ..under_way.now() }) {
            Next::Begin(index) => {
                under_way.begin(conversations[index].clone());
                schedule.began();
            }
            Next::GoOn => under_way.go_on(),
            Next::Await => limits.until_interrupted(progress, under_way.next(&mut schedule)).await,
            Next::Walk => limits.until_interrupted(progress, under_way.walk()).await,
            Next::Repeat { index, repetition } => {
                let again = Outcome::alone(subject, &programs[index], Tag::repeated(index, repetition));
                schedule.repeated(index, limits.until_interrupted(progress, again).await);
            }
            Next::Reduce => so_far.roots.reduce(&subject.reducing(), &limits_of_reductions).await,
            Next::Stop(cut) => limits.stop(cut),
            Next::LeaveOut => schedule.left_out(),
        }
        while let Some(taken) = schedule.take() {
            match taken {
                Taken::Ran(outcome) => so_far.take(&runner, *outcome).await,
                Taken::LeftOut(index) => so_far.not_run(std::slice::from_ref(&programs[index]), limits.cut()),
            }
        }
    }
    under_way.stop().await;
}

/// What has been run, in the order of the plan.
struct RunSoFar<'a> {
    options: &'a RunOptions,
    progress: &'a dyn Progress,
    limits: &'a Limits,
    log: &'a mut dyn LogSink,
    /// The numbers of the exchanges that the log has.
    written: BTreeSet<u64>,
    results: Vec<CaseResult>,
    /// Some case was not run to its end.
    is_cut: bool,
    roots: Roots,
    experiments: Experiments,
}

impl RunSoFar<'_> {
    /// Takes the outcome of the next case of the plan.
    async fn take(
        &mut self,
        runner: &Runner<'_>,
        Outcome { tag, result, exchanges, job_timeout, .. }: Outcome,
    ) {
        self.is_cut |= is_cut(&exchanges);
        let is_new = |sent: &&StepExchange| sent.number == 0 || !self.written.contains(&sent.number);
        let new: Vec<StepExchange> = exchanges.iter().filter(is_new).cloned().collect();
        if !self.log.has_room_for(&new, self.roots.kept() as u64) {
            self.limits.stop(Cut::Log);
            return self.not_run(std::slice::from_ref(&result.program), self.limits.cut());
        }
        if result.verdict != Verdict::Error {
            let tag = tag.to_string();
            self.experiments.take(&Runner { job_timeout, ..*runner }, &tag, &result, &exchanges).await;
            let job_timeout = Some(job_timeout).filter(|timeout| *timeout != self.options.job_timeout);
            let program = result.program.clone();
            self.log.line(&Line::Case { tag, program, reproduces: None, ran: result.ran, job_timeout });
            for sent in &exchanges {
                let StepExchange { step, number, .. } = *sent;
                let is_new = number == 0 || self.written.insert(number);
                self.log.line(&if is_new {
                    Line::Exchange(sent.clone())
                } else {
                    Line::Shared { step, number }
                });
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
pub async fn replay(
    endpoint: &dyn Endpoint,
    program: &Program,
    options: &RunOptions,
) -> Result<Replay, RunError> {
    let options = RunOptions { edition: program.edition, ..options.clone() };
    let (context, target): (Context, TargetInfo) = preflight(endpoint, &options, now_s()).await?;
    let runner = Runner {
        endpoint,
        context: &context,
        target: &target,
        job_timeout: options.job_timeout,
        scenes: LIBRARY,
    };
    let (result, exchanges) = runner.run(program, Tag::replayed().as_ref()).await;
    Ok(Replay { target, result, exchanges })
}
