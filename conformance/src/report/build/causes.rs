//! Which findings have one cause: those that vanish when what another one tells of is put right, and those
//! that are as they would be if one operation had no effect. Both are tried, on every case in which the
//! finding was made; neither is guessed.

use std::collections::BTreeSet;

use signer_schemas::{Edition, Operation};

use crate::data::run::{Root, Run};
use crate::report::build::without_effect::without_effect;

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
    let vanishes_with = |effect: &Root, cause: usize| {
        let causes = run.vanishing.get(&effect.finding.root());
        causes.is_some_and(|causes| groups[cause].iter().any(|root| causes.contains(&root.finding.root())))
    };
    let vanishes = |effect: usize, cause: usize| groups[effect].iter().all(|root| vanishes_with(root, cause));
    // Of two that vanish with each other, the first is reported.
    let follows = |cause: usize, effect: usize| {
        cause != effect && vanishes(effect, cause) && (cause < effect || !vanishes(cause, effect))
    };
    let seen = |index: usize| groups[index].iter().map(|root| root.cases).sum::<u32>();
    let cause = |effect: usize| {
        let possible = (0..groups.len()).filter(|cause| follows(*cause, effect));
        possible.max_by_key(|cause| (seen(*cause), usize::MAX - cause))
    };
    let mut direct: Vec<Option<usize>> = (0..groups.len()).map(cause).collect();
    let mut as_if_without: Vec<Option<Operation>> = vec![None; groups.len()];
    for (operation, explained) in without_effect(run, edition, groups) {
        // The one that concerns the operation is reported.
        let speaks =
            |index: &&usize| groups[**index][0].finding.requirement.starts_with(&format!("{operation}/"));
        let Some(first) = explained.iter().find(speaks).or_else(|| explained.first()).copied() else {
            continue;
        };
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
