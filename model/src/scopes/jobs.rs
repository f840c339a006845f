//! Jobs, and the revocation of their signatures.

use signer_schemas::Edition;

use crate::call::{
    Account, Destination, EffectiveTime, Expiry, JobFilter, JobStatus, OwnerArg, PageSize, Platform,
    PlatformFilter, ProfileFilter, ProfileStatus, SignatureTime, Source, Validity,
};
use crate::request::Request;
use crate::scopes::requests::{
    ALL_JOBS, J0, J1, J2, J3, NO_TAGS, OWN, P0, P1, P2, by_owner, cancel, describe, get, job_list, known,
    put, put_with, revoke, revoke_signature, sign, start,
};
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
        cancel(P0),
        cancel(P2),
        sign(J2, P2),
        sign(J2, P0),
        Request::SignPayload { job: J2, profile: P2, owner: OwnerArg::Owner },
        describe(J2),
        revoke_signature(J2),
        job_list(ALL_JOBS),
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
            describe(job),
            revoke_signature(job),
            Request::RevokeSignature { job, owner: OwnerArg::Owner },
        ]);
    }
    requests.extend(filters.map(job_list));
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
        requests.extend([put(profile, Platform::Lambda), cancel(profile)]);
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
        cancel(P0),
        start(J0, P0, Source::Present),
        sign(J1, P0),
        describe(J0),
        revoke_signature(J0),
        job_list(JobFilter { expires: Some(Expiry::After), ..ALL_JOBS }),
        job_list(JobFilter { expires: Some(Expiry::Before), ..ALL_JOBS }),
        job_list(JobFilter { platform: Some(Platform::IotDeviceManagement), ..ALL_JOBS }),
        job_list(ALL_JOBS),
    ];
    by_owner("iot", Edition::Current, requests)
}

/// What is revoked from when on, as a verifier asks.
pub(super) fn revocation() -> Scope {
    let status = |platform, at| Request::GetRevocationStatus { profile: P0, job: J0, platform, at };
    let requests = vec![
        put(P0, Platform::Notation),
        put(P1, Platform::Lambda),
        sign(J0, P0),
        start(J1, P1, Source::Present),
        cancel(P0),
        revoke(P0, EffectiveTime::Later),
        revoke(P0, EffectiveTime::Earlier),
        revoke(P1, EffectiveTime::Later),
        revoke_signature(J0),
        revoke_signature(J1),
        status(Platform::Notation, SignatureTime::BeforeEarlier),
        status(Platform::Notation, SignatureTime::AtEarlier),
        status(Platform::Notation, SignatureTime::Between),
        status(Platform::Notation, SignatureTime::AtLater),
        status(Platform::Notation, SignatureTime::AfterLater),
        status(Platform::Lambda, SignatureTime::AfterLater),
        status(Platform::IotDeviceManagement, SignatureTime::AfterLater),
        describe(J0),
        describe(J1),
        job_list(JobFilter { is_revoked: Some(true), ..ALL_JOBS }),
        start(J2, P1, Source::Present),
        sign(J3, P0),
        get(P0),
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
        cancel(P0),
        start(J0, P0, Source::Present),
        elsewhere,
        start(J1, P0, Source::Missing),
        start(J2, P1, Source::Present),
        start(J3, P2, Source::Present),
        describe(J0),
        describe(J1),
        describe(J2),
        describe(J3),
        job_list(ALL_JOBS),
        Request::ListSigningJobs { filter: ALL_JOBS, page: PageSize::One },
        job_list(JobFilter { status: Some(JobStatus::InProgress), ..ALL_JOBS }),
        job_list(JobFilter { status: Some(JobStatus::Failed), ..ALL_JOBS }),
        job_list(JobFilter { status: Some(JobStatus::Succeeded), ..ALL_JOBS }),
        job_list(JobFilter { platform: Some(Platform::IotDeviceManagement), ..ALL_JOBS }),
    ];
    by_owner("jobs-2019", Edition::May2019, requests)
}
