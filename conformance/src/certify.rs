//! The main job: learn what the target is, run the plan, reduce what was found.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicU64;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use signer_schemas::Operation;

use crate::endpoint::Endpoint;
use crate::log::{Line, LogSink};
use crate::preflight::{RunError, preflight};
use crate::runner::{Runner, StepExchange};
use crate::shrink::{Suspect, shrink};
use crate::symbols::Context;
use crate::{CaseResult, Cut, Finding, Program, Progress, Root, Run, RunOptions, TargetInfo, Verdict, plan, tour};

/// So many cases without any answer in a row, and the target is gone.
const SILENT_CASES: u32 = 5;

/// Runs the whole plan against the endpoint.
pub async fn certify(
    endpoint: &dyn Endpoint,
    options: &RunOptions,
    progress: &dyn Progress,
    log: &mut dyn LogSink,
) -> Result<Run, RunError> {
    hunt(endpoint, options, &plan(options), &|_| false, progress, log).await
}

/// Runs these programs against the endpoint, until one finds a root that satisfies `enough`.
pub async fn hunt(
    endpoint: &dyn Endpoint,
    options: &RunOptions,
    programs: &[Program],
    enough: &(dyn Fn(&Root) -> bool + Sync),
    progress: &dyn Progress,
    log: &mut dyn LogSink,
) -> Result<Run, RunError> {
    let begin = Instant::now();
    progress.phase("looking at the target");
    let (context, target) = preflight(endpoint, options, now_s()).await?;
    log.line(&Line::Run { context: context.clone(), target: target.clone() });
    progress.planned(programs.len());
    let sent = AtomicU64::new(0);
    let runner = Runner { endpoint, context: &context, target: &target, job_timeout: options.job_timeout, sent: &sent };
    let mut results = Vec::with_capacity(programs.len());
    let mut roots = Roots::default();
    let mut cut = None;
    let mut silent = 0;
    for (index, program) in programs.iter().enumerate() {
        cut = cut.or_else(|| limit(options, begin, runner.requests_sent(), silent));
        let result = if cut.is_some() {
            not_run(program)
        } else {
            let tag = base36(index as u64, 4);
            let (result, exchanges) = runner.run(program, &tag).await;
            silent = if result.exchanges > 0 && result.verdict == Verdict::Inconclusive { silent + 1 } else { 0 };
            log.line(&Line::Case { tag, program: program.clone() });
            for exchange in exchanges {
                log.line(&Line::Exchange(exchange));
            }
            result
        };
        progress.case(&result);
        roots.take(&runner, options, &result, progress).await;
        results.push(result);
        if roots.roots.iter().any(enough) {
            break;
        }
    }
    let roots = roots.finish(&results);
    let tour = tour::coverage(options.edition, context.platforms, &target, &results);
    let exchanges = runner.requests_sent();
    Ok(Run { target, platforms: context.platforms, results, roots, tour, exchanges, elapsed: begin.elapsed(), cut })
}

fn limit(options: &RunOptions, begin: Instant, sent: u64, silent: u32) -> Option<Cut> {
    if silent >= SILENT_CASES {
        Some(Cut::Unreachable)
    } else if options.budget.is_some_and(|budget| begin.elapsed() >= budget) {
        Some(Cut::Budget)
    } else if options.max_calls.is_some_and(|most| sent >= most) {
        Some(Cut::MaxCalls)
    } else {
        None
    }
}

/// What there is of a case that was not begun.
pub(crate) fn not_run(program: &Program) -> CaseResult {
    CaseResult { verdict: Verdict::Skipped, reason: Some("the run ended before".to_owned()), ..CaseResult::new(program) }
}

/// One root per requirement, operation and who noticed. It is reduced as soon as it is seen, when the account is small.
#[derive(Default)]
struct Roots {
    roots: Vec<Root>,
    known: BTreeMap<(String, Operation, String), usize>,
}

impl Roots {
    async fn take(&mut self, runner: &Runner<'_>, options: &RunOptions, result: &CaseResult, progress: &dyn Progress) {
        for finding in &result.findings {
            let key = finding.root();
            if self.known.contains_key(&key) {
                continue;
            }
            let number = self.roots.len();
            self.known.insert(key, number);
            self.roots.push(if options.shrink {
                progress.phase(&format!("reducing finding {}", number + 1));
                shrink(runner, &Suspect { result, finding }, &format!("z{}", base36(number as u64, 2))).await
            } else {
                as_found(result, finding, &runner.context.prefix)
            });
        }
    }

    /// Counts the cases that found each root.
    fn finish(mut self, results: &[CaseResult]) -> Vec<Root> {
        for result in results {
            let roots: BTreeSet<_> = result.findings.iter().map(Finding::root).collect();
            for index in roots.iter().filter_map(|root| self.known.get(root)) {
                self.roots[*index].cases += 1;
            }
        }
        self.roots
    }
}

/// The root of a finding as it was met.
pub(crate) fn as_found(result: &CaseResult, finding: &Finding, prefix: &str) -> Root {
    Root {
        finding: finding.clone(),
        case: result.program.name.clone(),
        cases: 0,
        program: result.program.clone(),
        reproduced: (0, 0),
        exchanges: Vec::new(),
        answers: result.answers.clone(),
        prefix: prefix.to_owned(),
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
    let sent = AtomicU64::new(0);
    let runner = Runner { endpoint, context: &context, target: &target, job_timeout: options.job_timeout, sent: &sent };
    let (result, exchanges) = runner.run(program, "rep").await;
    Ok(Replay { target, result, exchanges })
}

fn now_s() -> i64 {
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
