//! From a run to its report: pure, and the only place where a verdict is drawn.

mod before;
mod causes;
mod errors;
mod evidence;
mod lives;
mod without_effect;
mod witnesses;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use signer_schemas::{Basis, Operation, Requirement, operations, requirement};

use crate::data::case::CaseResult;
use crate::data::exchange::Exchange;
use crate::data::finding::{Finding, Verdict};
use crate::data::program::{Program, Step};
use crate::data::run::{Depth, Root, Run, RunOptions};
use crate::report::build::before::{Before, before};
use crate::report::build::causes::{Cause, causes};
use crate::report::hashes::{Hashes, Selection};
use crate::report::ledger::{Deviation, Ledger};
use crate::report::shell::shell_word;
use crate::report::shown::WitnessRow;
use crate::report::words::step_words;
use crate::report::{
    CaseRow, Conclusion, FindingRow, Known, LedgerRow, OperationRow, REPORT_VERSION, Report, TargetRow, TourRow,
};
use crate::scenes::step_operations;

pub(super) fn report(run: &Run, options: &RunOptions, ledger: Option<&Ledger>) -> Report {
    let gone = run.roots.iter().filter(|root| root.is_gone()).map(|root| root.finding.root()).collect();
    let judge = Judge { run, options, ledger, gone };
    let findings = judge.findings();
    let cases = judge.cases(&findings);
    let operations = judge.operations();
    let requirements = judge.requirements(&findings);
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
    gone: BTreeSet<(String, Operation)>,
}

impl<'a> Judge<'a> {
    /// What its own program never shows again may have been a matter of what went on beside it, and proves nothing.
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
        *depth == Depth::Quick || !suites.is_empty() || !only.is_empty() || !skip.is_empty() || shard.is_some()
    }

    fn findings(&self) -> Vec<FindingRow> {
        let mut roots: Vec<&Root> = self.run.roots.iter().collect();
        // The sort is stable: within a class the order of the cases stays.
        roots.sort_by_key(|root| (!self.counts(&root.finding), self.known(&root.finding).is_some()));
        let mut groups: Vec<Vec<&Root>> = Vec::new();
        for root in roots {
            match groups.iter_mut().find(|group| self.are_one(group[0], root)) {
                Some(group) => group.push(root),
                None => groups.push(vec![root]),
            }
        }
        // What follows from another finding comes behind it.
        let causes = causes(self.run, self.options.edition, &groups);
        let mut order: Vec<usize> = (0..groups.len()).collect();
        order.sort_by_key(|index| (causes[*index].group.unwrap_or(*index), causes[*index].group.is_some()));
        let place = |index: usize| order.iter().position(|other| *other == index).map(id);
        let rows = order.iter().enumerate().map(|(place_, index)| {
            let Cause { group, as_if_without } = causes[*index];
            FindingRow { cause: group.and_then(place), as_if_without, ..self.finding(id(place_), &groups[*index]) }
        });
        rows.collect()
    }

    /// A requirement has one root, whichever operations show it, if they count alike; those that are known for different reasons
    /// stay apart, and so do crashes, each of which has a cause of its own.
    fn are_one(&self, one: &Root, other: &Root) -> bool {
        let crash = |root: &Root| root.finding.crashed_by.as_ref().map(|input| (root.finding.operation, input.clone()));
        let key = |root: &Root| (root.finding.requirement.clone(), crash(root), self.counts(&root.finding));
        let reason = |root: &Root| self.known(&root.finding).map(|line| line.reason.clone());
        key(one) == key(other) && reason(one) == reason(other)
    }

    fn finding(&self, id: String, group: &[&Root]) -> FindingRow {
        // The shortest program explains best.
        let shortest = group.iter().min_by_key(|root| root.calls());
        let root = shortest.unwrap_or(&group[0]);
        let finding = &root.finding;
        let rule = requirement(&finding.requirement);
        let operations: BTreeSet<Operation> = group.iter().map(|root| root.finding.operation).collect();
        let cases = match group {
            [only] => only.cases,
            many => {
                let roots: BTreeSet<_> = many.iter().map(|root| root.finding.root()).collect();
                let seen = |result: &&CaseResult| result.findings.iter().any(|finding| roots.contains(&finding.root()));
                u32::try_from(self.run.results.iter().filter(seen).count()).unwrap_or(u32::MAX)
            }
        };
        let Before { common, alternatives, effects } = before(root, self.run.platforms);
        let (again, tries) = root.reproduced;
        FindingRow {
            counterexample: format!("counterexamples/{id}.json"),
            id,
            requirement: finding.requirement.clone(),
            basis: finding.basis,
            operation: finding.operation,
            operations: operations.into_iter().collect(),
            by: finding.by.clone(),
            crashed_by: finding.crashed_by.clone(),
            counts: self.counts(finding),
            known: self.known(finding).map(|line| Known {
                reason: line.reason.clone(),
                date: line.date.clone(),
                line: line.line,
            }),
            summary: finding.summary.clone(),
            statement: rule.map_or_else(|| "(no such requirement)".to_owned(), rule_in_words),
            source: rule.map_or_else(|| "(unknown)".to_owned(), |rule| rule.source.clone()),
            permitted: finding.permitted.clone(),
            observed: finding.observed.clone(),
            called: called(root),
            step: finding.step,
            before: common,
            alternatives,
            effects,
            calls: root.calls(),
            reproduced: format!("{again}/{tries}"),
            flaky: again < tries,
            on_fresh: root.on_fresh,
            cause: None,
            as_if_without: None,
            case: root.case.clone(),
            cases,
        }
    }

    fn cases(&self, findings: &[FindingRow]) -> Vec<CaseRow> {
        let ids: BTreeMap<_, _> = findings.iter().flat_map(|row| row.roots().map(|root| (root, row.id.clone()))).collect();
        self.run
            .results
            .iter()
            .map(|result| {
                let roots: BTreeSet<_> = result.findings.iter().filter_map(|finding| ids.get(&finding.root()).cloned()).collect();
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
                    // What every answer's shape is held to would fill the report, and says nothing of the case.
                    requirements: result.exercised.keys().filter(|id| !id.contains("/output/")).cloned().collect(),
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
            other @ (Verdict::Unimplemented | Verdict::Skipped | Verdict::Inconclusive | Verdict::Error) => other,
        }
    }

    fn operations(&self) -> BTreeMap<Operation, OperationRow> {
        operations(self.options.edition).iter().map(|document| (document.operation, self.operation(document.operation))).collect()
    }

    fn operation(&self, operation: Operation) -> OperationRow {
        let results = &self.run.results;
        let here = |finding: &&Finding| finding.operation == operation;
        let count = |keep: &dyn Fn(&CaseResult) -> bool| {
            u32::try_from(results.iter().filter(|result| keep(result)).count()).unwrap_or(u32::MAX)
        };
        let cases = count(&|result| result.operations.contains_key(&operation));
        let failed = count(&|result| result.findings.iter().filter(here).any(|finding| self.is_new(finding)));
        let found = || results.iter().flat_map(|result| &result.findings).chain(self.run.roots.iter().map(|root| &root.finding));
        let subject_ended =
            |verdict| results.iter().any(|result| result.verdict == verdict && subject(&result.program) == Some(operation));
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
        let known = (verdict == Verdict::Unimplemented).then(|| self.ledger?.absent(operation)).flatten().map(|line| Known {
            reason: line.reason.clone(),
            date: line.date.clone(),
            line: line.line,
        });
        OperationRow { verdict, cases, failed, known }
    }

    fn ledger_row(&self, ledger: &Ledger) -> LedgerRow {
        let mut row = LedgerRow { name: ledger.name.clone(), matched: 0, unmatched: Vec::new(), untold: Vec::new() };
        let unmatched = ledger.apply(&self.run.roots).unmatched;
        row.matched = ledger.deviations.len() - unmatched.len();
        for line in unmatched {
            let by = line.by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
            let words = format!("line {}: {} at {}{by} is not found", line.line, line.requirement, line.operation);
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

    /// Whether all that the plan has for an operation was run, so that a ledger line for it has to match. A case that
    /// calls several operations belongs to all of them, so in a part of a plan nothing can be told of any line.
    fn was_asked(&self, operation: Operation) -> bool {
        let mut calling =
            self.run.results.iter().filter(|result| operations_of(&result.program).any(|called| called == operation));
        let all_left_out = calling.clone().next().is_some() && calling.all(|result| result.verdict == Verdict::Skipped);
        !self.narrowed() && self.run.cut.is_none() && !all_left_out
    }

    fn conclude(
        &self,
        findings: &[FindingRow],
        cases: &[CaseRow],
        operations: &BTreeMap<Operation, OperationRow>,
        witnesses: &[WitnessRow],
        ledger: Option<&LedgerRow>,
    ) -> (Conclusion, Vec<String>) {
        let mut against = Vec::new();
        let counting: Vec<&FindingRow> = findings.iter().filter(|row| row.is_new()).collect();
        let roots = counting.iter().map(|row| row.cause.as_ref().unwrap_or(&row.id)).collect::<BTreeSet<_>>().len();
        match counting.as_slice() {
            [] => {}
            [only] => against.push(format!("finding {} counts", only.id)),
            [first, .., last] => {
                let count = counting.len();
                let of = match roots {
                    1 => ", of one cause".to_owned(),
                    all if all == count => String::new(),
                    some => format!(", of {some} causes"),
                };
                against.push(format!("{count} findings count ({} to {}){of}", first.id, last.id));
            }
        }
        let failing = cases.iter().filter(|case| case.verdict == Verdict::Fail && case.findings.is_empty()).count();
        if failing > 0 {
            against.push(format!("{failing} cases fail for findings without a root"));
        }
        let absent: Vec<&str> = operations
            .iter()
            .filter(|(_, row)| row.verdict == Verdict::Unimplemented && row.known.is_none())
            .map(|(operation, _)| operation.name())
            .collect();
        if !absent.is_empty() {
            against.push(format!("the target does not have {}", absent.join(", ")));
        }
        if let Some(row) = ledger {
            against.extend(row.unmatched.iter().map(|words| format!("the ledger's {words}; remove it or mend it")));
        }

        let mut doubt = Vec::new();
        if let Some(cut) = self.run.cut {
            doubt.push(cut.words().to_owned());
        }
        let ran = |case: &&CaseRow| case.verdict != Verdict::Skipped;
        if cases.iter().filter(ran).count() == 0 {
            doubt.push("no case was run".to_owned());
        }
        let missed: Vec<&str> = witnesses.iter().filter(|row| row.is_missed()).map(|row| row.what.as_str()).collect();
        if !missed.is_empty() && !self.narrowed() && self.run.cut.is_none() && cases.iter().any(|case| ran(&case)) {
            doubt.push(format!("a full run sees {}, and this one has not", missed.join(", ")));
        }
        for (verdict, words) in [(Verdict::Error, "ended in an error of ours"), (Verdict::Inconclusive, "could not be told")] {
            let mut ended = cases.iter().filter(|case| case.verdict == verdict);
            if let Some(first) = ended.next() {
                let more = ended.count();
                let others = if more > 0 { format!(" and {more} more") } else { String::new() };
                let reason = first.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
                doubt.push(format!("{}{others} {words}{reason}", first.id));
            }
        }
        for (operation, row) in operations {
            if row.cases == 0 && row.verdict == Verdict::Inconclusive {
                doubt.push(format!("{operation} was never called"));
            }
        }

        let conclusion = if !against.is_empty() {
            Conclusion::Nonconforming
        } else if !doubt.is_empty() {
            Conclusion::Inconclusive
        } else {
            Conclusion::Conforms
        };
        against.append(&mut doubt);
        (conclusion, against)
    }
}

/// The rule; of an open point, what it admits, since that is what an answer outside departs from.
fn rule_in_words(rule: &Requirement) -> String {
    if rule.basis == Basis::Open {
        return format!("{} Admitted: {}; no other answer.", rule.statement, rule.admits.join(", "));
    }
    rule.statement.clone()
}

/// The options with which `replay` asks an endpoint again, as far as its URL tells.
fn replay_options(endpoint: &str) -> String {
    if endpoint.contains("://") { format!("--endpoint {}", shell_word(endpoint)) } else { String::new() }
}

/// `F001` is the first.
fn id(place: usize) -> String {
    format!("F{:03}", place + 1)
}

/// The steps of the minimal program; of a scene also what it sent.
fn called(root: &Root) -> Vec<String> {
    let mut called = Vec::new();
    for (index, step) in root.program.steps.iter().enumerate() {
        called.push(step_words(step));
        if matches!(step, Step::Scene(_)) && index == root.finding.step {
            called.extend(sent(&root.exchanges));
        }
    }
    called
}

/// What went over the wire, a line each; the pages of a list, and asking again for what takes time, are one.
fn sent(exchanges: &[Exchange]) -> Vec<String> {
    let mut lines: Vec<(String, String, usize)> = Vec::new();
    for Exchange { request, outcome, .. } in exchanges {
        let came = match outcome {
            Ok(response) => response.status.to_string(),
            Err(silence) => silence.to_string(),
        };
        let goes_on = request.target.contains("nextToken=");
        let target = if goes_on { request.target.split('?').next() } else { Some(request.target.as_str()) };
        let what = format!("{} {}", request.method, target.unwrap_or_default());
        match lines.last_mut() {
            Some((last, before, times)) if *before == came && (*last == what || goes_on && last.starts_with(&what)) => {
                *times += 1;
            }
            _ => lines.push((what, came, 1)),
        }
    }
    let line = |(what, came, times): (String, String, usize)| match times {
        1 => format!("{what} → {came}"),
        times => format!("{what} → {came}, {times} times"),
    };
    lines.into_iter().map(line).collect()
}

/// The operation that a case is about: the probed one, or the last one that changes something, as the reads after it
/// only look at what it did; without either, the last one.
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
