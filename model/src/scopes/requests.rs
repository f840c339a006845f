//! The requests that scopes are made of, in short.

use signer_schemas::Edition;

use crate::call::{
    Destination, Job, OwnerArg, Profile, ProfileStatus, Source, Statement, TAGS, TagKey, TagValue, Validity,
};
use crate::environment::steps;
use crate::filters::{JobFilter, PageSize, ProfileFilter};
use crate::platform::{Platform, PlatformArg};
use crate::request::Request;
use crate::rules::permits;
use crate::scopes::scope::Scope;
use crate::state::State;

pub(super) const J2: Job = Job(2);
pub(super) const J3: Job = Job(3);
pub(super) const S1: Statement = Statement(1);
pub(super) const S2: Statement = Statement(2);
pub(super) const K1: TagKey = TagKey(1);
pub(super) const OWN: OwnerArg = OwnerArg::Omitted;
pub(super) const NO_TAGS: [TagValue; TAGS] = [TagValue::None; TAGS];
pub(super) const TAGGED: [TagValue; TAGS] = [TagValue::A, TagValue::None, TagValue::None];

pub(super) fn everywhere(_: &State) -> bool {
    true
}

pub(super) fn by_owner(name: &'static str, edition: Edition, requests: Vec<Request>) -> Scope {
    let calls = requests.into_iter().map(Request::by_owner).collect();
    Scope {
        name,
        edition,
        initial: State::of(edition),
        calls,
        within: everywhere,
        permits,
        environment: steps,
    }
}

pub(super) const fn known(platform: Platform) -> PlatformArg {
    PlatformArg::Known(platform)
}

/// A Put as most profiles are made: with signing material where the platform needs it, and nothing else.
pub(super) fn put(profile: Profile, platform: Platform) -> Request {
    let material = !platform.is_managed();
    let parameters = matches!(platform, Platform::FreeRtosDefault | Platform::FreeRtosTi);
    put_with(profile, known(platform), Validity::Default, material, parameters, NO_TAGS)
}

pub(super) const fn put_with(
    profile: Profile,
    platform: PlatformArg,
    validity: Validity,
    material: bool,
    parameters: bool,
    tags: [TagValue; TAGS],
) -> Request {
    Request::PutSigningProfile { profile, platform, validity, material, parameters, tags }
}

pub(super) const fn start(job: Job, profile: Profile, source: Source) -> Request {
    Request::StartSigningJob { job, profile, owner: OWN, source, destination: Destination::A }
}

pub(super) const fn profiles(include_canceled: Option<bool>, status: Option<ProfileStatus>) -> Request {
    let filter = ProfileFilter { include_canceled, status, platform: None };
    Request::ListSigningProfiles { filter, page: PageSize::Default }
}

pub(super) const ALL_JOBS: JobFilter =
    JobFilter { status: None, platform: None, is_revoked: None, invoker: None, expires: None };
