//! What the properties say of one state and of the step to it, without a search.

use crate::explore::search::Transition;
use crate::properties::property::PropertyKind;
use crate::properties::reached::REACHED;
use crate::properties::safety::SAFETY;
use crate::properties::steps::STEPS;
use crate::scopes::scope::Scope;
use crate::state::State;

/// What one property says of a state, or of the step to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The property.
    pub name: &'static str,
    /// What it speaks about.
    pub kind: PropertyKind,
    /// The requirement that it stands for.
    pub requirement: &'static str,
    /// Whether it holds here; for [`PropertyKind::Sometimes`], whether this is a state of the kind that it
    /// wants to be reached.
    pub holds: bool,
}

/// What all properties but progress, which one state cannot show, say of the state and of the step that led
/// to it.
pub fn standings(scope: &Scope, step: Option<&Transition<'_>>, state: &State) -> Vec<Standing> {
    let safe = SAFETY.iter().map(|property| Standing {
        name: property.name,
        kind: PropertyKind::Always,
        requirement: property.requirement,
        holds: (property.holds)(state),
    });
    let steps = STEPS.iter().filter_map(|property| {
        let holds = (property.holds)(step?);
        Some(Standing {
            name: property.name,
            kind: PropertyKind::Step,
            requirement: property.requirement,
            holds,
        })
    });
    let reached = REACHED.iter().filter(|property| property.is_of(scope)).map(|property| Standing {
        name: property.state.name,
        kind: PropertyKind::Sometimes,
        requirement: property.state.requirement,
        holds: (property.state.holds)(state),
    });
    safe.chain(steps).chain(reached).collect()
}

/// The state that a property of kind [`PropertyKind::Sometimes`] wants to be reached, by the property's name.
pub fn wanted(name: &str) -> Option<fn(&State) -> bool> {
    REACHED.iter().find(|property| property.state.name == name).map(|property| property.state.holds)
}
