//! `compare`: several reports side by side, as a site, or as the record of what was found.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ValueEnum;
use signer_conformance::report::compare::{Comparison, Handed};
use signer_conformance::report::{Board, Report, Toned, track_record, write_site};
use signer_conformance::verify;

use crate::failure::Failure;
use crate::show;

/// The options of `compare`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The folders of the reports, as `certify --out` wrote them, each with a name if it is to have another
    /// one than its target's; NAME@VERSION says which version of a product it was.
    #[arg(value_name = "[NAME=]DIR", required = true)]
    folders: Vec<String>,
    /// What is printed on standard output.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Writes a site of static pages into that folder instead. A report is taken only if `verify` derives it
    /// again from its log.
    #[arg(long, value_name = "DIR", conflicts_with = "format")]
    site: Option<PathBuf>,
}

/// The forms of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For a person: what the targets differ in first.
    Text,
    /// The same as tables.
    Markdown,
    /// Everything, for a program.
    Json,
    /// One file for a browser.
    Html,
    /// Each known deviation with its program and how it was found, as Markdown.
    Record,
}

pub(crate) async fn run(args: &Args) -> Result<ExitCode, Failure> {
    let handed = args.folders.iter().map(|text| handed(text)).collect::<Result<Vec<Handed>, Failure>>()?;
    if let Some(site) = &args.site {
        for report in &handed {
            agreed(report).await?;
        }
        let board = Board::new(handed);
        write_site(site, &board).map_err(|error| Failure::option("--site", error))?;
        let index = site.join("index.html");
        show::out(format!("{} in {}\n{}", board.words(), index.display(), board.summary()).as_str())?;
        return Ok(ExitCode::SUCCESS);
    }
    let comparison = Comparison::new(&handed);
    show::out(match args.format {
        Format::Text => Toned::from(&comparison.text()),
        Format::Markdown => Toned::from(&comparison.markdown()),
        Format::Json => Toned::from(&comparison.json()),
        Format::Html => Toned::from(&comparison.html()),
        Format::Record => Toned::from(&track_record(&Board::new(handed))),
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The report in that folder, under the name before it. A folder whose own name has an equals sign is one
/// without a name.
fn handed(text: &str) -> Result<Handed, Failure> {
    let named = text.split_once('=').filter(|_| !Path::new(text).exists());
    let (name, folder) = named.map_or((None, text), |(name, folder)| (Some(name.trim().to_owned()), folder));
    if name.as_ref().is_some_and(String::is_empty) || folder.is_empty() {
        return Err(Failure::Usage(format!("{text:?}: write NAME=DIR, or DIR alone")));
    }
    let path = Path::new(folder);
    if path.is_dir() && path.join("report.json").symlink_metadata().is_err() {
        return Err(Failure::Usage(format!(
            "{folder} holds no report: {folder}/report.json cannot be read; name a folder that `certify \
             --out` has written"
        )));
    }
    let report = Report::read(path).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(Handed { name, folder: folder.to_owned(), report })
}

/// Refuses a report that its own log does not give.
async fn agreed(handed: &Handed) -> Result<(), Failure> {
    let folder = &handed.folder;
    let (theirs, ours) = (handed.report.suite_version.as_str(), env!("CARGO_PKG_VERSION"));
    if theirs != ours {
        return Err(Failure::Usage(format!(
            "{folder} was made by version {theirs}, and this is {ours}, which would judge its log \
             otherwise: certify the target again, or use the program of that version"
        )));
    }
    let verification =
        verify(Path::new(folder)).await.map_err(|error| Failure::Usage(format!("{folder}: {error}")))?;
    match verification.differences.as_slice() {
        [] => Ok(()),
        [first, others @ ..] => Err(Failure::Usage(format!(
            "{folder} is not what its log gives, so it is not taken: {first}{}; `signer-conformance verify \
             {folder}` lists all. Hand in the folder as `certify` wrote it",
            if others.is_empty() { String::new() } else { format!(", and {} more", others.len()) }
        ))),
    }
}
