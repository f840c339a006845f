//! `merge`: the shards of one plan as one report.

use std::path::PathBuf;
use std::process::ExitCode;

use signer_conformance::{MergeError, make_room, merge, report};

use crate::certify::{read_ledger, report_text};
use crate::failure::Failure;
use crate::show;

/// The options of `merge`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The folders of the shards, one for each, as `certify --shard K/N --out` wrote them.
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    /// Where the joined report goes.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// The target's known deviations: of a whole plan it can be told whether each line still fits. By default
    /// those that the shards were given.
    #[arg(long, value_name = "FILE")]
    ledger: Option<PathBuf>,
}

pub(crate) async fn run(args: &Args) -> Result<ExitCode, Failure> {
    let usage = |error: MergeError| Failure::Usage(error.to_string());
    make_room(&args.folders, &args.out, args.ledger.as_deref()).map_err(usage)?;
    let first = report::Report::read(&args.folders[0]).map_err(usage)?;
    let of_the_shards = || first.ledger.as_ref().map(|_| args.folders[0].join(report::LEDGER));
    let ledger = args
        .ledger
        .clone()
        .or_else(of_the_shards)
        .map(|path| read_ledger(&path, first.edition))
        .transpose()?;
    let merged = merge(&args.folders, &args.out, ledger.as_ref()).await;
    let report = merged.map_err(usage)?;
    show::out(report_text(&report, &args.out))?;
    Ok(ExitCode::from(report.verdict.exit_code()))
}
