//! The shards of one plan, joined into the report that the whole run would have given.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{CaseRow, Counterexample, Report, Selection, Shard, WriteError, file_hash};
use crate::hunt::not_run;
use crate::roots::as_found;
use crate::verify::{Derived, derive};
use crate::{CaseResult, Ledger, Program, Root, Run, VerifyError, plan, tour};

/// The name of the log in a report's folder.
const LOG: &str = "exchanges.ndjson";

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
    /// A case of a report is neither in its log nor in the plan.
    #[error("{}: the report tells of {case}, which is neither in its log nor in the plan", folder.display())]
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

/// Joins the shards in these folders, judges the whole, and writes it into `out`, with the log of all.
pub async fn merge(folders: &[PathBuf], out: &Path, ledger: Option<&Ledger>) -> Result<Report, MergeError> {
    let parts = parts(folders)?;
    let there = out.canonicalize().ok();
    if let Some(part) = parts.iter().find(|part| there.is_some() && part.folder.canonicalize().ok() == there) {
        return Err(MergeError::Overwrites { folder: part.folder.clone() });
    }
    let first = &parts[0].report;
    let selection = Selection { shard: None, ..first.selection.clone() };
    let mut options = selection.options(first.edition, first.basis, first.seed);
    options.prefix.clone_from(&first.prefix);
    let programs: BTreeMap<String, Program> = plan(&options).into_iter().map(|program| (program.name.clone(), program)).collect();

    let mut roots = Vec::new();
    let mut shards = Vec::with_capacity(parts.len());
    let mut of_first = None;
    for part in &parts {
        let Derived { context, target, cases } = derive(&part.folder.join(LOG)).await?;
        let mut derived: BTreeMap<_, _> = cases.into_iter().map(|(result, _)| (result.program.name.clone(), result)).collect();
        let results = part.report.cases.iter().map(|row| match derived.remove(&row.id) {
            Some(result) => Ok(ended(result, row)),
            None => programs
                .get(&row.id)
                .map(|program| ended(not_run(program, "the run ended before"), row))
                .ok_or_else(|| MergeError::UnknownCase { folder: part.folder.clone(), case: row.id.clone() }),
        });
        shards.push(results.collect::<Result<Vec<_>, _>>()?);
        roots.extend(self::roots(part)?);
        of_first.get_or_insert((context, target));
    }
    let (context, mut target) = of_first.ok_or(MergeError::Nothing)?;
    target.endpoint.clone_from(&first.target.endpoint);
    target.name.clone_from(&first.target.name);
    let results = interleaved(shards);
    let run = Run {
        platforms: context.platforms,
        tour: tour::coverage(options.edition, context.platforms, &target, &results),
        roots: counted(roots, &results, &first.prefix),
        target,
        results,
        exchanges: parts.iter().map(|part| part.report.exchanges).sum(),
        unanswered: parts.iter().map(|part| part.report.unanswered).sum(),
        elapsed: parts.iter().map(|part| Duration::from_secs_f64(part.report.elapsed_s.max(0.0))).sum(),
        cut: parts.iter().find_map(|part| part.report.cut),
    };
    let mut report = Report::new(&run, &options, ledger);
    let log = join_logs(&parts, out)?;
    report.hashes.log = Some(file_hash(&log).map_err(|error| WriteError { path: log, error })?);
    super::write(out, &report, &run, &report.target.replay_options())?;
    Ok(report)
}

/// The reports, in the order of their shards, if they fit together.
fn parts(folders: &[PathBuf]) -> Result<Vec<Part>, MergeError> {
    let mut parts: Vec<Part> = Vec::new();
    for folder in folders {
        let report = Report::read(folder)?;
        let shard = report.selection.shard.ok_or_else(|| MergeError::NoShard { folder: folder.clone() })?;
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
    let missing: Vec<u32> = (1..=of).filter(|number| !parts.iter().any(|part| part.shard.number == *number)).collect();
    if !missing.is_empty() {
        return Err(MergeError::Missing { missing, of });
    }
    parts.sort_by_key(|part| part.shard);
    Ok(parts)
}

/// Whether a report is of the same plan, target and judge as the first.
fn same(first: &Part, folder: &Path, report: &Report) -> Result<(), MergeError> {
    let told = |report: &Report| {
        let selection = Selection { shard: None, ..report.selection.clone() };
        let of = report.selection.shard.map(|shard| shard.of.to_string()).unwrap_or_default();
        [
            ("the suite's version", report.suite_version.clone()),
            ("the edition", report.edition.to_string()),
            ("the basis", report.basis.id().to_owned()),
            ("the seed", report.seed.to_string()),
            ("the endpoint", report.target.endpoint.clone()),
            ("what the target can do", format!("{:?}", report.target.capabilities)),
            ("the number of shards", of),
            ("the selection of cases", format!("{selection:?}")),
            ("the plan", report.hashes.plan.clone()),
            ("the model", report.hashes.model.clone()),
        ]
    };
    match told(&first.report).into_iter().zip(told(report)).find(|(one, other)| one != other) {
        None => Ok(()),
        Some(((what, one), (_, other))) => {
            Err(MergeError::Differs { what, first: first.folder.clone(), one, folder: folder.to_owned(), other })
        }
    }
}

/// The result as its run ended it: how long a job was waited for is not in the log.
fn ended(result: CaseResult, row: &CaseRow) -> CaseResult {
    if result.findings.is_empty() && row.findings.is_empty() {
        CaseResult { verdict: row.verdict, reason: row.reason.clone(), ..result }
    } else {
        result
    }
}

/// What a shard reduced its findings to.
fn roots(part: &Part) -> Result<Vec<Root>, MergeError> {
    let read = |row: &super::FindingRow| {
        let path = part.folder.join(&row.counterexample);
        Counterexample::read(&path).map(Counterexample::root).map_err(|error| MergeError::Unreadable { path, what: error.what })
    };
    part.report.findings.iter().map(read).collect()
}

/// The shards' cases in the order of the plan: shard k has the k-th of each round.
fn interleaved(shards: Vec<Vec<CaseResult>>) -> Vec<CaseResult> {
    let mut rounds: Vec<_> = shards.into_iter().map(Vec::into_iter).collect();
    let mut results = Vec::new();
    loop {
        let before = results.len();
        results.extend(rounds.iter_mut().filter_map(Iterator::next));
        if results.len() == before {
            return results;
        }
    }
}

/// One root each, the shortest program of several, in the order of the cases that found them first.
fn counted(reduced: Vec<Root>, results: &[CaseResult], prefix: &str) -> Vec<Root> {
    let mut by_key = BTreeMap::<_, Root>::new();
    for root in reduced {
        let key = root.finding.root();
        if by_key.get(&key).is_none_or(|known| root.calls() < known.calls()) {
            by_key.insert(key, root);
        }
    }
    let mut roots: Vec<Root> = Vec::new();
    let mut places = BTreeMap::new();
    for result in results {
        let mut here = BTreeSet::new();
        for finding in &result.findings {
            let key = finding.root();
            let place = *places.entry(key.clone()).or_insert_with(|| {
                let root = by_key.remove(&key).unwrap_or_else(|| as_found(result, finding, prefix));
                roots.push(Root { case: result.program.name.clone(), cases: 0, ..root });
                roots.len() - 1
            });
            if here.insert(key) {
                roots[place].cases += 1;
            }
        }
    }
    roots
}

/// One log after the other; each begins with its own run.
fn join_logs(parts: &[Part], out: &Path) -> Result<PathBuf, MergeError> {
    let path = out.join(LOG);
    let joined = || {
        std::fs::create_dir_all(out)?;
        let mut file = BufWriter::new(File::create(&path)?);
        for part in parts {
            std::io::copy(&mut File::open(part.folder.join(LOG))?, &mut file)?;
        }
        file.flush()
    };
    joined().map_err(|error| WriteError { path: path.clone(), error })?;
    Ok(path)
}

fn listed(numbers: &[u32]) -> String {
    numbers.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

impl Report {
    /// Reads the report in a folder.
    pub fn read(folder: &Path) -> Result<Self, MergeError> {
        let path = folder.join("report.json");
        let fail = |what: String| MergeError::Unreadable { path: path.clone(), what };
        let text = std::fs::read_to_string(&path).map_err(|error| fail(error.to_string()))?;
        let report: Self = serde_json::from_str(&text).map_err(|error| fail(format!("it is no report: {error}")))?;
        if report.report_version == super::REPORT_VERSION {
            Ok(report)
        } else {
            Err(fail(format!("it has version {} of the format, not {}", report.report_version, super::REPORT_VERSION)))
        }
    }
}
