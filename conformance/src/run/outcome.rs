//! What running one case gave.

use std::time::Instant;

use jiff::Timestamp;
use signer_schemas::Operation;
use tokio::task::JoinError;

use crate::data::case::{CaseResult, Ran, StepExchange};
use crate::data::finding::Verdict;
use crate::data::names::Tag;
use crate::data::program::Program;
use crate::judge::runner::Runner;

/// What running one case gave.
pub(super) struct Outcome {
    pub(super) tag: Tag,
    pub(super) result: CaseResult,
    pub(super) exchanges: Vec<StepExchange>,
    /// Whether other cases ran at the same time.
    pub(super) beside_others: bool,
    /// What the exchanges keep in memory, in bytes.
    pub(super) size: usize,
}

impl Outcome {
    /// Runs a case.
    pub(super) async fn of(runner: &Runner<'_>, program: &Program, tag: Tag, beside_others: bool) -> Self {
        let (at, since) = (Timestamp::now(), Instant::now());
        let (result, exchanges) = runner.run(program, tag.as_ref()).await;
        let result = CaseResult { ran: Some(Ran::since(at, since.elapsed())), ..result };
        let size = exchanges.iter().map(|sent| sent.exchange.size()).sum();
        Self { tag, result, exchanges, beside_others, size }
    }

    /// We made a mistake in that case; it says nothing of the target.
    pub(super) fn failed(program: &Program, tag: Tag, why: &JoinError) -> Self {
        let result = CaseResult { verdict: Verdict::Error, reason: Some(why.to_string()), ..CaseResult::new(program) };
        Self { tag, result, exchanges: Vec::new(), beside_others: false, size: 0 }
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

    /// A list of the account may be cut into pages while other cases add to it, and no document says what it has to show then.
    pub(super) fn listed_beside_others(&self) -> bool {
        let listed = [Operation::ListSigningProfiles, Operation::ListSigningJobs]
            .iter()
            .any(|list| self.result.operations.contains_key(list));
        self.beside_others && listed && matches!(self.result.verdict, Verdict::Fail | Verdict::Inconclusive)
    }
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
