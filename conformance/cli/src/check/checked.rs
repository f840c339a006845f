//! A scope that was checked, and how paths through it are shown.

use std::fmt::Write;

use signer_model::{Move, Scope, ScopeReport};

/// A scope that was checked.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The scope's own name, or the mutant's.
    pub name: &'static str,
    /// The scope.
    pub scope: Scope,
    /// What was found.
    pub report: ScopeReport,
    /// How long it took.
    pub seconds: f64,
}

/// Writes a path, a step a line.
pub(super) fn write_steps(out: &mut impl Write, path: &[Move]) {
    for (index, step) in path.iter().enumerate() {
        let _ = writeln!(out, "          {}. {step}", index + 1);
    }
}

/// A path in words.
pub(super) fn told(path: &[Move]) -> Vec<String> {
    path.iter().map(Move::to_string).collect()
}
