//! What a whole run is given and what it gives: the values that the report is made from.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use signer_model::PlatformSet;
use signer_schemas::{Basis, Edition, Operation};

use crate::data::capabilities::Capabilities;
use crate::data::case::{Answer, CaseResult};
use crate::data::departure::RootKey;
use crate::data::depth::Depth;
use crate::data::exchange::{Exchange, Response};
use crate::data::finding::{Finding, Verdict};
use crate::data::program::{Program, Step};
use crate::data::times::Times;
use crate::data::tour::TourCoverage;
use crate::data::trials::Trials;

/// How a run goes about it.
#[derive(Clone, Debug, PartialEq)]
pub struct RunOptions {
    /// The edition to judge by.
    pub edition: Edition,
    /// Findings of this basis and of the stronger ones count.
    pub basis: Basis,
    /// How much of the plan is run.
    pub depth: Depth,
    /// The suites to run; empty = all.
    pub suites: Vec<String>,
    /// Case names to run (those that contain one of the texts); empty = all.
    pub only: Vec<String>,
    /// Case names to leave out (those that contain one of the texts).
    pub skip: Vec<String>,
    /// The seed of the random sequences and of the run's name prefix.
    pub seed: u64,
    /// How many random sequences to draw.
    pub sequences: u32,
    /// When to stop, in seconds of wall-clock time.
    pub budget: Option<Duration>,
    /// How many requests to send at most.
    pub max_calls: Option<u64>,
    /// Of the plan in `n` parts the one of number `k`, from 0: `(k, n)`.
    pub shard: Option<(u32, u32)>,
    /// How long cases took in an earlier run, by which parts are cut; without, the cases are shared out in
    /// turn.
    pub times: Option<Times>,
    /// How long a job may stay `InProgress`.
    pub job_timeout: Duration,
    /// The text that every name of the run begins with.
    pub prefix: String,
    /// Whether each finding is reduced to a minimal program and reproduced.
    pub shrink: bool,
    /// How much reducing one finding may cost.
    pub shrink_budget: ShrinkBudget,
    /// How many cases run at once.
    pub jobs: usize,
    /// The buckets that jobs read from and write to.
    pub buckets: Buckets,
    /// The user names the identity of the second account, so that a target has to take it.
    pub other_is_given: bool,
    /// A Region beside the one that requests are signed for. One that the user names has to be served, and
    /// apart from the other; without one, the target is asked whether it knows another.
    pub second_region: Option<String>,
}

/// Buckets that are there already; without one, the run makes its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Buckets {
    /// Where the object to sign is put, under the run's prefix.
    pub source: Option<String>,
    /// Where signed objects go, under the run's prefix.
    pub destination: Option<String>,
}

/// What reducing one finding may cost; nothing given is no limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShrinkBudget {
    /// Wall-clock time.
    pub time: Option<Duration>,
    /// Requests.
    pub calls: Option<u64>,
}

impl RunOptions {
    /// The whole plan of the edition without random sequences, held to what is documented, one case after the
    /// other.
    pub fn new(edition: Edition, prefix: impl Into<String>) -> Self {
        Self {
            edition,
            basis: Basis::Documented,
            depth: Depth::Full,
            suites: Vec::new(),
            only: Vec::new(),
            skip: Vec::new(),
            seed: 1,
            sequences: 0,
            budget: None,
            max_calls: None,
            shard: None,
            times: None,
            job_timeout: Duration::from_secs(30),
            prefix: prefix.into(),
            shrink: true,
            shrink_budget: ShrinkBudget::default(),
            jobs: 1,
            buckets: Buckets::default(),
            other_is_given: false,
            second_region: None,
        }
    }

    /// Whether suites, names or parts choose from the plan, so that nothing may be left of it.
    pub const fn is_filtered(&self) -> bool {
        let takes_all = self.suites.is_empty() && self.only.is_empty() && self.skip.is_empty();
        !takes_all || self.shard.is_some()
    }
}

/// What was learnt of the target before the first case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct TargetInfo {
    /// The URL, or `in-process`.
    pub endpoint: String,
    /// The name given on the command line or in the ledger.
    pub name: String,
    /// The host and port that requests go to.
    #[serde(default)]
    pub host: String,
    /// The account of the first identity.
    pub owner_account: String,
    /// The account of the second identity.
    pub other_account: String,
    /// The operations that the target does not have.
    pub unimplemented: Vec<Operation>,
    /// What the target can do.
    pub capabilities: Capabilities,
}

/// A finding's root: what all findings of the same requirement, operation and check have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct Root {
    /// The finding at the end of the minimal program.
    pub finding: Finding,
    /// The case that found it first.
    pub case: String,
    /// In how many cases it was seen.
    pub cases: u32,
    /// The minimal program.
    pub program: Program,
    /// How often it was found again, of how many tries.
    pub reproduced: Trials,
    /// Whether it was found again on a fresh service; none if the target cannot be started afresh.
    pub on_fresh: Option<bool>,
    /// What went over the wire when the minimal program ran, until the answer came that departs.
    pub exchanges: Vec<Exchange>,
    /// The answers of that run that the model could take.
    pub answers: Vec<Answer>,
    /// What the names in the exchanges begin with.
    pub prefix: String,
}

impl Root {
    /// It was tried again, and never found again.
    pub const fn is_gone(&self) -> bool {
        self.reproduced.is_gone()
    }

    /// How many calls the minimal program makes: its steps, or, where a step is a scene, what went over the
    /// wire. Asking again for a job that is in progress is waiting and counts as one call, so that the number
    /// does not depend on the clock.
    pub fn calls(&self) -> usize {
        let steps = &self.program.steps;
        if !steps.iter().any(|step| matches!(step, Step::Scene(_))) {
            return steps.len();
        }
        let waits = |pair: &[Exchange]| {
            let [one, next] = pair else { return false };
            let in_progress =
                |response: &Response| String::from_utf8_lossy(&response.body).contains("\"InProgress\"");
            one.request.target == next.request.target && one.outcome.as_ref().is_ok_and(in_progress)
        };
        let again = self.exchanges.windows(2).filter(|pair| waits(pair)).count();
        (self.exchanges.len() - again).max(steps.len())
    }
}

/// Why a run ended before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cut {
    /// The time was up.
    Budget,
    /// The calls were used up.
    MaxCalls,
    /// The user interrupted it.
    Interrupted,
    /// The target stopped answering.
    Unreachable,
    /// The target answers nothing but that it is asked too often.
    Throttled,
    /// No more may be written down.
    Log,
}

impl Cut {
    /// The reason in a sentence.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Budget => "the time was up before the end of the plan",
            Self::MaxCalls => "the calls were used up before the end of the plan",
            Self::Interrupted => "the run was interrupted",
            Self::Unreachable => "the target stopped answering",
            Self::Throttled => "the target throttles every request, however long it is left alone",
            Self::Log => "the log was full before the end of the plan; --max-log-bytes lets it grow further",
        }
    }
}

/// For each finding, the others that it vanishes with in every case, once what they tell of is put right.
pub type Vanishing = BTreeMap<RootKey, BTreeSet<RootKey>>;

/// Everything that a run gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// What was learnt of the target.
    pub target: TargetInfo,
    /// The platforms that the target offers.
    pub platforms: PlatformSet,
    /// One result per case of the plan, in order, also for those that were not run.
    pub results: Vec<CaseResult>,
    /// The roots of all findings, in the order of the cases.
    pub roots: Vec<Root>,
    /// What vanishes with what.
    pub vanishing: Vanishing,
    /// Which transitions of the tour were reached.
    pub tour: TourCoverage,
    /// Requests sent, those for shrinking included.
    pub exchanges: u64,
    /// Those of them whose answers never came.
    pub unanswered: u64,
    /// Wall-clock time.
    pub elapsed: Duration,
    /// Why it ended early.
    pub cut: Option<Cut>,
}

/// Progress reports and cancellation of a run.
pub trait Progress: Send + Sync {
    /// So many cases are planned.
    fn planned(&self, cases: usize);
    /// That case is done.
    fn case(&self, result: &CaseResult);
    /// Something else goes on (preflight, shrinking).
    fn phase(&self, what: &str);
    /// Whether the run is to end: what is in flight is finished, nothing more is begun.
    fn interrupted(&self) -> bool {
        false
    }
}

/// Reports nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Quiet;

impl Progress for Quiet {
    fn planned(&self, _cases: usize) {}
    fn case(&self, _result: &CaseResult) {}
    fn phase(&self, _what: &str) {}
}

/// Why a case was not begun.
pub(crate) fn not_run_reason(cut: Option<Cut>) -> &'static str {
    if cut == Some(Cut::Interrupted) { "interrupted" } else { "the run ended before" }
}

/// What there is of a case that was not begun.
pub(crate) fn not_run(program: &Program, reason: &str) -> CaseResult {
    CaseResult { verdict: Verdict::Skipped, reason: Some(reason.to_owned()), ..CaseResult::new(program) }
}
