//! The main job: learn what the target is, run the plan, reduce what was found.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicU64;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use signer_schemas::Operation;

use crate::endpoint::Endpoint;
use crate::log::{Line, LogSink};
use crate::preflight::{RunError, preflight};
use crate::runner::{Runner, StepExchange};
use crate::shrink::{Suspect, shrink};
use crate::symbols::Context;
use crate::{CaseResult, Cut, Finding, Program, Progress, Root, Run, RunOptions, TargetInfo, Verdict, plan};

/// So many cases without any answer in a row, and the target is gone.
const SILENT_CASES: u32 = 5;

/// Runs the whole plan against the endpoint.
pub async fn certify(
    endpoint: &dyn Endpoint,
    options: &RunOptions,
    progress: &dyn Progress,
    log: &mut dyn LogSink,
) -> Result<Run, RunError> {
    let begin = Instant::now();
    progress.phase("looking at the target");
    let (context, target) = preflight(endpoint, options, now_s()).await?;
    log.line(&Line::Run { context: context.clone(), target: target.clone() });
    let programs = plan(options);
    progress.planned(programs.len());
    let sent = AtomicU64::new(0);
    let runner = Runner { endpoint, context: &context, target: &target, job_timeout: options.job_timeout, sent: &sent };
    let mut results = Vec::with_capacity(programs.len());
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
            exchanges.into_iter().for_each(|exchange| log.line(&Line::Exchange(exchange)));
            result
        };
        progress.case(&result);
        results.push(result);
    }
    let roots = roots(&runner, options, &results, cut, progress).await;
    let tour = results.iter().filter(|result| result.program.suite() == "tour");
    let tour = tour.fold((0, 0), |(reached, total), result| {
        let ran = matches!(result.verdict, Verdict::Pass | Verdict::Fail);
        (reached + u32::from(ran), total + 1)
    });
    let exchanges = runner.requests_sent();
    Ok(Run { target, results, roots, tour, exchanges, elapsed: begin.elapsed(), cut })
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

fn not_run(program: &Program) -> CaseResult {
    CaseResult {
        program: program.clone(),
        verdict: Verdict::Skipped,
        reason: Some("the run ended before".to_owned()),
        findings: Vec::new(),
        exercised: BTreeMap::new(),
        open_points: BTreeMap::new(),
        operations: BTreeMap::new(),
        errors: BTreeMap::new(),
        exchanges: 0,
    }
}

/// One root per requirement, operation and who noticed: of the cases that found it, the shortest is reduced.
async fn roots(
    runner: &Runner<'_>,
    options: &RunOptions,
    results: &[CaseResult],
    cut: Option<Cut>,
    progress: &dyn Progress,
) -> Vec<Root> {
    let mut order: Vec<(String, Operation, String)> = Vec::new();
    let mut suspects: BTreeMap<(String, Operation, String), Suspect<'_>> = BTreeMap::new();
    for result in results {
        for finding in &result.findings {
            let root = finding.root();
            match suspects.get_mut(&root) {
                None => {
                    order.push(root.clone());
                    suspects.insert(root, Suspect { result, finding, cases: 1 });
                }
                Some(suspect) => {
                    suspect.cases += 1;
                    if finding.step < suspect.finding.step {
                        suspect.result = result;
                        suspect.finding = finding;
                    }
                }
            }
        }
    }
    let mut roots = Vec::with_capacity(order.len());
    for (index, key) in order.iter().enumerate() {
        let Some(suspect) = suspects.get(key) else { continue };
        progress.phase(&format!("reducing finding {} of {}", index + 1, order.len()));
        roots.push(if options.shrink && !matches!(cut, Some(Cut::Unreachable | Cut::MaxCalls)) {
            shrink(runner, suspect, &format!("z{}", base36(index as u64, 2))).await
        } else {
            as_found(suspect.result, suspect.finding, suspect.cases)
        });
    }
    roots
}

fn as_found(result: &CaseResult, finding: &Finding, cases: u32) -> Root {
    Root {
        finding: finding.clone(),
        case: result.program.name.clone(),
        cases,
        program: result.program.clone(),
        reproduced: (0, 0),
        exchanges: Vec::new(),
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
