//! The findings of a run: which roots are one, in which order they come, and what each says.

use std::collections::BTreeSet;

use signer_schemas::{Basis, Operation, Requirement, requirement};

use crate::data::case::CaseResult;
use crate::data::exchange::Exchange;
use crate::data::program::Step;
use crate::data::run::Root;
use crate::report::build::Judge;
use crate::report::build::before::{Before, before};
use crate::report::build::causes::{Cause, causes};
use crate::report::build::input::{Input, input};
use crate::report::build::themes::{Place, places};
use crate::report::sent::request_line;
use crate::report::words::step_words;
use crate::report::{FindingRow, Known};

impl Judge<'_> {
    /// Every finding in the order of the report, and what that order is made by.
    pub(super) fn findings(&self) -> (Vec<FindingRow>, Vec<Place>) {
        let mut groups: Vec<Vec<&Root>> = Vec::new();
        for root in &self.run.roots {
            match groups.iter_mut().find(|group| self.are_one(group[0], root)) {
                Some(group) => group.push(root),
                None => groups.push(vec![root]),
            }
        }
        let causes = causes(self.run, self.options.edition, &groups);
        let with_looks = |(group, cause): (&Vec<&Root>, &Cause)| FindingRow {
            as_if_without: cause.as_if_without,
            ..self.finding(String::new(), group)
        };
        let rows: Vec<FindingRow> = groups.iter().zip(&causes).map(with_looks).collect();
        let direct: Vec<Option<usize>> = causes.iter().map(|cause| cause.group).collect();
        let inputs: Vec<Input> = groups.iter().map(|group| input(&shortest(group).program)).collect();
        let places = places(&rows, &inputs, &direct);
        // Of one theme, the plainest input comes first, then what shows most often, and what follows from
        // another finding behind that one.
        let rank = |index: usize| {
            let first = direct[index].unwrap_or(index);
            let class = (!rows[index].counts, rows[index].known.is_some());
            (
                class,
                places[index].order(),
                u32::MAX - rows[first].cases,
                first,
                direct[index].is_some(),
                index,
            )
        };
        let mut order: Vec<usize> = (0..groups.len()).collect();
        order.sort_by_key(|index| rank(*index));
        let place = |index: usize| order.iter().position(|other| *other == index).map(id);
        let named = |(place_, index): (usize, &usize)| {
            let id = id(place_);
            let cause = direct[*index].and_then(place);
            FindingRow {
                counterexample: format!("counterexamples/{id}.json"),
                id,
                cause,
                ..rows[*index].clone()
            }
        };
        let named: Vec<FindingRow> = order.iter().enumerate().map(named).collect();
        let places = order.iter().map(|index| places[*index]).collect();
        (named, places)
    }

    /// A requirement has one root, whichever operations show it, if they count alike; those that are known
    /// for different reasons stay apart, and so do crashes, each of which has a cause of its own.
    fn are_one(&self, one: &Root, other: &Root) -> bool {
        let crash = |root: &Root| {
            root.finding.crashed_by.as_ref().map(|input| (root.finding.operation, input.clone()))
        };
        let key = |root: &Root| (root.finding.requirement.clone(), crash(root), self.counts(&root.finding));
        let reason = |root: &Root| self.known(&root.finding).map(|line| line.reason.clone());
        key(one) == key(other) && reason(one) == reason(other)
    }

    fn finding(&self, id: String, group: &[&Root]) -> FindingRow {
        let root = shortest(group);
        let finding = &root.finding;
        let rule = requirement(&finding.requirement);
        let operations: BTreeSet<Operation> = group.iter().map(|root| root.finding.operation).collect();
        let cases = match group {
            [only] => only.cases,
            many => {
                let roots: BTreeSet<_> = many.iter().map(|root| root.finding.root()).collect();
                let seen = |result: &&CaseResult| {
                    result.findings.iter().any(|finding| roots.contains(&finding.root()))
                };
                u32::try_from(self.run.results.iter().filter(seen).count()).unwrap_or(u32::MAX)
            }
        };
        let Before { common, alternatives, effects } = before(root, self.run.platforms);
        FindingRow {
            counterexample: format!("counterexamples/{id}.json"),
            id,
            requirement: finding.requirement.clone(),
            basis: finding.basis,
            operation: finding.operation,
            operations: operations.into_iter().collect(),
            by: finding.by,
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
            sent: sent(root),
            sent_before: root.exchanges.len().saturating_sub(1),
            step: finding.step,
            before: common,
            alternatives,
            effects,
            calls: root.calls(),
            reproduced: root.reproduced,
            flaky: root.reproduced.is_flaky(),
            on_fresh: root.on_fresh,
            cause: None,
            theme: None,
            as_if_without: None,
            case: root.case.clone(),
            cases,
        }
    }
}

/// The rule; of an open point, what it admits, since that is what an answer outside departs from.
fn rule_in_words(rule: &Requirement) -> String {
    if rule.basis == Basis::Open {
        return format!("{} Admitted: {}; no other answer.", rule.statement, rule.admits.join(", "));
    }
    rule.statement.clone()
}

/// The root of a group whose program is the shortest: it explains best.
fn shortest<'a>(group: &[&'a Root]) -> &'a Root {
    group.iter().min_by_key(|root| root.calls()).unwrap_or(&group[0])
}

/// `F001` is the first.
fn id(place: usize) -> String {
    format!("F{:03}", place + 1)
}

/// How much of a body is shown.
const LONGEST: usize = 200;

/// The request whose answer departs, unless the program lists it.
fn sent(root: &Root) -> Option<String> {
    let about = match root.program.steps.get(root.finding.step) {
        Some(Step::Scene(_)) => return None,
        Some(Step::Probe(probe)) => probe.member.as_str(),
        _ => "",
    };
    Some(request_line(&root.exchanges.last()?.request, LONGEST, about))
}

/// The steps of the minimal program; of a scene also what it sent.
fn called(root: &Root) -> Vec<String> {
    let mut called = Vec::new();
    for (index, step) in root.program.steps.iter().enumerate() {
        called.push(step_words(step));
        if matches!(step, Step::Scene(_)) && index == root.finding.step {
            called.extend(all_sent(&root.exchanges));
        }
    }
    called
}

/// What went over the wire, a line each; the pages of a list, and asking again for what takes time, are one.
fn all_sent(exchanges: &[Exchange]) -> Vec<String> {
    let mut lines: Vec<(String, String, usize)> = Vec::new();
    for Exchange { request, outcome, .. } in exchanges {
        let came = match outcome {
            Ok(response) => response.status.to_string(),
            Err(silence) => silence.to_string(),
        };
        let goes_on = request.target.contains("nextToken=");
        let path = |target: &str| target.split('?').next().unwrap_or_default().to_owned();
        let what = if goes_on {
            format!("{} {}", request.method, path(&request.target))
        } else {
            request_line(request, LONGEST, "")
        };
        match lines.last_mut() {
            Some((last, before, times))
                if *before == came && (*last == what || goes_on && last.starts_with(&what)) =>
            {
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
