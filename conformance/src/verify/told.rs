//! What a log tells, case by case: no more of it is in memory than one case, and what later ones may share.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::data::case::Ran;
use crate::data::context::Context;
use crate::data::exchange::Exchange;
use crate::data::log::{End, Line, Reproduces};
use crate::data::log_lines::{self, Lines, Unusable};
use crate::data::program::Program;
use crate::data::run::TargetInfo;
use crate::report::ledger::LedgerError;

/// A case of the log, before it is judged again.
pub(super) struct Told {
    pub(super) context: Context,
    pub(super) target: TargetInfo,
    pub(super) job_timeout: Duration,
    pub(super) tag: String,
    pub(super) program: Program,
    pub(super) reproduces: Option<Reproduces>,
    pub(super) ran: Option<Ran>,
    pub(super) exchanges: VecDeque<Arc<Exchange>>,
}

/// The cases of a log, while it is read.
pub(super) struct Cases<'a> {
    path: &'a Path,
    lines: Lines,
    run: Option<(Context, TargetInfo, Duration)>,
    /// The case whose exchanges are read.
    begun: Option<Told>,
    /// The exchanges that later cases may rest on, too, by their numbers.
    numbered: BTreeMap<u64, Arc<Exchange>>,
    /// The number of the case's last one.
    last: u64,
    /// How many exchanges were read.
    pub(super) exchanges: usize,
    /// What the ends of all runs say together.
    pub(super) end: Option<End>,
    /// After so many lines it breaks off.
    pub(super) breaks_off: Option<usize>,
}

impl<'a> Cases<'a> {
    pub(super) fn open(path: &'a Path) -> Result<Self, VerifyError> {
        let lines = log_lines::read(path).map_err(|error| unreadable(path, error))?;
        let numbered = BTreeMap::new();
        Ok(Self {
            path,
            lines,
            run: None,
            begun: None,
            numbered,
            last: 0,
            exchanges: 0,
            end: None,
            breaks_off: None,
        })
    }
    /// The next case with all its exchanges.
    pub(super) fn next(&mut self) -> Result<Option<Told>, VerifyError> {
        while let Some(line) = self.lines.next() {
            let (number, line) = match line {
                Ok(line) => line,
                Err(Unusable::BreaksOff(line)) => {
                    self.breaks_off = Some(line);
                    break;
                }
                Err(Unusable::Unreadable(error)) => return Err(unreadable(self.path, error)),
                Err(Unusable::Malformed(line, reason)) => return Err(malformed(self.path, line, &reason)),
            };
            match line {
                Line::Run { context, target, job_timeout } => self.run = Some((context, target, job_timeout)),
                Line::Case { tag, program, reproduces, ran, job_timeout: shorter } => {
                    let Some((context, target, job_timeout)) = self.run.clone() else {
                        return Err(malformed(self.path, number, &"a case before any run"));
                    };
                    self.last = 0;
                    let job_timeout = shorter.unwrap_or(job_timeout);
                    let exchanges = VecDeque::new();
                    let begun =
                        Told { context, target, job_timeout, tag, program, reproduces, ran, exchanges };
                    if let Some(whole) = self.begun.replace(begun) {
                        return Ok(Some(whole));
                    }
                }
                Line::Exchange(sent) => {
                    self.exchanges += 1;
                    if sent.number > 0 {
                        self.numbered.insert(sent.number, Arc::clone(&sent.exchange));
                    }
                    self.rests_on(sent.number, sent.exchange)
                        .map_err(|reason| malformed(self.path, number, &reason))?;
                }
                Line::Shared { number: shared, .. } => {
                    let exchange = self
                        .numbered
                        .get(&shared)
                        .cloned()
                        .ok_or_else(|| format!("no exchange {shared} stands above"));
                    let shared = exchange.and_then(|exchange| self.rests_on(shared, exchange));
                    shared.map_err(|reason| malformed(self.path, number, &reason))?;
                }
                Line::End(end) => {
                    self.end = Some(self.end.take().map_or_else(|| end.clone(), |before| before.and(&end)));
                }
            }
        }
        Ok(self.begun.take())
    }

    /// Gives the case begun last an exchange. What it rests on was asked in the order in which it is told: no
    /// answer that it shares is older than what it did before.
    fn rests_on(&mut self, number: u64, exchange: Arc<Exchange>) -> Result<(), String> {
        let Some(case) = &mut self.begun else { return Err("an exchange before any case".to_owned()) };
        if number != 0 && number <= self.last {
            return Err(format!(
                "exchange {number} comes after exchange {} in one case, and was made before it",
                self.last
            ));
        }
        self.last = number.max(self.last);
        case.exchanges.push_back(exchange);
        Ok(())
    }
}

/// The log or the report cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{path}, line {line}: {reason}")]
    Malformed {
        /// Which file.
        path: String,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// The ledger beside the report is none.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

fn unreadable(path: &Path, source: std::io::Error) -> VerifyError {
    VerifyError::Read { path: path.display().to_string(), source }
}

pub(super) fn malformed(path: &Path, line: usize, reason: &dyn std::fmt::Display) -> VerifyError {
    VerifyError::Malformed { path: path.display().to_string(), line, reason: reason.to_string() }
}
