//! Scopes: small parts of the API whose every state can be visited.

use signer_schemas::Edition;

use crate::{
    Account, Action, Admission, Call, Destination, EffectiveTime, Expiry, Grant, Job, JobFilter, JobStatus, Outcomes, OwnerArg,
    PageSize, Platform, PlatformArg, PlatformFilter, Principal, Profile, ProfileFilter, ProfileStatus, Request, RevisionArg,
    SignatureTime, Source, State, Statement, TAGS, TagKey, TagValue, Validity, VersionArg, permits,
};

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

const P0: Profile = Profile(0);
const P1: Profile = Profile(1);
const P2: Profile = Profile(2);
const J0: Job = Job(0);
const J1: Job = Job(1);
const J2: Job = Job(2);
const J3: Job = Job(3);
const S0: Statement = Statement(0);
const S1: Statement = Statement(1);
const S2: Statement = Statement(2);
const K0: TagKey = TagKey(0);
const K1: TagKey = TagKey(1);
const OWN: OwnerArg = OwnerArg::Omitted;
const NO_TAGS: [TagValue; TAGS] = [TagValue::None; TAGS];
const TAGGED: [TagValue; TAGS] = [TagValue::A, TagValue::None];

fn everywhere(_: &State) -> bool {
    true
}

fn by_owner(name: &'static str, edition: Edition, requests: Vec<Request>) -> Scope {
    let calls = requests.into_iter().map(Request::by_owner).collect();
    Scope { name, edition, initial: State::of(edition), calls, within: everywhere, permits }
}

const fn known(platform: Platform) -> PlatformArg {
    PlatformArg::Known(platform)
}

/// A Put as most profiles are made: with signing material where the platform needs it, and nothing else.
fn put(profile: Profile, platform: Platform) -> Request {
    let material = !platform.is_managed();
    let parameters = matches!(platform, Platform::FreeRtosDefault | Platform::FreeRtosTi);
    put_with(profile, known(platform), Validity::Default, material, parameters, NO_TAGS)
}

const fn put_with(
    profile: Profile,
    platform: PlatformArg,
    validity: Validity,
    material: bool,
    parameters: bool,
    tags: [TagValue; TAGS],
) -> Request {
    Request::PutSigningProfile { profile, platform, validity, material, parameters, tags }
}

const fn get(profile: Profile) -> Request {
    Request::GetSigningProfile { profile, owner: OWN }
}

const fn cancel(profile: Profile) -> Request {
    Request::CancelSigningProfile { profile }
}

const fn revoke(profile: Profile, effective: EffectiveTime) -> Request {
    Request::RevokeSigningProfile { profile, version: VersionArg::Current, effective }
}

const fn start(job: Job, profile: Profile, source: Source) -> Request {
    Request::StartSigningJob { job, profile, owner: OWN, source, destination: Destination::A }
}

const fn sign(job: Job, profile: Profile) -> Request {
    Request::SignPayload { job, profile, owner: OWN }
}

const fn describe(job: Job) -> Request {
    Request::DescribeSigningJob { job }
}

const fn revoke_signature(job: Job) -> Request {
    Request::RevokeSignature { job, owner: OWN }
}

const fn profiles(include_canceled: Option<bool>, status: Option<ProfileStatus>) -> Request {
    let filter = ProfileFilter { include_canceled, status, platform: None };
    Request::ListSigningProfiles { filter, page: PageSize::Default }
}

const fn job_list(filter: JobFilter) -> Request {
    Request::ListSigningJobs { filter, page: PageSize::Default }
}

const ALL_JOBS: JobFilter = JobFilter { status: None, platform: None, is_revoked: None, invoker: None, expires: None };

fn platform_requests(column: Platform) -> Vec<Request> {
    let list = |filter, page| Request::ListSigningPlatforms { filter, page };
    vec![
        Request::GetSigningPlatform { platform: known(column) },
        Request::GetSigningPlatform { platform: PlatformArg::Unknown },
        list(PlatformFilter::All, PageSize::Default),
        list(PlatformFilter::All, PageSize::One),
        list(PlatformFilter::All, PageSize::Two),
        list(PlatformFilter::Category(column), PageSize::Default),
        list(PlatformFilter::Partner(column), PageSize::Default),
        list(PlatformFilter::Partner(Platform::FreeRtosDefault), PageSize::One),
        list(PlatformFilter::Target(column), PageSize::Default),
        list(PlatformFilter::UnknownPartner, PageSize::Default),
    ]
}

/// Profiles from creation to their end, and all that is read of them.
fn lifecycle() -> Scope {
    let lambda =
        |validity, material, parameters, tags| put_with(P0, known(Platform::Lambda), validity, material, parameters, tags);
    let platform_list = |platform, page| Request::ListSigningProfiles {
        filter: ProfileFilter { platform: Some(platform), ..ProfileFilter::default() },
        page,
    };
    let mut requests = vec![
        put(P0, Platform::Lambda),
        put(P0, Platform::Notation),
        put(P1, Platform::IotDeviceManagement),
        lambda(Validity::Day, false, false, TAGGED),
        lambda(Validity::Default, false, true, NO_TAGS),
        lambda(Validity::Default, true, false, NO_TAGS),
        put_with(P0, PlatformArg::Unknown, Validity::Default, false, false, NO_TAGS),
        put_with(P1, known(Platform::IotDeviceManagement), Validity::Default, false, false, NO_TAGS),
        put_with(P1, known(Platform::IotDeviceManagement), Validity::Day, true, false, NO_TAGS),
        put(P1, Platform::FreeRtosDefault),
        put_with(P1, known(Platform::FreeRtosTi), Validity::Default, true, false, NO_TAGS),
        get(P0),
        get(P1),
        Request::GetSigningProfile { profile: P0, owner: OwnerArg::Owner },
        cancel(P0),
        cancel(P1),
        revoke(P0, EffectiveTime::Later),
        revoke(P0, EffectiveTime::Earlier),
        revoke(P0, EffectiveTime::Future),
        Request::RevokeSigningProfile { profile: P0, version: VersionArg::Unknown, effective: EffectiveTime::Later },
        revoke(P1, EffectiveTime::Later),
        profiles(None, None),
        Request::ListSigningProfiles { filter: ProfileFilter::default(), page: PageSize::One },
        profiles(Some(true), None),
        profiles(Some(false), None),
        profiles(None, Some(ProfileStatus::Active)),
        profiles(None, Some(ProfileStatus::Canceled)),
        profiles(None, Some(ProfileStatus::Revoked)),
        profiles(Some(true), Some(ProfileStatus::Active)),
        platform_list(Platform::Lambda, PageSize::Default),
        platform_list(Platform::IotDeviceManagement, PageSize::One),
    ];
    requests.extend(platform_requests(Platform::Lambda));
    by_owner("lifecycle", Edition::Current, requests)
}

const fn grant(principal: Principal, action: Action, version: Option<VersionArg>) -> Grant {
    Grant { principal, action, version }
}

const fn add(profile: Profile, statement: Statement, grant: Grant, revision: RevisionArg) -> Request {
    Request::AddProfilePermission { profile, statement, grant, revision }
}

const fn remove(profile: Profile, statement: Statement, revision: RevisionArg) -> Request {
    Request::RemoveProfilePermission { profile, statement, revision }
}

const MAY_START: Grant = grant(Principal::OtherAccount, Action::StartSigningJob, None);
const MAY_GET: Grant = grant(Principal::OtherAccount, Action::GetSigningProfile, None);
const MAY_REVOKE: Grant = grant(Principal::OtherAccount, Action::RevokeSignature, None);
const MAY_SIGN: Grant = grant(Principal::OtherAccount, Action::SignPayload, None);

/// One profile's permissions: statements, revisions, and what is refused.
fn permissions() -> Scope {
    let of_role = grant(Principal::Role, Action::GetSigningProfile, Some(VersionArg::Current));
    let malformed = grant(Principal::Malformed, Action::StartSigningJob, None);
    let of_no_version = grant(Principal::OtherAccount, Action::StartSigningJob, Some(VersionArg::Unknown));
    let requests = vec![
        put(P0, Platform::Lambda),
        put(P1, Platform::IotDeviceManagement),
        cancel(P0),
        revoke(P0, EffectiveTime::Later),
        add(P0, S0, MAY_START, RevisionArg::Absent),
        add(P0, S0, MAY_START, RevisionArg::Current),
        add(P0, S0, MAY_START, RevisionArg::Stale),
        add(P0, S1, of_role, RevisionArg::Absent),
        add(P0, S1, of_role, RevisionArg::Current),
        add(P0, S1, of_role, RevisionArg::Stale),
        add(P0, S0, MAY_REVOKE, RevisionArg::Current),
        add(P0, S2, malformed, RevisionArg::Absent),
        add(P0, S2, malformed, RevisionArg::Current),
        add(P0, S2, MAY_SIGN, RevisionArg::Absent),
        add(P0, S2, MAY_SIGN, RevisionArg::Current),
        add(P0, S2, of_no_version, RevisionArg::Absent),
        add(P0, S2, of_no_version, RevisionArg::Current),
        add(P1, S0, MAY_GET, RevisionArg::Absent),
        remove(P0, S0, RevisionArg::Current),
        remove(P0, S0, RevisionArg::Stale),
        remove(P0, S1, RevisionArg::Current),
        remove(P0, S2, RevisionArg::Current),
        remove(P0, S2, RevisionArg::Stale),
        Request::ListProfilePermissions { profile: P0 },
        Request::ListProfilePermissions { profile: P1 },
        get(P0),
    ];
    by_owner("permissions", Edition::Current, requests)
}

/// What another account can do with a profile, with and without permission.
fn cross_account() -> Scope {
    let mut calls = [
        put(P0, Platform::Lambda),
        put(P1, Platform::Notation),
        cancel(P0),
        add(P0, S0, MAY_START, RevisionArg::Absent),
        add(P0, S0, MAY_START, RevisionArg::Current),
        add(P0, S1, MAY_GET, RevisionArg::Absent),
        add(P0, S2, MAY_REVOKE, RevisionArg::Absent),
        add(P0, S2, MAY_REVOKE, RevisionArg::Current),
        add(P1, S0, MAY_SIGN, RevisionArg::Absent),
        remove(P0, S0, RevisionArg::Current),
        remove(P0, S1, RevisionArg::Current),
        remove(P1, S0, RevisionArg::Current),
        start(J0, P0, Source::Present),
        describe(J0),
        job_list(ALL_JOBS),
        job_list(JobFilter { invoker: Some(Account::Other), ..ALL_JOBS }),
        job_list(JobFilter { invoker: Some(Account::Owner), ..ALL_JOBS }),
    ]
    .map(Request::by_owner)
    .to_vec();
    let owner = OwnerArg::Owner;
    let start =
        |owner| Request::StartSigningJob { job: J0, profile: P0, owner, source: Source::Present, destination: Destination::A };
    calls.extend(
        [
            Request::GetSigningProfile { profile: P0, owner },
            get(P0),
            cancel(P0),
            revoke(P0, EffectiveTime::Later),
            start(owner),
            start(OWN),
            Request::RevokeSignature { job: J0, owner },
            Request::SignPayload { job: J1, profile: P1, owner },
            Request::ListProfilePermissions { profile: P0 },
            profiles(None, None),
            job_list(ALL_JOBS),
            describe(J0),
        ]
        .map(Request::by_other),
    );
    Scope {
        name: "cross-account",
        edition: Edition::Current,
        initial: State::of(Edition::Current),
        calls,
        within: |state| {
            let [first, second, _] = &state.profiles;
            // One profile at a time, and no more than two permissions.
            (first.status == ProfileStatus::Absent || second.status == ProfileStatus::Absent)
                && first.policy.statements.iter().flatten().count() <= 2
        },
        permits,
    }
}

/// Jobs of both kinds: tokens, status, lists, revocation of signatures.
fn jobs() -> Scope {
    let elsewhere =
        Request::StartSigningJob { job: J0, profile: P0, owner: OWN, source: Source::Present, destination: Destination::B };
    let by_name = Request::StartSigningJob {
        job: J0,
        profile: P0,
        owner: OwnerArg::Owner,
        source: Source::Present,
        destination: Destination::A,
    };
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
        put_with(P1, known(Platform::Notation), Validity::Day, false, false, NO_TAGS),
        cancel(P0),
        start(J0, P0, Source::Present),
        by_name,
        elsewhere,
        start(J1, P0, Source::Missing),
        start(J3, P1, Source::Present),
        start(J3, P2, Source::Present),
        sign(J2, P1),
        sign(J3, P0),
        sign(J3, P2),
        Request::SignPayload { job: J2, profile: P1, owner: OwnerArg::Owner },
        describe(J0),
        describe(J1),
        describe(J2),
        describe(J3),
        revoke_signature(J0),
        Request::RevokeSignature { job: J0, owner: OwnerArg::Owner },
        revoke_signature(J1),
        revoke_signature(J2),
        revoke_signature(J3),
        job_list(ALL_JOBS),
        Request::ListSigningJobs { filter: ALL_JOBS, page: PageSize::One },
    ];
    requests.extend(filters.map(job_list));
    by_owner("jobs", Edition::Current, requests)
}

/// A platform whose signatures neither expire nor can be revoked.
fn iot() -> Scope {
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
fn revocation() -> Scope {
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
    Scope {
        within: |state| !state.job(J2).exists() && !state.job(J3).exists(),
        ..by_owner("revocation", Edition::Current, requests)
    }
}

/// The tags of a profile, to its end.
fn tags() -> Scope {
    let tag = |profile, key, value| Request::TagResource { profile, key, value };
    let untag = |profile, key| Request::UntagResource { profile, key };
    let list = |profile| Request::ListTagsForResource { profile };
    let mut scope = by_owner(
        "tags",
        Edition::Current,
        vec![
            put(P0, Platform::Lambda),
            put_with(P0, known(Platform::Lambda), Validity::Default, false, false, TAGGED),
            tag(P0, K0, TagValue::A),
            tag(P0, K0, TagValue::B),
            tag(P0, K1, TagValue::A),
            untag(P0, K0),
            untag(P0, K1),
            list(P0),
            get(P0),
            cancel(P0),
            revoke(P0, EffectiveTime::Later),
            tag(P1, K0, TagValue::A),
            untag(P1, K0),
            list(P1),
        ],
    );
    scope.calls.extend([tag(P0, K0, TagValue::A), untag(P0, K0), list(P0)].map(Request::by_other));
    scope
}

/// Profiles of 2019: no revocation, and signing material always.
fn lifecycle_2019() -> Scope {
    let mut requests = vec![
        put(P0, Platform::IotDeviceManagement),
        put(P0, Platform::FreeRtosDefault),
        put(P1, Platform::FreeRtosTi),
        put_with(P0, PlatformArg::Unknown, Validity::Default, true, false, NO_TAGS),
        put_with(P0, known(Platform::IotDeviceManagement), Validity::Default, false, false, NO_TAGS),
        get(P0),
        get(P1),
        cancel(P0),
        cancel(P1),
        profiles(None, None),
        Request::ListSigningProfiles { filter: ProfileFilter::default(), page: PageSize::One },
        profiles(Some(true), None),
        profiles(Some(false), None),
    ];
    requests.extend(platform_requests(Platform::IotDeviceManagement));
    by_owner("lifecycle-2019", Edition::May2019, requests)
}

/// Jobs of 2019.
fn jobs_2019() -> Scope {
    let elsewhere =
        Request::StartSigningJob { job: J0, profile: P0, owner: OWN, source: Source::Present, destination: Destination::B };
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
