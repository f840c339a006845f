//! What a property is, and what it speaks about.

use crate::explore::search::Transition;
use crate::scopes::scope::Scope;
use crate::state::State;

/// What a property speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertyKind {
    /// Safety: every state.
    Always,
    /// Safety: every step from one state to the next.
    Step,
    /// Reachability: some state.
    Sometimes,
    /// Progress: every fair run.
    Eventually,
}

impl PropertyKind {
    /// The kind in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Step => "step",
            Self::Sometimes => "sometimes",
            Self::Eventually => "eventually",
        }
    }
}

/// A property of states.
pub(crate) struct StateProperty {
    pub(crate) name: &'static str,
    pub(crate) requirement: &'static str,
    pub(crate) holds: fn(&State) -> bool,
}

/// What can be reached, and in which scopes it must be.
pub(crate) struct Reached {
    pub(crate) state: StateProperty,
    pub(crate) scopes: &'static [&'static str],
}

impl Reached {
    pub(crate) fn is_of(&self, scope: &Scope) -> bool {
        self.scopes.contains(&scope.name)
    }
}

/// A property of steps.
pub(crate) struct StepProperty {
    pub(crate) name: &'static str,
    pub(crate) requirement: &'static str,
    pub(crate) holds: fn(&Transition<'_>) -> bool,
}
