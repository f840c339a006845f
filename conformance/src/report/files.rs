//! The files of a report in their folder.

use std::fmt;
use std::path::{Path, PathBuf};
use std::{fs, io};

use super::{Counterexample, FindingRow, Report, Scripts, html, junit, markdown};
use crate::{Root, Run};

/// Writes `report.json`, `report.html`, `junit.xml`, `summary.md` and a counterexample for each finding; makes the folder if need be
/// and removes the counterexamples of an earlier report from it. `replay_options` are those with which `replay` asks the target again.
pub fn write(folder: &Path, report: &Report, run: &Run, replay_options: &str) -> Result<(), WriteError> {
    let counterexamples = folder.join("counterexamples");
    at(&counterexamples, fs::create_dir_all(&counterexamples))?;
    remove_old(&counterexamples)?;
    put(&folder.join("report.json"), &report.to_json())?;
    put(&folder.join("junit.xml"), &junit(report))?;
    put(&folder.join("summary.md"), &markdown(report))?;
    let scripts = |id: &str| {
        let row = report.findings.iter().find(|row| row.id == id)?;
        Some(Scripts::new(row, root(run, row)?, &run.target))
    };
    put(&folder.join("report.html"), &html(report, &scripts, replay_options))?;
    for row in &report.findings {
        let Some(root) = root(run, row) else { continue };
        let json = serde_json::to_string_pretty(&Counterexample::new(row, root)).expect("a counterexample has string keys only");
        put(&folder.join(&row.counterexample), &format!("{json}\n"))?;
        for (_, ending, text) in Scripts::new(row, root, &run.target).named() {
            put(&counterexamples.join(format!("{}.{ending}", row.id)), text)?;
        }
    }
    Ok(())
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
