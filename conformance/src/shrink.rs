//! Reduces a program that finds something to one that finds it with the fewest steps.

use std::time::Instant;

use signer_schemas::Operation;

use crate::runner::{Runner, StepExchange};
use crate::{Answer, CaseResult, Finding, Program, Progress, Root, RunOptions};

/// Runs for one root, at most.
const MOST_RUNS: u32 = 60;
/// How often the minimal program is run to see whether it finds the same again.
const REPRODUCTIONS: u32 = 3;

/// A program that found something, and what.
pub(crate) struct Suspect<'a> {
    pub(crate) result: &'a CaseResult,
    pub(crate) finding: &'a Finding,
}

/// When to be content with what is there.
pub(crate) struct Patience<'a> {
    pub(crate) options: &'a RunOptions,
    pub(crate) progress: &'a dyn Progress,
    /// When the run began.
    pub(crate) begin: Instant,
}

impl Patience<'_> {
    /// The run itself has to end: nothing more may be sent.
    pub(crate) fn run_is_over(&self, runner: &Runner<'_>) -> bool {
        self.progress.interrupted()
            || self.options.budget.is_some_and(|budget| self.begin.elapsed() >= budget)
            || self.options.max_calls.is_some_and(|most| runner.requests_sent() >= most)
    }

    /// One root has taken long enough, since that time and that many requests.
    fn is_spent(&self, runner: &Runner<'_>, since: Instant, sent_before: u64) -> bool {
        let budget = &self.options.shrink_budget;
        self.run_is_over(runner)
            || budget.time.is_some_and(|time| since.elapsed() >= time)
            || budget.calls.is_some_and(|calls| runner.requests_sent() - sent_before >= calls)
    }
}

/// Deletes steps, in halves first and then one by one, as long as the same root is found.
pub(crate) async fn shrink(runner: &Runner<'_>, suspect: &Suspect<'_>, tag: &str, patience: &Patience<'_>) -> Root {
    let root = suspect.finding.root();
    let (since, sent_before) = (Instant::now(), runner.requests_sent());
    let mut runs = 0;
    let may_go_on = |runs| runs < MOST_RUNS && !patience.is_spent(runner, since, sent_before);
    let mut best = suspect.result.program.clone();
    best.steps.truncate(suspect.finding.step + 1);
    let as_found = best.clone();
    let mut size = best.steps.len() / 2;
    while size > 0 && may_go_on(runs) {
        let mut start = 0;
        let mut deleted = false;
        // The last step is the one that shows the fault.
        while start + size < best.steps.len() && may_go_on(runs) {
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
    let mut again = find_again(runner, &best, suspect.finding, tag, patience).await;
    // Where jobs end in their own time, a deletion may have found the same by chance.
    if again.reproduced == 0 && best != as_found {
        again = find_again(runner, &as_found, suspect.finding, &format!("{tag}w"), patience).await;
        best = as_found;
    }
    if again.reproduced == 0 {
        again.answers.clone_from(&suspect.result.answers);
    }
    Root {
        finding: again.finding,
        case: suspect.result.program.name.clone(),
        cases: 0,
        program: Program { name: format!("counterexample/{}", suspect.result.program.name), ..best },
        reproduced: (again.reproduced, again.tries),
        exchanges: again.exchanges.into_iter().map(|exchange| exchange.exchange).collect(),
        answers: again.answers,
        prefix: runner.context.prefix.clone(),
    }
}

/// What came of running a reduced program once more, several times.
struct Again {
    finding: Finding,
    reproduced: u32,
    tries: u32,
    exchanges: Vec<StepExchange>,
    answers: Vec<Answer>,
}

async fn find_again(runner: &Runner<'_>, program: &Program, first: &Finding, tag: &str, patience: &Patience<'_>) -> Again {
    let mut again = Again { finding: first.clone(), reproduced: 0, tries: 0, exchanges: Vec::new(), answers: Vec::new() };
    while again.tries < REPRODUCTIONS && !patience.run_is_over(runner) {
        let (result, seen) = runner.run(program, &format!("{tag}r{}", again.tries)).await;
        again.tries += 1;
        if let Some(finding) = found(&result, &first.root()) {
            again.finding = finding.clone();
            again.exchanges = seen;
            again.answers = result.answers;
            again.reproduced += 1;
        }
    }
    again
}

fn found<'a>(result: &'a CaseResult, root: &(String, Operation)) -> Option<&'a Finding> {
    result.findings.iter().find(|finding| finding.root() == *root)
}
