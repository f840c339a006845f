//! Scopes: small parts of the API whose every state can be visited.

mod jobs;
mod permissions;
mod profiles;
mod requests;

use signer_schemas::Edition;

use self::jobs::{iot, jobs, jobs_2019, revocation};
use self::permissions::{cross_account, permissions};
use self::profiles::{lifecycle, lifecycle_2019, tags};
use crate::{Admission, Call, Outcomes, ProfileStatus, Request, State, permits};

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
}

/// All scopes, of both editions.
pub fn scopes() -> Vec<Scope> {
    Edition::ALL.into_iter().flat_map(certification).collect()
}

/// The scope of that name; [`upsert`] too.
pub fn scope(name: &str) -> Option<Scope> {
    scopes().into_iter().chain([upsert()]).find(|scope| scope.name == name)
}

/// The scopes that an implementation of the edition is toured through.
pub fn certification(edition: Edition) -> Vec<Scope> {
    match edition {
        Edition::Current => vec![lifecycle(), permissions(), cross_account(), jobs(), iot(), revocation(), tags()],
        Edition::May2019 => vec![lifecycle_2019(), jobs_2019()],
    }
}

/// A service whose `PutSigningProfile` replaces a profile that is there. It is wrong, and `check` must say so.
pub fn upsert() -> Scope {
    fn put_replaces(edition: Edition, state: &State, call: &Call) -> Outcomes {
        let mut outcomes = permits(edition, state, call);
        if let Request::PutSigningProfile { profile, .. } = call.request
            && state.profile(profile).status != ProfileStatus::Absent
        {
            outcomes.retain(|outcome| outcome.admission == Admission::Contradicted);
            for outcome in &mut outcomes {
                outcome.admission = Admission::Required;
            }
            if outcomes.is_empty() {
                return permits(edition, state, call);
            }
        }
        outcomes
    }
    Scope { name: "upsert", permits: put_replaces, ..lifecycle() }
}
