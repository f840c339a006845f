//! What of a state matters to a call: two states that agree in it are one situation.

use crate::state::PlatformSet;

use crate::call::{
    Account, Action, Destination, Grant, Principal, Profile, ProfileStatus, RevisionArg, STATEMENTS,
    Statement, TAGS, TagKey, TagValue, Validity,
};
use crate::filters::{JobFilter, ProfileFilter};
use crate::platform::Platform;
use crate::request::{Call, Request};
use crate::rules::access::granted;
use crate::state::{JobState, JobStatuses, Policy, ProfileState, State};

/// The part of a state that matters to a call, written as a state in which nothing else was made.
pub(super) fn focus(state: &State, call: &Call) -> State {
    // The platforms on offer do not change.
    let mut focus = State { platforms: PlatformSet::EMPTY, ..State::default() };
    let mut see = |profile: Profile, seen: ProfileState| *focus.profile_mut(profile) = seen;
    match call.request {
        Request::GetSigningPlatform { .. } | Request::ListSigningPlatforms { .. } => {}
        Request::PutSigningProfile { profile, .. } => {
            see(profile, status_alone(state.profile(profile)));
        }
        Request::CancelSigningProfile { profile } | Request::RevokeSigningProfile { profile, .. } => {
            see(profile, life(state.profile(profile)));
        }
        Request::GetSigningProfile { profile, .. } => {
            let of = state.profile(profile);
            let policy = grants(state, call, profile, Action::GetSigningProfile);
            // What was given at creation is shown to the end.
            let tags = of.tags.map(|tag| if tag == TagValue::None { tag } else { TagValue::A });
            see(profile, ProfileState { validity: of.validity, tags, policy, ..life(of) });
        }
        Request::AddProfilePermission { profile, statement, grant, revision } => {
            let of = state.profile(profile);
            let policy = around(of, statement, Some(grant), revision);
            see(profile, ProfileState { policy, effective: None, ..life(of) });
        }
        Request::RemoveProfilePermission { profile, statement, revision } => {
            let of = state.profile(profile);
            let policy = around(of, statement, None, revision);
            see(profile, ProfileState { status: of.status, policy, ..ProfileState::default() });
        }
        Request::ListProfilePermissions { profile } => {
            see(profile, counted_statements(state.profile(profile)));
        }
        Request::ListTagsForResource { profile } => {
            see(profile, with_tags(state.profile(profile), tagged(state.profile(profile), None)));
        }
        Request::TagResource { profile, key, .. } => {
            let of = state.profile(profile);
            // Too many tags are refused on a revoked profile, too, if it can be tagged.
            let may_be_many = key == TagKey::MANY || of.tags[usize::from(TagKey::MANY.0)] != TagValue::None;
            let matter =
                of.status == ProfileStatus::Active || of.status == ProfileStatus::Revoked && may_be_many;
            see(profile, with_tags(of, if matter { tagged(of, Some(key)) } else { [TagValue::None; TAGS] }));
        }
        Request::UntagResource { profile, key } => {
            let of = state.profile(profile);
            let matter = of.status == ProfileStatus::Active;
            see(profile, with_tags(of, if matter { tagged(of, Some(key)) } else { [TagValue::None; TAGS] }));
        }
        Request::DescribeSigningJob { job } => {
            *focus.job_mut(job) = JobState { destination: Destination::A, ..*state.job(job) }
        }
        Request::RevokeSignature { job, .. } => {
            let it = *state.job(job);
            if it.exists() {
                see(it.profile, signing(state, call, it.profile, Action::RevokeSignature));
            }
            *focus.job_mut(job) = JobState { destination: Destination::A, invoker: Account::Owner, ..it };
        }
        Request::SignPayload { job, profile, .. } => {
            see(profile, signing(state, call, profile, Action::SignPayload));
            *focus.job_mut(job) = JobState { revoked: false, ..*state.job(job) };
        }
        Request::StartSigningJob { job, profile, .. } => {
            see(profile, signing(state, call, profile, Action::StartSigningJob));
            *focus.job_mut(job) = named_by_start(*state.job(job), call.by);
        }
        Request::GetRevocationStatus { profile, job, platform, .. } => {
            let (of, it) = (state.profile(profile), state.job(job));
            // For Lambda there is no response, whatever is revoked.
            let asked = platform != Platform::Lambda;
            let effective = if asked { life(of).effective } else { None };
            see(profile, ProfileState { effective, ..life(of) });
            let revoked = asked && it.revoked;
            *focus.job_mut(job) = of_profile(JobState { revoked, ..*it }, profile);
        }
        Request::ListSigningProfiles { filter, .. } => {
            let seen = state.profiles.map(|of| listed_profile(&of, filter));
            focus.profiles = sorted(seen, ProfileState::default(), filter != ProfileFilter::default());
        }
        Request::ListSigningJobs { filter, .. } => {
            let seen = state.jobs.map(|it| listed(state, &it, call.by, filter));
            focus.jobs = sorted(seen, JobState::default(), filter != JobFilter::default());
        }
    }
    focus
}

/// A profile for which the caller signs, or revokes a signature: whether it may, and what it signs with.
fn signing(state: &State, call: &Call, profile: Profile, action: Action) -> ProfileState {
    let policy = grants(state, call, profile, action);
    ProfileState { policy, effective: None, ..life(state.profile(profile)) }
}

/// How many statements there are, and whether there were any. Nothing is granted on a platform that knows no
/// permissions, so there the platform does not matter, either.
fn counted_statements(of: &ProfileState) -> ProfileState {
    let mut policy = Policy { revision: of.policy.revision.min(1), ..of.policy };
    policy.statements = [None; STATEMENTS];
    let many = of.policy.statements.iter().flatten().count();
    policy.statements[..many].fill(Some(SOME_GRANT));
    ProfileState { status: of.status, policy, ..ProfileState::default() }
}

fn status_alone(of: &ProfileState) -> ProfileState {
    ProfileState { status: of.status, ..ProfileState::default() }
}

/// The profile's status, with those of its tags that matter.
fn with_tags(of: &ProfileState, tags: [TagValue; TAGS]) -> ProfileState {
    ProfileState { status: of.status, tags, ..ProfileState::default() }
}

/// A job of that profile, its status, and whether its signature is revoked.
fn of_profile(job: JobState, profile: Profile) -> JobState {
    JobState { statuses: job.statuses, revoked: job.revoked, profile, ..JobState::default() }
}

/// A job whose token a caller gives again: to another account its status does not matter.
fn named_by_start(job: JobState, by: Account) -> JobState {
    let statuses = if job.exists() && by == Account::Other { JobStatuses::ANY } else { job.statuses };
    JobState { statuses, revoked: false, ..job }
}

/// A profile as an item of a list. Of the platform it matters whether it is the one asked for.
fn listed_profile(of: &ProfileState, filter: ProfileFilter) -> ProfileState {
    let platform = match filter.platform {
        Some(asked) if asked == of.platform => Platform::Lambda,
        Some(_) => Platform::IotDeviceManagement,
        None => Platform::default(),
    };
    ProfileState { status: of.status, platform, ..ProfileState::default() }
}

/// Whether a situation is made of simpler ones. With a filter each item is listed or not for itself, so what
/// a list does with three kinds is known from what it does with two.
pub(super) fn is_compound(focus: &State, call: &Call) -> bool {
    match call.request {
        Request::ListSigningJobs { filter, .. } => {
            filter != JobFilter::default() && focus.jobs.iter().filter(|job| job.exists()).count() > 2
        }
        // A revoked profile is refused, or else the call is answered as on an Active one.
        Request::AddProfilePermission { profile, grant, revision, .. } => {
            let is_plain = grant.principal == Principal::OtherAccount && grant.version.is_none();
            focus.profile(profile).status == ProfileStatus::Revoked
                && !(is_plain && revision == RevisionArg::Current)
        }
        Request::RemoveProfilePermission { profile, revision, .. } => {
            focus.profile(profile).status == ProfileStatus::Revoked && revision == RevisionArg::Stale
        }
        _ => false,
    }
}

/// A profile's place in its life. Of the platform it matters only who holds the keys.
fn life(of: &ProfileState) -> ProfileState {
    let platform = match of.platform {
        Platform::FreeRtosDefault | Platform::FreeRtosTi => Platform::IotDeviceManagement,
        Platform::Lambda | Platform::Notation | Platform::IotDeviceManagement => of.platform,
    };
    ProfileState { status: of.status, platform, effective: of.effective, ..ProfileState::default() }
}

/// Whether the caller needs a permission for the action, and has it.
fn grants(state: &State, call: &Call, profile: Profile, action: Action) -> Policy {
    let granted = call.by == Account::Other && granted(state, profile, action);
    let grant = Grant { principal: Principal::OtherAccount, action, version: None };
    Policy { statements: [granted.then_some(grant), None, None], ..Policy::default() }
}

/// Tags by their being there, but for the one that the call names.
fn tagged(of: &ProfileState, named: Option<TagKey>) -> [TagValue; TAGS] {
    let mut tags = of.tags;
    for (index, tag) in tags.iter_mut().enumerate() {
        if *tag != TagValue::None && named.is_none_or(|key| usize::from(key.0) != index) {
            *tag = TagValue::A;
        }
    }
    tags
}

/// A permission that stands for any.
const SOME_GRANT: Grant =
    Grant { principal: Principal::Role, action: Action::GetSigningProfile, version: None };

/// A policy around one statement: whether that one is there, and as given; whether there are others; and
/// whether there is a revision before the current one. On a canceled profile it only matters whether there
/// are any statements, and whether there is the one to be removed.
fn around(of: &ProfileState, statement: Statement, given: Option<Grant>, revision: RevisionArg) -> Policy {
    let mut statements = [None; STATEMENTS];
    let slot = usize::from(statement.0);
    if !matches!(of.status, ProfileStatus::Active | ProfileStatus::Revoked) {
        let removed = given.is_none() && of.policy.statements[slot].is_some();
        let stands_for_all = if removed { slot } else { (slot + 1) % STATEMENTS };
        statements[stands_for_all] = (!of.policy.is_empty()).then_some(SOME_GRANT);
        return Policy { statements, ..Policy::default() };
    }
    let others = of
        .policy
        .statements
        .iter()
        .enumerate()
        .filter(|(index, grant)| *index != slot && grant.is_some())
        .count();
    if let (true, Some(other)) = (others > 0, (0..STATEMENTS).find(|index| *index != slot)) {
        statements[other] = Some(SOME_GRANT);
    }
    let known = of.policy.statements[slot];
    statements[slot] = if known == given { known } else { known.map(|_| SOME_GRANT) };
    let told_apart = if revision == RevisionArg::Stale { 2 } else { 1 };
    Policy {
        statements,
        revision: of.policy.revision.min(told_apart),
        revision_uncertain: of.policy.revision_uncertain,
    }
}

/// What a filter sees of a job.
fn listed(state: &State, it: &JobState, by: Account, filter: JobFilter) -> JobState {
    if !it.exists() {
        return JobState::default();
    }
    let mut seen = JobState { statuses: JobStatuses::TERMINAL, ..JobState::default() };
    if filter.status.is_some() || filter.expires.is_some() {
        seen.statuses = it.statuses;
    }
    if filter.is_revoked.is_some() {
        seen.revoked = it.revoked;
    }
    if filter.platform.is_some() {
        let platform = state.profile(it.profile).platform;
        seen.profile = Profile(u8::from(filter.platform != Some(platform)));
    }
    if filter.expires.is_some() {
        let profile = state.profile(it.profile);
        seen.destination = if profile.validity == Validity::Day { Destination::B } else { Destination::A };
    }
    if filter.invoker.is_some() || by == Account::Other {
        seen.invoker = it.invoker;
    }
    seen
}

/// In order, since it does not matter which of them is which; with a filter each kind once, without one as
/// many as there are.
fn sorted<T: Ord + Copy, const N: usize>(mut items: [T; N], none: T, each_once: bool) -> [T; N] {
    items.sort_unstable();
    if each_once {
        let mut kinds = items.to_vec();
        kinds.dedup();
        kinds.retain(|item| *item != none);
        kinds.resize(N, none);
        kinds.sort_unstable();
        items.copy_from_slice(&kinds);
    }
    items
}
