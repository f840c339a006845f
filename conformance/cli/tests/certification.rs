//! The certification as tests, one for each case of the plan: `cargo test` shows what does not conform, case
//! by case.
//!
//! By default the embedded reference implementation is judged. `SIGNER_ENDPOINT` names another target, with
//! `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and `AWS_REGION` as its identity,
//! `SIGNER_OTHER_ACCESS_KEY_ID` and `SIGNER_OTHER_SECRET_ACCESS_KEY` as that of a second account,
//! `SIGNER_DENIED_ACCESS_KEY_ID` and `SIGNER_DENIED_SECRET_ACCESS_KEY` as one without permissions,
//! `SIGNER_EDITION` the edition (default: current), and `SIGNER_LEDGER` the file of its known deviations.
//!
//! The target is asked once, before the first trial, and only for what the filters select.
//!
//! Counterexamples that are kept in `conformance/regressions` are run by themselves, as `regression/NAME`.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use signer_conformance::report::Regression;
use signer_conformance::testing::{readable, trials};
use signer_conformance::{Ledger, RunOptions, Verdict};
use signer_conformance_cli::certify::{Args, read_ledger};
use signer_conformance_cli::{Failure, show};
use signer_schemas::Edition;

fn main() -> std::process::ExitCode {
    let arguments = Arguments::from_args();
    let given = Given::from_environment();
    let all = given.and_then(|given| {
        let (args, ledger) = (given.args.clone(), given.ledger.clone());
        let open = async move || args.open().await.map_err(|failure| failure.to_string());
        let mut all = trials(&arguments, given.options.clone(), ledger, open);
        let given = Arc::new(given);
        all.extend(regressions()?.into_iter().map(|regression| {
            let given = Arc::clone(&given);
            Trial::ignorable_test(regression.program.name.clone(), move || {
                readable(given.regress(&regression))
            })
        }));
        Ok(all)
    });
    match all {
        Ok(all) => libtest_mimic::run(&arguments, all).exit_code(),
        Err(failure) => show::failure(&failure),
    }
}

/// The programs in `conformance/regressions`, by the names of their files.
fn regressions() -> Result<Vec<Regression>, Failure> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../regressions");
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let read = |path: &PathBuf| {
        let mut regression = Regression::read(path).map_err(|error| Failure::Usage(error.to_string()))?;
        regression.program.name =
            format!("regression/{}", path.file_stem().unwrap_or_default().to_string_lossy());
        Ok(regression)
    };
    paths.iter().map(read).collect()
}

/// What the environment says of the target.
struct Given {
    args: Args,
    options: RunOptions,
    ledger: Option<Ledger>,
}

impl Given {
    fn from_environment() -> Result<Self, Failure> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let edition = variable("SIGNER_EDITION").unwrap_or_else(|| Edition::Current.id().to_owned());
        let args = Args::from_texts(["--no-shrink", "--edition", &edition])?;
        let options = args.options()?;
        let ledger = variable("SIGNER_LEDGER")
            .map(|path| read_ledger(&PathBuf::from(path), options.edition))
            .transpose()?;
        Ok(Self { args, options, ledger })
    }

    /// Runs a counterexample of the past. The reference is started in the edition that the program speaks.
    fn regress(&self, regression: &Regression) -> Result<Completion, Failed> {
        let program = &regression.program;
        let edition = program.edition;
        if !self.args.is_embedded() && edition != self.options.edition {
            return Ok(Completion::ignored_with(format!("it is of the edition {edition}")));
        }
        let args = Args::from_texts(["--edition", edition.id()]).map_err(|failure| failure.to_string())?;
        let options = args.options().map_err(|failure| failure.to_string())?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let replay = runtime.block_on(async {
            let endpoint = args.open().await.map_err(|failure| failure.to_string())?;
            signer_conformance::replay(&endpoint, program, &options).await.map_err(|error| error.to_string())
        })?;
        let mut out = String::new();
        for finding in
            replay.result.findings.iter().filter(|finding| regression.fails_for(finding, self.options.basis))
        {
            let _ =
                writeln!(out, "{} at step {}: {}", finding.requirement, finding.step + 1, finding.summary);
        }
        match replay.result.verdict {
            Verdict::Unimplemented | Verdict::Skipped => {
                Ok(Completion::ignored_with(replay.result.reason.unwrap_or_default()))
            }
            Verdict::Inconclusive | Verdict::Error => Err(replay.result.reason.unwrap_or_default().into()),
            Verdict::Fail if !out.is_empty() => Err(out.into()),
            Verdict::Pass | Verdict::Fail | Verdict::Deviates => Ok(Completion::Completed),
        }
    }
}
