//! The model's state before the step where a root's program parts from what is permitted.

use signer_model::{Admission, PlatformSet, Reply, Request, State, changes, concerning, permits};

use crate::data::case::walk;
use crate::data::program::Step;
use crate::data::run::Root;

/// What differs from nothing made yet, as far as the call is concerned.
pub(super) struct Before {
    /// What is so for certain.
    pub(super) common: Vec<String>,
    /// What also holds, in each of the states that the responses leave possible.
    pub(super) alternatives: Vec<Vec<String>>,
    /// What each permitted answer would have changed.
    pub(super) effects: Vec<String>,
}

pub(super) fn before(root: &Root, platforms: PlatformSet) -> Before {
    let step = root.finding.step;
    if matches!(root.program.steps.get(step), Some(Step::Scene(_))) {
        let common = vec![
            "not told: a scene is a conversation written by hand, which the model does not follow".to_owned(),
        ];
        return Before { common, alternatives: Vec::new(), effects: Vec::new() };
    }
    let call = root.program.steps.get(step).and_then(|step| match (step, step.calls()) {
        (Step::Settle(job), _) => Some(Request::DescribeSigningJob { job: *job }.by_owner()),
        (_, [only]) => Some(*only),
        // Several calls, or a scene, may concern anything.
        (_, _) => None,
    });
    let nothing = State { platforms, ..State::new() };
    let walked =
        walk(root.program.edition, platforms, &root.answers).take_while(|answered| answered.step < step);
    let states = walked.last().map_or_else(|| vec![nothing], |answered| answered.after);
    let lines = |state: &State| changes(&nothing, &call.map_or(*state, |call| concerning(state, &call)));
    let mut worlds: Vec<Vec<String>> =
        states.iter().map(|state| lines(state).iter().map(|line| as_state(line)).collect()).collect();
    worlds.sort();
    worlds.dedup();
    let first = worlds.first().cloned().unwrap_or_default();
    let (common, _) =
        first.into_iter().partition::<Vec<_>, _>(|line| worlds.iter().all(|world| world.contains(line)));
    for world in &mut worlds {
        world.retain(|line| !common.contains(line));
    }
    let alternatives = if worlds.len() > 1 { worlds } else { Vec::new() };
    let mut effects: Vec<(Reply, String)> = Vec::new();
    for (state, call) in states.iter().flat_map(|state| call.iter().map(move |call| (state, call))) {
        for outcome in permits(root.program.edition, state, call) {
            let changed = changes(state, &state.after(&outcome.change));
            let changed = if changed.is_empty() { "nothing changes".to_owned() } else { changed.join("; ") };
            let effect = (outcome.reply, changed);
            if outcome.admission != Admission::Contradicted && !effects.contains(&effect) {
                effects.push(effect);
            }
        }
    }
    let effects = match effects.as_slice() {
        [(_, first), others @ ..] if others.iter().all(|(_, other)| other == first) => vec![first.clone()],
        many => many.iter().map(|(reply, changed)| format!("{reply}: {changed}")).collect(),
    };
    Before { common, alternatives, effects }
}

/// A change from nothing made yet, as what is: `p0: Absent → Active` as `p0: Active`.
fn as_state(change: &str) -> String {
    match change.split_once(" → ") {
        Some((before, after)) => {
            let kept = before.rsplit_once(' ').map_or("", |(kept, _)| kept);
            format!("{kept} {after}")
        }
        None => change.to_owned(),
    }
}
