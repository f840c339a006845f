//! The exchange log: what a verdict can be derived from again.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use signer_schemas::Operation;

use crate::data::case::{Ran, StepExchange};
use crate::data::context::Context;
use crate::data::program::Program;
use crate::data::run::{Cut, TargetInfo};

/// One line of the log.
#[expect(clippy::large_enum_variant, reason = "a line is written or read, and not kept")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The first line, and another one wherever another service is asked: what all cases that follow share.
    Run {
        /// Names, accounts, times.
        context: Context,
        /// What was learnt of the target.
        target: TargetInfo,
        /// How long a job may stay `InProgress`.
        job_timeout: Duration,
    },
    /// A case begins; its exchanges follow.
    Case {
        /// What its names are made unique with.
        tag: String,
        /// What was run.
        program: Program,
        /// What it shows again, where it is no case of the plan.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reproduces: Option<Reproduces>,
        /// When it was run, if it is a case of the plan.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ran: Option<Ran>,
        /// How long a job was waited for, if not as long as in the run's first cases.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        job_timeout: Option<Duration>,
    },
    /// One exchange of the case begun last.
    Exchange(StepExchange),
    /// An exchange that stands above belongs to the case begun last, too.
    Shared {
        /// Index of the step.
        step: usize,
        /// See [`StepExchange::number`].
        number: u64,
    },
    /// The run has ended.
    End(End),
}

/// The root that a program was run for again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reproduces {
    /// Its requirement, and of a crash the input that it was on.
    pub requirement: String,
    /// Its operation.
    pub operation: Operation,
    /// See [`crate::Root::on_fresh`].
    pub on_fresh: Option<bool>,
}

/// What the exchanges do not tell of a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Why it ended early, if it did.
    pub cut: Option<Cut>,
    /// Requests sent, those for the reduction of findings included.
    pub exchanges: u64,
    /// Those of them whose answers never came.
    pub unanswered: u64,
    /// How long it took.
    pub elapsed: Duration,
}

impl End {
    /// Of two runs whose logs are one.
    pub(crate) fn and(self, other: &Self) -> Self {
        Self {
            cut: self.cut.or(other.cut),
            exchanges: self.exchanges + other.exchanges,
            unanswered: self.unanswered + other.unanswered,
            elapsed: self.elapsed + other.elapsed,
        }
    }
}

/// Where a run writes what it sees.
pub trait LogSink: Send {
    /// Takes the next line.
    fn line(&mut self, line: &Line);

    /// Whether these exchanges can be taken, and so many bytes more.
    fn has_room_for(&self, _exchanges: &[StepExchange], _more: u64) -> bool {
        true
    }
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLog;

impl LogSink for NoLog {
    fn line(&mut self, _line: &Line) {}
}
