//! What of a state only the store knows: which policies' revisions it has moved without telling.

use signer_model::State;

/// A state of the model, and whose policies' revisions the store has moved without telling: `hidden`. The
/// model knows only that they may have moved.
pub(super) type Key = (State, u8);

/// What the store shows in the state itself: the same, but for what only the store knows.
pub(super) fn observed(key: &Key) -> State {
    let (mut observed, hidden) = *key;
    let count = observed.profiles.len();
    for (index, profile) in observed.profiles.iter_mut().enumerate() {
        profile.policy.revision_uncertain = hidden >> (count - 1 - index) & 1 != 0;
    }
    observed
}

/// Whether the store is in that state. Where the model holds that a revision may have moved, it may, or not.
pub(super) fn agrees(observed: &State, state: &State) -> bool {
    known(observed, state) == *state
}

/// What a client knows of an observed state, if `state` is what it knows otherwise.
pub(super) fn known(observed: &State, state: &State) -> State {
    let mut known = *observed;
    for (known, state) in known.profiles.iter_mut().zip(&state.profiles) {
        known.policy.revision_uncertain |= state.policy.revision_uncertain;
    }
    known
}

/// Whose policies' revisions have moved; in a state of the model, may have moved, so that the store can be in
/// it in several ways.
pub(super) fn hidden(state: &State) -> u8 {
    let moved = state.profiles.iter().map(|profile| u8::from(profile.policy.revision_uncertain));
    moved.fold(0, |bits, moved| bits << 1 | moved)
}
