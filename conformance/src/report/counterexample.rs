//! A finding's minimal program as a file that can be run again.

use std::fmt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use signer_schemas::{Basis, Operation, RequirementId};

use crate::data::case::{Answer, CaseResult, StepExchange};
use crate::data::departure::Departure;
use crate::data::exchange::Exchange;
use crate::data::finding::{Finding, Verdict};
use crate::data::given;
use crate::data::program::Program;
use crate::data::run::Root;
use crate::data::trials::Trials;
use crate::report::FindingRow;

/// `counterexamples/F001.json`: the program, and what it showed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Counterexample {
    /// The finding's id in its report.
    pub finding: String,
    /// What departs.
    #[serde(flatten)]
    pub departure: Departure,
    /// Index of the step whose answer departs.
    pub step: usize,
    /// The case that found it first.
    pub case: String,
    /// What to run.
    pub program: Program,
    /// Found again so often, of so many tries.
    #[serde(default)]
    pub reproduced: Trials,
    /// Whether on a fresh service; none if the target cannot be started afresh.
    #[serde(default)]
    pub on_fresh: Option<bool>,
    /// What went over the wire.
    #[serde(default)]
    pub exchanges: Vec<Exchange>,
    /// The answers that the model could take.
    #[serde(default)]
    pub answers: Vec<Answer>,
    /// What the names in the exchanges begin with.
    #[serde(default)]
    pub prefix: String,
}

impl Counterexample {
    /// The counterexample of a root, under the id that it has in the report.
    pub fn new(row: &FindingRow, root: &Root) -> Self {
        Self {
            finding: row.id.clone(),
            departure: root.finding.departure.clone(),
            step: root.finding.step,
            case: root.case.clone(),
            program: root.program.clone(),
            reproduced: root.reproduced,
            on_fresh: root.on_fresh,
            exchanges: root.exchanges.clone(),
            answers: root.answers.clone(),
            prefix: root.prefix.clone(),
        }
    }

    /// The root again, whose cases are not counted.
    pub fn root(self) -> Root {
        let finding = Finding {
            departure: self.departure,
            step: self.step,
            exchange: self.exchanges.len().saturating_sub(1),
        };
        Root {
            finding,
            case: self.case,
            cases: 0,
            program: self.program,
            reproduced: self.reproduced,
            on_fresh: self.on_fresh,
            exchanges: self.exchanges,
            answers: self.answers,
            prefix: self.prefix,
        }
    }

    /// Reads a counterexample from its file.
    pub fn read(path: &Path) -> Result<Self, CounterexampleError> {
        let fail = |what: String| CounterexampleError { path: path.to_owned(), what };
        let text = given::text(path, given::PROGRAM_BYTES)
            .map_err(|error| fail(format!("cannot be read: {error}")))?;
        serde_json::from_str(&text).map_err(|error| fail(format!("is no counterexample: {error}")))
    }

    /// The program in a file that holds a counterexample or a bare program.
    pub fn read_program(path: &Path) -> Result<Program, CounterexampleError> {
        Regression::read(path).map(|regression| regression.program)
    }
}

/// `conformance/regressions/NAME.json`: a program, and what it once showed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Regression {
    /// The requirement that was departed from; none in a bare program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requirement: Option<RequirementId>,
    /// What that requirement rests on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<Basis>,
    /// The operation whose answer departed; none in a bare program, or if it was not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<Operation>,
    /// What to run.
    pub program: Program,
}

impl Regression {
    /// Reads a counterexample, a regression that was kept, or a bare program.
    pub fn read(path: &Path) -> Result<Self, CounterexampleError> {
        let fail = |what: String| CounterexampleError { path: path.to_owned(), what };
        let text = given::text(path, given::PROGRAM_BYTES)
            .map_err(|error| fail(format!("cannot be read: {error}")))?;
        Self::parse(&text).map_err(fail)
    }

    /// The same of a text; an error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| format!("is not JSON: {error}"))?;
        let Some(program) = value.get("program") else {
            let program =
                Program::deserialize(&value).map_err(|error| format!("it is not a program: {error}"))?;
            return Ok(Self { requirement: None, basis: None, operation: None, program });
        };
        let no_member = |name: &str, what: &str, error| format!("its member `{name}` is {what}: {error}");
        let member = |name: &str| value.get(name).unwrap_or(&serde_json::Value::Null);
        Ok(Self {
            requirement: Option::deserialize(member("requirement"))
                .map_err(|error| no_member("requirement", "no requirement", error))?,
            operation: Option::deserialize(member("operation"))
                .map_err(|error| no_member("operation", "no operation", error))?,
            basis: Option::deserialize(member("basis"))
                .map_err(|error| no_member("basis", "no basis", error))?,
            program: Program::deserialize(program)
                .map_err(|error| no_member("program", "not a program", error))?,
        })
    }

    /// Whether the finding makes the regression fail: it counts at that basis, or it is what was kept,
    /// however that is founded.
    pub fn fails_for(&self, finding: &Finding, basis: Basis) -> bool {
        finding.basis <= basis || self.requirement.as_ref() == Some(&finding.requirement)
    }

    /// Whether the finding is the one that was kept.
    pub fn is(&self, finding: &Finding) -> bool {
        self.requirement.as_ref() == Some(&finding.requirement)
            && self.operation.is_none_or(|operation| operation == finding.operation)
    }

    /// What came of running the program again.
    pub fn outcome(&self, result: &CaseResult, exchanges: &[StepExchange]) -> Again {
        if self.requirement.is_none() {
            return match result.verdict {
                Verdict::Pass => Again::Nothing,
                Verdict::Fail | Verdict::Deviates => Again::Departs,
                Verdict::Unimplemented => Again::Unimplemented,
                Verdict::Skipped | Verdict::Inconclusive | Verdict::Error => Again::Untold,
            };
        }
        if result.findings.iter().any(|finding| self.is(finding)) {
            return Again::There;
        }
        // What departs before the last step ends the program, and the finding is at its end.
        let last = exchanges.last().map_or(0, |sent| sent.step);
        let is_at_its_end = last + 1 >= self.program.steps.len();
        match result.verdict {
            Verdict::Pass => Again::Nothing,
            Verdict::Fail | Verdict::Deviates if is_at_its_end => Again::Others,
            Verdict::Unimplemented => Again::Unimplemented,
            Verdict::Fail | Verdict::Deviates => Again::Before,
            Verdict::Skipped | Verdict::Inconclusive | Verdict::Error => Again::Untold,
        }
    }
}

/// What comes of running again what once showed a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Again {
    /// The recorded finding is there.
    There,
    /// It is not, and nothing else departs.
    Nothing,
    /// It is not, but something else departs.
    Others,
    /// Something else departs first and ends the program, so that it cannot be told.
    Before,
    /// Nothing was recorded, and something departs.
    Departs,
    /// The target does not have the operation.
    Unimplemented,
    /// It cannot be told.
    Untold,
}

impl Again {
    /// The program's exit code.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Nothing | Self::Others => 0,
            Self::There | Self::Departs | Self::Unimplemented => 1,
            Self::Before | Self::Untold => 3,
        }
    }
}

/// Why a file cannot be replayed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CounterexampleError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub what: String,
}

impl fmt::Display for CounterexampleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path.display(), self.what)
    }
}

impl std::error::Error for CounterexampleError {}
