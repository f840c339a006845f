//! What a walk gives: how much of the graph was taken, and where model and store part.

use std::collections::BTreeMap;

use signer_conformance::Program;
use signer_model::{Move, State};

/// What came of a walk.
#[derive(Clone, Debug, Default)]
pub struct Walked {
    /// States of the model that were visited.
    pub states: usize,
    /// Whether every state of the scope was.
    pub complete: bool,
    /// The edges that leave these states; if the walk was cut short, those of which it can be said whether
    /// they were taken.
    pub edges: usize,
    /// Those of them that the store has taken.
    pub taken: usize,
    /// How often the store was called.
    pub calls: usize,
    /// The edges that no choice of the reference takes, by the requirement that admits them.
    pub untaken: BTreeMap<&'static str, Untaken>,
    /// Where model and store part.
    pub disagreement: Option<Disagreement>,
}

/// Edges that no choice of the reference takes.
#[derive(Clone, Debug)]
pub struct Untaken {
    /// How many.
    pub edges: usize,
    /// The first of them: the state, and what would happen.
    pub example: (State, Move),
}

/// The store does what the model does not have.
#[derive(Clone, Debug)]
pub struct Disagreement {
    /// The shortest sequence that leads there. Its last step is the one that differs.
    pub program: Program,
    /// The choices in force at each step of the program, as `--freedom` takes them.
    pub freedoms: Vec<Vec<String>>,
    /// What the store was asked to do.
    pub step: String,
    /// What the model permits there.
    pub permitted: Vec<String>,
    /// What the store did.
    pub observed: String,
    /// How the store's state differs from the one that the model permits.
    pub difference: Vec<String>,
}
