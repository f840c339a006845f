//! Deliberately wrong definitions. Each breaks the properties that it names, so none of them can hold by accident.

use signer_schemas::Edition;

use crate::{
    Admission, Call, Change, EffectiveTime, Ends, ErrorName, JOBS, Job, JobState, JobStatus, JobStatuses, Outcome, Outcomes,
    Policy, ProfileState, ProfileStatus, Reply, Request, RevisionArg, RevisionReply, Rule, Scope, Source, State, TAGS, permits,
    scope, steps,
};

/// A scope with one wrong rule.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// Its name.
    pub name: &'static str,
    /// What is wrong.
    pub what: &'static str,
    /// The names of all properties that fail for it.
    pub breaks: &'static [&'static str],
    /// The scope, with the wrong rule.
    pub scope: Scope,
}

/// What is wrong with a scope.
#[derive(Clone, Copy)]
enum Wrong {
    Rules(fn(Edition, &State, &Call) -> Outcomes),
    Environment(fn(&State) -> Ends),
}

/// All mutants. Every property fails for at least one of them.
pub fn mutants() -> Vec<Mutant> {
    let made = |(name, of, what, breaks, wrong): &(&'static str, &str, &'static str, &'static [&'static str], Wrong)| {
        let right = scope(of)?;
        let scope = match *wrong {
            Wrong::Rules(permits) => Scope { permits, ..right },
            Wrong::Environment(environment) => Scope { environment, ..right },
        };
        Some(Mutant { name, what, breaks, scope })
    };
    MUTANTS.iter().filter_map(made).collect()
}

/// Name, scope, what is wrong, the properties that fail, the wrong function.
const MUTANTS: &[(&str, &str, &str, &[&str], Wrong)] = &[
    (
        "upsert",
        "profiles",
        "PutSigningProfile replaces a profile that is there",
        &[
            "a profile never becomes Active again",
            "a revoked profile stays revoked",
            "a profile is never made anew",
            "a revocation's effective time only moves to an earlier one",
        ],
        Wrong::Rules(put_replaces),
    ),
    (
        "no-record",
        "profiles",
        "a revocation leaves no record",
        &["a profile has a revocation record exactly when it is revoked"],
        Wrong::Rules(no_record),
    ),
    (
        "future",
        "profiles",
        "a revocation can take effect in the future",
        &["no revocation takes effect in the future"],
        Wrong::Rules(future_accepted),
    ),
    (
        "later",
        "profiles",
        "a second revocation can move the effective time later",
        &["a revocation's effective time only moves to an earlier one"],
        Wrong::Rules(later_accepted),
    ),
    (
        "cancel-revoked",
        "profiles",
        "a revoked profile can be canceled",
        &["a revoked profile stays revoked", "a revocation's effective time only moves to an earlier one"],
        Wrong::Rules(revoked_canceled),
    ),
    (
        "tags-for-nobody",
        "tags",
        "a name that no profile has can be tagged",
        &["a name that no profile has carries nothing"],
        Wrong::Rules(nobody_tagged),
    ),
    ("read-takes-tags", "tags", "to list tags takes them away", &["a read changes nothing"], Wrong::Rules(read_takes_tags)),
    (
        "unknown-signs",
        "jobs",
        "a profile that was never made starts jobs",
        &[
            "a job is signed by a profile that was made",
            "a container image profile starts no job, and no other profile signs payloads",
            "only an Active profile gets a new job",
        ],
        Wrong::Rules(unknown_signs),
    ),
    (
        "platform-unchecked",
        "jobs",
        "every platform does both kinds of job",
        &["a container image profile starts no job, and no other profile signs payloads"],
        Wrong::Rules(platform_unchecked),
    ),
    (
        "canceled-signs",
        "jobs",
        "a canceled profile starts jobs",
        &["only an Active profile gets a new job"],
        Wrong::Rules(canceled_signs),
    ),
    (
        "token-ignored",
        "jobs",
        "a token that was used starts another job in its place",
        &["a job that has ended stays as it ended", "a token never makes a second job", "a revoked signature stays revoked"],
        Wrong::Rules(token_ignored),
    ),
    (
        "revocation-toggles",
        "jobs",
        "a second revocation takes the first back",
        &["a revoked signature stays revoked"],
        Wrong::Rules(revocation_toggles),
    ),
    (
        "cancel-refused",
        "jobs-2019",
        "no profile can be canceled",
        &["a profile is canceled", "a canceled profile's job succeeds"],
        Wrong::Rules(cancel_refused),
    ),
    (
        "action-unchecked",
        "permissions",
        "a permission need not fit the platform",
        &["only permissions that fit the platform are there"],
        Wrong::Rules(action_unchecked),
    ),
    (
        "version-unchecked",
        "permissions",
        "a permission need not be for a version that is there",
        &["no permission is for a version that the profile does not have"],
        Wrong::Rules(version_unchecked),
    ),
    (
        "no-revision",
        "permissions",
        "the first permission has no revision",
        &["permissions have a revision", "a revision only moves forward, and moves with every change"],
        Wrong::Rules(no_revision),
    ),
    (
        "refusal-moves-revision",
        "permissions",
        "a refused change moves the revision on",
        &["a refused call changes nothing", "a stale revision changes nothing"],
        Wrong::Rules(refusal_moves_revision),
    ),
    (
        "stale-accepted",
        "permissions",
        "a stale revision is taken for the current one",
        &["a stale revision changes nothing"],
        Wrong::Rules(stale_accepted),
    ),
    (
        "good-source-fails",
        "iot",
        "a job over a good source can fail",
        &["a job over a good source never fails, and one over a missing source never succeeds"],
        Wrong::Environment(good_source_fails),
    ),
    (
        "retried",
        "jobs-2019",
        "a job that failed is tried again",
        &["a job that has ended stays as it ended"],
        Wrong::Environment(retried),
    ),
    (
        "canceled-stops",
        "jobs-2019",
        "a canceled profile's job never ends",
        &["a job that was started ends"],
        Wrong::Environment(canceled_stops),
    ),
];

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

fn put_replaces(edition: Edition, state: &State, call: &Call) -> Outcomes {
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

fn no_record(edition: Edition, state: &State, call: &Call) -> Outcomes {
    each(edition, state, call, |outcome| {
        if let Change::Profile(_, after) = &mut outcome.change {
            after.effective = None;
        }
    })
}

fn future_accepted(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::RevokeSigningProfile { profile, effective: EffectiveTime::Future, .. } = call.request
        && state.profile(profile).status == ProfileStatus::Active
    {
        revoked(state, profile, EffectiveTime::Future)
    } else {
        permits(edition, state, call)
    }
}

fn later_accepted(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::RevokeSigningProfile { profile, effective: EffectiveTime::Later, .. } = call.request
        && state.profile(profile).status == ProfileStatus::Revoked
    {
        revoked(state, profile, EffectiveTime::Later)
    } else {
        permits(edition, state, call)
    }
}

fn revoked(state: &State, profile: crate::Profile, effective: EffectiveTime) -> Outcomes {
    let after = ProfileState { status: ProfileStatus::Revoked, effective: Some(effective), ..*state.profile(profile) };
    succeeds(Reply::Done, state.profile_becomes(profile, after))
}

fn revoked_canceled(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::CancelSigningProfile { profile } = call.request
        && state.profile(profile).status == ProfileStatus::Revoked
    {
        let after = ProfileState { status: ProfileStatus::Canceled, effective: None, ..*state.profile(profile) };
        succeeds(Reply::Done, state.profile_becomes(profile, after))
    } else {
        permits(edition, state, call)
    }
}

fn nobody_tagged(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::TagResource { profile, value, .. } = call.request
        && state.profile(profile).status == ProfileStatus::Absent
    {
        let after = ProfileState { tags: [value; TAGS], ..*state.profile(profile) };
        succeeds(Reply::Done, state.profile_becomes(profile, after))
    } else {
        permits(edition, state, call)
    }
}

fn read_takes_tags(edition: Edition, state: &State, call: &Call) -> Outcomes {
    each(edition, state, call, |outcome| {
        if let (Request::ListTagsForResource { profile }, Reply::Tags(_)) = (call.request, outcome.reply) {
            let after = ProfileState { tags: Default::default(), ..*state.profile(profile) };
            outcome.change = state.profile_becomes(profile, after);
        }
    })
}

fn started(state: &State, call: &Call, with: impl Fn(ProfileState) -> ProfileState, edition: Edition) -> Outcomes {
    if let Request::StartSigningJob { job, profile, .. } | Request::SignPayload { job, profile, .. } = call.request
        && !state.job(job).exists()
    {
        let mut other = *state;
        *other.profile_mut(profile) = with(*state.profile(profile));
        permits(edition, &other, call)
    } else {
        permits(edition, state, call)
    }
}

fn unknown_signs(edition: Edition, state: &State, call: &Call) -> Outcomes {
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

fn platform_unchecked(edition: Edition, state: &State, call: &Call) -> Outcomes {
    let payload = matches!(call.request, Request::SignPayload { .. });
    let fitting = if payload { crate::Platform::Notation } else { crate::Platform::Lambda };
    started(state, call, |profile| ProfileState { platform: fitting, ..profile }, edition)
}

fn canceled_signs(edition: Edition, state: &State, call: &Call) -> Outcomes {
    let active = |profile: ProfileState| match profile.status {
        ProfileStatus::Canceled => ProfileState { status: ProfileStatus::Active, ..profile },
        ProfileStatus::Absent | ProfileStatus::Active | ProfileStatus::Revoked => profile,
    };
    started(state, call, active, edition)
}

fn token_ignored(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::StartSigningJob { job, .. } = call.request {
        let mut before = *state;
        *before.job_mut(job) = JobState::default();
        permits(edition, &before, call)
    } else {
        permits(edition, state, call)
    }
}

fn revocation_toggles(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::RevokeSignature { job, .. } = call.request
        && state.job(job).revoked
    {
        succeeds(Reply::Done, state.job_becomes(job, JobState { revoked: false, ..*state.job(job) }))
    } else {
        permits(edition, state, call)
    }
}

fn cancel_refused(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::CancelSigningProfile { .. } = call.request {
        succeeds(Reply::Refused(ErrorName::AccessDenied), Change::None)
    } else {
        permits(edition, state, call)
    }
}

fn added(state: &State, call: &Call, policy: impl Fn(Policy) -> Policy) -> Option<Outcomes> {
    let Request::AddProfilePermission { profile, statement, grant, revision } = call.request else { return None };
    let before = state.profile(profile);
    let fresh = before.policy.statements[usize::from(statement.0)].is_none();
    let current = before.policy.is_empty() == (revision == RevisionArg::Absent) && revision != RevisionArg::Stale;
    (before.status == ProfileStatus::Active && fresh && current && grant.principal != crate::Principal::Malformed).then(|| {
        let after = ProfileState { policy: policy(before.policy.with(statement, Some(grant))), ..*before };
        succeeds(Reply::Revision(RevisionReply::New), state.profile_becomes(profile, after))
    })
}

fn action_unchecked(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::AddProfilePermission { grant, .. } = call.request
        && grant.version.is_none()
    {
        added(state, call, |policy| policy).unwrap_or_else(|| permits(edition, state, call))
    } else {
        permits(edition, state, call)
    }
}

fn version_unchecked(edition: Edition, state: &State, call: &Call) -> Outcomes {
    if let Request::AddProfilePermission { grant, .. } = call.request
        && grant.version == Some(crate::VersionArg::Unknown)
    {
        added(state, call, |policy| policy).unwrap_or_else(|| permits(edition, state, call))
    } else {
        permits(edition, state, call)
    }
}

fn no_revision(edition: Edition, state: &State, call: &Call) -> Outcomes {
    each(edition, state, call, |outcome| {
        if let (Request::AddProfilePermission { .. }, Change::Profile(_, after)) = (call.request, &mut outcome.change) {
            after.policy.revision = 0;
        }
    })
}

fn refusal_moves_revision(edition: Edition, state: &State, call: &Call) -> Outcomes {
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

fn stale_accepted(edition: Edition, state: &State, call: &Call) -> Outcomes {
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

fn good_source_fails(state: &State) -> Ends {
    let running = JobStatuses::only(JobStatus::InProgress);
    let failing = jobs_with(state, |job| job.statuses == running && job.source == Source::Present);
    steps(state).into_iter().chain(failing.map(|job| ending(state, job, JobStatus::Failed))).collect()
}

fn retried(state: &State) -> Ends {
    let failed = jobs_with(state, |job| job.statuses == JobStatuses::only(JobStatus::Failed));
    steps(state).into_iter().chain(failed.map(|job| ending(state, job, JobStatus::InProgress))).collect()
}

fn canceled_stops(state: &State) -> Ends {
    let active = |job: Job| state.profile(state.job(job).profile).status == ProfileStatus::Active;
    steps(state).into_iter().filter(|(job, ..)| active(*job)).collect()
}
