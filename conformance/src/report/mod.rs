//! The report of a run: one value, `report.json`, from which every other form is written.
//!
//! `report_version` is raised with each change that a reader of the old form would trip over; new members are
//! no such change.

mod asked;
mod aws_cli;
mod board;
mod bound;
mod build;
mod circumstances;
pub mod compare;
mod counterexample;
mod counts;
mod curl;
pub(crate) mod files;
mod finding;
pub(crate) mod folder;
pub(crate) mod hashes;
mod html;
mod issue;
mod junit;
pub mod ledger;
mod ledger_lines;
mod markdown;
mod record;
mod rust;
mod scripts;
mod shell;
mod shown;
mod site;
pub(crate) mod text;
mod themes;
mod toned;
mod words;

pub use crate::data::visible::printable;
pub use aws_cli::aws_cli_script;
pub use board::{Board, BoardRun, Product};
pub use counterexample::{Again, Counterexample, CounterexampleError, Regression};
pub use counts::Counts;
pub use curl::curl_script;
pub use files::{files, write};
pub use finding::{FindingRow, Known};
pub use folder::{LEDGER, LEDGER_LINES, LOG, PLAIN_LOG, WriteError, clear};
pub use hashes::{Hashes, Selection, Shard, file_hash, model_hash};
pub use html::{STYLE, grouped, html, life_cycle, life_cycle_of_model};
pub use issue::issue;
pub use junit::junit;
pub use ledger_lines::ledger_lines;
pub use markdown::markdown;
pub use record::track_record;
pub use rust::rust_program;
pub use scripts::Scripts;
pub use shell::shell_word;
pub use shown::{Distribution, EdgeRow, LifeCycleRow, WitnessRow};
pub use site::{site, write_site};
pub use text::{finding_text, text, themes_text};
pub use themes::{Notice, ThemeRow};
pub use toned::{Tone, Toned};
pub use words::step_words;

use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signer_schemas::{Basis, Edition, Operation};

use crate::data::capabilities::Capabilities;
use crate::data::finding::Verdict;
use crate::data::run::{Cut, Run, RunOptions};
use crate::data::tour::Unreached;
use crate::data::visible;
use crate::report::ledger::Ledger;

/// The version of the report's format.
pub const REPORT_VERSION: u32 = 1;

/// Everything that a run gave, judged against the basis and the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// The version of this format: [`REPORT_VERSION`].
    pub report_version: u32,
    /// The version of the program that judged.
    pub suite_version: String,
    /// The edition judged by.
    pub edition: Edition,
    /// Findings of this basis and of the stronger ones count.
    pub basis: Basis,
    /// Who was judged.
    pub target: TargetRow,
    /// What comes of it all.
    pub verdict: Conclusion,
    /// Why it is not `conforms`, one sentence each; empty if it is.
    pub because: Vec<String>,
    /// What the verdict does not speak of, as the target lacks what it takes; none of a part of the plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unasked: Option<String>,
    /// Whether only a part of the plan was asked for (suites, names, a shard): then `conforms` speaks of that
    /// part alone.
    pub narrowed: bool,
    /// Which part of the plan was asked for.
    #[serde(default)]
    pub selection: Selection,
    /// What the report rests on.
    #[serde(default)]
    pub hashes: Hashes,
    /// Why the run ended early, if it did.
    pub cut: Option<Cut>,
    /// Every operation of the edition.
    pub operations: BTreeMap<Operation, OperationRow>,
    /// Every testable requirement of the edition, in the order of the ledger of rules.
    pub requirements: Vec<RequirementRow>,
    /// Every case, in the order of the plan.
    pub cases: Vec<CaseRow>,
    /// What there is to mend, in the order in which a client notices it: the findings that count, by kind.
    #[serde(default)]
    pub themes: Vec<ThemeRow>,
    /// The cases in which something was found that counts, known or not.
    #[serde(default)]
    pub failing: u32,
    /// Every root: first those that count and are new, then those that count and are known, then the others;
    /// each of these in the order of the themes.
    pub findings: Vec<FindingRow>,
    /// The open points that were answered.
    pub open_points: Vec<OpenPointRow>,
    /// How far the run has followed the life cycles of profiles and jobs.
    #[serde(default)]
    pub life_cycles: Vec<LifeCycleRow>,
    /// How often what was called and seen.
    #[serde(default)]
    pub distribution: Distribution,
    /// What a full run must have seen on this target.
    #[serde(default)]
    pub witnesses: Vec<WitnessRow>,
    /// What the target's ledger made of it; none without a ledger.
    pub ledger: Option<LedgerRow>,
    /// How much was reached.
    pub coverage: Coverage,
    /// What the tour did not reach.
    #[serde(default)]
    pub tour: TourRow,
    /// Requests sent.
    pub exchanges: u64,
    /// Those of them whose answers never came.
    #[serde(default)]
    pub unanswered: u64,
    /// Wall-clock time in seconds.
    pub elapsed_s: f64,
    /// The seed of the run.
    pub seed: u64,
    /// What every name that the run made begins with.
    pub prefix: String,
}

impl Report {
    /// Judges a run.
    ///
    /// A requirement's verdict says whether the target keeps it, whatever the chosen basis. The verdicts of
    /// operations and cases say whether they conform at the chosen basis: what departs only from weaker
    /// requirements passes there. An operation that the target does not have does not conform, unless its
    /// ledger says so (`[[unimplemented]]`).
    pub fn new(run: &Run, options: &RunOptions, ledger: Option<&Ledger>) -> Self {
        build::report(run, options, ledger)
    }

    /// The report as the file `report.json` has it.
    pub fn to_json(&self) -> String {
        visible::json_pretty(self).expect("a report has string keys only") + "\n"
    }

    /// How many requests were sent, and how many of them were never answered, if any.
    pub(crate) fn requests_in_words(&self) -> String {
        match self.unanswered {
            0 => format!("{} requests", self.exchanges),
            lost => format!("{} requests, {lost} of them without an answer,", self.exchanges),
        }
    }

    /// The findings that make the verdict nonconforming: those that count and that no ledger line foresees.
    pub fn new_findings(&self) -> impl Iterator<Item = &FindingRow> {
        self.findings.iter().filter(|finding| finding.is_new())
    }

    /// The operations that the target does not have and whose absence its ledger does not foresee.
    pub fn absent_and_unlisted(&self) -> impl Iterator<Item = Operation> {
        self.operations
            .iter()
            .filter(|(_, row)| row.verdict == Verdict::Unimplemented && row.known.is_none())
            .map(|(operation, _)| *operation)
    }
}

/// What comes of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Conclusion {
    /// Nothing counts against the target.
    Conforms,
    /// Something does.
    Nonconforming,
    /// Unknown.
    Inconclusive,
}

impl Conclusion {
    /// The name in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Conforms => "conforms",
            Self::Nonconforming => "nonconforming",
            Self::Inconclusive => "inconclusive",
        }
    }

    /// The program's exit code.
    pub const fn exit_code(self) -> u8 {
        match self {
            Self::Conforms => 0,
            Self::Nonconforming => 1,
            Self::Inconclusive => 3,
        }
    }
}

impl fmt::Display for Conclusion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.id())
    }
}

/// Who was judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TargetRow {
    /// The URL, or `in-process`.
    pub endpoint: String,
    /// The name given on the command line or in the ledger.
    pub name: String,
    /// What it can do.
    pub capabilities: Capabilities,
    /// The options with which `replay` asks it again.
    #[serde(default)]
    pub replay: String,
}

impl TargetRow {
    /// What has to be said of how it was asked: the responder need not have been the target.
    pub fn caution(&self) -> Option<&'static str> {
        let insecure = self.replay.split(' ').any(|word| word == "--insecure");
        insecure.then_some("certificates were not verified (--insecure): another one may have answered")
    }
}

/// How one operation fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OperationRow {
    /// Fail if a finding at this operation counts; the rest by the same rule.
    pub verdict: Verdict,
    /// The cases that called it.
    pub cases: u32,
    /// Those of them with a finding at this operation that counts and is not known.
    pub failed: u32,
    /// Those of the failed ones that fail for something else than the theme that hides others, if one does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beside: Option<u32>,
    /// The ledger line that foresaw that the target does not have it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub known: Option<Known>,
}

/// How one requirement fared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequirementRow {
    /// Its id in the ledger of rules.
    pub id: String,
    /// What it rests on.
    pub basis: Basis,
    /// Whether the target keeps it, also where a departure does not count.
    pub verdict: Verdict,
    /// How often it was put to the test.
    pub exercised: u32,
    /// How often an answer could have shown that it is not kept. Of an effect an acknowledgement alone shows
    /// nothing, and of a filter no list that had nothing to leave out.
    #[serde(default)]
    pub seen: u32,
}

impl RequirementRow {
    /// Whether it was answered, and no answer could have shown that it is not kept.
    pub const fn is_unseen(&self) -> bool {
        self.exercised > 0 && self.seen == 0
    }
}

/// How one case fared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaseRow {
    /// The program's name.
    pub id: String,
    /// Its suite.
    pub suite: String,
    /// Fail only for findings that count and are not known.
    pub verdict: Verdict,
    /// Why, where there is something to say.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub reason: Option<String>,
    /// The requirements that it put to the test.
    pub requirements: Vec<String>,
    /// The findings that it has a share in.
    pub findings: Vec<String>,
    /// When it began; none if it was not run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub began: Option<Timestamp>,
    /// How long it took, in seconds; none if it was not run.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub elapsed_s: Option<f64>,
}

/// How the target answers one open point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenPointRow {
    /// Its id in the ledger of rules.
    pub id: String,
    /// What the documents leave open.
    pub question: String,
    /// The answer seen; several, separated by `; `, if the target is of two minds.
    pub observed: String,
    /// The answers that are admitted.
    pub admits: Vec<String>,
}

/// What the target's ledger made of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerRow {
    /// The target's name in it.
    pub name: String,
    /// The lines that foresaw a root or an operation that is not there.
    pub matched: usize,
    /// The lines that match nothing, in words. Each makes the verdict nonconforming.
    pub unmatched: Vec<String>,
    /// The lines that match nothing and of which nothing can be told, as only a part of the plan was run.
    pub untold: Vec<String>,
}

/// How much was reached, of how much.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Transitions of the model that the tour goes to.
    pub tour: Reached,
    /// Errors that the edition's operations declare.
    pub errors: Reached,
    /// Requirements that a client can test.
    pub requirements: Exercised,
    /// The declared errors that were not provoked, as `Operation: Error`.
    pub errors_missed: Vec<String>,
}

/// What the tour through the model did not reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TourRow {
    /// Each transition, in the order of the tour, with the reason.
    pub unreached: Vec<Unreached>,
}

impl TourRow {
    /// How many were not reached for each reason, in words.
    pub fn reasons(&self) -> BTreeMap<&'static str, usize> {
        let mut reasons = BTreeMap::new();
        for unreached in &self.unreached {
            *reasons.entry(unreached.why.words()).or_default() += 1;
        }
        reasons
    }
}

/// A share of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reached {
    /// So many were reached.
    pub reached: u32,
    /// Of so many.
    pub total: u32,
}

/// The share of the testable requirements that was put to the test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exercised {
    /// So many were put to the test.
    pub exercised: u32,
    /// Of so many that can be.
    pub testable: u32,
}
