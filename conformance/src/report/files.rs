//! The files of a report in their folder.

use std::fmt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::{Counterexample, FindingRow, Report, Scripts, html, junit, markdown};
use crate::{Ledger, Root, Run};

/// The name of the log in a report's folder.
pub const LOG: &str = "exchanges.ndjson";

/// The name of the target's ledger in a report's folder, if there was one.
pub const LEDGER: &str = "ledger.toml";

/// The name of the report itself.
pub(super) const REPORT: &str = "report.json";

/// Removes what an earlier run has left in a folder, so that nobody takes its verdict for that of a run which comes to none. The
/// ledger stays: it tells no verdict, and may be the one that the user gives.
pub fn clear(folder: &Path) -> Result<(), WriteError> {
    for name in [REPORT, "report.html", "junit.xml", "summary.md", LOG] {
        let path = folder.join(name);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return at(&path, Err(error)),
            Ok(()) | Err(_) => {}
        }
    }
    let counterexamples = folder.join("counterexamples");
    if counterexamples.is_dir() { remove_old(&counterexamples) } else { Ok(()) }
}

/// Writes `report.json` and every file made from it, a counterexample for each finding among them; makes the folder if need be and
/// removes what an earlier report has left there.
pub fn write(folder: &Path, report: &Report, run: &Run, ledger: Option<&Ledger>) -> Result<(), WriteError> {
    let counterexamples = folder.join("counterexamples");
    at(&counterexamples, fs::create_dir_all(&counterexamples))?;
    remove_old(&counterexamples)?;
    let old = folder.join(LEDGER);
    if ledger.is_none() && old.exists() {
        at(&old, fs::remove_file(&old))?;
    }
    put(&folder.join(REPORT), &report.to_json())?;
    files(report, run, ledger).into_iter().try_for_each(|(path, text)| put(&folder.join(path), &text))
}

/// The files beside `report.json`, each a function of the run and of what was made of it: where they lie in the folder, and what
/// they hold.
pub fn files(report: &Report, run: &Run, ledger: Option<&Ledger>) -> Vec<(PathBuf, String)> {
    let mut files = vec![(PathBuf::from("junit.xml"), junit(report)), (PathBuf::from("summary.md"), markdown(report))];
    let scripts = |id: &str| {
        let row = report.findings.iter().find(|row| row.id == id)?;
        Some(Scripts::new(row, root(run, row)?, &run.target))
    };
    files.push((PathBuf::from("report.html"), html(report, &scripts)));
    files.extend(ledger.map(|ledger| (PathBuf::from(LEDGER), ledger.text.clone())));
    for row in &report.findings {
        let Some(root) = root(run, row) else { continue };
        let json = serde_json::to_string_pretty(&Counterexample::new(row, root)).expect("a counterexample has string keys only");
        files.push((PathBuf::from(&row.counterexample), format!("{json}\n")));
        for (_, ending, text) in Scripts::new(row, root, &run.target).named() {
            files.push((Path::new("counterexamples").join(format!("{}.{ending}", row.id)), text.to_owned()));
        }
    }
    files
}

/// The root that a row tells of.
fn root<'a>(run: &'a Run, row: &FindingRow) -> Option<&'a Root> {
    run.roots.iter().find(|root| {
        let finding = &root.finding;
        finding.requirement == row.requirement && finding.operation == row.operation
    })
}

/// Removes what an earlier report left, and nothing else.
fn remove_old(folder: &Path) -> Result<(), WriteError> {
    for entry in at(folder, fs::read_dir(folder))? {
        let path = at(folder, entry)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
        let ours =
            stem.strip_prefix('F').is_some_and(|digits| digits.len() >= 3 && digits.bytes().all(|byte| byte.is_ascii_digit()));
        if ours && matches!(ending, "json" | "sh" | "aws.sh" | "rs") {
            at(&path, fs::remove_file(&path))?;
        }
    }
    Ok(())
}

fn put(path: &Path, text: &str) -> Result<(), WriteError> {
    at(path, fs::write(path, text))
}

fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, WriteError> {
    result.map_err(|error| WriteError { path: path.to_owned(), error })
}

/// Why a report cannot be written.
#[derive(Debug)]
pub struct WriteError {
    /// The file or folder.
    pub path: PathBuf,
    /// What the system says.
    pub error: io::Error,
}

impl fmt::Display for WriteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cannot be written: {}", self.path.display(), self.error)
    }
}

impl std::error::Error for WriteError {}
