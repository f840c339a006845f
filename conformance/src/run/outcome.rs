//! What running one case gave.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

use futures_util::FutureExt as _;
use jiff::Timestamp;

use crate::data::case::{CaseResult, Ran, StepExchange};
use crate::data::finding::Verdict;
use crate::data::names::Tag;
use crate::data::program::Program;
use crate::judge::runner::Runner;
use crate::judge::runner::shared::{Company, Ended};
use crate::plan::asks_at_once;
use crate::run::subject::Subject;

/// What running one case gave.
pub(super) struct Outcome {
    pub(super) tag: Tag,
    pub(super) result: CaseResult,
    pub(super) exchanges: Vec<StepExchange>,
    /// What the exchanges that are its own keep in memory, in bytes.
    pub(super) size: usize,
    /// How many of the exchanges were at hand when it began.
    pub(super) given: usize,
    /// Whether the case came to its last step.
    pub(super) is_whole: bool,
    /// How long it would have waited for a job.
    pub(super) job_timeout: Duration,
}

impl Outcome {
    /// Runs a case, with answers that are at hand for its beginning.
    pub(super) async fn of(subject: &Subject, program: &Program, tag: Tag, given: Vec<StepExchange>) -> Self {
        let asks_at_once = asks_at_once(program);
        Self::run(subject, program, tag, Company { given, asks_at_once, ..company(subject) }).await
    }

    /// Runs a case by itself: it takes no answer that others have, and waits for none.
    pub(super) async fn alone(subject: &Subject, program: &Program, tag: Tag) -> Self {
        Self::run(subject, program, tag, Company { is_alone: true, ..company(subject) }).await
    }

    async fn run(subject: &Subject, program: &Program, tag: Tag, company: Company<'_>) -> Self {
        let (at, since) = (Timestamp::now(), Instant::now());
        let job_timeout = subject.sharing.job_timeout(subject.job_timeout);
        let (runner, at_hand) = (Runner { job_timeout, ..subject.runner() }, company.given.len());
        // A mistake of ours in one case ends that case alone: the others of its conversation wait for it to
        // be counted out.
        let running = runner.run_in(company, program, tag.as_ref());
        let ended = match AssertUnwindSafe(running).catch_unwind().await {
            Ok(ended) => ended,
            Err(panic) => return Self::failed(program, tag, said(panic.as_ref())),
        };
        let Ended { result, exchanges, size, parked, is_whole } = ended;
        let result =
            CaseResult { ran: Some(Ran::since(at, since.elapsed().saturating_sub(parked))), ..result };
        Self { tag, result, exchanges, size, given: at_hand, is_whole, job_timeout }
    }

    /// We made a mistake in that case; it says nothing of the target.
    pub(super) fn failed(program: &Program, tag: Tag, why: String) -> Self {
        let result = CaseResult { verdict: Verdict::Error, reason: Some(why), ..CaseResult::new(program) };
        Self {
            tag,
            result,
            exchanges: Vec::new(),
            size: 0,
            given: 0,
            is_whole: false,
            job_timeout: Duration::ZERO,
        }
    }

    /// Whether the case has found something that may rest on what was asked before it, or lacks answers. What
    /// the checks say of an answer they say of that answer alone.
    pub(super) fn departs(&self) -> bool {
        self.spoils() || self.result.findings.iter().any(|finding| !finding.by.is_check())
    }

    /// Whether the service may be in another state than the model says.
    pub(super) fn spoils(&self) -> bool {
        let result = &self.result;
        let crashed =
            |sent: &StepExchange| sent.exchange.outcome.as_ref().is_ok_and(|response| response.status >= 500);
        let ended_early = !self.is_whole && !result.findings.is_empty();
        let is_unknown = matches!(result.verdict, Verdict::Inconclusive | Verdict::Error);
        ended_early
            || is_unknown
            || !result.lost.is_empty()
            || !result.unexplained.is_empty()
            || self.exchanges.iter().any(crashed)
    }

    /// The first step at which something was found; none where something else is amiss.
    pub(super) fn departs_at(&self) -> Option<usize> {
        let is_lacking = !self.result.lost.is_empty()
            || matches!(self.result.verdict, Verdict::Inconclusive | Verdict::Error);
        self.result.findings.iter().map(|finding| finding.step).min().filter(|_| !is_lacking)
    }

    /// Whether there were requests, and no answer came to any.
    pub(super) fn is_silent(&self) -> bool {
        self.is_all(&[Fate::Lost, Fate::Throttled])
    }

    /// Whether there were requests, and each was throttled.
    pub(super) fn is_throttled(&self) -> bool {
        self.is_all(&[Fate::Throttled])
    }

    fn is_all(&self, fates: &[Fate]) -> bool {
        !self.exchanges.is_empty() && self.exchanges.iter().all(|sent| fates.contains(&Fate::of(sent)))
    }
}

/// That of the subject's plan.
fn company(subject: &Subject) -> Company<'_> {
    Company { plan: Some(&subject.sharing), ..Company::default() }
}

/// What a panic says.
fn said(panic: &(dyn Any + Send)) -> String {
    let text =
        panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    format!("the judge panicked: {}", text.unwrap_or("without a word"))
}

/// What became of a request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Answered,
    Lost,
    Throttled,
}

impl Fate {
    fn of(sent: &StepExchange) -> Self {
        match &sent.exchange.outcome {
            Ok(response) if response.is_throttled() => Self::Throttled,
            Ok(response) if response.is_of_a_gateway() => Self::Lost,
            Ok(_) => Self::Answered,
            Err(_) => Self::Lost,
        }
    }
}
