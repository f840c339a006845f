//! The report of a run: one value, `report.json`, from which every other form is written.
//!
//! `report_version` is raised with each change that a reader of the old form would trip over; new members are
//! no such change.

mod address;
mod asked;
mod aws_cli;
mod board;
mod bound;
mod build;
mod circumstances;
pub mod compare;
mod counterexample;
mod counts;
mod coverage;
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
mod rows;
mod rust;
mod scripts;
mod sent;
mod shell;
mod shown;
mod site;
pub(crate) mod text;
mod theme_words;
mod themes;
mod toned;
mod words;

pub use crate::data::visible::printable;
pub use aws_cli::aws_cli_script;
pub use board::{Board, BoardRun, Product};
pub use counterexample::{Again, Counterexample, CounterexampleError, Regression};
pub use counts::Counts;
pub use coverage::{Coverage, Exercised, Reached, TourRow};
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
pub use rows::{CaseRow, LedgerRow, OpenPointRow, OperationRow, RequirementRow};
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

use serde::{Deserialize, Serialize};
use signer_schemas::{Basis, Edition, Operation};

use crate::data::capabilities::Capabilities;
use crate::data::finding::Verdict;
use crate::data::run::{Cut, Run, RunOptions};
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
    /// Makes what is always the same in the reports of an edition, as the life cycles of the model. Whoever
    /// calls this while a run waits for its target has the report that much sooner.
    pub fn prepare(edition: Edition) {
        build::prepare(edition);
    }

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
