//! A run again from its log, without a network: every case and every reproduction is judged anew.

use std::collections::{BTreeMap, VecDeque};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use signer_model::Account;

use crate::data::case::{CaseResult, Ran};
use crate::data::context::Context;
use crate::data::exchange::{Exchange, Request, Response, Silence};
use crate::data::given;
use crate::data::log::{End, Line, Reproduces};
use crate::data::names::Tag;
use crate::data::program::Program;
use crate::data::run::{Run, RunOptions, TargetInfo, not_run, not_run_reason};
use crate::judge::runner::Runner;
use crate::line::endpoint::{Endpoint, Sending};
use crate::plan::coverage;
use crate::report::ledger::LedgerError;
use crate::run::causes::Roots;

use crate::run::shrink::{Reduced, Trial};
use crate::scenes::LIBRARY;

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
    /// The ledger beside the report is none.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// What a log holds. One that was joined from several runs has the lines of each, which differ in names and times alone.
pub(crate) struct Derived {
    /// What all cases of the first run share.
    pub(crate) context: Context,
    /// What was learnt of the target in the first run.
    target: TargetInfo,
    /// Each case of the plan that was run, judged again.
    pub(crate) cases: Vec<Trial>,
    /// The programs that findings were reduced to, run again.
    reproductions: Vec<(Reproduces, Trial)>,
    end: Option<End>,
    /// The exchanges read.
    pub(crate) exchanges: usize,
    /// What does not fit together, in words.
    pub(crate) misfits: Vec<String>,
}

/// A case of the log, before it is judged again.
struct Told {
    context: Context,
    target: TargetInfo,
    job_timeout: Duration,
    tag: String,
    program: Program,
    reproduces: Option<Reproduces>,
    ran: Option<Ran>,
    exchanges: VecDeque<Arc<Exchange>>,
}

/// Judges every case of the log again.
pub(crate) async fn derive(path: &Path) -> Result<Derived, VerifyError> {
    let Log { told, end, exchanges } = read(path)?;
    let Some((context, target)) = told.first().map(|first| (first.context.clone(), first.target.clone())) else {
        return Err(malformed(path, 1, &"the log holds no case"));
    };
    let (cases, reproductions, misfits) = (Vec::with_capacity(told.len()), Vec::new(), Vec::new());
    let mut derived = Derived { context, target, cases, reproductions, end, exchanges, misfits };
    let same = |other: &Told| {
        let facts = |target: &TargetInfo| {
            (target.unimplemented.clone(), target.capabilities, target.owner_account.clone(), target.other_account.clone())
        };
        facts(&other.target) == facts(&derived.target) && other.context.platforms == derived.context.platforms
    };
    if let Some(other) = told.iter().find(|other| other.reproduces.is_none() && !same(other)) {
        let what = format!("{}: the log has it of a target with other operations, accounts or platforms", other.program.name);
        derived.misfits.push(what);
    }
    for Told { context, target, job_timeout, tag, program, reproduces, ran, exchanges } in told {
        let endpoint = Recorded { exchanges: Mutex::new(exchanges) };
        let runner = Runner { endpoint: &endpoint, context: &context, target: &target, job_timeout, scenes: LIBRARY };
        let (result, exchanges) = runner.run(&program, &tag).await;
        let left = endpoint.exchanges.lock().map_or(0, |left| left.len());
        if left > 0 {
            derived.misfits.push(format!("{}: the log holds {left} exchanges more than the case has", program.name));
        }
        let result = CaseResult { ran, ..result };
        let trial = Trial { context, target, tag: Tag::told(tag), result, exchanges };
        match reproduces {
            Some(reproduces) => derived.reproductions.push((reproduces, trial)),
            None => derived.cases.push(trial),
        }
    }
    Ok(derived)
}

/// What stands in a log.
struct Log {
    told: Vec<Told>,
    end: Option<End>,
    exchanges: usize,
}

fn read(path: &Path) -> Result<Log, VerifyError> {
    let unreadable = |source| VerifyError::Read { path: path.display().to_string(), source };
    let lines = given::lines(path, given::LOG_BYTES).map_err(unreadable)?;
    let mut run = None;
    let mut told: Vec<Told> = Vec::new();
    let mut ends: Vec<End> = Vec::new();
    let mut numbered: BTreeMap<u64, Arc<Exchange>> = BTreeMap::new();
    let (mut exchanges, mut last) = (0, 0);
    for line in lines {
        let (number, text) = line.map_err(unreadable)?;
        let line: Line = serde_json::from_str(&text).map_err(|error| malformed(path, number, &error))?;
        match line {
            Line::Run { context, target, job_timeout } => run = Some((context, target, job_timeout)),
            Line::Case { tag, program, reproduces, ran, job_timeout: shorter } => {
                let Some((context, target, job_timeout)) = run.clone() else {
                    return Err(malformed(path, number, &"a case before any run"));
                };
                last = 0;
                let job_timeout = shorter.unwrap_or(job_timeout);
                told.push(Told { context, target, job_timeout, tag, program, reproduces, ran, exchanges: VecDeque::new() });
            }
            Line::Exchange(sent) => {
                exchanges += 1;
                let case = told.last_mut().ok_or_else(|| malformed(path, number, &"an exchange before any case"))?;
                in_order(&mut last, sent.number).map_err(|reason| malformed(path, number, &reason))?;
                if sent.number > 0 {
                    numbered.insert(sent.number, Arc::clone(&sent.exchange));
                }
                case.exchanges.push_back(sent.exchange);
            }
            Line::Shared { number: shared, .. } => {
                let (Some(case), Some(exchange)) = (told.last_mut(), numbered.get(&shared)) else {
                    return Err(malformed(path, number, &format!("no exchange {shared} stands above")));
                };
                in_order(&mut last, shared).map_err(|reason| malformed(path, number, &reason))?;
                case.exchanges.push_back(Arc::clone(exchange));
            }
            Line::End(end) => ends.push(end),
        }
    }
    let end = ends.into_iter().reduce(|one, other| End {
        cut: one.cut.or(other.cut),
        exchanges: one.exchanges + other.exchanges,
        unanswered: one.unanswered + other.unanswered,
        elapsed: one.elapsed + other.elapsed,
    });
    Ok(Log { told, end, exchanges })
}

/// What a case rests on was asked in the order in which it is told: no answer that it shares is older than what it did before.
fn in_order(last: &mut u64, number: u64) -> Result<(), String> {
    if number != 0 && number <= *last {
        return Err(format!("exchange {number} comes after exchange {last} in one case, and was made before it"));
    }
    *last = number.max(*last);
    Ok(())
}

fn malformed(path: &Path, line: usize, reason: &dyn std::fmt::Display) -> VerifyError {
    VerifyError::Malformed { path: path.display().to_string(), line, reason: reason.to_string() }
}

impl Derived {
    /// The run that the log is of, given its plan and the cases that ended in an error of ours, of which the log holds nothing.
    /// What does not fit together comes with it, in words.
    pub(crate) fn run(
        self,
        options: &RunOptions,
        programs: &[Program],
        errors: &BTreeMap<String, CaseResult>,
    ) -> (Run, Vec<String>) {
        let mut differences = self.misfits;
        let end = self.end.unwrap_or_else(|| {
            differences.push("the log does not say how the run ended: it is cut off, or of an older version".to_owned());
            End::default()
        });
        let mut there: BTreeMap<String, Trial> = BTreeMap::new();
        for trial in self.cases {
            let name = trial.result.program.name.clone();
            if there.insert(name.clone(), trial).is_some() {
                differences.push(format!("{name}: the log holds it twice"));
            }
        }
        let mut roots = Roots::default();
        let mut results = Vec::with_capacity(programs.len());
        let kept = RunOptions { shrink: false, ..options.clone() };
        for program in programs {
            let (result, exchanges) = if let Some(trial) = there.remove(&program.name) {
                if trial.result.program != *program {
                    differences.push(format!("{}: the log holds another program than the plan", program.name));
                }
                (trial.result, trial.exchanges)
            } else if let Some(error) = errors.get(&program.name) {
                (error.clone(), Vec::new())
            } else {
                if end.cut.is_none() {
                    differences.push(format!("{}: in the plan, but not in the log", program.name));
                }
                (not_run(program, not_run_reason(end.cut)), Vec::new())
            };
            roots.take(&kept, &result, &exchanges);
            results.push(result);
        }
        differences.extend(there.into_keys().map(|name| format!("{name}: in the log, but not in the plan")));
        for reduced in reductions(self.reproductions) {
            roots.take_reduced(reduced);
        }
        let platforms = self.context.platforms;
        let run = Run {
            tour: coverage::coverage(options.edition, platforms, &self.target, &results),
            roots: roots.finish(&results),
            target: self.target,
            platforms,
            results,
            exchanges: end.exchanges,
            unanswered: end.unanswered,
            elapsed: end.elapsed,
            cut: end.cut,
        };
        (run, differences)
    }
}

/// The runs of one program for one root belong together; they follow one another.
fn reductions(reproductions: Vec<(Reproduces, Trial)>) -> Vec<(Reproduces, Reduced)> {
    let mut reductions: Vec<(Reproduces, Reduced)> = Vec::new();
    for (reproduces, trial) in reproductions {
        let program = &trial.result.program;
        let same = |(last, reduced): &&mut (Reproduces, Reduced)| *last == reproduces && reduced.program == *program;
        if let Some((_, reduced)) = reductions.last_mut().filter(same) {
            reduced.trials.push(trial);
        } else {
            let reduced = Reduced { program: program.clone(), on_fresh: reproduces.on_fresh, trials: vec![trial] };
            reductions.push((reproduces, reduced));
        }
    }
    reductions
}

/// Answers as the log says, as long as the same is asked.
struct Recorded {
    exchanges: Mutex<VecDeque<Arc<Exchange>>>,
}

impl Recorded {
    fn next(&self, by: Account, request: &Request) -> Result<Response, Silence> {
        let mut exchanges = self.exchanges.lock().map_err(|error| Silence::Broken(error.to_string()))?;
        match exchanges.pop_front() {
            Some(exchange) if exchange.by == by && exchange.request == *request => exchange.outcome.clone(),
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
