//! What each call of a scope may be answered in a state, taken or not: what a reader wants to see beside what
//! can be done.

use crate::explore::{Followed, follow};
use crate::naming::renames;
use crate::outcome::{Admission, Outcome};
use crate::request::Call;
use crate::scopes::scope::Scope;
use crate::state::State;

/// Where an outcome leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leads {
    /// To another state of the scope.
    On(State),
    /// Nowhere else: nothing changes.
    Stays,
    /// To a state that is not part of the scope.
    Out,
    /// Nowhere that is explored: a source speaks against the outcome.
    Against,
}

/// An outcome of a call, and where it leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offer {
    /// The outcome.
    pub outcome: Outcome,
    /// Where it leads.
    pub leads: Leads,
}

/// All outcomes of a call in a state. None if the call would give the name of a job to a second one: the
/// model has no word for that. The outcomes that lead [`Leads::On`] or [`Leads::Stays`] are those of
/// [`crate::choices`].
pub fn offers(scope: &Scope, state: &State, call: &Call) -> Vec<Offer> {
    if renames(scope.edition, state, call) {
        return Vec::new();
    }
    let outcomes = (scope.permits)(scope.edition, state, call);
    let leads = |outcome: &Outcome| match follow(scope, state, outcome) {
        Followed::Stays => Leads::Stays,
        Followed::Leads(to) => Leads::On(to),
        Followed::Left if outcome.admission == Admission::Contradicted => Leads::Against,
        Followed::Left => Leads::Out,
    };
    outcomes.iter().map(|outcome| Offer { outcome: *outcome, leads: leads(outcome) }).collect()
}
