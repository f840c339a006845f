//! The files of a report in their folder.

use std::path::{Path, PathBuf};

use crate::data::run::{Root, Run};
use crate::data::visible;
use crate::report::counterexample::Counterexample;
use crate::report::folder::{
    COUNTEREXAMPLES, LEDGER, LEDGER_LINES, REPORT, WriteError, make_room, put, put_ledger,
};
use crate::report::html::html;
use crate::report::junit::junit;
use crate::report::ledger::Ledger;
use crate::report::ledger_lines::ledger_lines;
use crate::report::markdown::markdown;
use crate::report::scripts::Scripts;
use crate::report::{FindingRow, Report};

/// Writes `report.json` and every file made from it, a counterexample for each finding among them; makes the
/// folder if need be and removes what an earlier report has left there.
pub fn write(folder: &Path, report: &Report, run: &Run, ledger: Option<&Ledger>) -> Result<(), WriteError> {
    make_room(folder)?;
    put(&folder.join(REPORT), &report.to_json())?;
    for (path, text) in files(report, run, ledger) {
        if path == Path::new(LEDGER) {
            put_ledger(&folder.join(path), &text)?;
        } else {
            put(&folder.join(path), &text)?;
        }
    }
    Ok(())
}

/// The files beside `report.json`, each a function of the run and of what was made of it: where they lie in
/// the folder, and what they hold.
pub fn files(report: &Report, run: &Run, ledger: Option<&Ledger>) -> Vec<(PathBuf, String)> {
    let mut files =
        vec![(PathBuf::from("junit.xml"), junit(report)), (PathBuf::from("summary.md"), markdown(report))];
    let scripts = |id: &str| {
        let row = report.findings.iter().find(|row| row.id == id)?;
        Some(Scripts::new(row, root(run, row)?, &run.target))
    };
    files.push((PathBuf::from("report.html"), html(report, &scripts)));
    files.extend(ledger_lines(report).map(|lines| (PathBuf::from(LEDGER_LINES), lines)));
    files.extend(ledger.map(|ledger| (PathBuf::from(LEDGER), ledger.text.clone())));
    for row in &report.findings {
        let Some(root) = root(run, row) else { continue };
        let json = visible::json_pretty(&Counterexample::new(row, root))
            .expect("a counterexample has string keys only");
        files.push((PathBuf::from(&row.counterexample), format!("{json}\n")));
        for (_, ending, text) in Scripts::new(row, root, &run.target).named() {
            files.push((Path::new(COUNTEREXAMPLES).join(format!("{}.{ending}", row.id)), text.to_owned()));
        }
    }
    // What writes a file spells such characters in its own way; where one forgets to, nothing gets out all
    // the same.
    for (_, text) in files.iter_mut().filter(|(path, _)| path != Path::new(LEDGER)) {
        *text = visible::visible(text);
    }
    files
}

/// The root that a row tells of.
fn root<'a>(run: &'a Run, row: &FindingRow) -> Option<&'a Root> {
    let key = row.root(row.operation);
    run.roots.iter().find(|root| root.finding.root() == key)
}
