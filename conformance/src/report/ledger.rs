//! The ledger of a target: what is known to deviate, line by line, with reason and date.
//!
//! A ledger excuses nothing silently. Each line is matched against what was found, and a line that matches
//! nothing is an error of its own: either the target was mended, and the line has to go, or the line never
//! said what it meant.

mod file;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use signer_schemas::{Edition, Operation, RequirementId};
use toml::Spanned;

use crate::data::detector::Detector;
use crate::data::finding::Finding;
use crate::data::given;
use crate::data::run::Root;
use crate::report::ledger::file::{AbsentRow, DeviationRow, File};

/// The reason in a line that is offered, to be replaced by a person.
pub const PLACEHOLDER: &str = "REASON: say why it is known and left";

/// What is known of one target, from `targets/NAME/ledger.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ledger {
    /// The target's name, as reports show it.
    pub name: String,
    /// The edition that the lines are written against.
    pub edition: Edition,
    /// The known deviations, in the order of the file.
    pub deviations: Vec<Deviation>,
    /// The operations that the target is known not to have, in the order of the file.
    pub unimplemented: Vec<Absent>,
    /// The file itself.
    pub text: String,
}

/// One known deviation: every finding of this requirement at this operation (and by this check, if named).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deviation {
    /// The requirement's id.
    pub requirement: RequirementId,
    /// The operation whose answer departs.
    pub operation: Operation,
    /// Who notices; anyone, if not given.
    pub by: Option<Detector>,
    /// It does not show in every run: the line may match nothing.
    pub flaky: bool,
    /// Why it is known and left.
    pub reason: String,
    /// When it was looked at last, `YYYY-MM-DD`.
    pub date: String,
    /// The line in the file, from 1.
    pub line: usize,
}

/// One operation that the target is known not to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absent {
    /// The operation.
    pub operation: Operation,
    /// Why it is known and left.
    pub reason: String,
    /// When it was looked at last, `YYYY-MM-DD`.
    pub date: String,
    /// The line in the file, from 1.
    pub line: usize,
}

/// What a ledger makes of the roots of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied<'a> {
    /// The roots that the ledger foresaw: index in the run's roots → the line.
    pub deviating: BTreeMap<usize, &'a Deviation>,
    /// The lines that no root matches.
    pub unmatched: Vec<&'a Deviation>,
}

impl Ledger {
    /// Reads a ledger file.
    pub fn load(path: &Path) -> Result<Self, LedgerError> {
        let text = given::text(path, given::LEDGER_BYTES).map_err(|error| LedgerError {
            path: path.to_owned(),
            line: None,
            what: format!("cannot be read: {error}"),
        })?;
        Self::parse(path, &text)
    }

    /// Reads a ledger from its text; `path` is for the messages.
    pub fn parse(path: &Path, text: &str) -> Result<Self, LedgerError> {
        let source = Source { path, text };
        let file: File = toml::from_str(text).map_err(|error| {
            source.error(error.span().map(|span| span.start), error.message().trim().to_owned())
        })?;
        let edition = Edition::from_id(file.edition.get_ref()).ok_or_else(|| {
            let known = Edition::ALL.map(Edition::id).join(" or ");
            source.error(
                Some(file.edition.span().start),
                format!("no edition is called {:?}; write {known}", file.edition.get_ref()),
            )
        })?;
        if file.name.trim().is_empty() {
            return Err(source.error(None, "`name` is empty; give the target's name".to_owned()));
        }
        let mut ledger = Self {
            name: file.name,
            edition,
            deviations: Vec::new(),
            unimplemented: Vec::new(),
            text: text.to_owned(),
        };
        for row in file.deviation {
            ledger.add_deviation(source, row)?;
        }
        for row in file.unimplemented {
            ledger.add_absent(source, row)?;
        }
        Ok(ledger)
    }

    /// Matches the lines with the roots of a run, both ways.
    pub fn apply(&self, roots: &[Root]) -> Applied<'_> {
        let mut deviating = BTreeMap::new();
        let mut unmatched = Vec::new();
        for line in &self.deviations {
            let mut matched = false;
            for (index, _) in roots.iter().enumerate().filter(|(_, root)| line.covers(&root.finding)) {
                deviating.entry(index).or_insert(line);
                matched = true;
            }
            if !matched && !line.flaky {
                unmatched.push(line);
            }
        }
        Applied { deviating, unmatched }
    }

    /// The line that says the target does not have the operation.
    pub fn absent(&self, operation: Operation) -> Option<&Absent> {
        self.unimplemented.iter().find(|line| line.operation == operation)
    }

    fn add_deviation(&mut self, source: Source<'_>, row: Spanned<DeviationRow>) -> Result<(), LedgerError> {
        let at = row.span().start;
        let row = row.into_inner();
        let fail = |what: String| source.error(Some(at), what);
        let operation = self.operation(&row.operation).map_err(fail)?;
        let Some(requirement) = signer_schemas::requirement(&row.requirement) else {
            return Err(fail(format!(
                "no requirement is called {:?}; `signer-conformance requirements` lists them",
                row.requirement
            )));
        };
        if !requirement.is_in(self.edition) {
            return Err(fail(format!(
                "{} is no requirement of the edition {}; remove the line",
                row.requirement, self.edition
            )));
        }
        let by = row.by.as_deref().map(|by| {
            Detector::from_id(by).ok_or_else(|| {
                let known = Detector::ALL.map(Detector::id).join(", ");
                format!("no detector is called {by:?}; there are {known}")
            })
        });
        let by = by.transpose().map_err(fail)?;
        let (reason, date) = justified(&row.reason, &row.date).map_err(fail)?;
        if let Some(other) = self.deviations.iter().find(|other| {
            other.requirement == requirement.id && other.operation == operation && other.by == by
        }) {
            return Err(fail(format!("says the same as line {}; remove one of them", other.line)));
        }
        let line = source.line(at);
        let (requirement, flaky) = (requirement.id.clone(), row.flaky);
        self.deviations.push(Deviation { requirement, operation, by, flaky, reason, date, line });
        Ok(())
    }

    fn add_absent(&mut self, source: Source<'_>, row: Spanned<AbsentRow>) -> Result<(), LedgerError> {
        let at = row.span().start;
        let row = row.into_inner();
        let fail = |what: String| source.error(Some(at), what);
        let operation = self.operation(&row.operation).map_err(fail)?;
        let (reason, date) = justified(&row.reason, &row.date).map_err(fail)?;
        if let Some(other) = self.absent(operation) {
            return Err(fail(format!("says the same as line {}; remove one of them", other.line)));
        }
        self.unimplemented.push(Absent { operation, reason, date, line: source.line(at) });
        Ok(())
    }

    fn operation(&self, name: &str) -> Result<Operation, String> {
        Operation::from_name(name)
            .filter(|operation| operation.in_edition(self.edition))
            .ok_or_else(|| format!("the edition {} has no operation {name:?}", self.edition))
    }
}

impl Deviation {
    /// Whether the line foresees that finding.
    pub fn covers(&self, finding: &Finding) -> bool {
        self.requirement == finding.requirement
            && self.operation == finding.operation
            && self.by.is_none_or(|by| by == finding.by)
    }
}

/// Why a ledger file cannot be used: where, what, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerError {
    /// The file.
    pub path: PathBuf,
    /// The line, from 1, where it is known.
    pub line: Option<usize>,
    /// What is wrong with it and what to do.
    pub what: String,
}

impl fmt::Display for LedgerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl std::error::Error for LedgerError {}

/// The file while it is read.
#[derive(Clone, Copy)]
struct Source<'a> {
    path: &'a Path,
    text: &'a str,
}

impl Source<'_> {
    /// The line of a byte offset, from 1.
    fn line(&self, offset: usize) -> usize {
        self.text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
    }

    fn error(&self, offset: Option<usize>, what: String) -> LedgerError {
        LedgerError { path: self.path.to_owned(), line: offset.map(|offset| self.line(offset)), what }
    }
}

/// A reason that says something and a day that has come.
fn justified(reason: &str, date: &toml::Value) -> Result<(String, String), String> {
    let reason = reason.trim();
    if reason.is_empty() {
        return Err("`reason` is empty; say why the deviation is known and left".to_owned());
    }
    if reason.starts_with("REASON") {
        return Err("`reason` is still to be written; say why the deviation is known and left".to_owned());
    }
    let text = match date {
        toml::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match text.parse::<jiff::civil::Date>() {
        Ok(date) if date > latest_today() => Err(format!("`date` is {text}, which is still to come")),
        Ok(date) if text == date.to_string() => Ok((reason.to_owned(), text)),
        _ => Err(format!("`date` is {text:?}; write the day it was looked at last as YYYY-MM-DD")),
    }
}

/// Today where the day begins first: a ledger may be written and read in different places.
fn latest_today() -> jiff::civil::Date {
    jiff::Zoned::now().with_time_zone(jiff::tz::Offset::constant(14).to_time_zone()).date()
}
