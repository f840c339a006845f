//! What one run of one program gave.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signer_model::{Call, Permitted, PlatformSet, Reply, State, Worlds};
use signer_schemas::{Edition, Operation, RequirementId};

use crate::data::departure::RootKey;
use crate::data::exchange::{Exchange, Silence};
use crate::data::finding::{Finding, Verdict};
use crate::data::open_answer::OpenAnswer;
use crate::data::program::Program;

/// The result of one case.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseResult {
    /// What was run.
    pub program: Program,
    /// Pass, fail (any finding, counting or not), unimplemented, skipped, inconclusive or error.
    pub verdict: Verdict,
    /// Why, unless it passed.
    pub reason: Option<String>,
    /// What was found, in order.
    pub findings: Vec<Finding>,
    /// The requirements that were put to the test, and how often.
    pub exercised: BTreeMap<RequirementId, u32>,
    /// Those of them that speak of an effect or a filter, and how often an answer could have shown that there
    /// is none.
    pub seen: BTreeMap<RequirementId, u32>,
    /// The open points that were answered, and how: several answers, if the target is of two minds.
    pub open_points: BTreeMap<RequirementId, BTreeSet<OpenAnswer>>,
    /// The operations called, and how often.
    pub operations: BTreeMap<Operation, u32>,
    /// Error answers seen: operation → error names.
    pub errors: BTreeMap<Operation, Vec<String>>,
    /// Requests sent.
    pub exchanges: u32,
    /// The calls whose answers never came, though they were made: operation → how many.
    pub lost: BTreeMap<Operation, u32>,
    /// The answers that the model could take, in order: what the coverage of the model is told from.
    pub answers: Vec<Answer>,
    /// The answers that it could not take, and those that it took although some source speaks against them.
    pub unexplained: Vec<Unexplained>,
    /// When it was run; none if it was not, or if the log of an older version does not say.
    pub ran: Option<Ran>,
}

/// When a case was run, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ran {
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub took: Duration,
}

impl Ran {
    /// Since then, which was so long ago.
    pub(crate) fn since(at: Timestamp, took: Duration) -> Self {
        let at = Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at);
        Self { at, took: Duration::from_millis(u64::try_from(took.as_millis()).unwrap_or(u64::MAX)) }
    }
}

/// An answer that no rule admits, or that one speaks against, in symbols.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unexplained {
    /// What makes it one with other findings.
    pub root: RootKey,
    /// How many of the case's answers came before it.
    pub after: usize,
    /// The call.
    pub call: Call,
    /// The answer.
    pub reply: Reply,
}

/// An answer in symbols.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The step of the program, from 0. A step may have several answers.
    pub step: usize,
    /// The call as the target could take it.
    pub call: Call,
    /// The answer; none if it never came.
    pub reply: Option<Reply>,
    /// The call was not made: an entry of a list tells what its answer would be.
    pub by_list: bool,
}

impl CaseResult {
    /// Nothing sent, nothing found.
    pub(crate) fn new(program: &Program) -> Self {
        Self {
            program: program.clone(),
            verdict: Verdict::Pass,
            reason: None,
            findings: Vec::new(),
            exercised: BTreeMap::new(),
            seen: BTreeMap::new(),
            open_points: BTreeMap::new(),
            operations: BTreeMap::new(),
            errors: BTreeMap::new(),
            exchanges: 0,
            lost: BTreeMap::new(),
            answers: Vec::new(),
            unexplained: Vec::new(),
            ran: None,
        }
    }
}

/// An answer between the states in which the service may have been before and after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// The step of the program, from 0.
    pub step: usize,
    /// The states before.
    pub before: Vec<State>,
    /// The call.
    pub call: Call,
    /// How the answer stands to the sources.
    pub permitted: Permitted,
    /// The states after.
    pub after: Vec<State>,
    /// The call was not made: an entry of a list tells what its answer would be.
    pub by_list: bool,
}

impl CaseResult {
    /// The answers put before the model again, up to the one that is against all rules, given the platforms
    /// on offer.
    pub fn walk(&self, platforms: PlatformSet) -> impl Iterator<Item = Answered> {
        walk(self.program.edition, platforms, &self.answers)
    }
}

/// Answers put before the model again, up to the one that is against all rules.
pub(crate) fn walk(
    edition: Edition,
    platforms: PlatformSet,
    answers: &[Answer],
) -> impl Iterator<Item = Answered> {
    let mut worlds = Worlds::new(edition, State { platforms, ..State::new() });
    let heard = |answer: &Answer, worlds: &mut Worlds| {
        let before = worlds.states().to_vec();
        let permitted = if let Some(reply) = &answer.reply {
            Some(worlds.observe(&answer.call, reply).ok()?)
        } else {
            worlds.lose_reply(&answer.call);
            None
        };
        let after = worlds.states().to_vec();
        let Answer { step, call, by_list, .. } = *answer;
        Some(permitted.map(|permitted| Answered { step, before, call, permitted, after, by_list }))
    };
    answers.iter().map_while(move |answer| heard(answer, &mut worlds)).flatten()
}

/// An exchange and the step of the program that it belongs to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StepExchange {
    /// Index of the step.
    pub step: usize,
    /// Its place among the requests of the plan's cases, from 1: several cases may rest on one exchange,
    /// which has the same number in each. 0 where it belongs to one case alone and is not numbered.
    #[serde(default, skip_serializing_if = "is_unnumbered")]
    pub number: u64,
    /// What was sent and what came.
    #[serde(flatten, with = "one_of_several")]
    pub exchange: Arc<Exchange>,
}

impl StepExchange {
    /// An exchange of one case alone.
    pub fn new(step: usize, exchange: Exchange) -> Self {
        Self { step, number: 0, exchange: Arc::new(exchange) }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_unnumbered(number: &u64) -> bool {
    *number == 0
}

/// An exchange is written and read as if it belonged to one case alone.
mod one_of_several {
    use std::sync::Arc;

    use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer};

    use crate::data::exchange::Exchange;

    pub(super) fn serialize<S: Serializer>(
        exchange: &Arc<Exchange>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        exchange.as_ref().serialize(serializer)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Exchange>, D::Error> {
        Exchange::deserialize(deserializer).map(Arc::new)
    }
}

/// Whether the run ended in the middle of a case.
pub(crate) fn is_cut(exchanges: &[StepExchange]) -> bool {
    exchanges.iter().any(|sent| matches!(sent.exchange.outcome, Err(Silence::RunOver)))
}

/// Nothing was sent: the judge itself had reasons not to ask.
pub(crate) const fn is_our_own(silence: &Silence) -> bool {
    matches!(silence, Silence::TooMuch(_) | Silence::Endless(_) | Silence::Crowded(_) | Silence::RunOver)
}
