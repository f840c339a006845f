//! The definition as tables: in which situation each call has which outcomes, on whose word.

mod jobs;

use signer_model::{
    Account, Action, Call, Destination, EffectiveTime, Grant, Job, JobStatus, OwnerArg, PageSize, Platform,
    PlatformArg, PlatformFilter, PlatformSet, Policy, Principal, Profile, ProfileFilter, ProfileState,
    ProfileStatus, Request, RevisionArg, STATEMENTS, Source, State, Statement, TAGS, TagKey, TagValue,
    Validity, VersionArg,
};
use signer_schemas::Edition;

use crate::golden::{golden, nothing_left_over};
use crate::outcome_table::Table;
use crate::outcomes::jobs::{job, jobs, revocations, signed};

const P0: Profile = Profile(0);
const J0: Job = Job(0);
const S0: Statement = Statement(0);
const S1: Statement = Statement(1);
const K0: TagKey = TagKey(0);
const OWN: OwnerArg = OwnerArg::Omitted;
const REVISIONS: [RevisionArg; 3] = [RevisionArg::Absent, RevisionArg::Current, RevisionArg::Stale];
const GRANT: Grant =
    Grant { principal: Principal::OtherAccount, action: Action::GetSigningProfile, version: None };

/// The edition's plainest platform: its profiles need no signing material in one, and need it in the other.
const fn plain(edition: Edition) -> Platform {
    match edition {
        Edition::Current => Platform::Lambda,
        Edition::May2019 => Platform::IotDeviceManagement,
    }
}

fn statuses(edition: Edition) -> Vec<ProfileStatus> {
    let all = [ProfileStatus::Absent, ProfileStatus::Active, ProfileStatus::Canceled, ProfileStatus::Revoked];
    all.into_iter()
        .filter(|status| edition == Edition::Current || *status != ProfileStatus::Revoked)
        .collect()
}

fn with_profile(edition: Edition, status: ProfileStatus, platform: Platform) -> State {
    let mut state = State::of(edition);
    if status != ProfileStatus::Absent {
        let effective = (status == ProfileStatus::Revoked).then_some(EffectiveTime::Later);
        *state.profile_mut(P0) = ProfileState { status, platform, effective, ..ProfileState::default() };
    }
    state
}

/// One situation per status of the profile.
fn by_status(edition: Edition, platform: Platform) -> Vec<(String, State)> {
    let situation = |status: ProfileStatus| (status.to_string(), with_profile(edition, status, platform));
    statuses(edition).into_iter().map(situation).collect()
}

fn put(platform: PlatformArg, material: bool, parameters: bool) -> Request {
    let tags = [TagValue::None; TAGS];
    Request::PutSigningProfile {
        profile: P0,
        platform,
        validity: Validity::Default,
        material,
        parameters,
        tags,
    }
}

const fn start(destination: Destination, source: Source) -> Request {
    Request::StartSigningJob { job: J0, profile: P0, owner: OWN, source, destination }
}

fn platforms(edition: Edition) -> Table {
    let nothing = State { platforms: PlatformSet::EMPTY, ..State::of(edition) };
    let plain = plain(edition);
    let list = |filter| Request::ListSigningPlatforms { filter, page: PageSize::Default };
    Table::new(
        "platforms",
        vec![("all on offer".to_owned(), State::of(edition)), ("none on offer".to_owned(), nothing)],
        vec![
            Request::GetSigningPlatform { platform: PlatformArg::Known(plain) },
            Request::GetSigningPlatform { platform: PlatformArg::Unknown },
            list(PlatformFilter::All),
            list(PlatformFilter::Category(plain)),
            list(PlatformFilter::Partner(plain)),
            list(PlatformFilter::Target(plain)),
            list(PlatformFilter::UnknownPartner),
        ],
    )
}

fn profiles(edition: Edition) -> Table {
    let material = edition == Edition::May2019;
    let plain = PlatformArg::Known(plain(edition));
    let list = |filter| Request::ListSigningProfiles { filter, page: PageSize::Default };
    let only = |status| list(ProfileFilter { status: Some(status), ..ProfileFilter::default() });
    let canceled_too = ProfileFilter { include_canceled: Some(true), ..ProfileFilter::default() };
    let mut requests = vec![
        put(plain, material, false),
        put(plain, !material, false),
        put(plain, material, true),
        put(PlatformArg::Unknown, material, false),
        Request::GetSigningProfile { profile: P0, owner: OWN },
        Request::CancelSigningProfile { profile: P0 },
        list(ProfileFilter::default()),
        list(canceled_too),
        start(Destination::A, Source::Present),
        start(Destination::A, Source::Missing),
    ];
    if edition == Edition::Current {
        requests.extend([ProfileStatus::Active, ProfileStatus::Canceled, ProfileStatus::Revoked].map(only));
        requests.push(list(ProfileFilter { status: Some(ProfileStatus::Active), ..canceled_too }));
    }
    Table::new("profiles", by_status(edition, self::plain(edition)), requests)
}

fn tags(edition: Edition) -> Table {
    let requests = vec![
        Request::ListTagsForResource { profile: P0 },
        Request::TagResource { profile: P0, key: K0, value: TagValue::A },
        Request::TagResource { profile: P0, key: K0, value: TagValue::B },
        Request::TagResource { profile: P0, key: TagKey::MANY, value: TagValue::A },
        Request::UntagResource { profile: P0, key: K0 },
    ];
    let mut situations = by_status(edition, plain(edition));
    for (name, mut state) in situations.clone() {
        if name != ProfileStatus::Absent.id() {
            state.profile_mut(P0).tags[0] = TagValue::A;
            situations.push((format!("{name}, tagged"), state));
        }
        if name == ProfileStatus::Active.id() {
            // With the bundle there are 200.
            let [_, second, many] = &mut state.profile_mut(P0).tags;
            (*second, *many) = (TagValue::A, TagValue::A);
            state.profile_mut(P0).tags[0] = TagValue::None;
            situations.push((format!("{name}, 200 tags"), state));
        }
    }
    Table::new("tags", situations, requests)
}

/// The statuses of a profile, and for each what its policy may be like.
fn policies(edition: Edition) -> Vec<(String, State)> {
    let mut situations = Vec::new();
    for (name, state) in by_status(edition, plain(edition)) {
        let mut with = |words: &str, policy: Policy| {
            let mut state = state;
            state.profile_mut(P0).policy = policy;
            situations.push((format!("{name}{words}"), state));
        };
        with("", Policy::default());
        if name != ProfileStatus::Absent.id() {
            let one = Policy::default().with(S0, Some(GRANT));
            with(" with s0", one);
            with(" with s0 taken away", one.with(S0, None));
        }
    }
    situations
}

fn permissions(edition: Edition) -> Table {
    let add = |statement, grant, revision| Request::AddProfilePermission {
        profile: P0,
        statement,
        grant,
        revision,
    };
    let mut requests = vec![Request::ListProfilePermissions { profile: P0 }];
    requests.extend(REVISIONS.map(|revision| add(S0, GRANT, revision)));
    requests.extend(REVISIONS.map(|revision| add(S1, GRANT, revision)));
    requests.push(add(S0, Grant { action: Action::RevokeSignature, ..GRANT }, RevisionArg::Current));
    requests.push(add(S1, Grant { action: Action::SignPayload, ..GRANT }, RevisionArg::Current));
    requests.push(add(S1, Grant { principal: Principal::Malformed, ..GRANT }, RevisionArg::Current));
    requests.push(add(S1, Grant { version: Some(VersionArg::Unknown), ..GRANT }, RevisionArg::Current));
    for statement in [S0, S1] {
        let remove = |revision| Request::RemoveProfilePermission { profile: P0, statement, revision };
        requests.extend([RevisionArg::Current, RevisionArg::Stale].map(remove));
    }
    Table::new("permissions", policies(edition), requests)
}

/// What another account may do, by the grant that it has.
fn cross_account(edition: Edition) -> Table {
    let mut situations = Vec::new();
    for grant in [None].into_iter().chain(Action::ALL.map(Some)) {
        // The one platform signs payloads, the other objects.
        let starts = grant == Some(Action::StartSigningJob);
        let (platform, job) = if starts {
            (Platform::Lambda, job(JobStatus::Succeeded))
        } else {
            (Platform::Notation, signed())
        };
        let mut state = with_profile(edition, ProfileStatus::Active, platform);
        *state.job_mut(J0) = job;
        let mut statements = [None; STATEMENTS];
        statements[0] = grant.map(|action| Grant { action, ..GRANT });
        state.profile_mut(P0).policy =
            Policy { statements, revision: u8::from(grant.is_some()), revision_uncertain: false };
        let words =
            grant.map_or_else(|| "no grant".to_owned(), |action| format!("{action} granted on {platform}"));
        situations.push((words, state));
    }
    let owner = OwnerArg::Owner;
    let requests = [
        Request::GetSigningProfile { profile: P0, owner },
        Request::StartSigningJob {
            job: Job(1),
            profile: P0,
            owner,
            source: Source::Present,
            destination: Destination::A,
        },
        Request::SignPayload { job: Job(1), profile: P0, owner },
        Request::RevokeSignature { job: J0, owner },
        Request::DescribeSigningJob { job: J0 },
        Request::GetSigningProfile { profile: P0, owner: OWN },
    ];
    let calls = requests.into_iter().map(|request| Call { by: Account::Other, request }).collect();
    Table { name: "cross-account", situations, calls }
}

fn tables(edition: Edition) -> Vec<Table> {
    let mut tables = vec![platforms(edition), profiles(edition), jobs(edition)];
    if edition == Edition::Current {
        tables.extend([tags(edition), permissions(edition), cross_account(edition), revocations(edition)]);
    }
    tables
}

fn outcomes(edition: Edition) {
    let folder = format!("tables/outcomes/{edition}");
    let tables = tables(edition);
    for table in &tables {
        golden(&folder, table.name, &table.markdown(edition));
    }
    nothing_left_over(&folder, tables.iter().map(|table| table.name.to_owned()));
}

#[test]
fn outcomes_of_the_current_edition_are_as_reviewed() {
    outcomes(Edition::Current);
}

#[test]
fn outcomes_of_the_edition_of_2019_are_as_reviewed() {
    outcomes(Edition::May2019);
}
