//! Calls made at once: their answers have to be those of some order, and this finds one.

use signer_conformance::{Answer, Step as ProgramStep};
use signer_model::{Admission, Call, Reply, State};

use crate::steps::{Step, answered, id_of};
use crate::subjects::Subject;

/// More calls than this have more orders than somebody waits for.
const MOST: usize = 7;

/// Calls that were made at once, with the order that explains their answers, if there is one.
pub(crate) struct AtOnce {
    /// The calls, as steps in that order.
    pub(crate) order: Option<Vec<Step>>,
    /// The places of the calls in that order, from 1.
    places: Vec<usize>,
}

impl AtOnce {
    /// What is to be said of them.
    pub(crate) fn words(&self) -> String {
        if self.order.is_none() {
            return "made at once: no order of these calls explains their answers".to_owned();
        }
        let places = self.places.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        format!("made at once: the order {places} explains their answers")
    }
}

/// The order of the calls of a step that were made at once; none if they were not, or if an answer is
/// missing.
pub(crate) fn at_once<'a>(
    subject: &Subject,
    worlds: &[State],
    step: &ProgramStep,
    answers: impl Iterator<Item = &'a Answer>,
) -> Option<AtOnce> {
    let ProgramStep::Together(calls) = step else { return None };
    let made: Vec<(Call, Reply)> =
        answers.filter(|one| !one.by_list).filter_map(|one| Some((one.call, one.reply?))).collect();
    if made.len() != calls.len() || made.len() > MOST {
        return None;
    }
    let mut found = Vec::new();
    let explained = explain(subject, worlds, &made, &mut found);
    let places = found.iter().map(|(place, _)| place + 1).collect();
    Some(AtOnce { order: explained.then(|| found.into_iter().map(|(_, step)| step).collect()), places })
}

/// Puts the calls that are not in order yet behind those that are; whether that can be done.
fn explain(
    subject: &Subject,
    worlds: &[State],
    made: &[(Call, Reply)],
    order: &mut Vec<(usize, Step)>,
) -> bool {
    if order.len() == made.len() {
        return true;
    }
    for (place, (call, reply)) in made.iter().enumerate() {
        if order.iter().any(|(taken, _)| *taken == place) {
            continue;
        }
        let step = answered(subject, worlds, call, reply)
            .filter(|step| step.admission != Some(Admission::Contradicted));
        let Some(step) = step else { continue };
        let after = step.after.clone();
        // As a link names it: what was answered, whatever else that changed.
        let id = id_of(subject, worlds, call, Some(reply));
        order.push((place, Step { id, ..step }));
        if explain(subject, &after, made, order) {
            return true;
        }
        order.pop();
    }
    false
}
