//! A trace as a program: what `replay` runs, and what scripts for other clients are made of.

use signer_conformance::{Program, Step};

use crate::position::Position;
use crate::steps::By;

/// The first steps of a trace as a program.
pub(crate) fn program(position: &Position, steps: usize) -> Program {
    let name = format!("explorer/{}", position.subject.name);
    let steps = position.steps.iter().take(steps).map(|step| match step.by {
        By::Call(call) => Step::Call(call),
        By::Ends(job, _) | By::Settles(job) => Step::Settle(job),
    });
    Program { name, edition: position.subject.scope.edition, steps: steps.collect() }
}
