//! From a run to its report: pure, and the only place where a verdict is drawn.

mod before;
mod causes;
mod conclusion;
mod errors;
mod evidence;
mod findings;
mod input;
mod lives;
mod themes;
mod without_effect;
mod witnesses;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use signer_schemas::{Operation, operations};

use crate::data::case::CaseResult;
use crate::data::departure::RootKey;
use crate::data::depth::Depth;
use crate::data::finding::{Finding, Verdict};
use crate::data::program::{Program, Step};
use crate::data::run::{Run, RunOptions};
pub(super) use crate::report::build::lives::prepare;
use crate::report::build::themes::{Hiding, hidden, themes};
use crate::report::hashes::{Hashes, Selection};
use crate::report::ledger::{Deviation, Ledger};
use crate::report::shell::shell_word;
use crate::report::{
    CaseRow, FindingRow, Known, LedgerRow, OperationRow, REPORT_VERSION, Report, TargetRow, TourRow,
};
use crate::scenes::step_operations;

pub(super) fn report(run: &Run, options: &RunOptions, ledger: Option<&Ledger>) -> Report {
    let gone = run.roots.iter().filter(|root| root.is_gone()).map(|root| root.finding.root()).collect();
    let judge = Judge { run, options, ledger, gone };
    let (mut findings, places) = judge.findings();
    let cases = judge.cases(&findings);
    let requirements = judge.requirements(&findings);
    let (themes, failing) = themes(&mut findings, &places, &cases, &requirements);
    let operations = judge.operations(&hidden(&themes, &findings));
    let ledger_row = ledger.map(|ledger| judge.ledger_row(ledger));
    let witnesses = judge.witnesses(&findings);
    let (verdict, because) = judge.conclude(&findings, &cases, &operations, &witnesses, ledger_row.as_ref());
    Report {
        report_version: REPORT_VERSION,
        suite_version: env!("CARGO_PKG_VERSION").to_owned(),
        edition: options.edition,
        basis: options.basis,
        target: TargetRow {
            endpoint: run.target.endpoint.clone(),
            name: ledger.map_or_else(|| run.target.name.clone(), |ledger| ledger.name.clone()),
            capabilities: run.target.capabilities,
            replay: replay_options(&run.target.endpoint),
        },
        verdict,
        because,
        unasked: judge.unasked(&requirements),
        narrowed: judge.narrowed(),
        selection: Selection::of(options),
        hashes: Hashes::of(options),
        cut: run.cut,
        coverage: judge.coverage(&requirements),
        tour: TourRow { unreached: run.tour.unreached.clone() },
        operations,
        requirements,
        cases,
        themes,
        failing,
        findings,
        open_points: judge.open_points(),
        life_cycles: judge.life_cycles(),
        distribution: judge.distribution(),
        witnesses,
        ledger: ledger_row,
        exchanges: run.exchanges,
        unanswered: run.unanswered,
        elapsed_s: seconds(run.elapsed),
        seed: options.seed,
        prefix: options.prefix.clone(),
    }
}

/// In seconds, to the millisecond.
fn seconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1000.0).round() / 1000.0
}

struct Judge<'a> {
    run: &'a Run,
    options: &'a RunOptions,
    ledger: Option<&'a Ledger>,
    /// What was tried again and never found again.
    gone: BTreeSet<RootKey>,
}

impl<'a> Judge<'a> {
    /// What its own program never shows again may have been a matter of what went on beside it, and proves
    /// nothing.
    fn counts(&self, finding: &Finding) -> bool {
        finding.basis <= self.options.basis && !self.gone.contains(&finding.root())
    }

    fn known(&self, finding: &Finding) -> Option<&'a Deviation> {
        self.ledger?.deviations.iter().find(|line| line.covers(finding))
    }

    fn is_new(&self, finding: &Finding) -> bool {
        self.counts(finding) && self.known(finding).is_none()
    }

    /// Whether the user asked for a part of the plan only.
    fn narrowed(&self) -> bool {
        let RunOptions { depth, suites, only, skip, shard, .. } = self.options;
        *depth == Depth::Quick
            || !suites.is_empty()
            || !only.is_empty()
            || !skip.is_empty()
            || shard.is_some()
    }

    fn cases(&self, findings: &[FindingRow]) -> Vec<CaseRow> {
        let ids: BTreeMap<_, _> =
            findings.iter().flat_map(|row| row.roots().map(|root| (root, row.id.clone()))).collect();
        self.run
            .results
            .iter()
            .map(|result| {
                let roots: BTreeSet<_> =
                    result.findings.iter().filter_map(|finding| ids.get(&finding.root()).cloned()).collect();
                let verdict = self.case_verdict(result);
                CaseRow {
                    id: result.program.name.clone(),
                    suite: result.program.suite().to_owned(),
                    verdict,
                    reason: if verdict == Verdict::Pass && !result.findings.is_empty() {
                        Some("what departs does not count here".to_owned())
                    } else {
                        result.reason.clone()
                    },
                    // What every answer's shape is held to would fill the report, and says nothing of the
                    // case.
                    requirements: result
                        .exercised
                        .keys()
                        .filter(|id| !id.contains("/output/"))
                        .cloned()
                        .collect(),
                    findings: roots.into_iter().collect(),
                    began: result.ran.map(|ran| ran.at),
                    elapsed_s: result.ran.map(|ran| seconds(ran.took)),
                }
            })
            .collect()
    }

    fn case_verdict(&self, result: &CaseResult) -> Verdict {
        let found = &result.findings;
        if found.iter().any(|finding| self.is_new(finding)) {
            return Verdict::Fail;
        }
        match result.verdict {
            Verdict::Fail | Verdict::Pass | Verdict::Deviates => {
                if found.iter().any(|finding| self.known(finding).is_some()) {
                    Verdict::Deviates
                } else {
                    Verdict::Pass
                }
            }
            other @ (Verdict::Unimplemented | Verdict::Skipped | Verdict::Inconclusive | Verdict::Error) => {
                other
            }
        }
    }

    fn operations(&self, hiding: &Hiding) -> BTreeMap<Operation, OperationRow> {
        let documents = operations(self.options.edition).iter();
        documents.map(|document| (document.operation, self.operation(document.operation, hiding))).collect()
    }

    fn operation(&self, operation: Operation, hiding: &Hiding) -> OperationRow {
        let results = &self.run.results;
        let here = |finding: &&Finding| finding.operation == operation;
        let count = |keep: &dyn Fn(&CaseResult) -> bool| {
            u32::try_from(results.iter().filter(|result| keep(result)).count()).unwrap_or(u32::MAX)
        };
        // A list tells of what another operation would answer, which is found there without being called.
        let cases = count(&|result| {
            result.operations.contains_key(&operation) || result.findings.iter().any(|finding| here(&finding))
        });
        let failed = count(&|result| result.findings.iter().filter(here).any(|finding| self.is_new(finding)));
        let is_known = |finding: &Finding| self.counts(finding) && self.known(finding).is_some();
        let deviating = Some(count(&|result| result.findings.iter().filter(here).any(is_known)));
        let beside = hiding.as_ref().map(|hidden| {
            let is_other = |finding: &Finding| self.is_new(finding) && !hidden.contains(&finding.root());
            count(&|result| result.findings.iter().filter(here).any(is_other))
        });
        let found = || {
            results
                .iter()
                .flat_map(|result| &result.findings)
                .chain(self.run.roots.iter().map(|root| &root.finding))
        };
        let subject_ended = |verdict| {
            results
                .iter()
                .any(|result| result.verdict == verdict && subject(&result.program) == Some(operation))
        };
        let verdict = if self.run.target.unimplemented.contains(&operation) {
            Verdict::Unimplemented
        } else if found().filter(here).any(|finding| self.is_new(finding)) {
            Verdict::Fail
        } else if found().filter(here).any(|finding| self.known(finding).is_some()) {
            Verdict::Deviates
        } else if subject_ended(Verdict::Error) {
            Verdict::Error
        } else if subject_ended(Verdict::Inconclusive) {
            Verdict::Inconclusive
        } else if cases > 0 {
            Verdict::Pass
        } else if self.narrowed() {
            Verdict::Skipped
        } else {
            Verdict::Inconclusive
        };
        let known = (verdict == Verdict::Unimplemented)
            .then(|| self.ledger?.absent(operation))
            .flatten()
            .map(|line| Known { reason: line.reason.clone(), date: line.date.clone(), line: line.line });
        OperationRow { verdict, cases, failed, deviating, beside, known }
    }

    fn ledger_row(&self, ledger: &Ledger) -> LedgerRow {
        let mut row =
            LedgerRow { name: ledger.name.clone(), matched: 0, unmatched: Vec::new(), untold: Vec::new() };
        let unmatched = ledger.apply(&self.run.roots).unmatched;
        row.matched = ledger.deviations.len() - unmatched.len();
        for line in unmatched {
            let by = line.by.map(|by| format!(" by {by}")).unwrap_or_default();
            let words =
                format!("line {}: {} at {}{by} is not found", line.line, line.requirement, line.operation);
            if self.was_asked(line.operation) {
                row.unmatched.push(words);
            } else {
                row.untold.push(words);
            }
        }
        for line in &ledger.unimplemented {
            if self.run.target.unimplemented.contains(&line.operation) {
                row.matched += 1;
            } else {
                row.unmatched.push(format!("line {}: {} is implemented", line.line, line.operation));
            }
        }
        row
    }

    /// Whether all that the plan has for an operation was run, so that a ledger line for it has to match. A
    /// case that calls several operations belongs to all of them, so in a part of a plan nothing can be told
    /// of any line.
    fn was_asked(&self, operation: Operation) -> bool {
        let mut calling = self
            .run
            .results
            .iter()
            .filter(|result| operations_of(&result.program).any(|called| called == operation));
        let all_left_out =
            calling.clone().next().is_some() && calling.all(|result| result.verdict == Verdict::Skipped);
        !self.narrowed() && self.run.cut.is_none() && !all_left_out
    }
}

/// The options with which `replay` asks an endpoint again, as far as its URL tells.
fn replay_options(endpoint: &str) -> String {
    if endpoint.contains("://") { format!("--endpoint {}", shell_word(endpoint)) } else { String::new() }
}

/// The operation that a case is about: the probed one, or the last one that changes something, as the reads
/// after it only look at what it did; without either, the last one.
fn subject(program: &Program) -> Option<Operation> {
    let probed = program.steps.iter().rev().find_map(|step| match step {
        Step::Probe(_) | Step::Scene(_) => step_operations(step).first().copied(),
        Step::Call(_) | Step::Settle(_) | Step::Together(_) => None,
    });
    probed
        .or_else(|| operations_of(program).filter(|operation| !is_read(*operation)).last())
        .or_else(|| operations_of(program).last())
}

fn operations_of(program: &Program) -> impl Iterator<Item = Operation> {
    program.steps.iter().flat_map(step_operations)
}

fn is_read(operation: Operation) -> bool {
    ["Get", "List", "Describe"].iter().any(|verb| operation.name().starts_with(verb))
}
