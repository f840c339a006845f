//! The tables of jobs, and of what is revoked.

use signer_model::{
    Account, Destination, EffectiveTime, Job, JobFilter, JobKind, JobState, JobStatus, JobStatuses, PageSize,
    Platform, ProfileStatus, Request, SignatureTime, Source, State, VersionArg,
};
use signer_schemas::Edition;

use super::{J0, OWN, P0, by_status, plain, start, with_profile};
use crate::outcome_table::Table;

pub(super) fn job(status: JobStatus) -> JobState {
    JobState { statuses: JobStatuses::only(status), ..JobState::default() }
}

/// A job that `SignPayload` made.
pub(super) fn signed() -> JobState {
    JobState { kind: JobKind::Payload, ..job(JobStatus::Succeeded) }
}

/// The statuses of a job of an active profile, and what else may be with it.
fn by_job_status(edition: Edition, platform: Platform) -> Vec<(String, State)> {
    let state = with_profile(edition, ProfileStatus::Active, platform);
    let mut situations = vec![("no job".to_owned(), state)];
    for status in JobStatus::ALL {
        let mut state = state;
        *state.job_mut(J0) = job(status);
        situations.push((status.to_string(), state));
    }
    let mut canceled = with_profile(edition, ProfileStatus::Canceled, platform);
    *canceled.job_mut(J0) = job(JobStatus::Succeeded);
    situations.push(("Succeeded, profile Canceled".to_owned(), canceled));
    if edition == Edition::Current {
        let mut state = state;
        *state.job_mut(J0) = JobState { revoked: true, ..job(JobStatus::Succeeded) };
        situations.push(("Succeeded, revoked".to_owned(), state));
    }
    situations
}

pub(super) fn jobs(edition: Edition) -> Table {
    let list = |filter| Request::ListSigningJobs { filter, page: PageSize::Default };
    let none = JobFilter::default();
    let mut requests = vec![
        start(Destination::A, Source::Present),
        start(Destination::B, Source::Present),
        Request::DescribeSigningJob { job: J0 },
        list(none),
    ];
    requests.extend(JobStatus::ALL.map(|status| list(JobFilter { status: Some(status), ..none })));
    requests.push(list(JobFilter { platform: Some(Platform::FreeRtosTi), ..none }));
    if edition == Edition::Current {
        requests.extend([true, false].map(|revoked| list(JobFilter { is_revoked: Some(revoked), ..none })));
        requests.push(list(JobFilter { invoker: Some(Account::Other), ..none }));
        requests.push(Request::RevokeSignature { job: J0, owner: OWN });
    }
    Table::new("jobs", by_job_status(edition, plain(edition)), requests)
}

/// On a platform whose signatures can be asked about: the profile's statuses, each with a job, and what an
/// active one's job may be like.
pub(super) fn revocations(edition: Edition) -> Table {
    let mut situations = by_status(edition, Platform::Notation);
    let mut earlier = with_profile(edition, ProfileStatus::Revoked, Platform::Notation);
    earlier.profile_mut(P0).effective = Some(EffectiveTime::Earlier);
    situations.push(("Revoked from two hours ago".to_owned(), earlier));
    for (_, state) in
        situations.iter_mut().filter(|(_, state)| state.profile(P0).status != ProfileStatus::Absent)
    {
        *state.job_mut(J0) = signed();
    }
    let mut with_job = |words: &str, job: JobState| {
        let mut state = with_profile(edition, ProfileStatus::Active, Platform::Notation);
        *state.job_mut(J0) = job;
        situations.push((words.to_owned(), state));
    };
    with_job("Active, job just made", JobState { statuses: JobStatuses::ANY, ..signed() });
    with_job("Active, job revoked", JobState { revoked: true, ..signed() });
    let revoke = |version, effective| Request::RevokeSigningProfile { profile: P0, version, effective };
    let times = [EffectiveTime::Earlier, EffectiveTime::Later, EffectiveTime::Future];
    let mut requests: Vec<_> = times.map(|time| revoke(VersionArg::Current, time)).into();
    requests.push(revoke(VersionArg::Unknown, EffectiveTime::Later));
    requests.push(Request::RevokeSignature { job: J0, owner: OWN });
    let ask = |platform, at| Request::GetRevocationStatus { profile: P0, job: J0, platform, at };
    let signed = [
        SignatureTime::BeforeEarlier,
        SignatureTime::Between,
        SignatureTime::AtLater,
        SignatureTime::AfterLater,
    ];
    requests.extend(signed.map(|at| ask(Platform::Notation, at)));
    requests.push(ask(Platform::Lambda, SignatureTime::AfterLater));
    requests.push(Request::SignPayload { job: Job(1), profile: P0, owner: OWN });
    requests.push(Request::DescribeSigningJob { job: J0 });
    Table::new("revocations", situations, requests)
}
