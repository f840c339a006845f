//! What a store holds, and what its commands share: settings, caller, access to profiles and jobs.

use std::sync::Arc;
use std::time::Duration;

use imbl::{OrdMap, OrdSet};
use jiff::Timestamp;
use signer_schemas::Edition;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::freedoms::chosen::Freedoms;
use crate::identity::Caller;
use crate::ids::Ids;
use crate::store::arn::{Region, profile_arn};
use crate::store::changes::{Change, Changes};
use crate::store::job::{Job, Jobs};
use crate::store::profile::{OwnProfiles, Profile};

/// What leaves, and when.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Leaving {
    Profile(String, String),
    Job(u64),
}

/// What a store is configured with, once.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The edition of the API.
    pub edition: Edition,
    /// How long a signing job stays in progress.
    pub job_delay: Duration,
    /// Answers to the open points.
    pub freedoms: Freedoms,
}

/// What comes with each command.
pub struct Context<'a> {
    /// The present.
    pub now: Timestamp,
    /// Who calls.
    pub caller: &'a Caller,
    /// Where fresh identifiers come from.
    pub ids: &'a mut dyn Ids,
    /// The stores of the other Regions, where a revocation holds as well.
    pub elsewhere: Option<&'a Regions>,
}

/// The whole state of the service in one Region. A copy shares what neither of the two has changed since, so
/// that it costs next to nothing.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) region: Region,
    pub(super) settings: Arc<Settings>,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) jobs: Arc<Jobs>,
    pub(super) leaving: Arc<OrdSet<(Timestamp, Leaving)>>,
    pub(super) changes: Changes,
}

/// The stores of all Regions in which something was made. A copy costs next to nothing, as that of a
/// [`Store`] does.
#[derive(Debug, Clone)]
pub struct Regions {
    pub(super) settings: Arc<Settings>,
    pub(super) stores: OrdMap<Region, Store>,
    /// What was written since it was last taken; none where it is not wanted.
    pub(super) changes: Option<Vec<Change>>,
}

/// By owner.
pub(crate) type Profiles = OrdMap<String, OwnProfiles>;

impl Store {
    /// A store with nothing in it.
    pub fn new(region: &Region, settings: &Arc<Settings>) -> Self {
        Self {
            region: Arc::clone(region),
            settings: Arc::clone(settings),
            profiles: Arc::default(),
            jobs: Arc::default(),
            leaving: Arc::default(),
            changes: Changes::default(),
        }
    }

    /// Decides by these settings from now on. What was decided before stays as it is.
    pub fn set_settings(&mut self, settings: &Arc<Settings>) {
        self.settings = Arc::clone(settings);
    }

    /// Whether both keep the same profiles and jobs, whatever their settings.
    pub fn has_same_data(&self, other: &Self) -> bool {
        let same_profiles = Arc::ptr_eq(&self.profiles, &other.profiles) || self.profiles == other.profiles;
        same_profiles && (Arc::ptr_eq(&self.jobs, &other.jobs) || self.jobs == other.jobs)
    }

    /// Whether neither of the two has written anything since one was copied from the other. Quick; `false`
    /// may still mean that the data are the same.
    pub fn shares_data(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.profiles, &other.profiles) && Arc::ptr_eq(&self.jobs, &other.jobs)
    }

    /// What the store was configured with.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The Region whose state it is.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The profile `name` of `owner`, if `caller` may do `action` with it. Without an owner it is the
    /// caller's own.
    pub(crate) fn profile_for(
        &self,
        caller: &Caller,
        owner: Option<&str>,
        name: &str,
        action: Action,
    ) -> Outcome<&Arc<Profile>> {
        let owner = owner.unwrap_or(&caller.account);
        let profile = self.profile(owner, name);
        if owner == caller.account {
            return profile.ok_or_else(|| no_profile(name));
        }
        profile.filter(|profile| profile.permits(caller, action.name())).ok_or_else(|| {
            let message = format!(
                "User: {} is not authorized to perform: {} on resource: {}",
                caller.arn,
                action.name(),
                profile_arn(&self.region, owner, name)
            );
            self.settings.freedoms.refusal_or(action.denial(), Refusal::new(ErrorName::AccessDenied, message))
        })
    }

    pub(crate) fn profile(&self, owner: &str, name: &str) -> Option<&Arc<Profile>> {
        self.profiles.get(owner)?.by_name().get(name)
    }

    /// What a token of a list is good for.
    pub(crate) fn scope(&self, operation: &str, account: &str, filter: &dyn std::fmt::Debug) -> String {
        if self.settings.freedoms.is(FreedomId::TokenAndFilters, "new-filters-hold") {
            return format!("{operation} {} {account}", self.region);
        }
        format!("{operation} {} {account} {filter:?}", self.region)
    }

    pub(super) fn pages_are_short(&self) -> bool {
        self.settings.freedoms.is(FreedomId::ShortPages, "short")
    }

    /// How the caller is shown in the record of a revocation.
    pub(super) fn revoker(&self, caller: &Caller, freedom: FreedomId) -> String {
        let shown = if self.settings.freedoms.is(freedom, "arn") { &caller.arn } else { &caller.account };
        shown.clone()
    }

    pub(crate) fn own_profile(&self, caller: &Caller, name: &str) -> Outcome<&Arc<Profile>> {
        self.profile(&caller.account, name).ok_or_else(|| no_profile(name))
    }

    /// Changes the caller's profile. To look only, take [`Self::own_profile`], so that copies of the store
    /// stay shared.
    pub(crate) fn change_own_profile<T>(
        &mut self,
        caller: &Caller,
        name: &str,
        change: impl FnOnce(&mut Profile) -> T,
    ) -> Outcome<T> {
        self.changes.profile(&caller.account, name);
        let own = Arc::make_mut(&mut self.profiles).get_mut(&caller.account);
        own.and_then(|own| own.change(name, change)).ok_or_else(|| no_profile(name))
    }

    pub(crate) fn jobs_mut(&mut self) -> &mut Jobs {
        Arc::make_mut(&mut self.jobs)
    }

    /// Changes a job.
    pub(crate) fn change_job(&mut self, number: u64, change: impl FnOnce(&mut Job)) {
        self.changes.job(number);
        self.jobs_mut().change(number, change);
    }
}

/// What a permission can allow another account to do.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    GetSigningProfile,
    RevokeSignature,
    SignPayload,
    StartSigningJob,
}

impl Action {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GetSigningProfile => "signer:GetSigningProfile",
            Self::RevokeSignature => "signer:RevokeSignature",
            Self::SignPayload => "signer:SignPayload",
            Self::StartSigningJob => "signer:StartSigningJob",
        }
    }

    /// The open point which says how a refusal looks.
    pub(super) fn denial(self) -> FreedomId {
        match self {
            Self::GetSigningProfile => FreedomId::GetProfileCrossAccountDenied,
            Self::RevokeSignature => FreedomId::RevokeSignatureCrossAccountDenied,
            Self::SignPayload => FreedomId::SignCrossAccountDenied,
            Self::StartSigningJob => FreedomId::StartCrossAccountDenied,
        }
    }
}

pub(crate) fn no_profile(name: &str) -> Refusal {
    Refusal::not_found(format!("profile with name {name} does not exist")).with_code("ProfileNotFound")
}
