//! Scopes: small parts of the API whose every state can be visited.

mod jobs;
mod joint;
mod permissions;
mod profiles;
mod requests;
pub(crate) mod scope;

use signer_schemas::Edition;

use crate::scopes::jobs::{iot, jobs, jobs_2019, pagination, revocation};
use crate::scopes::joint::{joint, wide};
use crate::scopes::permissions::{cross_account, permissions};
use crate::scopes::profiles::{profiles, profiles_2019, tags};
use crate::scopes::scope::Scope;

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
            vec![
                profiles(),
                permissions(),
                cross_account(),
                jobs(),
                iot(),
                revocation(),
                tags(),
                pagination(),
            ]
        }
        Edition::May2019 => vec![profiles_2019(), jobs_2019()],
    }
}
