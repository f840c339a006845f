//! Operations that seem to change nothing: one such mistake shows in every call that comes after.

use std::collections::BTreeSet;

use signer_model::{Admission, Permitted, PlatformSet, State, Worlds};
use signer_schemas::{Edition, Operation};

use crate::data::case::CaseResult;
use crate::data::program::Step;
use crate::data::run::{Root, Run};
use crate::judge::runner::list::agrees;
use crate::judge::runner::step::changes_state;

/// The operations that seem to have no effect, each with the groups of roots that this explains: what departs
/// there would be permitted if calls of the operation changed nothing, and no answer of the run speaks
/// against that. What explains most comes first, and no group is explained twice.
pub(super) fn without_effect(
    run: &Run,
    edition: Edition,
    groups: &[Vec<&Root>],
) -> Vec<(Operation, Vec<usize>)> {
    // The order in which concurrent calls were carried out is unknown.
    let in_order =
        |result: &&CaseResult| !result.program.steps.iter().any(|step| matches!(step, Step::Together(_)));
    let cases: Vec<&CaseResult> = run.results.iter().filter(in_order).collect();
    let departed = cases.iter().filter(|result| !result.unexplained.is_empty());
    let called =
        departed.flat_map(|result| result.answers.iter().map(|answer| answer.call.request.operation()));
    let suspects: BTreeSet<Operation> = called.filter(|operation| changes_state(*operation)).collect();
    let explains =
        |operation| Some((operation, explained(operation, edition, run.platforms, &cases, groups)?));
    let mut found: Vec<(Operation, Vec<usize>)> = suspects.into_iter().filter_map(explains).collect();
    found.sort_by_key(|(operation, explained)| (usize::MAX - explained.len(), *operation));
    let mut taken = BTreeSet::new();
    for (_, explained) in &mut found {
        explained.retain(|index| taken.insert(*index));
    }
    found
}

/// The groups that are explained if calls of the operation change nothing; none if some answer speaks against
/// that.
fn explained(
    operation: Operation,
    edition: Edition,
    platforms: PlatformSet,
    cases: &[&CaseResult],
    groups: &[Vec<&Root>],
) -> Option<Vec<usize>> {
    let (mut fit, mut unfit) = (BTreeSet::new(), BTreeSet::new());
    for result in cases {
        for (fits, departs) in
            walk(operation, edition, platforms, result)?.into_iter().zip(&result.unexplained)
        {
            let told = if fits { &mut fit } else { &mut unfit };
            told.insert(departs.root.clone());
        }
        // What else is found may come of it only where the operation is called.
        if !result.operations.contains_key(&operation) {
            unfit.extend(result.findings.iter().map(|finding| finding.root()));
        }
    }
    let is_explained =
        |root: &&Root| fit.contains(&root.finding.root()) && !unfit.contains(&root.finding.root());
    Some((0..groups.len()).filter(|index| groups[*index].iter().all(is_explained)).collect())
}

/// Whether each answer that departs would be permitted if calls of the operation changed nothing; none if
/// some answer of the case speaks against that.
fn walk(
    operation: Operation,
    edition: Edition,
    platforms: PlatformSet,
    result: &CaseResult,
) -> Option<Vec<bool>> {
    let mut worlds = Worlds::new(edition, State { platforms, ..State::new() });
    let mut fits = Vec::with_capacity(result.unexplained.len());
    for index in 0..=result.answers.len() {
        for departs in result.unexplained.iter().filter(|departs| departs.after == index) {
            let admits = |one: &Permitted| {
                one.admission != Admission::Contradicted
                    && (one.reply == departs.reply || agrees(edition, &one.reply, &departs.reply))
            };
            fits.push(worlds.permitted(&departs.call).iter().any(admits));
        }
        let Some(answer) = result.answers.get(index) else { break };
        let changes_nothing = answer.call.request.operation() == operation;
        match &answer.reply {
            Some(reply) if changes_nothing => {
                worlds.observe_without_effect(&answer.call, reply).then_some(())?;
            }
            Some(reply) => drop(worlds.observe(&answer.call, reply).ok()?),
            None if changes_nothing => {}
            None => worlds.lose_reply(&answer.call),
        }
    }
    Some(fits)
}
