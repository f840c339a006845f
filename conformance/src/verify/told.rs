//! What a log tells, case by case: no more of it is in memory than one case.

use std::collections::VecDeque;
use std::path::Path;
use std::time::Duration;

use crate::data::case::Ran;
use crate::data::context::Context;
use crate::data::exchange::Exchange;
use crate::data::log::{End, Line, Reproduces};
use crate::data::log_lines::{self, Unusable};
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
    pub(super) exchanges: VecDeque<Exchange>,
}

/// The cases of a log, while it is read.
pub(super) struct Cases<'a, Lines> {
    path: &'a Path,
    lines: Lines,
    run: Option<(Context, TargetInfo, Duration)>,
    /// The case whose exchanges are read.
    begun: Option<Told>,
    /// What the ends of all runs say together.
    pub(super) end: Option<End>,
    /// After so many lines it breaks off.
    pub(super) breaks_off: Option<usize>,
}

impl<'a> Cases<'a, ()> {
    pub(super) fn open(path: &'a Path) -> Result<Cases<'a, impl Iterator<Item = Result<(usize, Line), Unusable>>>, VerifyError> {
        let lines = log_lines::read(path).map_err(|error| unreadable(path, error))?;
        Ok(Cases { path, lines, run: None, begun: None, end: None, breaks_off: None })
    }
}

impl<Lines: Iterator<Item = Result<(usize, Line), Unusable>>> Cases<'_, Lines> {
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
                Line::Case { tag, program, reproduces, ran } => {
                    let Some((context, target, job_timeout)) = self.run.clone() else {
                        return Err(malformed(self.path, number, &"a case before any run"));
                    };
                    let exchanges = VecDeque::new();
                    let begun = Told { context, target, job_timeout, tag, program, reproduces, ran, exchanges };
                    if let Some(whole) = self.begun.replace(begun) {
                        return Ok(Some(whole));
                    }
                }
                Line::Exchange(exchange) => match &mut self.begun {
                    Some(case) => case.exchanges.push_back(exchange.exchange),
                    None => return Err(malformed(self.path, number, &"an exchange before any case")),
                },
                Line::End(end) => self.end = Some(self.end.take().map_or_else(|| end.clone(), |before| before.and(&end))),
            }
        }
        Ok(self.begun.take())
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
