//! What a certified target did, laid over the model: each outcome is one that it gave, one that it did not
//! give where it was, or one of a situation where it never was.
//!
//! A report names the transitions that were not reached, so what was reached is the rest of the model's own
//! list. That is exact as long as the report was made with this model, which its hash tells.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde::Serialize;
use signer_conformance::report::Report;
use signer_conformance::{Why, given, tours};
use signer_model::{Axis, Call, Group, Reply, State, TransitionClass};
use signer_schemas::Edition;

use crate::digest::whole;

/// A report that is laid over the model.
#[derive(Debug)]
pub(crate) struct Overlay {
    /// Its name on the command line.
    pub(crate) name: String,
    /// Its folder.
    pub(crate) folder: PathBuf,
    /// What it says.
    pub(crate) report: Report,
    /// Whether it was made with this model.
    pub(crate) is_of_this_model: bool,
    marks: HashMap<TransitionClass, Mark>,
}

/// What a target did with an outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "did", rename_all = "kebab-case")]
pub(crate) enum Mark {
    /// It gave it.
    Reached,
    /// It departs from it.
    Departs {
        /// The finding.
        finding: String,
    },
    /// It was there and answered otherwise.
    Otherwise {
        /// What it answered.
        answered: String,
    },
    /// It was never there.
    Never {
        /// Why not.
        because: String,
    },
    /// No run goes there.
    Unasked,
}

impl Mark {
    /// The mark as pages style it.
    pub(crate) const fn id(&self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Departs { .. } => "departs",
            Self::Otherwise { .. } => "otherwise",
            Self::Never { .. } => "never",
            Self::Unasked => "unasked",
        }
    }

    /// The mark in words.
    pub(crate) fn words(&self, name: &str) -> String {
        match self {
            Self::Reached => format!("{name} did this"),
            Self::Departs { finding } => format!("{name} departs: {finding}"),
            Self::Otherwise { answered } => {
                format!("{name} answered otherwise, here or on the way: {answered}")
            }
            Self::Never { because } => format!("{name} was not asked this here: {because}"),
            Self::Unasked => format!("no run goes here, so nothing is known of {name}"),
        }
    }
}

/// The transitions that a run goes for, by their names in reports.
static CURRENT: LazyLock<HashMap<&'static str, TransitionClass>> = LazyLock::new(|| named(Edition::Current));
static MAY_2019: LazyLock<HashMap<&'static str, TransitionClass>> = LazyLock::new(|| named(Edition::May2019));

fn named(edition: Edition) -> HashMap<&'static str, TransitionClass> {
    tours(edition)
        .iter()
        .flat_map(|tour| &tour.transitions)
        .map(|one| (one.name.as_str(), one.transition))
        .collect()
}

fn transitions(edition: Edition) -> &'static HashMap<&'static str, TransitionClass> {
    match edition {
        Edition::Current => &CURRENT,
        Edition::May2019 => &MAY_2019,
    }
}

impl Overlay {
    /// Reads the report of a folder.
    pub(crate) fn read(name: &str, folder: &Path) -> Result<Self, String> {
        let path = folder.join("report.json");
        let fail = |what: String| format!("{}: {what}", path.display());
        let text = given::text(&path, given::REPORT_BYTES)
            .map_err(|error| fail(format!("cannot be read: {error}")))?;
        let report: Report =
            serde_json::from_str(&text).map_err(|error| fail(format!("is no report: {error}")))?;
        if report.report_version != signer_conformance::report::REPORT_VERSION {
            return Err(fail(format!(
                "is a report of version {}, which this program does not read",
                report.report_version
            )));
        }
        Ok(Self::new(name, folder, report))
    }

    fn new(name: &str, folder: &Path, report: Report) -> Self {
        let all = transitions(report.edition);
        let cases: HashMap<&str, &[String]> =
            report.cases.iter().map(|case| (case.id.as_str(), case.findings.as_slice())).collect();
        let unreached: HashMap<&str, Mark> = report
            .tour
            .unreached
            .iter()
            .map(|one| {
                let findings = cases.get(one.case.as_str()).copied().unwrap_or_default();
                (one.transition.as_str(), mark(&report, findings, &one.why))
            })
            .collect();
        let mut marks = HashMap::new();
        for (words, class) in all {
            let mark = unreached.get(words).cloned().unwrap_or(Mark::Reached);
            let known = marks.entry(*class).or_insert_with(|| mark.clone());
            // Two scopes may go for one transition; that one of them reached it is enough.
            if mark == Mark::Reached {
                *known = mark;
            }
        }
        let is_of_this_model = report.hashes.model == whole(report.edition);
        Self { name: name.to_owned(), folder: folder.to_owned(), report, is_of_this_model, marks }
    }

    /// How many of the transitions that a run goes for were reached, and how many there are, by the group of
    /// the situation that they start from.
    pub(crate) fn shares(&self, axis: Axis) -> BTreeMap<Group, (usize, usize)> {
        let mut shares = BTreeMap::new();
        for (class, mark) in &self.marks {
            let (reached, total) = shares.entry(Group::of(axis, class.situation())).or_insert((0, 0));
            *reached += usize::from(*mark == Mark::Reached);
            *total += 1;
        }
        shares
    }

    /// What the target did with an answer to a call in some worlds: the best that is known.
    pub(crate) fn mark(&self, edition: Edition, worlds: &[State], call: &Call, reply: &Reply) -> Mark {
        if edition != self.report.edition {
            return Mark::Unasked;
        }
        let marks = worlds.iter().map(|world| {
            self.marks.get(&TransitionClass::of(world, call, reply)).cloned().unwrap_or(Mark::Unasked)
        });
        let mut best = Mark::Unasked;
        for mark in marks {
            if best == Mark::Unasked || mark == Mark::Reached {
                best = mark;
            }
        }
        best
    }
}

/// What a target did where its case has a share in those findings.
fn mark(report: &Report, findings: &[String], why: &Why) -> Mark {
    let never = |because: String| Mark::Never { because };
    match why {
        Why::OpenPoint { answered, .. } | Why::ServiceChose { answered } => {
            Mark::Otherwise { answered: answered.clone() }
        }
        Why::Finding { departs_from } => {
            // Of several findings of one requirement it is one of the case's own.
            let of_it = || report.findings.iter().filter(|row| row.requirement == *departs_from);
            match of_it().find(|row| findings.contains(&row.id)).or_else(|| of_it().next()) {
                Some(row) => Mark::Departs { finding: row.id.clone() },
                None => Mark::Otherwise { answered: format!("a departure from {departs_from}") },
            }
        }
        Why::Unimplemented { operation } => never(format!("it does not have {operation}")),
        Why::Parted { because, .. } | Why::NotRun { because } => never(because.clone()),
    }
}
