//! Jobs, and the revocation of their signatures.

use signer_schemas::Edition;

use crate::call::{
    Account, Destination, EffectiveTime, JobStatus, OwnerArg, ProfileStatus, SignatureTime, Source, Validity,
};
use crate::filters::{Expiry, JobFilter, PageSize, PlatformFilter, ProfileFilter};
use crate::phrasebook::{J0, J1, P0, P1, P2};
use crate::platform::Platform;
use crate::request::Request;
use crate::scopes::requests::{ALL_JOBS, J2, J3, NO_TAGS, OWN, by_owner, known, put, put_with, start};
use crate::scopes::scope::Scope;

/// Jobs of both kinds: tokens, parameters, status, lists, revocation of signatures.
pub(super) fn jobs() -> Scope {
    let filters = [
        JobFilter { status: Some(JobStatus::InProgress), ..ALL_JOBS },
        JobFilter { status: Some(JobStatus::Failed), ..ALL_JOBS },
        JobFilter { status: Some(JobStatus::Succeeded), ..ALL_JOBS },
        JobFilter { platform: Some(Platform::Lambda), ..ALL_JOBS },
        JobFilter { is_revoked: Some(true), ..ALL_JOBS },
        JobFilter { is_revoked: Some(false), ..ALL_JOBS },
        JobFilter { invoker: Some(Account::Owner), ..ALL_JOBS },
        JobFilter { expires: Some(Expiry::After), ..ALL_JOBS },
        JobFilter { expires: Some(Expiry::Before), ..ALL_JOBS },
    ];
    let mut requests = vec![
        put(P0, Platform::Lambda),
        put_with(P1, known(Platform::Lambda), Validity::Day, false, false, NO_TAGS),
        put_with(P2, known(Platform::Notation), Validity::Day, false, false, NO_TAGS),
        Request::cancel(P0),
        Request::cancel(P2),
        Request::sign(J2, P2),
        Request::sign(J2, P0),
        Request::SignPayload { job: J2, profile: P2, owner: OwnerArg::Owner },
        Request::describe(J2),
        Request::revoke_signature(J2),
        Request::jobs(ALL_JOBS),
        Request::ListSigningJobs { filter: ALL_JOBS, page: PageSize::One },
    ];
    for job in [J0, J1] {
        let start = |profile, owner, source, destination| Request::StartSigningJob {
            job,
            profile,
            owner,
            source,
            destination,
        };
        requests.extend([
            start(P0, OWN, Source::Present, Destination::A),
            start(P0, OWN, Source::Present, Destination::B),
            start(P0, OWN, Source::Missing, Destination::A),
            start(P0, OwnerArg::Owner, Source::Present, Destination::A),
            start(P1, OWN, Source::Present, Destination::A),
            start(P2, OWN, Source::Present, Destination::A),
            Request::describe(job),
            Request::revoke_signature(job),
            Request::RevokeSignature { job, owner: OwnerArg::Owner },
        ]);
    }
    requests.extend(filters.map(Request::jobs));
    by_owner("jobs", Edition::Current, requests)
}

/// Lists of every size, a page at a time, while what they list changes.
pub(super) fn pagination() -> Scope {
    let mut requests = Vec::new();
    for page in [PageSize::One, PageSize::Two, PageSize::Default] {
        let profiles = |filter| Request::ListSigningProfiles { filter, page };
        let jobs = |filter| Request::ListSigningJobs { filter, page };
        requests.extend([
            profiles(ProfileFilter::default()),
            profiles(ProfileFilter { include_canceled: Some(true), ..ProfileFilter::default() }),
            profiles(ProfileFilter { status: Some(ProfileStatus::Canceled), ..ProfileFilter::default() }),
            jobs(ALL_JOBS),
            jobs(JobFilter { status: Some(JobStatus::Succeeded), ..ALL_JOBS }),
            Request::ListSigningPlatforms { filter: PlatformFilter::All, page },
        ]);
    }
    for profile in [P0, P1, P2] {
        requests.extend([put(profile, Platform::Lambda), Request::cancel(profile)]);
    }
    for job in [J0, J1, J2] {
        requests.extend([P0, P1, P2].map(|profile| start(job, profile, Source::Present)));
    }
    by_owner("pagination", Edition::Current, requests)
}

/// A platform whose signatures neither expire nor can be revoked.
pub(super) fn iot() -> Scope {
    let requests = vec![
        put(P0, Platform::IotDeviceManagement),
        Request::cancel(P0),
        start(J0, P0, Source::Present),
        Request::sign(J1, P0),
        Request::describe(J0),
        Request::revoke_signature(J0),
        Request::jobs(JobFilter { expires: Some(Expiry::After), ..ALL_JOBS }),
        Request::jobs(JobFilter { expires: Some(Expiry::Before), ..ALL_JOBS }),
        Request::jobs(JobFilter { platform: Some(Platform::IotDeviceManagement), ..ALL_JOBS }),
        Request::jobs(ALL_JOBS),
    ];
    by_owner("iot", Edition::Current, requests)
}

/// What is revoked from when on, as a verifier asks.
pub(super) fn revocation() -> Scope {
    let status = |platform, at| Request::GetRevocationStatus { profile: P0, job: J0, platform, at };
    let requests = vec![
        put(P0, Platform::Notation),
        put(P1, Platform::Lambda),
        Request::sign(J0, P0),
        start(J1, P1, Source::Present),
        Request::cancel(P0),
        Request::revoke(P0, EffectiveTime::Later),
        Request::revoke(P0, EffectiveTime::Earlier),
        Request::revoke(P1, EffectiveTime::Later),
        Request::revoke_signature(J0),
        Request::revoke_signature(J1),
        status(Platform::Notation, SignatureTime::BeforeEarlier),
        status(Platform::Notation, SignatureTime::AtEarlier),
        status(Platform::Notation, SignatureTime::Between),
        status(Platform::Notation, SignatureTime::AtLater),
        status(Platform::Notation, SignatureTime::AfterLater),
        status(Platform::Lambda, SignatureTime::AfterLater),
        status(Platform::IotDeviceManagement, SignatureTime::AfterLater),
        Request::describe(J0),
        Request::describe(J1),
        Request::jobs(JobFilter { is_revoked: Some(true), ..ALL_JOBS }),
        start(J2, P1, Source::Present),
        Request::sign(J3, P0),
        Request::get(P0),
    ];
    let mut scope = by_owner("revocation", Edition::Current, requests);
    scope.within = |state| !state.job(J2).exists() && !state.job(J3).exists();
    scope.calls.push(status(Platform::Notation, SignatureTime::AfterLater).by_other());
    scope
}

/// Jobs of 2019.
pub(super) fn jobs_2019() -> Scope {
    let elsewhere = Request::StartSigningJob {
        job: J0,
        profile: P0,
        owner: OWN,
        source: Source::Present,
        destination: Destination::B,
    };
    let requests = vec![
        put(P0, Platform::IotDeviceManagement),
        put(P1, Platform::FreeRtosDefault),
        Request::cancel(P0),
        start(J0, P0, Source::Present),
        elsewhere,
        start(J1, P0, Source::Missing),
        start(J2, P1, Source::Present),
        start(J3, P2, Source::Present),
        Request::describe(J0),
        Request::describe(J1),
        Request::describe(J2),
        Request::describe(J3),
        Request::jobs(ALL_JOBS),
        Request::ListSigningJobs { filter: ALL_JOBS, page: PageSize::One },
        Request::jobs(JobFilter { status: Some(JobStatus::InProgress), ..ALL_JOBS }),
        Request::jobs(JobFilter { status: Some(JobStatus::Failed), ..ALL_JOBS }),
        Request::jobs(JobFilter { status: Some(JobStatus::Succeeded), ..ALL_JOBS }),
        Request::jobs(JobFilter { platform: Some(Platform::IotDeviceManagement), ..ALL_JOBS }),
    ];
    by_owner("jobs-2019", Edition::May2019, requests)
}
