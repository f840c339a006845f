//! What holds in every state, what holds of every step, and what can be reached, each with its requirement.

mod reached;
mod safety;
mod steps;

use self::reached::REACHED;
use self::safety::SAFETY;
use self::steps::STEPS;
use crate::{Exploration, Graph, Move, ProfileState, Request, Scope, Shown, State};

/// What a property speaks about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PropertyKind {
    /// Every state.
    Always,
    /// Every step from one state to the next.
    Step,
    /// Some state, which can be reached.
    Sometimes,
}

impl PropertyKind {
    /// The kind in reports.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Step => "step",
            Self::Sometimes => "sometimes",
        }
    }
}

/// How a scope was checked, and what was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeReport {
    /// The scope's name.
    pub scope: &'static str,
    /// How many states there are.
    pub unique: usize,
    /// How many steps lead from one to another, or back.
    pub generated: usize,
    /// The longest of the shortest paths.
    pub depth: usize,
    /// What was asked.
    pub properties: Vec<PropertyReport>,
}

impl ScopeReport {
    /// Whether all properties hold.
    pub fn holds(&self) -> bool {
        self.properties.iter().all(|property| property.holds)
    }
}

/// One property's answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PropertyReport {
    /// The property.
    pub name: &'static str,
    /// What it speaks about.
    pub kind: PropertyKind,
    /// The requirement that it stands for.
    pub requirement: &'static str,
    /// Whether it holds.
    pub holds: bool,
    /// A shortest path to what shows it: the counterexample, or the state that can be reached.
    pub witness: Option<Vec<String>>,
}

/// Visits every state and every step of the scope in our own graph, whose paths are the shortest (stateright 0.31 reports the
/// last counterexample that it meets, and sees no steps).
pub fn check(scope: &Scope) -> ScopeReport {
    let graph = Graph::build(scope);
    let mut properties = Vec::new();
    for property in &SAFETY {
        let bad = graph.states.iter().position(|state| !(property.holds)(state));
        properties.push(property.report(PropertyKind::Always, bad.is_none(), bad.map(|place| told(graph.path(place)))));
    }
    for property in &STEPS {
        let bad = graph.edges.iter().find(|edge| {
            let step = Transition { before: &graph.states[edge.from], by: edge.by, after: &graph.states[edge.to] };
            !(property.holds)(&step)
        });
        let witness = bad.map(|edge| {
            let mut path = graph.path(edge.from);
            path.push(edge.by);
            told(path)
        });
        properties.push(PropertyReport {
            name: property.name,
            kind: PropertyKind::Step,
            requirement: property.requirement,
            holds: bad.is_none(),
            witness,
        });
    }
    for property in REACHED.iter().filter(|property| property.is_of(scope)) {
        let reached = graph.states.iter().position(property.state.holds);
        let witness = reached.map(|place| told(graph.path(place)));
        properties.push(property.state.report(PropertyKind::Sometimes, reached.is_some(), witness));
    }
    ScopeReport { scope: scope.name, unique: graph.states.len(), generated: graph.edges.len(), depth: graph.depth, properties }
}

fn told(path: Vec<Move>) -> Vec<String> {
    path.into_iter().map(|step| step.to_string()).collect()
}

/// The properties that stateright can see: those of states.
pub(crate) fn for_stateright(scope: &Scope) -> Vec<stateright::Property<Exploration>> {
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
    let always = SAFETY.iter().zip(SAFE).map(|(property, condition)| stateright::Property::always(property.name, condition));
    let sometimes = REACHED
        .iter()
        .zip(WITNESSED)
        .filter(|(property, _)| property.is_of(scope))
        .map(|(property, condition)| stateright::Property::sometimes(property.state.name, condition));
    always.chain(sometimes).collect()
}

pub(super) struct StateProperty {
    pub(super) name: &'static str,
    pub(super) requirement: &'static str,
    pub(super) holds: fn(&State) -> bool,
}

impl StateProperty {
    pub(super) fn report(&self, kind: PropertyKind, holds: bool, witness: Option<Vec<String>>) -> PropertyReport {
        PropertyReport { name: self.name, kind, requirement: self.requirement, holds, witness }
    }
}

/// What can be reached, and in which scopes it must be.
pub(super) struct Reached {
    pub(super) state: StateProperty,
    pub(super) scopes: &'static [&'static str],
}

impl Reached {
    pub(super) fn is_of(&self, scope: &Scope) -> bool {
        self.scopes.contains(&scope.name)
    }
}

/// One step from a state to the next.
pub(super) struct Transition<'a> {
    pub(super) before: &'a State,
    pub(super) by: Move,
    pub(super) after: &'a State,
}

impl Transition<'_> {
    pub(super) fn profiles(&self) -> impl Iterator<Item = (&ProfileState, &ProfileState)> {
        self.before.profiles.iter().zip(&self.after.profiles)
    }

    pub(super) fn request(&self) -> Option<Request> {
        match self.by {
            Move::Call(call, _) => Some(call.request),
            Move::Ends(..) => None,
        }
    }
}

pub(super) struct StepProperty {
    pub(super) name: &'static str,
    pub(super) requirement: &'static str,
    pub(super) holds: fn(&Transition<'_>) -> bool,
}
