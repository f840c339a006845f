//! A run again from its log, without a network: every case and every reproduction is judged anew.

use std::collections::BTreeMap;
use std::path::Path;

use crate::data::body::Json;
use crate::data::case::CaseResult;
use crate::data::context::Context;
use crate::data::log::{End, Reproduces};
use crate::data::names::Tag;
use crate::data::program::Program;
use crate::data::run::{Run, RunOptions, TargetInfo, not_run, not_run_reason};
use crate::judge::runner::Runner;
use crate::line::recorded::Recorded;
use crate::plan::coverage;
use crate::run::causes::Roots;
use crate::run::shrink::{Reduced, Trial};
use crate::run::vanishing::Experiments;
use crate::scenes::LIBRARY;
use crate::verify::told::{Cases, Told, VerifyError, malformed};

/// What a log holds. One that was joined from several runs has the lines of each, which differ in names and
/// times alone.
pub(crate) struct Derived {
    /// What all cases of the first run share.
    pub(crate) context: Context,
    /// What was learnt of the target in the first run.
    target: TargetInfo,
    /// Some case is of another target.
    is_mixed: bool,
    /// Each case of the plan that was run, judged again.
    pub(crate) cases: Vec<Trial>,
    /// The programs that findings were reduced to, run again.
    reproductions: Vec<(Reproduces, Trial)>,
    /// What vanishes with what, as far as it was tried.
    experiments: Experiments,
    end: Option<End>,
    /// The exchanges read.
    pub(crate) exchanges: usize,
    /// What does not fit together, in words.
    pub(crate) misfits: Vec<String>,
}

/// Judges every case of the log again, one after the other. Of exchanges only those are kept that a finding
/// rests on.
pub(crate) async fn derive(path: &Path) -> Result<Derived, VerifyError> {
    let mut cases = Cases::open(path)?;
    let mut derived: Option<Derived> = None;
    while let Some(told) = cases.next()? {
        let derived = derived.get_or_insert_with(|| Derived::new(&told));
        derived.take(told).await;
    }
    let mut derived = derived.ok_or_else(|| malformed(path, 1, &"the log holds no case"))?;
    derived.end = cases.end;
    derived.exchanges = cases.exchanges;
    derived
        .misfits
        .extend(cases.breaks_off.map(|line| format!("{}: it breaks off after line {line}", path.display())));
    Ok(derived)
}

impl Derived {
    fn new(first: &Told) -> Self {
        Self {
            context: first.context.clone(),
            target: first.target.clone(),
            is_mixed: false,
            cases: Vec::new(),
            reproductions: Vec::new(),
            experiments: Experiments::default(),
            end: None,
            exchanges: 0,
            misfits: Vec::new(),
        }
    }

    /// Judges a case again.
    async fn take(&mut self, told: Told) {
        if told.reproduces.is_none() && !self.is_mixed && !self.is_of_one_target_with(&told) {
            self.is_mixed = true;
            let name = &told.program.name;
            self.misfits.push(format!(
                "{name}: the log has it of a target with other operations, accounts or platforms"
            ));
        }
        let Told { context, target, job_timeout, tag, program, reproduces, ran, exchanges } = told;
        // All who look at a body share what it is as JSON, as long as it is held.
        let _read: Vec<Json> =
            exchanges.iter().filter_map(|exchange| exchange.outcome.as_ref().ok()?.json()).collect();
        let endpoint = Recorded::new(exchanges);
        let runner =
            Runner { endpoint: &endpoint, context: &context, target: &target, job_timeout, scenes: LIBRARY };
        let (result, mut exchanges) = runner.run_again(&program, &tag).await;
        let left = endpoint.left();
        if left > 0 {
            self.misfits
                .push(format!("{}: the log holds {left} exchanges more than the case has", program.name));
        }
        if reproduces.is_none() {
            self.experiments.take(&runner, &tag, &result, &exchanges).await;
        }
        let result = CaseResult { ran, ..result };
        if result.findings.is_empty() && reproduces.is_none() {
            exchanges.clear();
        }
        let trial = Trial { context, target, tag: Tag::told(tag), result, exchanges, job_timeout };
        match reproduces {
            Some(reproduces) => self.reproductions.push((reproduces, trial)),
            None => self.cases.push(trial),
        }
    }

    fn is_of_one_target_with(&self, other: &Told) -> bool {
        let facts = |target: &TargetInfo| {
            (
                target.unimplemented.clone(),
                target.capabilities,
                target.owner_account.clone(),
                target.other_account.clone(),
            )
        };
        facts(&other.target) == facts(&self.target) && other.context.platforms == self.context.platforms
    }
}

impl Derived {
    /// The run that the log is of, given its plan and the cases that ended in an error of ours, of which the
    /// log holds nothing. What does not fit together comes with it, in words.
    pub(crate) fn run(
        self,
        options: &RunOptions,
        programs: &[Program],
        errors: &BTreeMap<String, CaseResult>,
    ) -> (Run, Vec<String>) {
        let mut differences = self.misfits;
        let end = self.end.unwrap_or_else(|| {
            differences.push(
                "the log does not say how the run ended: it is cut off, or of an older version".to_owned(),
            );
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
                    differences
                        .push(format!("{}: the log holds another program than the plan", program.name));
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
            vanishing: self.experiments.finish(),
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
        let same =
            |(last, reduced): &&mut (Reproduces, Reduced)| *last == reproduces && reduced.program == *program;
        if let Some((_, reduced)) = reductions.last_mut().filter(same) {
            reduced.trials.push(trial);
        } else {
            let reduced =
                Reduced { program: program.clone(), on_fresh: reproduces.on_fresh, trials: vec![trial] };
            reductions.push((reproduces, reduced));
        }
    }
    reductions
}
