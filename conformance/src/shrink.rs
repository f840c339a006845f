//! Reduces a program that finds something to one that finds it with the fewest steps.

use signer_schemas::Operation;

use crate::runner::{Runner, StepExchange};
use crate::{CaseResult, Finding, Program, Root};

/// Runs for one root, at most: a remote target answers slowly.
const MOST_RUNS: u32 = 60;
/// How often the minimal program is run to see whether it finds the same again.
const REPRODUCTIONS: u32 = 3;

/// A program that found something, and what.
pub(crate) struct Suspect<'a> {
    pub(crate) result: &'a CaseResult,
    pub(crate) finding: &'a Finding,
}

/// Deletes steps, in halves first and then one by one, as long as the same root is found.
pub(crate) async fn shrink(runner: &Runner<'_>, suspect: &Suspect<'_>, tag: &str) -> Root {
    let root = suspect.finding.root();
    let mut runs = 0;
    let mut best = suspect.result.program.clone();
    best.steps.truncate(suspect.finding.step + 1);
    let mut size = best.steps.len() / 2;
    while size > 0 && runs < MOST_RUNS {
        let mut start = 0;
        let mut deleted = false;
        // The last step is the one that shows the fault.
        while start + size < best.steps.len() && runs < MOST_RUNS {
            let mut candidate = best.clone();
            candidate.steps.drain(start..start + size);
            runs += 1;
            let (result, _) = runner.run(&candidate, &format!("{tag}{}", crate::certify::base36(u64::from(runs), 2))).await;
            if let Some(finding) = found(&result, &root) {
                candidate.steps.truncate(finding.step + 1);
                best = candidate;
                deleted = true;
            } else {
                start += size;
            }
        }
        if !(deleted && size == 1) {
            size /= 2;
        }
    }
    let mut reproduced = 0;
    let mut finding = suspect.finding.clone();
    let mut exchanges: Vec<StepExchange> = Vec::new();
    let mut answers = Vec::new();
    for attempt in 0..REPRODUCTIONS {
        let (result, seen) = runner.run(&best, &format!("{tag}r{attempt}")).await;
        if let Some(again) = found(&result, &root) {
            finding = again.clone();
            exchanges = seen;
            answers = result.answers;
            reproduced += 1;
        }
    }
    Root {
        finding,
        case: suspect.result.program.name.clone(),
        cases: 0,
        program: Program { name: format!("counterexample/{}", suspect.result.program.name), ..best },
        reproduced: (reproduced, REPRODUCTIONS),
        exchanges: exchanges.into_iter().map(|exchange| exchange.exchange).collect(),
        answers,
        prefix: runner.context.prefix.clone(),
    }
}

fn found<'a>(result: &'a CaseResult, root: &(String, Operation, String)) -> Option<&'a Finding> {
    result.findings.iter().find(|finding| finding.root() == *root)
}
