//! Revocations: of a job's signature, of a profile from a time on; and the question which of them hold.

use arrayvec::ArrayVec;

use crate::call::{
    Account, Action, EffectiveTime, Job, JobStatus, OwnerArg, Profile, ProfileStatus, SignatureTime,
    VersionArg,
};
use crate::outcome::{Admission, Change, Outcome, Outcomes, Rule};
use crate::platform::Platform;
use crate::reply::{ErrorName, Reply};
use crate::rules::Asked;
use crate::rules::access::{Reach, reach};
use crate::rules::jobs::{decided, platform_of};
use crate::rules::profiles::ended;
use crate::rules::vocabulary::{Objection, Saying, either, one_of, only, refuse, tells, unless};
use crate::state::{JobState, JobStatuses, State};

const BAD: &[ErrorName] = &[ErrorName::Validation];

// An unknown jobId is answered with ResourceNotFoundException.
const ABSENT: Rule = Rule::documented("RevokeSignature/absent");
// The documents do not say which error an account without permission gets.
const DENIED: Rule = Rule::open("RevokeSignature/cross-account-denied");
// Revoking a Succeeded job's signature makes isRevoked true in lists and adds a revocationRecord to the job.
const REVOKES: Rule = Rule::documented("RevokeSignature/revokes");
// An account that holds the permission signer:RevokeSignature revokes by naming jobOwner.
const GRANTED: Rule = Rule::documented("RevokeSignature/cross-account-granted");
// The documents say that signatures of some platforms cannot be revoked, but not how such a call is answered.
const UNSUPPORTED: Rule = Rule::open("RevokeSignature/unsupported-platform");
// The documents do not say whether signatures of a canceled or revoked profile can be revoked.
const NOT_ACTIVE_PROFILE: Rule = Rule::open("RevokeSignature/not-active-profile");
// The documents do not say whether a revoked signature can be revoked again, nor which record is kept.
const AGAIN: Rule = Rule::open("RevokeSignature/again");
// The documents do not say whether a job that is InProgress can be revoked.
const IN_PROGRESS: Rule = Rule::open("RevokeSignature/in-progress");
// The documents do not say whether a Failed job can be revoked.
const FAILED: Rule = Rule::open("RevokeSignature/failed");

/// `RevokeSignature`
pub(super) fn revoke_signature(asked: &Asked<'_>, job: Job, owner: OwnerArg) -> Outcomes {
    const DENIALS: [ErrorName; 2] = [ErrorName::AccessDenied, ErrorName::ResourceNotFound];
    let state = asked.state;
    let it = state.job(job);
    if !it.exists() {
        let outcomes = refuse(ABSENT, &[ErrorName::ResourceNotFound]);
        return match (asked.by, owner) {
            (Account::Other, OwnerArg::Owner) => outcomes.or(refuse(DENIED, &DENIALS)),
            (Account::Owner, _) | (Account::Other, OwnerArg::Omitted) => outcomes,
        };
    }
    let rule = match reach(asked, owner, it.profile, Action::RevokeSignature) {
        Reach::Own | Reach::OwnByName => REVOKES,
        Reach::Granted => GRANTED,
        Reach::Denied | Reach::Elsewhere => return refuse(DENIED, &DENIALS),
    };
    if !platform_of(state, job).is_managed() {
        return either(
            UNSUPPORTED,
            [(Reply::Refused(ErrorName::Validation), Change::None), (Reply::Done, Change::None)],
        );
    }
    let mut objections = ArrayVec::<Objection, 4>::new();
    if state.profile(it.profile).status != ProfileStatus::Active {
        objections.push(Objection::perhaps(NOT_ACTIVE_PROFILE, BAD));
    }
    if it.revoked {
        objections.push(Objection::perhaps(AGAIN, BAD));
        return unless(&objections, tells(rule, Reply::Done));
    }
    let revoked = state.job_becomes(job, JobState { revoked: true, ..*it });
    // Only of a Succeeded job is it said that its signature can be revoked.
    let mut outcomes = Outcomes::new();
    let unfinished = JobStatuses::ANY.without(JobStatus::Succeeded);
    if let Some(decided) = decided(it, unfinished) {
        let open = if it.statuses.contains(JobStatus::InProgress) { IN_PROGRESS } else { FAILED };
        let change = state.job_becomes(job, decided.job);
        let (rule, admission) = decided.standing(open, Admission::Open);
        outcomes.say(Outcome { reply: Reply::Refused(ErrorName::Validation), change, rule, admission });
        if !it.statuses.contains(JobStatus::Succeeded) {
            outcomes.say(Outcome {
                reply: Reply::Done,
                change: revoked,
                rule: open,
                admission: Admission::Open,
            });
        }
    }
    if it.statuses.contains(JobStatus::Succeeded) {
        outcomes = outcomes.or(only(rule, Reply::Done, revoked));
    }
    unless(&objections, outcomes)
}

// A caller revokes only profiles of its own account.
const PROFILE_OTHER: Rule = Rule::documented("RevokeSigningProfile/other-account");
// An unknown profileName is answered with ResourceNotFoundException.
const PROFILE_ABSENT: Rule = Rule::documented("RevokeSigningProfile/absent");
// The documents do not say which error an effectiveTime in the future gets.
const FUTURE: Rule = Rule::open("RevokeSigningProfile/future-error");
// The documents do not say which error a profileVersion that the profile does not have gets.
const WRONG_VERSION: Rule = Rule::open("RevokeSigningProfile/wrong-version");
// The documents do not say how a profile of a platform without revocation is answered.
const PROFILE_UNSUPPORTED: Rule = Rule::open("RevokeSigningProfile/unsupported-platform");
// A revoked profile may be revoked again with an earlier effectiveTime, which then holds.
const EARLIER: Rule = Rule::documented("RevokeSigningProfile/earlier");
// The documents do not say how an equal effectiveTime on a revoked profile is answered.
const EQUAL: Rule = Rule::open("RevokeSigningProfile/equal");
// The documents say that the effectiveTime of a revoked profile does not move to a later time, but not how
// such a call is answered.
const LATER: Rule = Rule::open("RevokeSigningProfile/later");
// The documents do not say whether a canceled profile can be revoked.
const CANCELED: Rule = Rule::open("RevokeSigningProfile/canceled");
// Revoking an Active profile with its version and a past effectiveTime changes its status to Revoked.
const PROFILE_REVOKES: Rule = Rule::documented("RevokeSigningProfile/revokes");

/// `RevokeSigningProfile`
pub(super) fn revoke_profile(
    asked: &Asked<'_>,
    profile: Profile,
    version: VersionArg,
    effective: EffectiveTime,
) -> Outcomes {
    let state = asked.state;
    let target = state.profile(profile);
    if asked.by == Account::Other {
        return refuse(PROFILE_OTHER, &[ErrorName::ResourceNotFound]);
    }
    if target.status == ProfileStatus::Absent {
        let outcomes = refuse(PROFILE_ABSENT, &[ErrorName::ResourceNotFound]);
        return if effective == EffectiveTime::Future { outcomes.or(refuse(FUTURE, BAD)) } else { outcomes };
    }
    let mut objections = ArrayVec::<Objection, 4>::new();
    if version == VersionArg::Unknown {
        objections
            .push(Objection::firm(WRONG_VERSION, &[ErrorName::ResourceNotFound, ErrorName::Validation]));
    }
    if effective == EffectiveTime::Future {
        objections.push(Objection::firm(FUTURE, BAD));
    }
    if !target.platform.is_managed() {
        objections.push(Objection::perhaps(PROFILE_UNSUPPORTED, BAD));
    }
    let revoked = state.profile_becomes(profile, ended(target, ProfileStatus::Revoked, Some(effective)));
    let success = match (target.status, target.effective) {
        (ProfileStatus::Revoked, Some(known)) if effective < known => only(EARLIER, Reply::Done, revoked),
        (ProfileStatus::Revoked, Some(known)) => {
            let rule = if effective == known { EQUAL } else { LATER };
            either(rule, [(Reply::Refused(ErrorName::Validation), Change::None), (Reply::Done, Change::None)])
        }
        (ProfileStatus::Canceled, _) => {
            either(CANCELED, [(Reply::Refused(ErrorName::Validation), Change::None), (Reply::Done, revoked)])
        }
        (ProfileStatus::Absent | ProfileStatus::Active | ProfileStatus::Revoked, _) => {
            only(PROFILE_REVOKES, Reply::Done, revoked)
        }
    };
    let success = if target.platform.is_managed() {
        success
    } else {
        success.or(either(PROFILE_UNSUPPORTED, [(Reply::Done, Change::None)]))
    };
    unless(&objections, success)
}

// A job whose signature is revoked is listed under its jobArn, whatever signatureTimestamp says.
const JOB_REVOKED: Rule = Rule::documented("GetRevocationStatus/job-revoked");
// A canceled profile that is not revoked is not listed.
const CANCELED_PROFILE: Rule = Rule::documented("GetRevocationStatus/canceled-profile");
// revokedEntities is empty when none of the given entities is revoked.
const NONE_REVOKED: Rule = Rule::documented("GetRevocationStatus/none-revoked");
// A revoked profile is not listed for a signatureTimestamp before its effectiveTime.
const REVOKED_BEFORE: Rule = Rule::inferred("GetRevocationStatus/profile-revoked-before");
// The documents do not say on which side a signature made exactly at effectiveTime falls.
const AT_EFFECTIVE_TIME: Rule = Rule::open("GetRevocationStatus/at-effective-time");
// A revoked profile is listed for a signatureTimestamp after its effectiveTime.
const REVOKED_AFTER: Rule = Rule::documented("GetRevocationStatus/profile-revoked-after");
// The platformId of Lambda is refused with ValidationException.
const LAMBDA_PLATFORM: Rule = Rule::observed("GetRevocationStatus/lambda-platform");
// The documents do not say how well-formed ARNs that name nothing are answered, and no
// ResourceNotFoundException is declared.
const UNKNOWN_ENTITIES: Rule = Rule::open("GetRevocationStatus/unknown-entities");
// The documents do not say how a platformId is answered that is not the profile's, or whose platform has no
// revocation.
const PLATFORM_MISMATCH: Rule = Rule::open("GetRevocationStatus/platform-mismatch");
// The documents do not say whether an account learns what another account has revoked.
const OTHER_ACCOUNT: Rule = Rule::open("GetRevocationStatus/other-account");

/// `GetRevocationStatus`
pub(super) fn status(
    asked: &Asked<'_>,
    profile: Profile,
    job: Job,
    platform: Platform,
    at: SignatureTime,
) -> Outcomes {
    let state = asked.state;
    let target = state.profile(profile);
    let of_job = state.job(job);
    let told =
        |profile: bool| (Reply::Revocations { profile, job: of_job.revoked, other: false }, Change::None);
    let rule = |otherwise: Rule| if of_job.revoked { JOB_REVOKED } else { otherwise };
    let success = match target.effective.filter(|_| target.status == ProfileStatus::Revoked) {
        None if target.status == ProfileStatus::Canceled => one_of(rule(CANCELED_PROFILE), [told(false)]),
        None => one_of(rule(NONE_REVOKED), [told(false)]),
        Some(effective) => match side(at, effective) {
            Side::Before => one_of(rule(REVOKED_BEFORE), [told(false)]),
            Side::At => either(AT_EFFECTIVE_TIME, [told(true), told(false)]),
            Side::After => one_of(REVOKED_AFTER, [told(true)]),
        },
    };
    let mut objections = ArrayVec::<Objection, 4>::new();
    if platform == Platform::Lambda {
        objections.push(Objection::seen(LAMBDA_PLATFORM, BAD, &[]));
    }
    if target.status == ProfileStatus::Absent || !of_job.exists() {
        objections.push(Objection::perhaps(UNKNOWN_ENTITIES, BAD));
    }
    if !platform.is_managed() || differs(state, profile, job, platform) {
        objections.push(Objection::perhaps(PLATFORM_MISMATCH, BAD));
    }
    let outcomes = unless(&objections, success);
    if asked.by == Account::Owner {
        return outcomes;
    }
    let nothing = Reply::Revocations { profile: false, job: false, other: false };
    let hidden = [nothing, Reply::Refused(ErrorName::AccessDenied), Reply::Refused(ErrorName::Validation)];
    let hidden = either(OTHER_ACCOUNT, hidden.map(|reply| (reply, Change::None)));
    outcomes.at_most(OTHER_ACCOUNT, Admission::Open).or(hidden)
}

fn differs(state: &State, profile: Profile, job: Job, platform: Platform) -> bool {
    let target = state.profile(profile);
    let profile_differs = target.status != ProfileStatus::Absent && target.platform != platform;
    let job_differs = state.job(job).exists() && platform_of(state, job) != platform;
    profile_differs || job_differs
}

enum Side {
    Before,
    At,
    After,
}

/// On which side of a revocation's effective time a signature was made.
fn side(at: SignatureTime, effective: EffectiveTime) -> Side {
    match (at, effective) {
        (SignatureTime::AtEarlier, EffectiveTime::Earlier)
        | (SignatureTime::AtLater, EffectiveTime::Later) => Side::At,
        (SignatureTime::AfterLater, EffectiveTime::Later)
        | (
            SignatureTime::Between | SignatureTime::AtLater | SignatureTime::AfterLater,
            EffectiveTime::Earlier,
        ) => Side::After,
        (SignatureTime::BeforeEarlier, _)
        | (SignatureTime::AtEarlier | SignatureTime::Between, EffectiveTime::Later)
        | (_, EffectiveTime::Future) => Side::Before,
    }
}
