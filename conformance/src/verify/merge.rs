//! The shards of one plan, joined into the report that the whole run would have given.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::data::case::CaseResult;
use crate::data::finding::Verdict;
use crate::data::given;
use crate::data::log::LogSink as _;
use crate::data::log_file::NdjsonLog;
use crate::data::log_lines;
use crate::data::program::Program;
use crate::plan::plan;
use crate::report::files::write;
use crate::report::folder::{LEDGER, LOG, REPORT, WriteError, at, clear, log_in};
use crate::report::hashes::{Selection, Shard, file_hash, file_hash_with_lf};
use crate::report::ledger::Ledger;
use crate::report::{REPORT_VERSION, Report};
use crate::verify::derive::derive;
use crate::verify::told::VerifyError;

/// Why reports cannot be joined.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// There is nothing to join.
    #[error("no report is given")]
    Nothing,
    /// A report cannot be read.
    #[error("{path} cannot be read: {what}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// Two reports are not of the same plan, target or judge.
    #[error("{what} differs: {} has {one}, {} has {other}", first.display(), folder.display())]
    Differs {
        /// What differs.
        what: &'static str,
        /// The first report's folder.
        first: PathBuf,
        /// What it has.
        one: String,
        /// The folder of the other.
        folder: PathBuf,
        /// What that has.
        other: String,
    },
    /// A report is of a whole plan.
    #[error("{} is no shard: it was made without --shard", folder.display())]
    NoShard {
        /// Its folder.
        folder: PathBuf,
    },
    /// A shard is there twice.
    #[error("shard {number} is there twice: {} and {}", first.display(), folder.display())]
    Doubled {
        /// Which.
        number: u32,
        /// The folder of the one.
        first: PathBuf,
        /// The folder of the other.
        folder: PathBuf,
    },
    /// A shard is not there.
    #[error("of {of} shards {} not there: {}", if missing.len() == 1 { "one is" } else { "some are" }, listed(missing))]
    Missing {
        /// Which.
        missing: Vec<u32>,
        /// Of so many.
        of: u32,
    },
    /// The joined report would go where a shard's lies.
    #[error("{} is a shard's folder, which would be written over; name another --out", folder.display())]
    Overwrites {
        /// The folder.
        folder: PathBuf,
    },
    /// A log is broken.
    #[error(transparent)]
    Log(#[from] VerifyError),
    /// The logs together are not what the plan gives.
    #[error("the logs do not fit the plan: {}", differences.join("; "))]
    Broken {
        /// What does not fit.
        differences: Vec<String>,
    },
    /// A case of a report is not in the plan.
    #[error("{}: the report tells of {case}, which is not in the plan", folder.display())]
    UnknownCase {
        /// The report's folder.
        folder: PathBuf,
        /// The case.
        case: String,
    },
    /// The joined report cannot be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// A shard's report, and where it lies.
struct Part {
    folder: PathBuf,
    report: Report,
    shard: Shard,
}

/// Removes what an earlier run has left in `out`, unless one of the shards lies there.
pub fn make_room(folders: &[PathBuf], out: &Path, ledger: Option<&Path>) -> Result<(), MergeError> {
    let there = out.canonicalize().ok();
    if let Some(folder) = folders.iter().find(|folder| there.is_some() && folder.canonicalize().ok() == there)
    {
        return Err(MergeError::Overwrites { folder: folder.clone() });
    }
    Ok(clear(out, ledger)?)
}

/// Joins the shards in these folders, judges the whole, and writes it into `out`, with the log of all.
pub async fn merge(folders: &[PathBuf], out: &Path, ledger: Option<&Ledger>) -> Result<Report, MergeError> {
    let parts = parts(folders)?;
    let first = &parts[0].report;
    let selection = Selection { shard: None, ..first.selection.clone() };
    let mut options = selection.options(first.edition, first.basis, first.seed);
    options.prefix.clone_from(&first.prefix);
    let programs = plan(&options);
    let errors = errors(&parts, &programs)?;
    let log = join_logs(&parts, out)?;
    let (run, differences) = derive(&log).await?.run(&options, &programs, &errors);
    if !differences.is_empty() {
        return Err(MergeError::Broken { differences });
    }
    let mut report = Report::new(&run, &options, ledger);
    report.hashes.log = Some(at(&log, file_hash(&log))?);
    // It is shown to be pasted into a shell, and a shard may come from anywhere.
    if !first
        .target
        .replay
        .contains(|character: char| "$`;&|<>()\"\\".contains(character) || character.is_control())
    {
        report.target.replay.clone_from(&first.target.replay);
    }
    write(out, &report, &run, ledger)?;
    Ok(report)
}

/// The reports, in the order of their shards, if they fit together.
fn parts(folders: &[PathBuf]) -> Result<Vec<Part>, MergeError> {
    let mut parts: Vec<Part> = Vec::new();
    for folder in folders {
        let report = Report::read(folder)?;
        let shard = report.selection.shard.clone();
        let shard = shard.ok_or_else(|| MergeError::NoShard { folder: folder.clone() })?;
        let log = log_in(folder);
        let hash = file_hash(&log)
            .map_err(|error| MergeError::Unreadable { path: log.clone(), what: error.to_string() })?;
        if report.hashes.log.as_ref() != Some(&hash) {
            let lines = report.hashes.log.is_some() && file_hash_with_lf(&log).ok() == report.hashes.log;
            let why = if lines { ": its line ends were changed (CRLF)" } else { "" };
            return Err(MergeError::Unreadable {
                path: log,
                what: format!("it is not the log that the report was made from{why}"),
            });
        }
        if let Some(first) = parts.first() {
            same(first, folder, &report)?;
        }
        if let Some(other) = parts.iter().find(|part| part.shard.number == shard.number) {
            let (first, folder) = (other.folder.clone(), folder.clone());
            return Err(MergeError::Doubled { number: shard.number, first, folder });
        }
        parts.push(Part { folder: folder.clone(), report, shard });
    }
    let Some(of) = parts.first().map(|part| part.shard.of) else { return Err(MergeError::Nothing) };
    let missing: Vec<u32> =
        (1..=of).filter(|number| !parts.iter().any(|part| part.shard.number == *number)).collect();
    if !missing.is_empty() {
        return Err(MergeError::Missing { missing, of });
    }
    parts.sort_by_key(|part| part.shard.number);
    Ok(parts)
}

/// Whether a report is of the same plan, target and judge as the first.
fn same(first: &Part, folder: &Path, report: &Report) -> Result<(), MergeError> {
    let told = |folder: &Path, report: &Report| {
        let ledger = report.ledger.as_ref().and_then(|_| file_hash(&folder.join(LEDGER)).ok());
        let selection = Selection { shard: None, ..report.selection.clone() };
        let shard = report.selection.shard.as_ref();
        let of = shard.map(|shard| shard.of.to_string()).unwrap_or_default();
        let times = shard.and_then(|shard| shard.times.clone()).unwrap_or_else(|| "none".to_owned());
        [
            ("the suite's version", report.suite_version.clone()),
            ("the edition", report.edition.to_string()),
            ("the basis", report.basis.id().to_owned()),
            ("the seed", report.seed.to_string()),
            ("the endpoint", report.target.endpoint.clone()),
            ("what the target can do", format!("{:?}", report.target.capabilities)),
            ("the number of shards", of),
            ("the hash of the times by which it was cut", times),
            ("the selection of cases", format!("{selection:?}")),
            ("the plan", report.hashes.plan.clone()),
            ("the model", report.hashes.model.clone()),
            ("the ledger", ledger.unwrap_or_else(|| "none".to_owned())),
        ]
    };
    match told(&first.folder, &first.report)
        .into_iter()
        .zip(told(folder, report))
        .find(|(one, other)| one != other)
    {
        None => Ok(()),
        Some(((what, one), (_, other))) => Err(MergeError::Differs {
            what,
            first: first.folder.clone(),
            one,
            folder: folder.to_owned(),
            other,
        }),
    }
}

/// The cases that ended in an error of ours: the logs hold nothing of them.
fn errors(parts: &[Part], programs: &[Program]) -> Result<BTreeMap<String, CaseResult>, MergeError> {
    let by_name: BTreeMap<&str, &Program> =
        programs.iter().map(|program| (program.name.as_str(), program)).collect();
    let mut errors = BTreeMap::new();
    for part in parts {
        for row in &part.report.cases {
            let Some(program) = by_name.get(row.id.as_str()) else {
                return Err(MergeError::UnknownCase { folder: part.folder.clone(), case: row.id.clone() });
            };
            if row.verdict == Verdict::Error {
                let error = CaseResult {
                    verdict: row.verdict,
                    reason: row.reason.clone(),
                    ..CaseResult::new(program)
                };
                errors.insert(row.id.clone(), error);
            }
        }
    }
    Ok(errors)
}

/// One log after the other; each begins with its own run.
fn join_logs(parts: &[Part], out: &Path) -> Result<PathBuf, MergeError> {
    let path = out.join(LOG);
    at(&path, std::fs::create_dir_all(out))?;
    let mut joined = at(&path, NdjsonLog::create(&path, u64::MAX))?;
    for part in parts {
        let log = log_in(&part.folder);
        let unreadable = |what: String| MergeError::Unreadable { path: log.clone(), what };
        for line in log_lines::read(&log).map_err(|error| unreadable(error.to_string()))? {
            let (_, line) = line.map_err(|error| unreadable(error.to_string()))?;
            joined.line(&line);
        }
    }
    at(&path, joined.finish())?;
    Ok(path)
}

fn listed(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

impl Report {
    /// Reads the report in a folder.
    pub fn read(folder: &Path) -> Result<Self, MergeError> {
        let path = folder.join(REPORT);
        let fail = |what: String| MergeError::Unreadable { path: path.clone(), what };
        let text = given::text(&path, given::REPORT_BYTES).map_err(|error| fail(error.to_string()))?;
        let report: Self =
            serde_json::from_str(&text).map_err(|error| fail(format!("it is no report: {error}")))?;
        if report.report_version == REPORT_VERSION {
            Ok(report)
        } else {
            Err(fail(format!(
                "it has version {} of the format, not {REPORT_VERSION}: read it with the program that wrote \
                 it, or certify the target again",
                report.report_version
            )))
        }
    }
}
