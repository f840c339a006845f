//! The exchange log: what a verdict can be derived from again.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use signer_schemas::Operation;

use crate::data::case::{Ran, StepExchange};
use crate::data::context::Context;
use crate::data::program::Program;
use crate::data::run::{Cut, TargetInfo};
use crate::data::visible;

/// One line of the log.
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
    /// Its requirement.
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

/// How large a log may become unless told otherwise. A full run of a target that answers as it should needs a third of it.
pub const MAX_LOG_BYTES: u64 = 512 << 20;

/// A file with a JSON document a line.
#[derive(Debug)]
pub struct NdjsonLog {
    file: BufWriter<Counting<File>>,
    max_bytes: u64,
    failure: Option<std::io::Error>,
}

impl NdjsonLog {
    /// Begins a new file, which becomes no larger than so many bytes: what lies there, and what a link there leads to, is not
    /// written over.
    pub fn create(path: &Path, max_bytes: u64) -> std::io::Result<Self> {
        Ok(Self { file: BufWriter::new(Counting { inner: File::create_new(path)?, written: 0 }), max_bytes, failure: None })
    }

    /// Writes what is buffered; an error is the first that any line met.
    pub fn finish(mut self) -> std::io::Result<()> {
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.file.flush(),
        }
    }
}

impl LogSink for NdjsonLog {
    fn line(&mut self, line: &Line) {
        if self.failure.is_some() {
            return;
        }
        let written = visible::json(line).map_err(Into::into).and_then(|text| writeln!(self.file, "{text}"));
        self.failure = written.err();
    }

    fn has_room_for(&self, exchanges: &[StepExchange], more: u64) -> bool {
        let written = self.file.get_ref().written + self.file.buffer().len() as u64;
        let left = self.max_bytes.saturating_sub(written).saturating_sub(more);
        // A byte becomes six at most, and what stands around it is far from a kilobyte.
        let most: u64 = exchanges.iter().map(|sent| 6 * sent.exchange.size() as u64 + 1024).sum();
        most <= left || serialized(exchanges) <= left
    }
}

/// How many bytes the exchanges take in a log.
fn serialized(exchanges: &[StepExchange]) -> u64 {
    let mut counting = Counting { inner: std::io::sink(), written: 0 };
    for exchange in exchanges {
        // Nothing can fail that is thrown away.
        let _ = serde_json::to_writer(&mut counting, &Line::Exchange(exchange.clone()));
    }
    counting.written + exchanges.len() as u64
}

/// Counts what it hands on.
#[derive(Debug)]
struct Counting<W> {
    inner: W,
    written: u64,
}

impl<W: std::io::Write> std::io::Write for Counting<W> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}
