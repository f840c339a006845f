//! Programs as a strategy of proptest: drawn from a scope's calls like the sequences of the plan, and made
//! shorter like a finding.

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::prelude::any;
use proptest::strategy::{NewTree, Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use signer_model::Scope;

use crate::data::program::{Program, Step};
use crate::plan::sequences;
use crate::run::deletions::Deletions;

/// Programs of the calls that clients make in a scope.
pub fn programs(scope: &Scope) -> Programs {
    Programs { scope: scope.clone() }
}

/// See [`programs`].
#[derive(Clone, Debug)]
pub struct Programs {
    scope: Scope,
}

impl Strategy for Programs {
    type Tree = ProgramTree;
    type Value = Program;

    fn new_tree(&self, runner: &mut TestRunner) -> NewTree<Self> {
        let drawn = (any::<u32>(), vec(any::<u32>(), 4..=sequences::MOST_CALLS)).new_tree(runner)?;
        let (swarm, choices) = drawn.current();
        let steps = sequences::draw(&self.scope, swarm, &choices, &mut HashSet::new());
        let program =
            Program { name: format!("property/{}", self.scope.name), edition: self.scope.edition, steps };
        Ok(ProgramTree::new(program))
    }
}

/// A program, and what is tried to make it shorter.
#[derive(Clone, Debug)]
pub struct ProgramTree {
    /// The shortest that is known to show what is looked for.
    best: Program,
    /// The steps without those that are left out just now.
    candidate: Option<Vec<Step>>,
    deletions: Deletions,
}

impl ProgramTree {
    /// The tree of any program, also one that was recorded.
    pub fn new(program: Program) -> Self {
        Self { deletions: Deletions::of(program.steps.len()), best: program, candidate: None }
    }

    fn try_next(&mut self) -> bool {
        self.candidate = self.deletions.next(self.best.steps.len()).map(|range| {
            let mut steps = self.best.steps.clone();
            steps.drain(range);
            steps
        });
        self.candidate.is_some()
    }
}

impl ValueTree for ProgramTree {
    type Value = Program;

    fn current(&self) -> Program {
        let steps = self.candidate.as_ref().unwrap_or(&self.best.steps).clone();
        Program { steps, ..self.best.clone() }
    }

    /// What is current still fails, so it is the best so far.
    fn simplify(&mut self) -> bool {
        if let Some(steps) = self.candidate.take() {
            self.best.steps = steps;
            self.deletions.deleted();
        }
        self.try_next()
    }

    /// What is current does not fail, so the steps that it lacks are needed.
    fn complicate(&mut self) -> bool {
        if self.candidate.take().is_none() {
            return false;
        }
        self.deletions.kept();
        self.try_next()
    }
}
