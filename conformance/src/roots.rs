//! One root per requirement and operation, however many cases show it.

use std::collections::{BTreeMap, BTreeSet};

use signer_schemas::Operation;

use crate::certify::base36;
use crate::runner::Runner;
use crate::shrink::{Patience, Suspect, shrink};
use crate::{CaseResult, Finding, Root, RunOptions};

/// The roots seen so far, and those of them that are still to be reduced.
#[derive(Default)]
pub(crate) struct Roots {
    seen: Vec<Root>,
    known: BTreeMap<(String, Operation), usize>,
    waiting: Vec<(usize, CaseResult, Finding)>,
}

impl Roots {
    /// Takes a case's new roots as they were found.
    pub(crate) fn take(&mut self, options: &RunOptions, result: &CaseResult) {
        for finding in &result.findings {
            let key = finding.root();
            if self.known.contains_key(&key) {
                continue;
            }
            self.known.insert(key, self.seen.len());
            if options.shrink {
                self.waiting.push((self.seen.len(), result.clone(), finding.clone()));
            }
            self.seen.push(as_found(result, finding, &options.prefix));
        }
    }

    /// Whether something is to be reduced before more is run: as long as the account is small, that is quick.
    pub(crate) const fn are_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Reduces what waits, one after the other. Nothing else may run meanwhile.
    pub(crate) async fn reduce(&mut self, runner: &Runner<'_>, patience: &Patience<'_>) {
        for (number, result, finding) in std::mem::take(&mut self.waiting) {
            if patience.run_is_over(runner) {
                return;
            }
            patience.progress.phase(&format!("reducing finding {}", number + 1));
            let suspect = Suspect { result: &result, finding: &finding };
            self.seen[number] = shrink(runner, &suspect, &format!("z{}", base36(number as u64, 2)), patience).await;
        }
    }

    /// Whether any root is what was looked for.
    pub(crate) fn any(&self, enough: &(dyn Fn(&Root) -> bool + Sync)) -> bool {
        self.seen.iter().any(enough)
    }

    /// Counts the cases that found each root.
    pub(crate) fn finish(mut self, results: &[CaseResult]) -> Vec<Root> {
        for result in results {
            let roots: BTreeSet<_> = result.findings.iter().map(Finding::root).collect();
            for index in roots.iter().filter_map(|root| self.known.get(root)) {
                self.seen[*index].cases += 1;
            }
        }
        self.seen
    }
}

/// The root of a finding as it was met.
pub(crate) fn as_found(result: &CaseResult, finding: &Finding, prefix: &str) -> Root {
    Root {
        finding: finding.clone(),
        case: result.program.name.clone(),
        cases: 0,
        program: result.program.clone(),
        reproduced: (0, 0),
        exchanges: Vec::new(),
        answers: result.answers.clone(),
        prefix: prefix.to_owned(),
    }
}
