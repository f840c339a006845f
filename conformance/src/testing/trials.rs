//! A certification as tests of libtest, one for each case of the plan.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use libtest_mimic::{Arguments, Completion, Failed, Trial};

use crate::data::case::CaseResult;
use crate::data::finding::Verdict;
use crate::data::log::NoLog;
use crate::data::run::{Quiet, RunOptions};
use crate::data::visible::logged;
use crate::line::endpoint::Endpoint;
use crate::plan::plan;
use crate::report::ledger::Ledger;
use crate::report::{CaseRow, Report, step_words};

/// The trial that fails for what no single case shows: an operation that is not there, a ledger line without
/// a finding.
pub const WHOLE: &str = "certification/verdict";

/// One trial for each case of the plan, and one for the whole verdict. The run is made when the first trial
/// asks for it, on the endpoint that `open` gives; of the plan, only what the arguments select.
pub fn trials<F>(
    arguments: &Arguments,
    mut options: RunOptions,
    ledger: Option<Ledger>,
    open: F,
) -> Vec<Trial>
where
    F: AsyncFn() -> Result<Arc<dyn Endpoint>, String> + Send + Sync + 'static,
{
    let mut names: Vec<String> = plan(&options).into_iter().map(|program| program.name).collect();
    names.push(WHOLE.to_owned());
    let is_selected = |name: &&String| !arguments.is_filtered_out(&Trial::test(name.as_str(), || Ok(())));
    let selected: Vec<String> = names.iter().filter(is_selected).cloned().collect();
    // The whole verdict needs the whole plan.
    if !selected.iter().any(|name| name == WHOLE) {
        options.only = selected;
    }
    let certification = Arc::new(Certification { options, ledger, open, outcome: OnceLock::new() });
    let trial = |name: String| {
        let certification = Arc::clone(&certification);
        Trial::ignorable_test(name.clone(), move || readable(certification.judge(&name)))
    };
    names.into_iter().map(trial).collect()
}

/// The outcome of a trial, whose words may be a target's, with nothing in it that a terminal would act upon.
pub fn readable(outcome: Result<Completion, Failed>) -> Result<Completion, Failed> {
    match outcome {
        Ok(Completion::Completed) => Ok(Completion::Completed),
        Ok(Completion::Ignored { reason }) => {
            Ok(Completion::Ignored { reason: reason.map(|reason| logged(&reason)) })
        }
        Err(failed) => Err(logged(failed.message().unwrap_or_default()).into()),
    }
}

/// One run of the plan, made when the first trial asks for it.
struct Certification<F> {
    options: RunOptions,
    ledger: Option<Ledger>,
    open: F,
    outcome: OnceLock<Result<Outcome, String>>,
}

struct Outcome {
    report: Report,
    rows: BTreeMap<String, (CaseRow, CaseResult)>,
}

impl<F: AsyncFn() -> Result<Arc<dyn Endpoint>, String>> Certification<F> {
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

    fn run(&self) -> Result<Outcome, String> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .map_err(|error| error.to_string())?;
        let run = runtime.block_on(async {
            let endpoint = (self.open)().await?;
            let programs = plan(&self.options);
            let run = crate::run::certify(&endpoint, &self.options, &programs, &Quiet, &mut NoLog).await;
            run.map_err(|error| error.to_string())
        })?;
        let report = Report::new(&run, &self.options, self.ledger.as_ref());
        let rows = report
            .cases
            .iter()
            .cloned()
            .zip(run.results)
            .map(|(row, result)| (row.id.clone(), (row, result)))
            .collect();
        Ok(Outcome { report, rows })
    }
}

/// What of a case's findings makes it fail.
fn explained(report: &Report, row: &CaseRow, result: &CaseResult) -> String {
    let mut out = String::new();
    for finding in report.new_findings().filter(|finding| row.findings.contains(&finding.id)) {
        let here = result.findings.iter().find(|other| {
            (&other.requirement, other.operation, &other.by)
                == (&finding.requirement, finding.operation, &finding.by)
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
        let _ = writeln!(out, "  {}. {}", index + 1, step_words(step));
    }
    out
}
