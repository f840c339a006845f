//! The requests in symbols that scenes make most, which the model judges.

use signer_model::{
    Action, EffectiveTime, Grant, Job, OwnerArg, Platform, PlatformArg, Principal, Profile, Request,
    RevisionArg, Statement, TAGS, TagValue, Validity, VersionArg,
};
use signer_schemas::Edition;

use crate::judge::runner::case::Case;

pub(crate) const P0: Profile = Profile(0);

pub(crate) const P1: Profile = Profile(1);

pub(crate) const J0: Job = Job(0);

pub(crate) const J1: Job = Job(1);

const NO_OWNER: OwnerArg = OwnerArg::Omitted;

/// The platform of profiles that are of no particular one.
pub(crate) fn plain(case: &Case<'_>) -> Platform {
    case.context().plain_platform()
}

/// The platform of profiles that are revoked or shared, which those for devices cannot be.
pub(crate) fn managed(case: &Case<'_>) -> Platform {
    match case.edition() {
        Edition::Current => Platform::Lambda,
        Edition::May2019 => plain(case),
    }
}

pub(crate) fn put(edition: Edition, profile: Profile, platform: Platform) -> Request {
    Request::PutSigningProfile {
        profile,
        platform: PlatformArg::Known(platform),
        validity: Validity::Default,
        material: edition == Edition::May2019 || !platform.is_managed(),
        parameters: false,
        tags: [TagValue::None; TAGS],
    }
}

pub(crate) const fn get(profile: Profile) -> Request {
    Request::GetSigningProfile { profile, owner: NO_OWNER }
}

pub(crate) const fn cancel(profile: Profile) -> Request {
    Request::CancelSigningProfile { profile }
}

pub(crate) const fn revoke(profile: Profile, effective: EffectiveTime) -> Request {
    Request::RevokeSigningProfile { profile, version: VersionArg::Current, effective }
}

pub(crate) const fn sign(job: Job, profile: Profile) -> Request {
    Request::SignPayload { job, profile, owner: NO_OWNER }
}

pub(crate) const fn describe(job: Job) -> Request {
    Request::DescribeSigningJob { job }
}

pub(crate) const fn revoke_signature(job: Job) -> Request {
    Request::RevokeSignature { job, owner: NO_OWNER }
}

pub(crate) const fn add(profile: Profile, statement: u8, action: Action, revision: RevisionArg) -> Request {
    let grant = Grant { principal: Principal::OtherAccount, action, version: None };
    Request::AddProfilePermission { profile, statement: Statement(statement), grant, revision }
}
