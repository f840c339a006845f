//! Scopes: small parts of the API whose every state can be visited.

mod jobs;
mod joint;
mod permissions;
mod profiles;
mod requests;

use signer_schemas::Edition;

use self::jobs::{iot, jobs, jobs_2019, pagination, revocation};
use self::joint::{joint, wide};
use self::permissions::{cross_account, permissions};
use self::profiles::{profiles, profiles_2019, tags};
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
    /// The rules. Only a scope that shows what a wrong rule leads to has others than [`permits`].
    pub permits: fn(Edition, &State, &Call) -> Outcomes,
    /// What happens without a call: [`steps`], in all but a wrong scope.
    pub environment: fn(&State) -> Ends,
}

/// All scopes, of both editions.
pub fn scopes() -> Vec<Scope> {
    let mut scopes = certification(Edition::Current);
    scopes.push(joint());
    scopes.extend(certification(Edition::May2019));
    scopes
}

/// The scope of that name.
pub fn scope(name: &str) -> Option<Scope> {
    scopes().into_iter().chain([wide()]).find(|scope| scope.name == name)
}

/// The scopes that an implementation of the edition is toured through.
pub fn certification(edition: Edition) -> Vec<Scope> {
    match edition {
        Edition::Current => {
            vec![profiles(), permissions(), cross_account(), jobs(), iot(), revocation(), tags(), pagination()]
        }
        Edition::May2019 => vec![profiles_2019(), jobs_2019()],
    }
}
