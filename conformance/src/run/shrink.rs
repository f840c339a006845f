//! Reduces a program that finds something to one that finds it with the fewest steps, and runs that a few
//! times more.
//!
//! Where the service can be had as it was before anybody asked it anything, each run has one of its own: else
//! a program may find what it does for what was made before it, and nobody else could repeat it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::data::case::{CaseResult, StepExchange, is_cut};
use crate::data::context::Context;
use crate::data::departure::RootKey;
use crate::data::exchange::{Exchange, Response, Silence, cut};
use crate::data::finding::Finding;
use crate::data::names::{Tag, now_s};
use crate::data::program::Program;
use crate::data::run::{Progress, Root, RunOptions, TargetInfo};
use crate::data::trials::Trials;
use crate::judge::runner::Runner;
use crate::line::endpoint::Endpoint;
use crate::line::limits::Limits;
use crate::run::deletions::Deletions;
use crate::run::preflight::preflight;

/// Runs for one root, at most.
const MOST_RUNS: u32 = 60;
/// How often the minimal program is run to see whether it finds the same again.
const REPRODUCTIONS: u32 = 3;

/// A program that found something, and what.
#[derive(Clone, Debug)]
pub(crate) struct Suspect {
    pub(crate) result: CaseResult,
    pub(crate) finding: Finding,
    /// What went over the wire until then, as it is shown.
    pub(crate) exchanges: Vec<Exchange>,
}

/// When to be content with what is there.
pub(crate) struct ReductionLimits<'a> {
    pub(crate) options: &'a RunOptions,
    pub(crate) progress: &'a dyn Progress,
    pub(crate) limits: &'a Limits,
}

impl ReductionLimits<'_> {
    /// The run itself has to end: nothing more may be sent.
    pub(crate) fn run_is_over(&self) -> bool {
        self.limits.cut().is_some()
    }

    /// One root has taken long enough, since that time and that many requests.
    fn is_spent(&self, since: Instant, sent_before: u64) -> bool {
        let budget = &self.options.shrink_budget;
        self.run_is_over()
            || budget.time.is_some_and(|time| since.elapsed() >= time)
            || budget.calls.is_some_and(|calls| self.limits.sent() - sent_before >= calls)
    }
}

/// One run of a program for a root, and on which service.
#[derive(Clone, Debug)]
pub(crate) struct Trial {
    pub(crate) context: Context,
    pub(crate) target: TargetInfo,
    pub(crate) tag: Tag,
    pub(crate) result: CaseResult,
    pub(crate) exchanges: Vec<StepExchange>,
    /// How long a job was waited for.
    pub(crate) job_timeout: Duration,
}

impl Trial {
    /// The trial, unless the run ended in the middle of it.
    fn whole(self) -> Option<Self> {
        (!is_cut(&self.exchanges)).then_some(self)
    }
}

/// A program as far as it could be reduced, and what came of running it again.
#[derive(Clone, Debug)]
pub(crate) struct Reduced {
    pub(crate) program: Program,
    pub(crate) trials: Vec<Trial>,
    /// Whether the trials had a service each; none if there was none to be had.
    pub(crate) on_fresh: Option<bool>,
}

impl Reduced {
    /// How many bytes its exchanges keep in memory until the end of the run.
    pub(crate) fn size(&self) -> usize {
        self.trials.iter().flat_map(|trial| &trial.exchanges).map(|sent| sent.exchange.size()).sum()
    }

    fn reproduced(&self, root: &RootKey) -> usize {
        self.trials.iter().filter(|trial| found(&trial.result, root).is_some()).count()
    }
}

/// Where programs are run.
struct Bench<'a> {
    runner: &'a Runner<'a>,
    /// Each run has a service of its own.
    fresh: bool,
    options: &'a RunOptions,
}

impl Bench<'_> {
    /// Runs the program; `None` if there is no service to run it on, or if the run ends meanwhile.
    async fn run(&self, program: &Program, tag: Tag) -> Option<Trial> {
        let job_timeout = self.runner.job_timeout;
        if !self.fresh {
            let (result, exchanges) = self.runner.run(program, tag.as_ref()).await;
            let (context, target) = (self.runner.context.clone(), self.runner.target.clone());
            return Trial { context, target, tag, result, exchanges, job_timeout }.whole();
        }
        let endpoint: Arc<dyn Endpoint> = self.runner.endpoint.fresh().await?;
        let (context, target) = preflight(endpoint.as_ref(), self.options, now_s()).await.ok()?;
        let runner =
            Runner { endpoint: endpoint.as_ref(), context: &context, target: &target, ..*self.runner };
        let (result, exchanges) = runner.run(program, tag.as_ref()).await;
        Trial { context, target, tag, result, exchanges, job_timeout }.whole()
    }
}

/// Reduces a suspect's program: on services of its own, or, if it finds nothing there, on the run's.
pub(crate) async fn shrink(
    runner: &Runner<'_>,
    suspect: &Suspect,
    tag: &Tag,
    limits: &ReductionLimits<'_>,
) -> Reduced {
    let mut as_found = suspect.result.program.clone();
    as_found.steps.truncate(suspect.finding.step + 1);
    let root = suspect.finding.root();
    let bench = Bench { runner, fresh: true, options: limits.options };
    let there = bench.run(&as_found, tag.on_fresh()).await;
    if there.as_ref().is_some_and(|trial| found(&trial.result, &root).is_some()) {
        let reduced = reduce(&bench, &as_found, &root, tag, limits).await;
        if reduced.reproduced(&root) > 0 {
            return reduced;
        }
    }
    let bench = Bench { fresh: false, ..bench };
    let reduced = reduce(&bench, &as_found, &root, tag, limits).await;
    Reduced { on_fresh: there.map(|_| false), ..reduced }
}

/// Deletes steps as long as the same root is found.
async fn reduce(
    bench: &Bench<'_>,
    as_found: &Program,
    root: &RootKey,
    tag: &Tag,
    limits: &ReductionLimits<'_>,
) -> Reduced {
    let (since, sent_before) = (Instant::now(), limits.limits.sent());
    let mut runs = 0;
    let may_go_on = |runs| runs < MOST_RUNS && !limits.is_spent(since, sent_before);
    let mut best = as_found.clone();
    // The last step is the one that shows the fault.
    let deletable = |program: &Program| program.steps.len().saturating_sub(1);
    let mut deletions = Deletions::of(deletable(&best));
    while may_go_on(runs) {
        let Some(range) = deletions.next(deletable(&best)) else { break };
        let mut candidate = best.clone();
        candidate.steps.drain(range);
        runs += 1;
        let trial = bench.run(&candidate, tag.candidate(runs)).await;
        if let Some(finding) = trial.as_ref().and_then(|trial| found(&trial.result, root)) {
            candidate.steps.truncate(finding.step + 1);
            best = candidate;
            deletions.deleted();
        } else {
            deletions.kept();
        }
    }
    let reduced = again(bench, best, tag, limits).await;
    // Where jobs end in their own time, a deletion may have found the same by chance.
    if reduced.reproduced(root) == 0 && reduced.program != *as_found {
        return again(bench, as_found.clone(), &tag.whole(), limits).await;
    }
    reduced
}

async fn again(bench: &Bench<'_>, program: Program, tag: &Tag, limits: &ReductionLimits<'_>) -> Reduced {
    let mut trials = Vec::new();
    for number in 0..REPRODUCTIONS {
        if limits.run_is_over() {
            break;
        }
        trials.extend(bench.run(&program, tag.reproduction(number)).await);
    }
    Reduced { program, trials, on_fresh: bench.fresh.then_some(true) }
}

/// The root of a suspect, as what became of its reduction shows it; without one, as it was met.
pub(crate) fn root(suspect: &Suspect, reduced: Option<&Reduced>, prefix: &str) -> Root {
    let key = suspect.finding.root();
    let met = Root {
        finding: suspect.finding.clone(),
        case: suspect.result.program.name.clone(),
        cases: 0,
        program: suspect.result.program.clone(),
        reproduced: Trials::NONE,
        on_fresh: None,
        exchanges: suspect.exchanges.clone(),
        answers: suspect.result.answers.clone(),
        prefix: prefix.to_owned(),
    };
    let Some(reduced) = reduced else { return met };
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    let reproduced = Trials::new(count(reduced.reproduced(&key)), count(reduced.trials.len()));
    let met = Root { reproduced, ..met };
    let last = reduced.trials.iter().rev().find_map(|trial| Some((trial, found(&trial.result, &key)?)));
    let Some((trial, finding)) = last else { return met };
    Root {
        finding: finding.clone(),
        program: Program {
            name: format!("counterexample/{}", suspect.result.program.name),
            ..reduced.program.clone()
        },
        on_fresh: reduced.on_fresh,
        exchanges: shown(finding, &trial.exchanges),
        answers: trial.result.answers.clone(),
        ..met
    }
}

/// What answers may have together to be shown whole.
const SHOWN: usize = 256 << 10;

/// What went over the wire until the answer came that departs. Of answers that are very long the log alone
/// has all.
pub(crate) fn shown(finding: &Finding, exchanges: &[StepExchange]) -> Vec<Exchange> {
    let exchanges = exchanges.iter().take(finding.exchange + 1).map(|sent| sent.exchange.as_ref());
    let size: usize = exchanges.clone().map(Exchange::size).sum();
    if size <= SHOWN {
        return exchanges.cloned().collect();
    }
    let each = (SHOWN / exchanges.len()).max(1024);
    exchanges
        .map(|exchange| Exchange { outcome: beginning(&exchange.outcome, each), ..exchange.clone() })
        .collect()
}

/// The answer with no more than so many bytes of its body and of each header.
fn beginning(outcome: &Result<Response, Silence>, each: usize) -> Result<Response, Silence> {
    let Response { status, headers, body } = outcome.as_ref().map_err(Clone::clone)?;
    let headers = headers.iter().map(|(name, value)| (name.clone(), cut(value, 1024))).collect();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let body = if body.len() > each {
        format!(
            "{}… ({} bytes in all; the log has them)",
            text(&body[..each]).trim_end_matches('\u{fffd}'),
            body.len()
        )
        .into()
    } else {
        body.clone()
    };
    Ok(Response { status: *status, headers, body })
}

pub(crate) fn found<'a>(result: &'a CaseResult, root: &RootKey) -> Option<&'a Finding> {
    result.findings.iter().find(|finding| finding.root() == *root)
}
