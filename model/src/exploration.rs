//! A scope as a stateright model: for its checker, which is a second opinion on our own search.

use std::fmt;

use stateright::{Model, Property};

use crate::changes::changes;
use crate::environment::expected;
use crate::explore::{Choice, choices};
use crate::properties::reached::REACHED;
use crate::properties::safety::SAFETY;
use crate::scopes::scope::Scope;
use crate::state::State;

/// A scope as stateright sees it.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// The scope.
    pub scope: Scope,
}

/// A state whose debug text is in the API's words, since that is what stateright shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shown(pub State);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl Model for Exploration {
    type State = Shown;
    type Action = Choice;

    fn init_states(&self) -> Vec<Shown> {
        vec![Shown(expected(&self.scope.initial))]
    }

    fn actions(&self, state: &Shown, actions: &mut Vec<Choice>) {
        actions.extend(choices(&self.scope, &state.0));
    }

    fn next_state(&self, _: &Shown, action: Choice) -> Option<Shown> {
        Some(Shown(action.to))
    }

    fn format_action(&self, action: &Choice) -> String {
        action.by.to_string()
    }

    fn format_step(&self, last_state: &Shown, action: Choice) -> Option<String> {
        let lines = changes(&last_state.0, &action.to);
        Some(if lines.is_empty() { "nothing changes".to_owned() } else { lines.join("\n") })
    }

    fn properties(&self) -> Vec<Property<Self>> {
        properties(&self.scope)
    }
}

/// The scope's properties of states; stateright sees no others. It takes function pointers, hence one
/// function for each.
fn properties(scope: &Scope) -> Vec<Property<Exploration>> {
    fn safe<const N: usize>(_: &Exploration, state: &Shown) -> bool {
        (SAFETY[N].holds)(&state.0)
    }
    fn reached<const N: usize>(_: &Exploration, state: &Shown) -> bool {
        (REACHED[N].state.holds)(&state.0)
    }
    type Condition = fn(&Exploration, &Shown) -> bool;
    const SAFE: [Condition; SAFETY.len()] =
        [safe::<0>, safe::<1>, safe::<2>, safe::<3>, safe::<4>, safe::<5>, safe::<6>, safe::<7>, safe::<8>];
    const WITNESSED: [Condition; REACHED.len()] = [
        reached::<0>,
        reached::<1>,
        reached::<2>,
        reached::<3>,
        reached::<4>,
        reached::<5>,
        reached::<6>,
        reached::<7>,
        reached::<8>,
    ];
    let always =
        SAFETY.iter().zip(SAFE).map(|(property, condition)| Property::always(property.name, condition));
    let sometimes = REACHED
        .iter()
        .zip(WITNESSED)
        .filter(|(property, _)| property.is_of(scope))
        .map(|(property, condition)| Property::sometimes(property.state.name, condition));
    always.chain(sometimes).collect()
}
