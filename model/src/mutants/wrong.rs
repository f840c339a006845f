//! The wrong rules and environments: each differs from the right ones in one thing.

use signer_schemas::Edition;

use crate::call::{
    EffectiveTime, JOBS, Job, JobStatus, Principal, Profile, ProfileStatus, RevisionArg, Source, TAGS,
    VersionArg,
};
use crate::environment::{Ends, steps};
use crate::outcome::{Admission, Change, Outcome, Outcomes, Rule};
use crate::platform::Platform;
use crate::reply::{ErrorName, Reply, RevisionReply};
use crate::request::{Call, Request};
use crate::rules::permits;
use crate::state::{JobState, JobStatuses, Policy, ProfileState, State};

/// The outcomes of the rules, each looked at again.
fn each(edition: Edition, state: &State, call: &Call, mut wrong: impl FnMut(&mut Outcome)) -> Outcomes {
    let mut outcomes = permits(edition, state, call);
    outcomes.iter_mut().for_each(&mut wrong);
    outcomes
}

/// Success instead of what the rules say.
fn succeeds(reply: Reply, change: Change) -> Outcomes {
    let rule = Rule::open("common/unknown-route");
    Outcomes::from_iter([Outcome { reply, change, rule, admission: Admission::Required }])
}

pub(super) fn put_replaces(edition: Edition, state: &State, call: &Call) -> Outcomes {
    let mut outcomes = permits(edition, state, call);
    if let Request::PutSigningProfile { profile, .. } = call.request
        && state.profile(profile).status != ProfileStatus::Absent
    {
        outcomes.retain(|outcome| outcome.reply == Reply::Created);
        for outcome in &mut outcomes {
            outcome.admission = Admission::Required;
        }
        if outcomes.is_empty() {
            return permits(edition, state, call);
        }
    }
    outcomes
}

pub(super) fn no_record(edition: Edition, state: &State, call: &Call) -> Outcomes {
    each(edition, state, call, |outcome| {
        if let Change::Profile(_, after) = &mut outcome.change {
            after.effective = None;
        }
    })
}

pub(super) fn future_accepted(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::RevokeSigningProfile { profile, effective: EffectiveTime::Future, .. } = call.request
        && state.profile(profile).status == ProfileStatus::Active
    {
        revoked(state, profile, EffectiveTime::Future)
    } else {
        permits(edition, state, call)
    }
}

pub(super) fn later_accepted(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::RevokeSigningProfile { profile, effective: EffectiveTime::Later, .. } = call.request
        && state.profile(profile).status == ProfileStatus::Revoked
    {
        revoked(state, profile, EffectiveTime::Later)
    } else {
        permits(edition, state, call)
    }
}

fn revoked(state: &State, profile: Profile, effective: EffectiveTime) -> Outcomes {
    let after = ProfileState {
        status: ProfileStatus::Revoked,
        effective: Some(effective),
        ..*state.profile(profile)
    };
    succeeds(Reply::Done, state.profile_becomes(profile, after))
}

pub(super) fn revoked_canceled(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::CancelSigningProfile { profile } = call.request
        && state.profile(profile).status == ProfileStatus::Revoked
    {
        let after =
            ProfileState { status: ProfileStatus::Canceled, effective: None, ..*state.profile(profile) };
        succeeds(Reply::Done, state.profile_becomes(profile, after))
    } else {
        permits(edition, state, call)
    }
}

pub(super) fn nobody_tagged(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::TagResource { profile, value, .. } = call.request
        && state.profile(profile).status == ProfileStatus::Absent
    {
        let after = ProfileState { tags: [value; TAGS], ..*state.profile(profile) };
        succeeds(Reply::Done, state.profile_becomes(profile, after))
    } else {
        permits(edition, state, call)
    }
}

pub(super) fn read_takes_tags(edition: Edition, state: &State, call: &Call) -> Outcomes {
    each(edition, state, call, |outcome| {
        if let (Request::ListTagsForResource { profile }, Reply::Tags(_)) = (call.request, outcome.reply) {
            let after = ProfileState { tags: Default::default(), ..*state.profile(profile) };
            outcome.change = state.profile_becomes(profile, after);
        }
    })
}

fn started(
    state: &State,
    call: &Call,
    with: impl Fn(ProfileState) -> ProfileState,
    edition: Edition,
) -> Outcomes {
    if let Request::StartSigningJob { job, profile, .. } | Request::SignPayload { job, profile, .. } =
        call.request
        && !state.job(job).exists()
    {
        let mut other = *state;
        *other.profile_mut(profile) = with(*state.profile(profile));
        permits(edition, &other, call)
    } else {
        permits(edition, state, call)
    }
}

pub(super) fn unknown_signs(edition: Edition, state: &State, call: &Call) -> Outcomes {
    let there = |profile: ProfileState| match profile.status {
        ProfileStatus::Absent => ProfileState { status: ProfileStatus::Active, ..profile },
        ProfileStatus::Active | ProfileStatus::Canceled | ProfileStatus::Revoked => profile,
    };
    // Only jobs over objects, so that nothing but the profile is wrong.
    if let Request::StartSigningJob { .. } = call.request {
        started(state, call, there, edition)
    } else {
        permits(edition, state, call)
    }
}

pub(super) fn platform_unchecked(edition: Edition, state: &State, call: &Call) -> Outcomes {
    let payload = matches!(call.request, Request::SignPayload { .. });
    let fitting = if payload { Platform::Notation } else { Platform::Lambda };
    started(state, call, |profile| ProfileState { platform: fitting, ..profile }, edition)
}

pub(super) fn canceled_signs(edition: Edition, state: &State, call: &Call) -> Outcomes {
    let active = |profile: ProfileState| match profile.status {
        ProfileStatus::Canceled => ProfileState { status: ProfileStatus::Active, ..profile },
        ProfileStatus::Absent | ProfileStatus::Active | ProfileStatus::Revoked => profile,
    };
    started(state, call, active, edition)
}

pub(super) fn token_ignored(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::StartSigningJob { job, .. } = call.request {
        let mut before = *state;
        *before.job_mut(job) = JobState::default();
        permits(edition, &before, call)
    } else {
        permits(edition, state, call)
    }
}

pub(super) fn revocation_toggles(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::RevokeSignature { job, .. } = call.request
        && state.job(job).revoked
    {
        succeeds(Reply::Done, state.job_becomes(job, JobState { revoked: false, ..*state.job(job) }))
    } else {
        permits(edition, state, call)
    }
}

pub(super) fn cancel_refused(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::CancelSigningProfile { .. } = call.request {
        succeeds(Reply::Refused(ErrorName::AccessDenied), Change::None)
    } else {
        permits(edition, state, call)
    }
}

fn added(state: &State, call: &Call, policy: impl Fn(Policy) -> Policy) -> Option<Outcomes> {
    let Request::AddProfilePermission { profile, statement, grant, revision } = call.request else {
        return None;
    };
    let before = state.profile(profile);
    let fresh = before.policy.statements[usize::from(statement.0)].is_none();
    let current =
        before.policy.is_empty() == (revision == RevisionArg::Absent) && revision != RevisionArg::Stale;
    (before.status == ProfileStatus::Active && fresh && current && grant.principal != Principal::Malformed)
        .then(|| {
            let after =
                ProfileState { policy: policy(before.policy.with(statement, Some(grant))), ..*before };
            succeeds(Reply::Revision(RevisionReply::New), state.profile_becomes(profile, after))
        })
}

pub(super) fn action_unchecked(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::AddProfilePermission { grant, .. } = call.request
        && grant.version.is_none()
    {
        added(state, call, |policy| policy).unwrap_or_else(|| permits(edition, state, call))
    } else {
        permits(edition, state, call)
    }
}

pub(super) fn version_unchecked(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::AddProfilePermission { grant, .. } = call.request
        && grant.version == Some(VersionArg::Unknown)
    {
        added(state, call, |policy| policy).unwrap_or_else(|| permits(edition, state, call))
    } else {
        permits(edition, state, call)
    }
}

pub(super) fn no_revision(edition: Edition, state: &State, call: &Call) -> Outcomes {
    each(edition, state, call, |outcome| {
        if let (Request::AddProfilePermission { .. }, Change::Profile(_, after)) =
            (call.request, &mut outcome.change)
        {
            after.policy.revision = 0;
        }
    })
}

pub(super) fn refusal_moves_revision(edition: Edition, state: &State, call: &Call) -> Outcomes {
    each(edition, state, call, |outcome| {
        if let (Request::RemoveProfilePermission { profile, .. }, Reply::Refused(ErrorName::Conflict)) =
            (call.request, outcome.reply)
        {
            let before = state.profile(profile);
            let revision = (before.policy.revision + 1).min(Policy::LAST_REVISION);
            let after = ProfileState { policy: Policy { revision, ..before.policy }, ..*before };
            outcome.change = state.profile_becomes(profile, after);
        }
    })
}

pub(super) fn stale_accepted(edition: Edition, state: &State, call: &Call) -> Outcomes {
    let mut call = *call;
    if let Request::RemoveProfilePermission { revision, .. } = &mut call.request
        && *revision == RevisionArg::Stale
    {
        *revision = RevisionArg::Current;
    }
    permits(edition, state, &call)
}

/// The job's end as an environment step.
fn ending(state: &State, job: Job, status: JobStatus) -> (Job, JobStatus, State) {
    let mut after = *state;
    after.job_mut(job).statuses = JobStatuses::only(status);
    (job, status, after)
}

fn jobs_with(state: &State, wanted: impl Fn(&JobState) -> bool) -> impl Iterator<Item = Job> {
    (0..).take(JOBS).map(Job).filter(move |job| wanted(state.job(*job)))
}

pub(super) fn good_source_fails(state: &State) -> Ends {
    let running = JobStatuses::only(JobStatus::InProgress);
    let failing = jobs_with(state, |job| job.statuses == running && job.source == Source::Present);
    steps(state).into_iter().chain(failing.map(|job| ending(state, job, JobStatus::Failed))).collect()
}

pub(super) fn retried(state: &State) -> Ends {
    let failed = jobs_with(state, |job| job.statuses == JobStatuses::only(JobStatus::Failed));
    steps(state).into_iter().chain(failed.map(|job| ending(state, job, JobStatus::InProgress))).collect()
}

pub(super) fn canceled_stops(state: &State) -> Ends {
    let active = |job: Job| state.profile(state.job(job).profile).status == ProfileStatus::Active;
    steps(state).into_iter().filter(|(job, ..)| active(*job)).collect()
}
