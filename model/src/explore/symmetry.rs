//! Which names of a scope are interchangeable, so that of the states that differ only in them one need be
//! visited.

use crate::scopes::scope::Scope;
use crate::state::State;
use crate::symmetry::Renaming;

/// The renamings under which a scope is the same, besides that which leaves every name.
#[derive(Clone, Debug, Default)]
pub struct Symmetry {
    renamings: Vec<Renaming>,
}

impl Symmetry {
    /// Every state is taken for itself.
    pub const fn none() -> Self {
        Self { renamings: Vec::new() }
    }

    /// All renamings under which the scope's calls and its first state are the same. They form a group, and
    /// the rules commute with renaming, so visiting one state of each orbit shows what visiting all would.
    pub fn of(scope: &Scope) -> Self {
        let calls = scope.calls.iter().collect::<std::collections::HashSet<_>>();
        let same = |renaming: &Renaming| {
            scope.initial.renamed(renaming) == scope.initial
                && scope.calls.iter().all(|call| calls.contains(&call.renamed(renaming)))
                // Names that no call has say nothing, and would only cost time.
                && (*renaming == Renaming::IDENTITY || scope.calls.iter().any(|call| call.renamed(renaming) != *call))
        };
        let mut renamings = Renaming::all()
            .filter(|renaming| *renaming != Renaming::IDENTITY && same(renaming))
            .collect::<Vec<_>>();
        // Of those that do the same to all calls, one is enough.
        let mut effects = std::collections::HashSet::new();
        renamings.retain(|renaming| {
            effects.insert(scope.calls.iter().map(|call| call.renamed(renaming)).collect::<Vec<_>>())
        });
        Self { renamings }
    }

    /// How many renamings there are, that which leaves every name included.
    pub const fn order(&self) -> usize {
        self.renamings.len() + 1
    }

    /// The renaming that makes the one state the other.
    pub(super) fn names(&self, one: &State, other: &State) -> Option<Renaming> {
        let renamings = [Renaming::IDENTITY].into_iter().chain(self.renamings.iter().copied());
        renamings.into_iter().find(|renaming| one.renamed(renaming) == *other)
    }

    /// The least of the states that differ from this one only in names.
    pub fn representative(&self, state: &State) -> State {
        self.renamings.iter().map(|renaming| state.renamed(renaming)).fold(*state, std::cmp::min)
    }
}
