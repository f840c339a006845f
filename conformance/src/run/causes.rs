//! One root per requirement and operation, however many cases show it.

use std::collections::BTreeMap;

use crate::data::case::{CaseResult, StepExchange};
use crate::data::departure::RootKey;
use crate::data::finding::Finding;
use crate::data::log::{Line, LogSink, Reproduces};
use crate::data::names::Tag;
use crate::data::program::Step;
use crate::data::run::{Root, RunOptions};
use crate::judge::runner::Runner;
use crate::run::shrink::{Reduced, ReductionLimits, Suspect, found, root, shown, shrink};

/// The roots seen so far, and those of them that are still to be reduced.
#[derive(Default)]
pub(crate) struct Roots {
    seen: Vec<Seen>,
    known: BTreeMap<RootKey, usize>,
    waiting: Vec<usize>,
    /// What the reductions keep in memory, in bytes.
    kept: usize,
}

/// What all reductions may keep in memory, in bytes. A finding whose responses are beyond that is reported
/// unreduced.
const MOST_KEPT: usize = 24 << 20;

/// A root, by what shows it best.
struct Seen {
    /// The case that found it first.
    case: String,
    suspect: Suspect,
    reduced: Option<Reduced>,
    /// What comes of both.
    root: Root,
}

impl Seen {
    fn new(case: String, suspect: Suspect, prefix: &str) -> Self {
        let root = Root { case: case.clone(), ..root(&suspect, None, prefix) };
        Self { case, suspect, reduced: None, root }
    }

    fn reduced_to(&mut self, reduced: Reduced) {
        let Self { case, suspect, root: before, .. } = self;
        self.root = Root { case: case.clone(), ..root(suspect, Some(&reduced), &before.prefix) };
        self.reduced = Some(reduced);
    }

    /// A program in symbols tells more than a conversation written by hand, and can be reduced.
    fn is_told_better_by(&self, result: &CaseResult, finding: &Finding) -> bool {
        in_a_scene(&self.suspect.result, &self.suspect.finding) && !in_a_scene(result, finding)
    }
}

fn in_a_scene(result: &CaseResult, finding: &Finding) -> bool {
    matches!(result.program.steps.get(finding.step), Some(Step::Scene(_)))
}

impl Roots {
    /// Takes what a case has found. What is new is reduced later, if that is wanted.
    pub(crate) fn take(&mut self, options: &RunOptions, result: &CaseResult, exchanges: &[StepExchange]) {
        for finding in &result.findings {
            let suspect = || Suspect {
                result: result.clone(),
                finding: finding.clone(),
                exchanges: shown(finding, exchanges),
            };
            let index = match self.known.get(&finding.root()) {
                None => {
                    self.known.insert(finding.root(), self.seen.len());
                    self.seen.push(Seen::new(result.program.name.clone(), suspect(), &options.prefix));
                    self.seen.len() - 1
                }
                Some(index) if self.seen[*index].is_told_better_by(result, finding) => {
                    let case = self.seen[*index].case.clone();
                    self.seen[*index] = Seen::new(case, suspect(), &options.prefix);
                    *index
                }
                Some(_) => continue,
            };
            if options.shrink && !self.waiting.contains(&index) {
                self.waiting.push(index);
            }
        }
    }

    /// Takes what a root was reduced to elsewhere; of several the shortest that finds it again.
    pub(crate) fn take_reduced(&mut self, (reproduces, reduced): (Reproduces, Reduced)) {
        let is_it =
            |key: &RootKey| key.operation == reproduces.operation && key.subject() == reproduces.requirement;
        let Some((_, index)) = self.known.iter().find(|(key, _)| is_it(key)) else { return };
        let seen = &mut self.seen[*index];
        let before = seen.reduced.is_some().then(|| seen.root.clone());
        seen.reduced_to(reduced);
        let rank = |root: &Root| (root.reproduced.again == 0, root.calls());
        if let Some(before) = before.filter(|before| rank(before) <= rank(&seen.root)) {
            seen.root = before;
        }
    }

    /// Whether something is to be reduced before more is run: as long as the account is small, that is quick.
    pub(crate) const fn are_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// What the reductions will add to the log, in bytes, at least.
    pub(crate) const fn kept(&self) -> usize {
        self.kept
    }

    /// Reduces what waits, one after the other. Nothing else may run meanwhile.
    pub(crate) async fn reduce(&mut self, runner: &Runner<'_>, limits: &ReductionLimits<'_>) {
        for index in std::mem::take(&mut self.waiting) {
            if limits.run_is_over() {
                return;
            }
            if self.kept >= MOST_KEPT {
                continue;
            }
            limits.progress.phase(&format!("reducing finding {}", index + 1));
            let seen = &mut self.seen[index];
            // What was reduced already, and is reported better now, needs other names.
            let tag = Tag::reduced(index, seen.suspect.result.program.name != seen.case);
            let reducing = shrink(runner, &seen.suspect, &tag, limits);
            let reduced = limits.limits.until_interrupted(limits.progress, reducing).await;
            let kept = self.kept + reduced.size();
            if kept <= MOST_KEPT {
                self.kept = kept;
                seen.reduced_to(reduced);
            }
        }
    }

    /// Whether any root is what was looked for.
    pub(crate) fn any(&self, enough: &(dyn Fn(&Root) -> bool + Sync)) -> bool {
        self.seen.iter().any(|seen| enough(&seen.root))
    }

    /// Writes down the runs that the roots rest on.
    pub(crate) fn write(&self, log: &mut dyn LogSink) {
        for Seen { suspect, reduced, .. } in &self.seen {
            let Some(Reduced { program, trials, on_fresh }) = reduced else { continue };
            for trial in trials {
                log.line(&Line::Run {
                    context: trial.context.clone(),
                    target: trial.target.clone(),
                    job_timeout: trial.job_timeout,
                });
                let key = suspect.finding.root();
                let (requirement, operation) = (key.subject(), key.operation);
                let reproduces = Some(Reproduces { requirement, operation, on_fresh: *on_fresh });
                log.line(&Line::Case {
                    tag: trial.tag.to_string(),
                    program: program.clone(),
                    reproduces,
                    ran: None,
                    job_timeout: None,
                });
                for exchange in &trial.exchanges {
                    log.line(&Line::Exchange(exchange.clone()));
                }
            }
        }
    }

    /// The roots, and in how many cases each was seen.
    pub(crate) fn finish(self, results: &[CaseResult]) -> Vec<Root> {
        let count = |key: &RootKey| results.iter().filter(|result| found(result, key).is_some()).count();
        let finished = self.seen.into_iter().map(|Seen { root, .. }| {
            let cases = u32::try_from(count(&root.finding.root())).unwrap_or(u32::MAX);
            Root { cases, ..root }
        });
        finished.collect()
    }
}
