//! All resources at once.

use signer_schemas::Edition;

use crate::call::{Destination, EffectiveTime, OwnerArg, RevisionArg, SignatureTime, Source, TagValue};
use crate::filters::{JobFilter, PageSize, PlatformFilter};
use crate::phrasebook::{J0, J1, K0, P0, P1, S0};
use crate::platform::Platform;
use crate::request::Request;
use crate::scopes::permissions::{MAY_SIGN, MAY_START, add, remove};
use crate::scopes::requests::{ALL_JOBS, J2, J3, K1, by_owner, known, profiles, put, start};
use crate::scopes::scope::Scope;

/// Every operation, over profiles with permissions, tags, jobs of both accounts, and revocations.
pub(super) fn joint() -> Scope {
    let owner = OwnerArg::Owner;
    let status = |at| Request::GetRevocationStatus { profile: P1, job: J2, platform: Platform::Notation, at };
    let requests = vec![
        put(P0, Platform::Lambda),
        put(P1, Platform::Notation),
        Request::get(P0),
        Request::get(P1),
        Request::cancel(P0),
        Request::cancel(P1),
        Request::revoke(P0, EffectiveTime::Later),
        Request::revoke(P1, EffectiveTime::Later),
        Request::revoke(P1, EffectiveTime::Earlier),
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
        Request::sign(J2, P1),
        Request::describe(J0),
        Request::describe(J1),
        Request::describe(J2),
        Request::revoke_signature(J0),
        Request::revoke_signature(J2),
        Request::jobs(ALL_JOBS),
        Request::jobs(JobFilter { is_revoked: Some(true), ..ALL_JOBS }),
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
        Request::describe(J1),
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
        Request::revoke(P0, EffectiveTime::Earlier),
        Request::revoke_signature(J1),
        start(J3, P0, Source::Present),
        start(J3, P0, Source::Missing),
        Request::revoke_signature(J3),
        Request::TagResource { profile: P0, key: K1, value: TagValue::A },
    ];
    let mut scope = Scope { name: "wide", ..joint() };
    scope.calls.extend(more.map(Request::by_owner));
    scope.calls.retain(|call| !call.request.is_read());
    scope
}
