//! `replay`: one program again, step by step.

use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use signer_conformance::report::{Again, Regression, Tone, Toned, printable, step_words};
use signer_conformance::visible::{json_pretty, on_one_line};
use signer_conformance::{Program, RunOptions, Second, fresh_prefix};
use signer_schemas::Basis;

use crate::connection::Connection;
use crate::failure::Failure;
use crate::show;
use crate::values::duration;

/// The options of `replay`.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct Args {
    /// A counterexample (counterexamples/F001.json), or a program; - is standard input.
    file: PathBuf,
    #[command(flatten)]
    connection: Connection,
    /// How long a signing job may stay in progress.
    #[arg(long, value_name = "TIME", default_value = "30s", value_parser = duration)]
    job_timeout: Duration,
    /// Keeps program and requirement as conformance/regressions/NAME.json, which `cargo test` runs as
    /// `regression/NAME` from then on.
    #[arg(long, value_name = "NAME", value_parser = name)]
    save: Option<String>,
}

/// Where regressions lie, seen from the root of the repository.
const REGRESSIONS: &str = "conformance/regressions";

fn name(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.bytes().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("a regression's name has lower-case letters, digits and hyphens".to_owned())
    }
}

/// Where the tests find the program of that name, if it can be put there.
fn place(name: &str) -> Result<PathBuf, Failure> {
    let folder = PathBuf::from(REGRESSIONS);
    let path = folder.join(format!("{name}.json"));
    if !folder.is_dir() {
        return Err(Failure::option(
            "--save",
            format!("there is no folder {REGRESSIONS} here: call it in the repository's root"),
        ));
    }
    if path.symlink_metadata().is_ok() {
        return Err(Failure::option(
            "--save",
            format!("{} is there already; choose another name", path.display()),
        ));
    }
    Ok(path)
}

fn save(kept: &Regression, name: &str, path: &Path) -> Result<(), Failure> {
    let program = Program { name: format!("regression/{name}"), ..kept.program.clone() };
    let kept = Regression { program, ..kept.clone() };
    let text = json_pretty(&kept).map_err(|error| Failure::Inconclusive(error.to_string()))?;
    let unwritable = |error: std::io::Error| {
        Failure::option("--save", format!("{} cannot be written: {error}", path.display()))
    };
    // Whatever has come to lie there meanwhile, a link included, is left alone.
    File::create_new(path).and_then(|mut file| writeln!(file, "{text}")).map_err(unwritable)
}

/// Whether the recorded finding is there.
fn words(kept: &Regression, again: Again) -> String {
    let requirement = kept.requirement.as_deref().unwrap_or_default();
    let at = kept.operation.map(|operation| format!(" at {operation}")).unwrap_or_default();
    let finding = format!("{requirement}{at}");
    match again {
        Again::There => format!("it departs: {finding} is there"),
        Again::Nothing if kept.requirement.is_some() => format!("nothing departs: {finding} is not there"),
        Again::Nothing => "nothing departs".to_owned(),
        Again::Others => format!("{finding} is not there, but other requirements are departed from"),
        Again::Before => {
            format!("it cannot be told whether {finding} is there, as something else departs before")
        }
        Again::Departs => "it departs".to_owned(),
        Again::Unimplemented => "the target does not have the operation".to_owned(),
        Again::Untold => "it cannot be told".to_owned(),
    }
}

pub(crate) async fn run(args: &Args) -> Result<ExitCode, Failure> {
    let regression = Regression::read(&args.file).map_err(|error| Failure::Usage(error.to_string()))?;
    let program = &regression.program;
    let kept = args.save.as_ref().map(|name| place(name).map(|path| (name, path))).transpose()?;
    args.connection.agreed()?;
    let endpoint = args.connection.open(program.edition).await?;
    let options = RunOptions {
        basis: Basis::Open,
        job_timeout: args.job_timeout,
        shrink: false,
        buckets: args.connection.buckets(),
        other_is_given: args.connection.second() == Second::Given,
        second_region: args.connection.second_region(),
        ..RunOptions::new(program.edition, fresh_prefix())
    };
    let replay = signer_conformance::replay(&endpoint, program, &options).await?;
    let result = &replay.result;
    let mut out =
        Toned::from(&format!("{} against {}\n", on_one_line(&program.name), replay.target.endpoint));
    for (index, step) in program.steps.iter().enumerate() {
        let found: Vec<_> = result.findings.iter().filter(|finding| finding.step == index).collect();
        let sent: Vec<_> =
            replay.exchanges.iter().filter(|sent| sent.step == index).map(|sent| &sent.exchange).collect();
        let _ = write!(out, "{}. {}: ", index + 1, printable(&step_words(step)));
        if !found.is_empty() {
            out.toned(Tone::Bad, "departs");
        } else if sent.is_empty() {
            out.toned(Tone::Faint, "not run");
        } else {
            out.toned(Tone::Good, "permitted");
        }
        let _ = writeln!(out);
        for exchange in sent {
            let answer = match &exchange.outcome {
                Ok(response) => {
                    let error = response
                        .error_type()
                        .map(|name| format!(" {}", printable(&name)))
                        .unwrap_or_default();
                    format!("{}{error}", response.status)
                }
                Err(silence) => silence.to_string(),
            };
            let _ = writeln!(out, "   {} {} → {answer}", exchange.request.method, exchange.request.target);
        }
        for finding in found {
            let _ = writeln!(
                out,
                "   {} ({}): {}\n     permitted {}\n     observed  {}",
                finding.requirement,
                finding.basis.id(),
                printable(&finding.summary),
                printable(&finding.permitted.join(" or ")),
                printable(&finding.observed)
            );
        }
    }
    let again = regression.outcome(result, &replay.exchanges);
    let code = again.exit_code();
    let reason = result
        .reason
        .as_ref()
        .filter(|_| code == 3)
        .map(|reason| format!(": {}", printable(reason)))
        .unwrap_or_default();
    let _ = writeln!(out, "{}{reason}", words(&regression, again));
    if let Some((name, path)) = &kept {
        save(&regression, name, path)?;
        let _ = writeln!(out, "saved as {}; run it alone with", path.display());
        let _ = writeln!(
            out,
            "  cargo test -p signer-conformance-cli --test certification -- --exact regression/{name}"
        );
    }
    show::out(out)?;
    Ok(ExitCode::from(code))
}
