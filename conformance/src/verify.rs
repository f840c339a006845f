//! Derives every verdict again from the log, without a network.

use std::collections::{BTreeMap, VecDeque};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::pin::Pin;
use std::sync::Mutex;
use std::time::Duration;

use serde_json::{Value, json};
use signer_model::Account;

use crate::endpoint::{Endpoint, Sending};
use crate::log::Line;
use crate::runner::{Runner, Tally};
use crate::symbols::Context;
use crate::{CaseResult, Exchange, Program, Request, Silence, TargetInfo, Verdict, tour};

/// The log or the report cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// A file cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A file does not hold what it should.
    #[error("{path}, line {line}: {reason}")]
    Malformed {
        /// Which file.
        path: String,
        /// Which line, from 1.
        line: usize,
        /// What is wrong.
        reason: String,
    },
}

/// What came of deriving the verdicts again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Cases derived again.
    pub cases: usize,
    /// Exchanges read.
    pub exchanges: usize,
    /// Where log and report differ, in words.
    pub differences: Vec<String>,
}

/// Compares `exchanges.ndjson` with `report.json` in that folder.
pub async fn verify(folder: &Path) -> Result<Verification, VerifyError> {
    let report_path = folder.join("report.json");
    let text = std::fs::read_to_string(&report_path).map_err(|source| unreadable(&report_path, source))?;
    let report: Value = serde_json::from_str(&text).map_err(|error| malformed(&report_path, error.line(), &error))?;
    let mut told: BTreeMap<String, Reported> = BTreeMap::new();
    for case in report.get("cases").and_then(Value::as_array).into_iter().flatten() {
        let text = |member: &str| case.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        told.insert(text("id"), Reported { verdict: text("verdict"), reason: text("reason") });
    }
    let log = folder.join("exchanges.ndjson");
    let Derived { context, target, cases: results } = derive(&log).await?;
    let differences = crate::report::hash_differences(&report, &log);
    let mut verification = Verification { cases: results.len(), differences, ..Verification::default() };
    let mut all = Vec::with_capacity(results.len());
    for (result, exchanges) in results {
        verification.exchanges += exchanges;
        let name = &result.program.name;
        let Some(reported) = told.remove(name) else {
            verification.differences.push(format!("{name}: in the log, but not in the report"));
            all.push(result);
            continue;
        };
        // What the ledger makes of a failure, and what counts at a basis, is the report's affair.
        let same = match result.verdict {
            Verdict::Fail => ["fail", "deviates", "pass"].contains(&reported.verdict.as_str()),
            verdict => reported.verdict == verdict.id(),
        };
        let reason = result.reason.as_deref().unwrap_or_default();
        if !same || (result.verdict == Verdict::Fail && reported.verdict == "fail" && reported.reason != reason) {
            verification.differences.push(format!(
                "{name}: the report says {} ({}), the log gives {} ({reason})",
                reported.verdict,
                reported.reason,
                result.verdict.id(),
            ));
        }
        all.push(result);
    }
    let unrun = ["skipped", "error"];
    let left_out = told.iter().map(|(name, reported)| (name.as_str(), reported));
    let left_out = left_out.filter(|(_, reported)| unrun.contains(&reported.verdict.as_str()));
    if let Some(words) = tour_differs(&report, &context, &target, all, left_out) {
        verification.differences.push(words);
    }
    verification.differences.extend(
        told.iter()
            .filter(|(_, reported)| !unrun.contains(&reported.verdict.as_str()))
            .map(|(name, reported)| format!("{name}: the report says {}, the log does not hold it", reported.verdict)),
    );
    Ok(verification)
}

struct Reported {
    verdict: String,
    reason: String,
}

/// What the log gives for the tour where the report says something else. A report from before it told of transitions says
/// nothing.
fn tour_differs<'a>(
    report: &Value,
    context: &Context,
    target: &TargetInfo,
    mut results: Vec<CaseResult>,
    left_out: impl Iterator<Item = (&'a str, &'a Reported)>,
) -> Option<String> {
    let told = report.get("tour")?;
    let programs: BTreeMap<_, _> =
        tour::programs(context.edition).into_iter().map(|program| (program.name.clone(), program)).collect();
    for (name, reported) in left_out {
        results.extend(programs.get(name).map(|program| CaseResult {
            verdict: Verdict::Skipped,
            reason: Some(reported.reason.clone()),
            ..CaseResult::new(program)
        }));
    }
    let derived = tour::coverage(context.edition, context.platforms, target, &results);
    let count = report.get("coverage").and_then(|coverage| coverage.get("tour"));
    let unreached = json!(derived.unreached);
    let same = count == Some(&json!({ "reached": derived.reached, "total": derived.total }))
        && told.get("unreached").map(without_words) == Some(without_words(&unreached));
    (!same).then(|| format!("the tour: the log gives {} of {} transitions, or other reasons", derived.reached, derived.total))
}

/// The transitions and reasons without the words for an end of a case: how long a job was waited for is not in the log.
fn without_words(unreached: &Value) -> Value {
    let mut unreached = unreached.clone();
    for row in unreached.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        row.remove("because");
    }
    unreached
}

/// What the log holds. One that was joined from several runs has a line for each, which differ in names and times alone.
pub(crate) struct Derived {
    /// What all cases of the first run share.
    pub(crate) context: Context,
    /// What was learnt of the target in the first run.
    pub(crate) target: TargetInfo,
    /// The result of each case, and how many exchanges it took.
    pub(crate) cases: Vec<(CaseResult, usize)>,
}

/// Judges every case of the log again.
pub(crate) async fn derive(path: &Path) -> Result<Derived, VerifyError> {
    let file = std::fs::File::open(path).map_err(|source| unreadable(path, source))?;
    let mut runs: Vec<(Context, TargetInfo)> = Vec::new();
    let mut cases: Vec<(usize, String, Program, VecDeque<Exchange>)> = Vec::new();
    for (index, text) in BufReader::new(file).lines().enumerate() {
        let text = text.map_err(|source| unreadable(path, source))?;
        let line: Line = serde_json::from_str(&text).map_err(|error| malformed(path, index + 1, &error))?;
        match line {
            Line::Run { context, target } => runs.push((context, target)),
            Line::Case { .. } if runs.is_empty() => return Err(malformed(path, 1, &"the log does not begin with the run")),
            Line::Case { tag, program } => cases.push((runs.len() - 1, tag, program, VecDeque::new())),
            Line::Exchange(exchange) => match cases.last_mut() {
                Some((.., exchanges)) => exchanges.push_back(exchange.exchange),
                None => return Err(malformed(path, index + 1, &"an exchange before any case")),
            },
        }
    }
    let tally = Tally::default();
    let mut results = Vec::with_capacity(cases.len());
    for (run, tag, program, exchanges) in cases {
        let (context, target) = &runs[run];
        let count = exchanges.len();
        let endpoint = Recorded { exchanges: Mutex::new(exchanges) };
        let runner = Runner { endpoint: &endpoint, context, target, job_timeout: Duration::from_hours(1), tally: &tally };
        results.push((runner.run(&program, &tag).await.0, count));
    }
    let Some((context, target)) = runs.into_iter().next() else {
        return Err(malformed(path, 1, &"the log does not begin with the run"));
    };
    Ok(Derived { context, target, cases: results })
}

/// Answers as the log says, as long as the same is asked.
struct Recorded {
    exchanges: Mutex<VecDeque<Exchange>>,
}

impl Recorded {
    fn next(&self, by: Account, request: &Request) -> Result<crate::Response, Silence> {
        let mut exchanges = self.exchanges.lock().map_err(|error| Silence::Broken(error.to_string()))?;
        match exchanges.pop_front() {
            Some(exchange) if exchange.by == by && exchange.request == *request => exchange.outcome,
            Some(exchange) => {
                Err(Silence::Broken(format!("the log holds {} {} here", exchange.request.method, exchange.request.target)))
            }
            None => Err(Silence::Broken("the log ends here".to_owned())),
        }
    }
}

impl Endpoint for Recorded {
    fn describe(&self) -> String {
        "the log".to_owned()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        Box::pin(std::future::ready(self.next(by, request)))
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        Box::pin(std::future::ready(self.next(Account::Owner, request)))
    }

    fn pause(&self, _time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}

fn unreadable(path: &Path, source: std::io::Error) -> VerifyError {
    VerifyError::Read { path: path.display().to_string(), source }
}

fn malformed(path: &Path, line: usize, reason: &dyn std::fmt::Display) -> VerifyError {
    VerifyError::Malformed { path: path.display().to_string(), line, reason: reason.to_string() }
}
