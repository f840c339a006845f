//! `verify`: the verdicts again, from the log.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use signer_conformance::{Verification, VerifyError};

use crate::failure::Failure;
use crate::show;

/// The options of `verify`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// The folder of a report, as `certify --out` wrote it.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
}

pub(crate) async fn run(args: &Args) -> Result<ExitCode, Failure> {
    let verification = match signer_conformance::verify(&args.folder).await {
        Ok(verification) => verification,
        // A log that breaks off is not what the report was made from.
        Err(error @ VerifyError::Malformed { .. }) => {
            Verification { differences: vec![error.to_string()], ..Verification::default() }
        }
        Err(error @ (VerifyError::Read { .. } | VerifyError::Ledger(_))) => {
            return Err(Failure::Usage(error.to_string()));
        }
    };
    let mut out = format!("{} cases, {} exchanges read again\n", verification.cases, verification.exchanges);
    for difference in &verification.differences {
        let _ = writeln!(out, "differs: {difference}");
    }
    if verification.untold > 0 {
        let _ = writeln!(
            out,
            "{} cases ended in an error of ours; the log holds nothing of them",
            verification.untold
        );
    }
    let same = verification.differences.is_empty();
    out.push_str(if same {
        "the report and its files are what the log gives: every verdict is the same\n"
    } else {
        "the report is not what the log gives\n"
    });
    show::out(&out)?;
    Ok(ExitCode::from(u8::from(!same)))
}
