//! The exchange log: what a verdict can be derived from again.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::runner::StepExchange;
use crate::symbols::Context;
use crate::{Program, TargetInfo};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// The first line: what all cases share.
    Run {
        /// Names, accounts, times.
        context: Context,
        /// What was learnt of the target.
        target: TargetInfo,
    },
    /// A case begins; its exchanges follow.
    Case {
        /// What its names are made unique with.
        tag: String,
        /// What was run.
        program: Program,
    },
    /// One exchange of the case begun last.
    Exchange(StepExchange),
}

/// Where a run writes what it sees.
pub trait LogSink: Send {
    /// Takes the next line.
    fn line(&mut self, line: &Line);
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLog;

impl LogSink for NoLog {
    fn line(&mut self, _line: &Line) {}
}

/// A file with a JSON document a line.
#[derive(Debug)]
pub struct NdjsonLog {
    file: BufWriter<File>,
    failure: Option<std::io::Error>,
}

impl NdjsonLog {
    /// Begins a new file, or empties an old one.
    pub fn create(path: &Path) -> std::io::Result<Self> {
        Ok(Self { file: BufWriter::new(File::create(path)?), failure: None })
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
        let written = serde_json::to_writer(&mut self.file, line).map_err(Into::into).and_then(|()| self.file.write_all(b"\n"));
        self.failure = written.err();
    }
}
