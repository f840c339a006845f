//! `report`: what a report says, again, or one finding of it.

use std::path::PathBuf;
use std::process::ExitCode;

use signer_conformance::Report;
use signer_conformance::report::{Counterexample, FindingRow, Toned, finding_text, issue};

use crate::certify::report_text;
use crate::failure::Failure;
use crate::show;

/// The options of `report`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// A finding (F012), or a theme (T3) for all its findings; without one, the report's text.
    #[arg(value_name = "FINDING")]
    what: Option<String>,
    /// The folder of the report, as `certify --out` wrote it.
    #[arg(long = "in", value_name = "DIR", default_value = "target/certification")]
    folder: PathBuf,
    /// Prints the finding as an issue for the tracker of the product that it was found in.
    #[arg(long, requires = "what")]
    issue: bool,
    /// The product and its version, as the issue names it; by default the target's name.
    #[arg(long, value_name = "TEXT", requires = "issue")]
    product: Option<String>,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let report = Report::read(&args.folder).map_err(|error| Failure::option("--in", error))?;
    let rows = args.what.as_ref().map(|what| named(&report, what)).transpose()?;
    let text = match rows.as_deref() {
        None => report_text(&report, &args.folder),
        Some([row]) if args.issue => Toned::from(&issue_text(args, &report, row)?),
        Some(_) if args.issue => {
            return Err(Failure::option(
                "--issue",
                "a theme is no issue: name one finding of it, such as the first",
            ));
        }
        Some(rows) => {
            let mut text = Toned::default();
            let folder = args.folder.display().to_string();
            for row in rows {
                text.append(finding_text(&report, row, &folder));
            }
            text
        }
    };
    show::out(text)?;
    Ok(ExitCode::SUCCESS)
}

/// The findings of that name.
fn named<'a>(report: &'a Report, what: &str) -> Result<Vec<&'a FindingRow>, Failure> {
    let is_named = |row: &&FindingRow| {
        row.id.eq_ignore_ascii_case(what)
            || row.theme.as_ref().is_some_and(|theme| theme.eq_ignore_ascii_case(what))
    };
    let rows: Vec<&FindingRow> = report.findings.iter().filter(is_named).collect();
    match (rows.is_empty(), report.findings.as_slice()) {
        (false, _) => Ok(rows),
        (true, []) => Err(Failure::Usage(format!("the report has no findings, so there is no {what:?}"))),
        (true, [first, ..]) => {
            let last = report.findings.last().unwrap_or(first);
            let themes = report
                .themes
                .last()
                .map(|theme| format!(", and themes T1 to {}", theme.id))
                .unwrap_or_default();
            Err(Failure::Usage(format!(
                "the report has no {what:?}; there are findings {} to {}{themes}",
                first.id, last.id
            )))
        }
    }
}

fn issue_text(args: &Args, report: &Report, row: &FindingRow) -> Result<String, Failure> {
    let path = args.folder.join(&row.counterexample);
    let counterexample = Counterexample::read(&path).map_err(|error| Failure::option("--in", error))?;
    let product = args.product.clone().unwrap_or_else(|| report.target.name.clone());
    Ok(issue(report, row, &counterexample, &product))
}
