//! `compare`: several reports side by side.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ValueEnum;
use signer_conformance::report::compare::Comparison;
use signer_conformance::report::{Report, Toned};

use crate::failure::Failure;
use crate::show;

/// The options of `compare`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The folders of the reports, as `certify --out` wrote them.
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// What is printed on standard output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// The forms of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person: every operation, and what the targets differ in.
    Text,
    /// The same as tables.
    Markdown,
    /// Everything, for a program.
    Json,
    /// One file for a browser.
    Html,
}

pub(crate) fn run(args: &Args) -> Result<ExitCode, Failure> {
    let read = |folder: &PathBuf| {
        let report = Report::read(folder).map_err(|error| Failure::Usage(error.to_string()))?;
        Ok((folder.display().to_string(), report))
    };
    let reports = args.folders.iter().map(read).collect::<Result<Vec<_>, Failure>>()?;
    let comparison = Comparison::new(&reports);
    show::out(match args.format {
        Format::Text => Toned::from(&comparison.text()),
        Format::Markdown => Toned::from(&comparison.markdown()),
        Format::Json => Toned::from(&comparison.json()),
        Format::Html => Toned::from(&comparison.html()),
    })?;
    Ok(ExitCode::SUCCESS)
}
