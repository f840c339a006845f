//! All resources at once.

use signer_schemas::Edition;

use crate::call::{
    Destination, EffectiveTime, JobFilter, OwnerArg, PageSize, Platform, PlatformFilter, RevisionArg,
    SignatureTime, Source, TagValue,
};
use crate::request::Request;
use crate::scopes::permissions::{MAY_SIGN, MAY_START, add, remove};
use crate::scopes::requests::{
    ALL_JOBS, J0, J1, J2, J3, K0, K1, P0, P1, S0, by_owner, cancel, describe, get, job_list, known, profiles,
    put, revoke, revoke_signature, sign, start,
};
use crate::scopes::scope::Scope;

/// Every operation, over profiles with permissions, tags, jobs of both accounts, and revocations.
pub(super) fn joint() -> Scope {
    let owner = OwnerArg::Owner;
    let status = |at| Request::GetRevocationStatus { profile: P1, job: J2, platform: Platform::Notation, at };
    let requests = vec![
        put(P0, Platform::Lambda),
        put(P1, Platform::Notation),
        get(P0),
        get(P1),
        cancel(P0),
        cancel(P1),
        revoke(P0, EffectiveTime::Later),
        revoke(P1, EffectiveTime::Later),
        revoke(P1, EffectiveTime::Earlier),
        profiles(None, None),
        profiles(Some(true), None),
        Request::TagResource { profile: P0, key: K0, value: TagValue::A },
        Request::UntagResource { profile: P0, key: K0 },
        Request::ListTagsForResource { profile: P0 },
        add(P0, S0, MAY_START, RevisionArg::Absent),
        add(P0, S0, MAY_START, RevisionArg::Stale),
        remove(P0, S0, RevisionArg::Current),
        remove(P0, S0, RevisionArg::Stale),
        add(P1, S0, MAY_SIGN, RevisionArg::Absent),
        remove(P1, S0, RevisionArg::Current),
        Request::ListProfilePermissions { profile: P0 },
        Request::ListProfilePermissions { profile: P1 },
        start(J0, P0, Source::Present),
        Request::StartSigningJob {
            job: J0,
            profile: P0,
            owner: OwnerArg::Omitted,
            source: Source::Present,
            destination: Destination::B,
        },
        start(J1, P0, Source::Missing),
        sign(J2, P1),
        describe(J0),
        describe(J1),
        describe(J2),
        revoke_signature(J0),
        revoke_signature(J2),
        job_list(ALL_JOBS),
        job_list(JobFilter { is_revoked: Some(true), ..ALL_JOBS }),
        status(SignatureTime::BeforeEarlier),
        status(SignatureTime::AtLater),
        status(SignatureTime::AfterLater),
        Request::GetSigningPlatform { platform: known(Platform::Lambda) },
        Request::ListSigningPlatforms { filter: PlatformFilter::All, page: PageSize::Default },
    ];
    let mut scope = by_owner("joint", Edition::Current, requests);
    let by_other = [
        Request::GetSigningProfile { profile: P0, owner },
        Request::StartSigningJob {
            job: J1,
            profile: P0,
            owner,
            source: Source::Present,
            destination: Destination::A,
        },
        Request::SignPayload { job: J2, profile: P1, owner },
        describe(J1),
    ];
    scope.calls.extend(by_other.map(Request::by_other));
    scope
}

/// More of everything, and only what changes something (what reads do shows in the joint scope): ten million
/// states.
pub(super) fn wide() -> Scope {
    let tag = |profile| Request::TagResource { profile, key: K0, value: TagValue::A };
    let more = [
        tag(P1),
        Request::UntagResource { profile: P1, key: K0 },
        revoke(P0, EffectiveTime::Earlier),
        revoke_signature(J1),
        start(J3, P0, Source::Present),
        start(J3, P0, Source::Missing),
        revoke_signature(J3),
        Request::TagResource { profile: P0, key: K1, value: TagValue::A },
    ];
    let mut scope = Scope { name: "wide", ..joint() };
    scope.calls.extend(more.map(Request::by_owner));
    scope.calls.retain(|call| !call.request.is_read());
    scope
}
