//! Runs programs, several at once if that is asked for, and keeps what they give in the order of the plan.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use signer_schemas::Operation;
use tokio::task::{JoinError, JoinSet};

use crate::data::case::{CaseResult, Ran, StepExchange, is_cut};
use crate::data::context::Context;
use crate::data::finding::Verdict;
use crate::data::log::{End, Line, LogSink};
use crate::data::names::{base36, now_s};
use crate::data::program::Program;
use crate::data::run::{Cut, Progress, Root, Run, RunOptions, TargetInfo};
use crate::judge::runner::Runner;
use crate::line::endpoint::Endpoint;
use crate::line::limits::{Limited, Limits};
use crate::plan::coverage;
use crate::run::causes::Roots;
use crate::run::preflight::{RunError, preflight};
use crate::run::shrink::Patience;
use crate::scenes::LIBRARY;

/// So many cases without any answer in a row, and the target is gone.
const SILENT_CASES: u32 = 5;

/// So many cases in a row in which every request was throttled, after every wait, and it will be so for good.
const THROTTLED_CASES: u32 = 3;

/// What cases may keep in memory that wait for those before them, in bytes, before no other one is begun.
const MOST_AHEAD: usize = 16 << 20;

/// How often a case is run again whose answers did not all come.
const MOST_REPETITIONS: usize = 4;

/// Runs these programs against the endpoint, until one finds a root that satisfies `enough`.
pub async fn hunt<E: Endpoint + Clone + 'static>(
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
    let learnt = limits.heed(progress, preflight(endpoint.as_ref(), options, now_s())).await;
    // What could not be asked to the end may seem to be lacking.
    if let Some(cut) = limits.cut() {
        return Err(RunError::Cut(cut));
    }
    let (context, target) = learnt?;
    let job_timeout = options.job_timeout;
    log.line(&Line::Run { context: context.clone(), target: target.clone(), job_timeout });
    progress.planned(programs.len());
    let target = Arc::new(Asked { endpoint, context, target, job_timeout });
    let runner = target.runner();
    let mut taken = Taken {
        options,
        progress,
        limits: &limits,
        log,
        results: Vec::with_capacity(programs.len()),
        silent: 0,
        throttled: 0,
        is_cut: false,
        roots: Roots::default(),
    };
    let patience = Patience { options, progress, limits: &limits };
    let mut ahead = BTreeMap::new();
    let mut running = JoinSet::new();
    let mut indices = BTreeMap::new();
    let mut next = 0;
    while taken.results.len() < programs.len() && !taken.roots.any(enough) {
        let at = taken.results.len();
        let doubtful = ahead.get(&at).is_some_and(|outcome| taken.doubts(outcome));
        let held: usize = ahead.values().map(|outcome: &Outcome| outcome.size).sum();
        let may_begin = !doubtful && !taken.roots.are_waiting() && held <= MOST_AHEAD;
        while may_begin && next < programs.len() && running.len() < options.jobs.max(1) {
            if taken.throttled >= THROTTLED_CASES {
                limits.stop(Cut::Throttled);
            } else if taken.silent >= SILENT_CASES {
                limits.stop(Cut::Unreachable);
            }
            if limits.cut().is_some() {
                break;
            }
            let task = running.spawn(Arc::clone(&target).run(programs[next].clone(), base36(next as u64, 4), options.jobs > 1));
            indices.insert(task.id(), next);
            next += 1;
        }
        match limits.heed(progress, running.join_next_with_id()).await {
            Some(Ok((id, outcome))) => drop(indices.remove(&id).map(|index| ahead.insert(index, outcome))),
            Some(Err(failed)) => {
                let outcome = |index: usize| Outcome::failed(&programs[index], base36(index as u64, 4), &failed);
                drop(indices.remove(&failed.id()).map(|index| ahead.insert(index, outcome(index))));
            }
            None if doubtful => {
                let before = ahead.remove(&at).map_or(0, |outcome| outcome.repetitions);
                let tag = format!("{}{}", ["y", "x", "w", "v"][before], base36(at as u64, 4));
                let again = limits.heed(progress, Outcome::of(&runner, &programs[at], tag, false)).await;
                ahead.insert(at, Outcome { repetitions: before + 1, ..again });
            }
            None if taken.roots.are_waiting() => taken.roots.reduce(&runner, &patience).await,
            None => taken.not_run(&programs[next..], limits.cut()),
        }
        while ahead.get(&taken.results.len()).is_some_and(|outcome| !taken.doubts(outcome))
            && let Some(outcome) = ahead.remove(&taken.results.len())
        {
            taken.take(outcome);
        }
    }
    running.shutdown().await;
    let Taken { results, mut roots, log, is_cut, .. } = taken;
    roots.reduce(&runner, &patience).await;
    roots.write(log, job_timeout);
    let tour = coverage::coverage(options.edition, runner.context.platforms, runner.target, &results);
    let (exchanges, unanswered, elapsed) = (limits.sent(), limits.unanswered(), limits.elapsed());
    // Who reaches a limit at the very end has run the whole plan.
    let cut = limits.cut().filter(|_| is_cut);
    let platforms = runner.context.platforms;
    let target = runner.target.clone();
    log.line(&Line::End(End { cut, exchanges, unanswered, elapsed }));
    let roots = roots.finish(&results);
    Ok(Run { target, platforms, results, roots, tour, exchanges, unanswered, elapsed, cut })
}

/// What became of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    Lost,
    Throttled,
}

/// Whether there were requests, and all came to such an end.
fn is_all(exchanges: &[StepExchange], ends: &[Fate]) -> bool {
    let fate = |sent: &StepExchange| match &sent.exchange.outcome {
        Ok(response) if response.is_throttled() => Fate::Throttled,
        Ok(response) if response.is_of_a_gateway() => Fate::Lost,
        Ok(_) => Fate::Answered,
        Err(_) => Fate::Lost,
    };
    !exchanges.is_empty() && exchanges.iter().all(|sent| ends.contains(&fate(sent)))
}

/// Why a case was not begun.
pub(crate) fn not_run_reason(cut: Option<Cut>) -> &'static str {
    if cut == Some(Cut::Interrupted) { "interrupted" } else { "the run ended before" }
}

/// What there is of a case that was not begun.
pub(crate) fn not_run(program: &Program, reason: &str) -> CaseResult {
    CaseResult { verdict: Verdict::Skipped, reason: Some(reason.to_owned()), ..CaseResult::new(program) }
}

/// Who is asked, and what is known of it: what all cases share.
struct Asked {
    endpoint: Arc<dyn Endpoint>,
    context: Context,
    target: TargetInfo,
    job_timeout: Duration,
}

impl Asked {
    fn runner(&self) -> Runner<'_> {
        let Self { endpoint, context, target, job_timeout } = self;
        Runner { endpoint: endpoint.as_ref(), context, target, job_timeout: *job_timeout, scenes: LIBRARY }
    }

    /// Runs a case of the plan as a task of its own.
    async fn run(self: Arc<Self>, program: Program, tag: String, beside_others: bool) -> Outcome {
        Outcome::of(&self.runner(), &program, tag, beside_others).await
    }
}

/// What running one case gave.
struct Outcome {
    tag: String,
    result: CaseResult,
    exchanges: Vec<StepExchange>,
    beside_others: bool,
    /// How often the case was run again.
    repetitions: usize,
    /// What the exchanges keep in memory, in bytes.
    size: usize,
}

impl Outcome {
    async fn of(runner: &Runner<'_>, program: &Program, tag: String, beside_others: bool) -> Self {
        let (at, since) = (Timestamp::now(), Instant::now());
        let (result, exchanges) = runner.run(program, &tag).await;
        let result = CaseResult { ran: Some(Ran::since(at, since.elapsed())), ..result };
        let size = exchanges.iter().map(|sent| sent.exchange.size()).sum();
        Self { tag, result, exchanges, beside_others, repetitions: 0, size }
    }

    /// We made a mistake in that case; it says nothing of the target.
    fn failed(program: &Program, tag: String, why: &JoinError) -> Self {
        let result = CaseResult { verdict: Verdict::Error, reason: Some(why.to_string()), ..CaseResult::new(program) };
        Self { tag, result, exchanges: Vec::new(), beside_others: false, repetitions: 0, size: 0 }
    }

    /// A list of the account may be cut into pages while other cases add to it, and nobody says what it has to show then.
    fn listed_beside_others(&self) -> bool {
        let listed = [Operation::ListSigningProfiles, Operation::ListSigningJobs]
            .iter()
            .any(|list| self.result.operations.contains_key(list));
        self.beside_others && listed && matches!(self.result.verdict, Verdict::Fail | Verdict::Inconclusive)
    }
}

/// What has been run, in the order of the plan.
struct Taken<'a> {
    options: &'a RunOptions,
    progress: &'a dyn Progress,
    limits: &'a Limits,
    log: &'a mut dyn LogSink,
    results: Vec<CaseResult>,
    silent: u32,
    throttled: u32,
    /// Some case was not run to its end.
    is_cut: bool,
    roots: Roots,
}

impl Taken<'_> {
    /// Takes the outcome of the next case of the plan.
    fn take(&mut self, Outcome { tag, result, exchanges, .. }: Outcome) {
        self.silent = if is_all(&exchanges, &[Fate::Lost, Fate::Throttled]) { self.silent + 1 } else { 0 };
        self.throttled = if is_all(&exchanges, &[Fate::Throttled]) { self.throttled + 1 } else { 0 };
        self.is_cut |= is_cut(&exchanges);
        if !self.log.has_room_for(&exchanges, self.roots.kept() as u64) {
            self.limits.stop(Cut::Log);
            return self.not_run(std::slice::from_ref(&result.program), self.limits.cut());
        }
        if result.verdict != Verdict::Error {
            self.log.line(&Line::Case { tag, program: result.program.clone(), reproduces: None, ran: result.ran });
            for exchange in &exchanges {
                self.log.line(&Line::Exchange(exchange.clone()));
            }
        }
        self.add(result, &exchanges);
    }

    /// Whether a case has to be run again, alone: only that counts.
    fn doubts(&self, outcome: &Outcome) -> bool {
        // A target that throttles everything has been asked again and again already.
        let is_throttled = is_all(&outcome.exchanges, &[Fate::Throttled]);
        let may_tell = outcome.repetitions < MOST_REPETITIONS && !is_throttled;
        outcome.listed_beside_others() || may_tell && self.lacks_answers(&outcome.result)
    }

    /// The verdict could not be told for answers that never came, of operations that answer more often than not.
    fn lacks_answers(&self, result: &CaseResult) -> bool {
        let count = |of: fn(&CaseResult) -> &BTreeMap<Operation, u32>, operation: &Operation| -> u32 {
            self.results.iter().filter_map(|result| of(result).get(operation)).sum()
        };
        let mostly_answers =
            |operation| 2 * count(|result| &result.lost, operation) <= count(|result| &result.operations, operation);
        result.verdict == Verdict::Inconclusive && !result.lost.is_empty() && result.lost.keys().all(mostly_answers)
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
