//! Signing jobs: started under a token or made by signing a payload, then followed by their status.

use arrayvec::ArrayVec;
use signer_schemas::Edition;

use crate::call::{Action, Destination, Job, JobStatus, OwnerArg, Profile, ProfileStatus, Source};
use crate::outcome::{Admission, Outcomes, Rule};
use crate::platform::Platform;
use crate::reply::{ErrorName, Reply};
use crate::rules::Asked;
use crate::rules::access::{Reach, reach};
use crate::rules::vocabulary::{Objection, Saying, only, refuse, tells, unless};
use crate::state::{JobKind, JobState, JobStatuses, State};

/// The rules that both ways to make a job have for themselves.
struct Making {
    action: Action,
    made: Rule,
    own_owner: Rule,
    granted: Rule,
    denied: Rule,
    unknown_profile: Rule,
    not_active: Rule,
    unsupported: Rule,
}

// A well-formed call with an Active profile makes a signing job and answers with its jobId.
const STARTS: Rule = Rule::documented("StartSigningJob/starts");

const START: Making = Making {
    action: Action::StartSigningJob,
    made: STARTS,
    // profileOwner naming the caller's own account gives the same answer as leaving it out.
    own_owner: Rule::observed("StartSigningJob/own-owner"),
    // An account that holds the permission signer:StartSigningJob on a profile starts jobs with it by naming
    // profileOwner.
    granted: Rule::documented("StartSigningJob/cross-account-granted"),
    // The documents do not say which error an account without permission gets.
    denied: Rule::open("StartSigningJob/cross-account-denied"),
    // An unknown profileName is answered with ResourceNotFoundException and makes no job.
    unknown_profile: Rule::documented("StartSigningJob/unknown-profile"),
    // The documents do not say which error a canceled or revoked profile gets.
    not_active: Rule::open("StartSigningJob/not-active-error"),
    // The documents do not say which error a profile for container images gets.
    unsupported: Rule::open("StartSigningJob/unsupported-platform-error"),
};
const SIGN: Making = Making {
    action: Action::SignPayload,
    // A well-formed call with an Active container image profile answers with a signature, its jobId and
    // jobOwner.
    made: Rule::documented("SignPayload/signs"),
    // profileOwner naming the caller's own account gives the same answer as leaving it out.
    own_owner: Rule::observed("SignPayload/own-owner"),
    // An account that holds the permission signer:SignPayload on a profile signs with it by naming
    // profileOwner.
    granted: Rule::documented("SignPayload/cross-account-granted"),
    // The documents do not say which error an account without permission gets.
    denied: Rule::open("SignPayload/cross-account-denied"),
    // An unknown profileName is answered with ResourceNotFoundException.
    unknown_profile: Rule::documented("SignPayload/unknown-profile"),
    // The documents do not say which error a canceled or revoked profile gets.
    not_active: Rule::open("SignPayload/not-active-error"),
    // The documents do not say which error a Lambda or IoT profile gets.
    unsupported: Rule::open("SignPayload/unsupported-platform-error"),
};

/// What a caller who may use the profile is refused with.
const REFUSALS: &[ErrorName] = &[ErrorName::Validation, ErrorName::ResourceNotFound];
/// The same where rights to an object are at stake.
const DENIED_TOO: &[ErrorName] =
    &[ErrorName::Validation, ErrorName::ResourceNotFound, ErrorName::AccessDenied];
pub(super) const DENIALS: &[ErrorName] = &[ErrorName::AccessDenied, ErrorName::ResourceNotFound];

/// What `StartSigningJob` says of the job.
pub(super) struct Order {
    pub(super) profile: Profile,
    pub(super) owner: OwnerArg,
    pub(super) source: Source,
    pub(super) destination: Destination,
}

/// `StartSigningJob`
pub(super) fn start(asked: &Asked<'_>, job: Job, order: &Order) -> Outcomes {
    let state = asked.state;
    let known = state.job(job);
    // The documents do not say whether another account's use of the token counts; `renames` keeps such calls
    // out.
    if known.exists() && known.kind == JobKind::Started && known.invoker == asked.by {
        return replay(state, job, order);
    }
    let started = JobState {
        statuses: JobStatuses::only(JobStatus::InProgress),
        kind: JobKind::Started,
        profile: order.profile,
        invoker: asked.by,
        source: order.source,
        destination: order.destination,
        revoked: false,
    };
    make(asked, job, started, order.owner, &START)
}

// A call that repeats clientRequestToken and all parameters gets the first call's answer and makes no second
// job.
const TOKEN_REPLAY: Rule = Rule::documented("StartSigningJob/token-replay");
// A call that repeats clientRequestToken with other parameters gets the first call's answer too, since all
// later calls with the token do.
const TOKEN_OTHER_PARAMETERS: Rule = Rule::documented("StartSigningJob/token-replay-other-parameters");

/// A token that the caller has used before: the first answer again, whatever has become of the profile since.
fn replay(state: &State, job: Job, order: &Order) -> Outcomes {
    let known = state.job(job);
    let same = known.profile == order.profile
        && known.source == order.source
        && known.destination == order.destination;
    tells(if same { TOKEN_REPLAY } else { TOKEN_OTHER_PARAMETERS }, Reply::Started(job))
}

/// `SignPayload`
pub(super) fn sign_payload(asked: &Asked<'_>, job: Job, profile: Profile, owner: OwnerArg) -> Outcomes {
    let signed = JobState {
        statuses: JobStatuses::ANY,
        kind: JobKind::Payload,
        profile,
        invoker: asked.by,
        source: Source::Present,
        destination: Destination::A,
        revoked: false,
    };
    make(asked, job, signed, owner, &SIGN)
}

// The documents do not say whether a source object that does not exist is refused at once or fails the job.
const MISSING_SOURCE: Rule = Rule::open("StartSigningJob/missing-source");

fn make(asked: &Asked<'_>, job: Job, made: JobState, owner: OwnerArg, rules: &Making) -> Outcomes {
    let state = asked.state;
    let profile = state.profile(made.profile);
    let reach = reach(asked, owner, made.profile, rules.action);
    match reach {
        Reach::Denied => return refuse(rules.denied, DENIALS),
        Reach::Elsewhere => return refuse(rules.unknown_profile, &[ErrorName::ResourceNotFound]),
        Reach::Own | Reach::OwnByName | Reach::Granted if profile.status == ProfileStatus::Absent => {
            return refuse(rules.unknown_profile, &[ErrorName::ResourceNotFound]);
        }
        Reach::Own | Reach::OwnByName | Reach::Granted => {}
    }
    let mut objections = ArrayVec::<Objection, 4>::new();
    if profile.status != ProfileStatus::Active {
        objections.push(Objection::firm(rules.not_active, REFUSALS));
    }
    let supported = match made.kind {
        JobKind::Started => profile.platform != Platform::Notation || asked.edition == Edition::May2019,
        JobKind::Payload => profile.platform == Platform::Notation,
    };
    if !supported {
        objections.push(Objection::firm(rules.unsupported, REFUSALS));
    }
    if made.source != Source::Present {
        objections.push(Objection::perhaps(MISSING_SOURCE, DENIED_TOO));
    }
    let rule = match reach {
        Reach::Granted => rules.granted,
        Reach::OwnByName => rules.own_owner,
        Reach::Own | Reach::Denied | Reach::Elsewhere => rules.made,
    };
    let success = only(rule, Reply::Started(job), state.job_becomes(job, made));
    let outcomes = unless(&objections, success);
    if reach == Reach::OwnByName && profile.status == ProfileStatus::Active && supported {
        outcomes.against_errors(rules.own_owner, REFUSALS)
    } else {
        outcomes
    }
}

/// The platform that signs a job.
pub(super) fn platform_of(state: &State, job: Job) -> Platform {
    state
        .profiles
        .get(usize::from(state.job(job).profile.0))
        .map_or_else(Platform::default, |profile| profile.platform)
}

// The job of an answered call is Succeeded.
const SUCCEEDED_AT_ONCE: Rule = Rule::observed("SignPayload/succeeded-at-once");
// A job over an object that exists and that its platform can sign becomes Succeeded.
const VALID_SOURCE_SUCCEEDS: Rule = Rule::observed("StartSigningJob/valid-source-succeeds");

/// The rule that speaks against a job's having a status which the documents alone would admit.
pub(crate) fn unexpected(job: &JobState, status: JobStatus) -> Option<Rule> {
    match (job.kind, job.source, status) {
        (JobKind::Payload, _, JobStatus::InProgress | JobStatus::Failed) => Some(SUCCEEDED_AT_ONCE),
        (JobKind::Started, Source::Present, JobStatus::Failed) => Some(VALID_SOURCE_SUCCEEDS),
        (_, _, JobStatus::Succeeded)
        | (JobKind::Started, _, JobStatus::InProgress)
        | (JobKind::Started, Source::Missing | Source::Unverified, JobStatus::Failed) => None,
    }
}

/// A job of which an answer tells more than was known.
pub(super) struct Decided {
    /// The job, with the statuses that remain.
    pub(super) job: JobState,
    /// The rule that speaks against all that remains, if there was something better.
    pub(super) against: Option<Rule>,
}

impl Decided {
    /// The outcome's rule and admission: those given, unless a rule speaks against it.
    pub(super) fn standing(&self, rule: Rule, admission: Admission) -> (Rule, Admission) {
        self.against.map_or((rule, admission), |against| (against, Admission::Contradicted))
    }
}

/// The job when its status is known to be one of `statuses`; none if that cannot be.
pub(super) fn decided(job: &JobState, statuses: JobStatuses) -> Option<Decided> {
    let remaining = job.statuses.both(statuses);
    let expected = |set: JobStatuses| set.iter().any(|status| unexpected(job, status).is_none());
    let against = if expected(job.statuses) && !expected(remaining) {
        remaining.iter().find_map(|status| unexpected(job, status))
    } else {
        None
    };
    (!remaining.is_empty()).then_some(Decided { job: JobState { statuses: remaining, ..*job }, against })
}
