//! `verify`: the verdicts again, from the log.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use crate::{Failure, show};

/// The options of `verify`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of a report, as `certify --out` wrote it.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(crate) async fn run(args: &Args) -> Result<ExitCode, Failure> {
    let verification = signer_conformance::verify(&args.folder).await.map_err(|error| Failure::Usage(error.to_string()))?;
    let mut out = format!("{} cases, {} exchanges read again\n", verification.cases, verification.exchanges);
    for difference in &verification.differences {
        let _ = writeln!(out, "differs: {difference}");
    }
    let same = verification.differences.is_empty();
    out.push_str(if same { "every verdict is the same\n" } else { "the report is not what the log gives\n" });
    show::out(&out);
    Ok(ExitCode::from(u8::from(!same)))
}
