//! How many steps each call of a scope makes.

use crate::explore::Move;
use crate::properties::report::CallSteps;
use crate::request::Call;
use crate::scopes::scope::Scope;

/// The steps of a search, by what makes them.
#[derive(Clone, Debug)]
pub(super) struct Count {
    /// The calls of the scope, in its order.
    pub(super) calls: Vec<CallSteps>,
    /// The steps that no call makes.
    pub(super) ends: u64,
    /// The place of the call that was made last.
    last: usize,
}

impl Count {
    pub(super) fn of(scope: &Scope) -> Self {
        Self {
            calls: scope.calls.iter().map(|call| CallSteps { call: *call, steps: 0 }).collect(),
            ends: 0,
            last: 0,
        }
    }

    /// A call is made. In each state they come in the order of the scope, some of them left out, so that the
    /// next one is near.
    pub(super) fn call(&mut self, call: &Call) {
        let (before, from) = self.calls.split_at(self.last);
        let ahead = from.iter().chain(before).position(|known| known.call == *call);
        self.last = (self.last + ahead.unwrap_or_default()) % self.calls.len().max(1);
    }

    /// A step is made, by the last call if by any.
    pub(super) fn step(&mut self, by: &Move) {
        match by {
            Move::Call(..) => self.calls[self.last].steps += 1,
            Move::Ends(..) => self.ends += 1,
        }
    }

    pub(super) fn add(&mut self, other: &Self) {
        for (one, other) in self.calls.iter_mut().zip(&other.calls) {
            one.steps += other.steps;
        }
        self.ends += other.ends;
    }
}
