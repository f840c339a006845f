//! The certification as tests, one for each case of the plan: `cargo test` shows what does not conform, case by case.
//!
//! By default the embedded reference implementation is judged. `SIGNER_ENDPOINT` names another target, with
//! `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN` and `AWS_REGION` as its identity,
//! `SIGNER_OTHER_ACCESS_KEY_ID` and `SIGNER_OTHER_SECRET_ACCESS_KEY` as that of a second account, `SIGNER_EDITION` the
//! edition (default: current), and `SIGNER_LEDGER` the file of its known deviations.
//!
//! The target is asked once, before the first trial, and only for what the filters select.
//!
//! Counterexamples that are kept in `conformance/regressions` are run by themselves, as `regression/NAME`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Completion, Failed, Trial};
use signer_conformance::log::NoLog;
use signer_conformance::report::{CaseRow, Regression, Report};
use signer_conformance::visible::logged;
use signer_conformance::{CaseResult, Ledger, Quiet, RunOptions, Verdict, plan};
use signer_conformance_cli::certify::{Args, read_ledger};
use signer_conformance_cli::{Failure, show};
use signer_schemas::Edition;

/// The trial that fails for what no single case shows: an operation that is not there, a ledger line without a finding.
const WHOLE: &str = "certification/verdict";

fn main() -> std::process::ExitCode {
    let arguments = Arguments::from_args();
    let certification = match Certification::from_environment() {
        Ok(certification) => certification,
        Err(failure) => return show::failure(&failure),
    };
    let mut names: Vec<String> = plan(&certification.options).into_iter().map(|program| program.name).collect();
    names.push(WHOLE.to_owned());
    let trial = |name: &str, certification: &Arc<Certification>| {
        let (case, certification) = (name.to_owned(), Arc::clone(certification));
        Trial::ignorable_test(name, move || shown(certification.judge(&case)))
    };
    let dry = Arc::new(certification);
    let selected: Vec<String> = names.iter().filter(|name| !arguments.is_filtered_out(&trial(name, &dry))).cloned().collect();
    let mut certification = Arc::into_inner(dry).expect("the trials above are gone");
    // The whole verdict needs the whole plan.
    if !selected.iter().any(|name| name == WHOLE) {
        certification.options.only = selected;
    }
    let certification = Arc::new(certification);
    let mut trials: Vec<Trial> = names.iter().map(|name| trial(name, &certification)).collect();
    let regressions = match regressions() {
        Ok(regressions) => regressions,
        Err(failure) => return show::failure(&failure),
    };
    trials.extend(regressions.into_iter().map(|regression| {
        let certification = Arc::clone(&certification);
        Trial::ignorable_test(regression.program.name.clone(), move || shown(certification.regress(&regression)))
    }));
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// The outcome of a trial, whose words may be a target's.
fn shown(outcome: Result<Completion, Failed>) -> Result<Completion, Failed> {
    match outcome {
        Ok(Completion::Completed) => Ok(Completion::Completed),
        Ok(Completion::Ignored { reason }) => Ok(Completion::Ignored { reason: reason.map(|reason| logged(&reason)) }),
        Err(failed) => Err(logged(failed.message().unwrap_or_default()).into()),
    }
}

/// The programs in `conformance/regressions`, by the names of their files.
fn regressions() -> Result<Vec<Regression>, Failure> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../regressions");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
    paths.sort();
    let read = |path: &PathBuf| {
        let mut regression = Regression::read(path).map_err(|error| Failure::Usage(error.to_string()))?;
        regression.program.name = format!("regression/{}", path.file_stem().unwrap_or_default().to_string_lossy());
        Ok(regression)
    };
    paths.iter().map(read).collect()
}

/// One run of the plan, made when the first trial asks for it.
struct Certification {
    args: Args,
    options: RunOptions,
    ledger: Option<Ledger>,
    outcome: OnceLock<Result<Outcome, String>>,
}

struct Outcome {
    report: Report,
    rows: BTreeMap<String, (CaseRow, CaseResult)>,
}

impl Certification {
    fn from_environment() -> Result<Self, Failure> {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let edition = variable("SIGNER_EDITION").unwrap_or_else(|| Edition::Current.id().to_owned());
        let args = Args::from_texts(["--no-shrink", "--edition", &edition])?;
        let options = args.options();
        let ledger = variable("SIGNER_LEDGER").map(|path| read_ledger(&PathBuf::from(path), options.edition)).transpose()?;
        Ok(Self { args, options, ledger, outcome: OnceLock::new() })
    }

    fn judge(&self, name: &str) -> Result<Completion, Failed> {
        let outcome = self.outcome.get_or_init(|| self.run()).as_ref().map_err(Failed::from)?;
        if name == WHOLE {
            let because = outcome.report.because.join("\n");
            return if because.is_empty() { Ok(Completion::Completed) } else { Err(because.into()) };
        }
        let Some((row, result)) = outcome.rows.get(name) else {
            return Err("the run has no such case".into());
        };
        let reason = row.reason.clone().unwrap_or_default();
        match row.verdict {
            Verdict::Pass | Verdict::Deviates => Ok(Completion::Completed),
            Verdict::Skipped => Ok(Completion::ignored_with(reason)),
            Verdict::Unimplemented => Ok(Completion::ignored_with(format!("unimplemented: {reason}"))),
            Verdict::Inconclusive | Verdict::Error => Err(format!("{}: {reason}", row.verdict.id()).into()),
            Verdict::Fail => Err(explained(&outcome.report, row, result).into()),
        }
    }

    /// Runs a counterexample of the past. The reference is started in the edition that the program speaks.
    fn regress(&self, regression: &Regression) -> Result<Completion, Failed> {
        let program = &regression.program;
        let edition = program.edition;
        if !self.args.is_embedded() && edition != self.options.edition {
            return Ok(Completion::ignored_with(format!("it is of the edition {edition}")));
        }
        let args = Args::from_texts(["--edition", edition.id()]).map_err(|failure| failure.to_string())?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
        let replay = runtime.block_on(async {
            let endpoint = args.open().await.map_err(|failure| failure.to_string())?;
            signer_conformance::replay(&endpoint, program, &args.options()).await.map_err(|error| error.to_string())
        })?;
        let mut out = String::new();
        for finding in replay.result.findings.iter().filter(|finding| regression.fails_for(finding, self.options.basis)) {
            let _ = writeln!(out, "{} at step {}: {}", finding.requirement, finding.step + 1, finding.summary);
        }
        match replay.result.verdict {
            Verdict::Unimplemented | Verdict::Skipped => Ok(Completion::ignored_with(replay.result.reason.unwrap_or_default())),
            Verdict::Inconclusive | Verdict::Error => Err(replay.result.reason.unwrap_or_default().into()),
            Verdict::Fail if !out.is_empty() => Err(out.into()),
            Verdict::Pass | Verdict::Fail | Verdict::Deviates => Ok(Completion::Completed),
        }
    }

    fn run(&self) -> Result<Outcome, String> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(|error| error.to_string())?;
        let run = runtime.block_on(async {
            let endpoint = self.args.open().await.map_err(|failure| failure.to_string())?;
            signer_conformance::certify(&endpoint, &self.options, &plan(&self.options), &Quiet, &mut NoLog)
                .await
                .map_err(|error| error.to_string())
        })?;
        let report = Report::new(&run, &self.options, self.ledger.as_ref());
        let rows = report.cases.iter().cloned().zip(run.results).map(|(row, result)| (row.id.clone(), (row, result))).collect();
        Ok(Outcome { report, rows })
    }
}

/// What of a case's findings makes it fail.
fn explained(report: &Report, row: &CaseRow, result: &CaseResult) -> String {
    let mut out = String::new();
    for finding in report.new_findings().filter(|finding| row.findings.contains(&finding.id)) {
        let here = result.findings.iter().find(|other| {
            (&other.requirement, other.operation, &other.by) == (&finding.requirement, finding.operation, &finding.by)
        });
        let (permitted, observed) =
            here.map_or((&finding.permitted, &finding.observed), |here| (&here.permitted, &here.observed));
        let _ = writeln!(
            out,
            "{} at {}: {}\n  permitted {}\n  observed  {observed}\n  rule      {} ({})",
            finding.requirement,
            finding.operation,
            finding.summary,
            permitted.join(" or "),
            finding.statement,
            finding.basis.id(),
        );
    }
    for (index, step) in result.program.steps.iter().enumerate() {
        let _ = writeln!(out, "  {}. {}", index + 1, signer_conformance::report::step_words(step));
    }
    out
}
