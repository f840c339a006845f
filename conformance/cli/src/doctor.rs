//! `doctor`: what is wrong before a run, and what to do about it.

use std::fmt::Write as _;
use std::process::ExitCode;

use signer_conformance::report::{Tone, Toned, printable};
use signer_conformance::{Diagnosis, Level, Probed, RunOptions, fresh_prefix, visible};
use signer_schemas::Edition;

use crate::certify::edition;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::progress::progress;
use crate::show;

/// The options of `doctor`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    connection: Connection,
    /// The edition of the API that a run would use: current or 2019-05-22.
    #[arg(long, default_value = "current", value_parser = edition)]
    edition: Edition,
    /// Prints JSON.
    #[arg(long)]
    json: bool,
}

pub(crate) async fn run(args: &Args) -> Result<ExitCode, Failure> {
    args.connection.agreed()?;
    let endpoint = args.connection.open(args.edition).await?;
    let options =
        RunOptions { buckets: args.connection.buckets(), ..RunOptions::new(args.edition, fresh_prefix()) };
    let (region, second) = (args.connection.region(), args.connection.second());
    let progress = progress(args.json);
    let (probed, found) = signer_conformance::doctor(&endpoint, &options, region, second, &*progress).await;
    drop(progress);
    let code = match probed {
        Probed::NoSigner => 3,
        Probed::Refused => 2,
        Probed::All => u8::from(found.iter().any(|diagnosis| diagnosis.level == Level::Fail)),
    };
    show::out(if args.json { Toned::from(&json(&found, code)?) } else { text(&found, code) })?;
    Ok(ExitCode::from(code))
}

fn json(found: &[Diagnosis], code: u8) -> Result<String, Failure> {
    let whole = serde_json::json!({ "ready": code == 0, "probes": found });
    let text = visible::json_pretty(&whole).map_err(|error| Failure::Inconclusive(error.to_string()))?;
    Ok(format!("{text}\n"))
}

fn text(found: &[Diagnosis], code: u8) -> Toned {
    let mut out = Toned::default();
    for diagnosis in found {
        match diagnosis.level {
            Level::Ok => out.toned(Tone::Good, "ok  "),
            Level::Warn => out.toned(Tone::Doubtful, "warn"),
            Level::Fail => out.toned(Tone::Bad, "fail"),
        }
        let _ = writeln!(out, "  {:<19}{}", diagnosis.probe, printable(&diagnosis.found));
        if let Some(advice) = &diagnosis.advice {
            let _ = write!(out, "      {:<19}", "");
            out.toned(Tone::Faint, &printable(advice));
            let _ = writeln!(out);
        }
    }
    let _ = out.write_str(match code {
        0 => "ready for `certify`\n",
        1 => "`certify` would run, but not say much: mend what fails first\n",
        2 => "the credentials are refused\n",
        _ => "no Signer answers that could be certified\n",
    });
    out
}
