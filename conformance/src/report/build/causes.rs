//! Which findings have one cause: those that are never seen without another one that explains them, and those that are as they
//! would be if one operation had no effect.

use std::collections::{BTreeMap, BTreeSet};

use signer_schemas::{Edition, Operation};

use crate::data::finding::Finding;
use crate::data::program::Step;
use crate::data::run::{Root, Run};
use crate::report::build::without_effect::without_effect;

/// Checks of what comes along with an answer: what they find changes nothing of what it says.
const BESIDE_THE_POINT: &[&str] = &["content-type", "empty-body", "error-shape", "request-id", "status"];

/// Checks of how an answer says something: what they find may be all that others find in the same answer.
const HOW_IT_IS_SAID: &[&str] =
    &["declared-error", "error-status", "error-type", "output-schema", "server-error", "timestamps", "well-formed-json"];

/// What is known of the cause of a group of roots.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cause {
    /// The group whose cause it shares; none for the first of a cause.
    pub(super) group: Option<usize>,
    /// All is as if calls of that operation changed nothing.
    pub(super) as_if_without: Option<Operation>,
}

/// For each group of roots, in the order of the report, what is known of its cause.
pub(super) fn causes(run: &Run, edition: Edition, groups: &[Vec<&Root>]) -> Vec<Cause> {
    let group_of: BTreeMap<(String, Operation), usize> =
        groups.iter().enumerate().flat_map(|(index, group)| group.iter().map(move |root| (root.finding.root(), index))).collect();
    let mut cases = vec![0_usize; groups.len()];
    let mut explained: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for result in &run.results {
        let found: Vec<(usize, &Finding)> =
            result.findings.iter().filter_map(|finding| Some((*group_of.get(&finding.root())?, finding))).collect();
        for index in found.iter().map(|(index, _)| *index).collect::<BTreeSet<_>>() {
            cases[index] += 1;
        }
        let by_hand = |finding: &Finding| matches!(result.program.steps.get(finding.step), Some(Step::Scene(_)));
        let pairs = found.iter().flat_map(|one| found.iter().map(move |other| (one, other)));
        let pairs = pairs.filter(|((one, first), (other, second))| one != other && explains(first, second, by_hand(second)));
        for pair in pairs.map(|((one, _), (other, _))| (*one, *other)).collect::<BTreeSet<_>>() {
            *explained.entry(pair).or_default() += 1;
        }
    }
    let always = |cause: usize, effect: usize| explained.get(&(cause, effect)) == Some(&cases[effect]);
    let follows = |cause: usize, effect: usize| {
        cause != effect
            && always(cause, effect)
            // Of two that are never seen apart, the first is reported.
            && (cause < effect || !always(effect, cause))
    };
    let cause = |effect: usize| {
        let possible = (0..groups.len()).filter(|cause| follows(*cause, effect));
        possible.max_by_key(|cause| (cases[*cause], usize::MAX - cause))
    };
    let mut direct: Vec<Option<usize>> = (0..groups.len()).map(cause).collect();
    let mut as_if_without: Vec<Option<Operation>> = vec![None; groups.len()];
    for (operation, explained) in without_effect(run, edition, groups) {
        // The one that concerns the operation is reported.
        let speaks = |index: &&usize| groups[**index][0].finding.requirement.starts_with(&format!("{operation}/"));
        let Some(first) = explained.iter().find(speaks).or_else(|| explained.first()).copied() else { continue };
        for index in explained {
            direct[index] = (index != first).then_some(first);
            as_if_without[index] = Some(operation);
        }
    }
    let cause = |index| Cause { group: first_of(&direct, index), as_if_without: as_if_without[index] };
    (0..groups.len()).map(cause).collect()
}

/// The first of a chain of causes; none for one that has no other cause.
fn first_of(direct: &[Option<usize>], index: usize) -> Option<usize> {
    let mut seen = BTreeSet::from([index]);
    let mut first = direct[index]?;
    while let Some(next) = direct[first].filter(|_| seen.insert(first)) {
        first = next;
    }
    (first != index).then_some(first)
}

/// Whether what is wrong with one answer can be all that is wrong with the other, in one case.
fn explains(cause: &Finding, effect: &Finding, by_hand: bool) -> bool {
    let of = |checks: &[&str], finding: &Finding| checks.contains(&finding.by.as_str());
    if of(BESIDE_THE_POINT, cause) || of(BESIDE_THE_POINT, effect) {
        return false;
    }
    if of(HOW_IT_IS_SAID, cause) {
        return cause.exchange == effect.exchange && !of(HOW_IT_IS_SAID, effect);
    }
    // What is held against the model goes on from what was said before; a conversation written by hand goes its own way.
    !of(HOW_IT_IS_SAID, effect) && (cause.exchange == effect.exchange || cause.exchange < effect.exchange && !by_hand)
}
