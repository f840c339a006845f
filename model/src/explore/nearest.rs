//! The shortest way to a state that one looks for.

use std::ops::ControlFlow;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::explore::search::{Path, Place, Search, Visitor};
use crate::explore::symmetry::Symmetry;
use crate::scopes::scope::Scope;
use crate::state::State;

/// No place at all.
const NOWHERE: Place = Place::MAX;

/// Looks for the first state that is wanted.
struct Seeker<'a> {
    wanted: &'a (dyn Fn(&State) -> bool + Sync),
    found: &'a AtomicUsize,
}

impl Visitor for Seeker<'_> {
    fn state(&mut self, place: Place, state: &State) {
        if (self.wanted)(state) {
            self.found.fetch_min(place, Ordering::Relaxed);
        }
    }
}

/// A shortest way from the first state of the scope to one that is wanted, if there is one among the nearest
/// `most` states or soon after. The search ends where it is found.
pub fn nearest(scope: &Scope, wanted: &(dyn Fn(&State) -> bool + Sync), most: usize) -> Option<Path> {
    let found = AtomicUsize::new(NOWHERE);
    let search = Search::until(scope, Symmetry::none(), &mut [Seeker { wanted, found: &found }], |at| {
        let goes_on = found.load(Ordering::Relaxed) == NOWHERE && at.states < most;
        if goes_on { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    let place = found.into_inner();
    (place != NOWHERE).then(|| search.path(place))
}
