//! Every call in the model's vocabulary, and a handful of states that are hard to answer in.

use signer_model::*;
use signer_schemas::{Edition, Operation};

/// Every request whose symbols are below the given bounds, without the lists' rarer combinations of filters.
pub(crate) fn requests(profiles: u8, jobs: u8, statements: u8, keys: u8) -> Vec<Request> {
    let mut all = Vec::new();
    let owners = [OwnerArg::Omitted, OwnerArg::Owner];
    let profiles = (0..profiles).map(Profile).collect::<Vec<_>>();
    let jobs = (0..jobs).map(Job).collect::<Vec<_>>();
    let platforms = || Platform::ALL.into_iter().map(PlatformArg::Known).chain([PlatformArg::Unknown]);
    for &profile in &profiles {
        all.push(Request::CancelSigningProfile { profile });
        all.push(Request::ListProfilePermissions { profile });
        all.push(Request::ListTagsForResource { profile });
        all.extend(owners.map(|owner| Request::GetSigningProfile { profile, owner }));
        for platform in platforms() {
            for bits in 0..8 {
                all.push(Request::PutSigningProfile {
                    profile,
                    platform,
                    validity: if bits & 1 == 0 { Validity::Default } else { Validity::Day },
                    material: bits & 2 != 0,
                    parameters: bits & 4 != 0,
                    tags: [TagValue::A, TagValue::None, TagValue::None],
                });
            }
        }
        for version in [VersionArg::Current, VersionArg::Unknown] {
            for effective in [EffectiveTime::Earlier, EffectiveTime::Later, EffectiveTime::Future] {
                all.push(Request::RevokeSigningProfile { profile, version, effective });
            }
        }
        for statement in (0..statements).map(Statement) {
            for revision in [RevisionArg::Absent, RevisionArg::Current, RevisionArg::Stale] {
                all.push(Request::RemoveProfilePermission { profile, statement, revision });
                for action in Action::ALL {
                    for principal in [Principal::OtherAccount, Principal::Role, Principal::Malformed] {
                        for version in [None, Some(VersionArg::Current), Some(VersionArg::Unknown)] {
                            let grant = Grant { principal, action, version };
                            all.push(Request::AddProfilePermission { profile, statement, grant, revision });
                        }
                    }
                }
            }
        }
        for key in (0..keys).map(TagKey) {
            all.push(Request::UntagResource { profile, key });
            for value in [TagValue::None, TagValue::A, TagValue::B] {
                all.push(Request::TagResource { profile, key, value });
            }
        }
        for &job in &jobs {
            for owner in owners {
                all.push(Request::SignPayload { job, profile, owner });
                for source in [Source::Present, Source::Missing, Source::Unverified] {
                    for destination in [Destination::A, Destination::B] {
                        all.push(Request::StartSigningJob { job, profile, owner, source, destination });
                    }
                }
            }
            for platform in Platform::ALL {
                for at in [
                    SignatureTime::BeforeEarlier,
                    SignatureTime::AtEarlier,
                    SignatureTime::Between,
                    SignatureTime::AtLater,
                    SignatureTime::AfterLater,
                ] {
                    all.push(Request::GetRevocationStatus { profile, job, platform, at });
                }
            }
        }
    }
    for &job in &jobs {
        all.push(Request::DescribeSigningJob { job });
        all.extend(owners.map(|owner| Request::RevokeSignature { job, owner }));
    }
    all.extend(platforms().map(|platform| Request::GetSigningPlatform { platform }));
    all.extend(lists());
    all
}

fn lists() -> Vec<Request> {
    let mut all = Vec::new();
    for page in [PageSize::Default, PageSize::One, PageSize::Two] {
        for include_canceled in [None, Some(false), Some(true)] {
            for status in [
                None,
                Some(ProfileStatus::Active),
                Some(ProfileStatus::Canceled),
                Some(ProfileStatus::Revoked),
            ] {
                for platform in [None, Some(Platform::Lambda)] {
                    all.push(Request::ListSigningProfiles {
                        filter: ProfileFilter { include_canceled, status, platform },
                        page,
                    });
                }
            }
        }
        for filter in [PlatformFilter::All, PlatformFilter::UnknownPartner] {
            all.push(Request::ListSigningPlatforms { filter, page });
        }
        for platform in Platform::ALL {
            for filter in [
                PlatformFilter::Category(platform),
                PlatformFilter::Partner(platform),
                PlatformFilter::Target(platform),
            ] {
                all.push(Request::ListSigningPlatforms { filter, page });
            }
        }
        for status in [None, Some(JobStatus::InProgress), Some(JobStatus::Failed), Some(JobStatus::Succeeded)]
        {
            for is_revoked in [None, Some(false), Some(true)] {
                for invoker in [None, Some(Account::Owner), Some(Account::Other)] {
                    for expires in [None, Some(Expiry::Before), Some(Expiry::After)] {
                        for platform in [None, Some(Platform::Notation)] {
                            let filter = JobFilter { status, platform, is_revoked, invoker, expires };
                            all.push(Request::ListSigningJobs { filter, page });
                        }
                    }
                }
            }
        }
    }
    all
}

/// States in which much is uncertain or contradictory.
pub(crate) fn hard_states() -> Vec<State> {
    let grant = |action| Some(Grant { principal: Principal::OtherAccount, action, version: None });
    let policy = |action, revision_uncertain| Policy {
        statements: [grant(action), grant(Action::GetSigningProfile), None],
        revision: 2,
        revision_uncertain,
    };
    let mut states = vec![State::new(), State { platforms: PlatformSet::EMPTY, ..State::new() }];
    for (index, status) in
        [ProfileStatus::Active, ProfileStatus::Canceled, ProfileStatus::Revoked, ProfileStatus::Active]
            .into_iter()
            .enumerate()
    {
        for (platform, action) in [
            (Platform::Lambda, Action::StartSigningJob),
            (Platform::Notation, Action::SignPayload),
            (Platform::FreeRtosDefault, Action::RevokeSignature),
        ] {
            let mut state = State::new();
            let effective = (status == ProfileStatus::Revoked).then_some(EffectiveTime::Later);
            state.profiles[0] = ProfileState {
                status,
                platform,
                validity: Validity::Day,
                effective,
                tags: [TagValue::A, TagValue::B, TagValue::None],
                policy: policy(action, index > 0),
            };
            state.profiles[1] =
                ProfileState { policy: Policy { revision: 2, ..Policy::default() }, ..state.profiles[0] };
            state.profiles[2] =
                ProfileState { policy: Policy::default(), tags: [TagValue::None; TAGS], ..state.profiles[0] };
            for (job, (kind, source)) in [
                (JobKind::Started, Source::Present),
                (JobKind::Started, Source::Missing),
                (JobKind::Started, Source::Unverified),
                (JobKind::Payload, Source::Present),
            ]
            .into_iter()
            .enumerate()
            {
                let statuses = if index == 3 {
                    JobStatuses::only(JobStatus::Succeeded)
                } else if source == Source::Missing {
                    JobStatuses::only(JobStatus::InProgress)
                } else {
                    JobStatuses::ANY
                };
                state.jobs[job] = JobState {
                    statuses,
                    kind,
                    profile: Profile(u8::try_from(job % 3).unwrap_or_default()),
                    invoker: if job % 2 == 0 { Account::Owner } else { Account::Other },
                    source,
                    destination: Destination::A,
                    revoked: index == 2,
                };
            }
            states.push(settle(&state));
        }
    }
    states
}

#[test]
fn every_call_has_an_answer_in_every_state() {
    for edition in Edition::ALL {
        for request in requests(4, 5, 4, 3) {
            for state in hard_states() {
                for call in [request.by_owner(), request.by_other()] {
                    let outcomes = permits(edition, &state, &call);
                    assert!(
                        !outcomes.is_empty(),
                        "{edition}: nothing is permitted for {call:?} in {state:?}"
                    );
                    assert!(
                        outcomes.iter().any(|outcome| outcome.admission != Admission::Contradicted),
                        "{edition}: {call:?} has contradicted outcomes only, in {state:?}"
                    );
                }
            }
        }
    }
}

#[test]
fn symbols_beyond_the_arrays_do_not_panic() {
    for edition in Edition::ALL {
        for symbol in
            [PROFILES, JOBS, STATEMENTS, 8, 200, 255].map(|symbol| u8::try_from(symbol).unwrap_or(u8::MAX))
        {
            let (profile, job) = (Profile(symbol), Job(symbol));
            let start = Request::StartSigningJob {
                job,
                profile,
                owner: OwnerArg::Owner,
                source: Source::Present,
                destination: Destination::A,
            };
            for request in
                [start, Request::CancelSigningProfile { profile }, Request::DescribeSigningJob { job }]
            {
                assert!(!permits(edition, &State::new(), &request.by_owner()).is_empty());
            }
            assert!(!ProfileSet::from_iter([profile]).contains(profile));
        }
    }
}

#[test]
fn refused_calls_and_reads_change_nothing() {
    for edition in Edition::ALL {
        for request in requests(1, 1, 1, 1) {
            let operation = request.operation();
            for state in hard_states() {
                for outcome in permits(edition, &state, &request.by_owner()) {
                    if outcome.admission == Admission::Contradicted {
                        continue;
                    }
                    // What an answer tells of a job's status or of a revision is known afterwards; nothing
                    // else moves.
                    let mut after = state.after(&outcome.change);
                    for (job, before) in after.jobs.iter_mut().zip(state.jobs) {
                        if !before.statuses.is_empty()
                            && before.statuses.either(job.statuses) == before.statuses
                        {
                            job.statuses = before.statuses;
                        }
                    }
                    if operation == Operation::ListProfilePermissions {
                        for (profile, before) in after.profiles.iter_mut().zip(state.profiles) {
                            profile.policy.revision = before.policy.revision;
                            profile.policy.revision_uncertain = before.policy.revision_uncertain;
                        }
                    }
                    let reads = operation.name().starts_with("Get")
                        || operation.name().starts_with("List")
                        || operation.name().starts_with("Describe");
                    if reads || matches!(outcome.reply, Reply::Refused(_)) {
                        assert_eq!(
                            after, state,
                            "{edition}: {request:?} answered {:?} changes the state",
                            outcome.reply
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn an_operation_that_the_edition_lacks_is_unknown() {
    for edition in Edition::ALL {
        for request in requests(1, 1, 1, 1) {
            let outcomes = permits(edition, &State::new(), &request.by_owner());
            let unknown = outcomes.iter().all(|outcome| outcome.reply == Reply::Refused(ErrorName::Other));
            let operation = request.operation();
            assert_eq!(unknown, !operation.in_edition(edition), "{edition}: {operation} is or is not there");
        }
    }
}
