//! What a scope is: a part of the API, small enough to be searched to its end.

use signer_schemas::Edition;

use crate::environment::Ends;
use crate::outcome::Outcomes;
use crate::request::Call;
use crate::state::State;

/// A part of the API: the calls that are made in it, and where it ends.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Its name.
    pub name: &'static str,
    /// The edition whose rules hold.
    pub edition: Edition,
    /// Where it begins.
    pub initial: State,
    /// What clients do in it.
    pub calls: Vec<Call>,
    /// Which states belong to it.
    pub within: fn(&State) -> bool,
    /// The rules. Only a scope that shows what a wrong rule leads to has others than
    /// [`crate::rules::permits`].
    pub permits: fn(Edition, &State, &Call) -> Outcomes,
    /// What happens without a call: [`crate::environment::steps`], in all but a wrong scope.
    pub environment: fn(&State) -> Ends,
}
