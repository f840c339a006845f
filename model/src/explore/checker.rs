//! A scope as stateright sees it: for its checker, which is a second opinion on our own search, and for its Explorer.

use std::fmt;

use super::{Choice, choices};
use crate::properties::for_stateright;
use crate::{Scope, State, changes, expected};

/// A scope as stateright sees it.
#[derive(Clone, Debug)]
pub struct Exploration {
    /// The scope.
    pub scope: Scope,
}

/// A state whose debug text is in the API's words, since that is what stateright's Explorer shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shown(pub State);

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl stateright::Model for Exploration {
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

    fn properties(&self) -> Vec<stateright::Property<Self>> {
        for_stateright(&self.scope)
    }
}
