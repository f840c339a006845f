//! Permissions: statements under a revision that each change renews.

use arrayvec::ArrayVec;

use crate::call::{
    Account, Action, Grant, Principal, Profile, ProfileStatus, RevisionArg, STATEMENTS, Statement, VersionArg,
};
use crate::outcome::{Admission, Change, Outcomes, Rule};
use crate::platform::Platform;
use crate::reply::{ErrorName, Reply, RevisionReply};
use crate::rules::Asked;
use crate::rules::vocabulary::{Objection, Saying, either, in_order, one_of, only, refuse};
use crate::state::{Policy, ProfileState};

const BAD: &[ErrorName] = &[ErrorName::Validation];
const CONFLICT: &[ErrorName] = &[ErrorName::Conflict];
const NOT_FOUND: &[ErrorName] = &[ErrorName::ResourceNotFound];
/// What a profile that is revoked may be refused with.
const ENDED: &[ErrorName] = &[ErrorName::Validation, ErrorName::ResourceNotFound];

// An unknown profileName is answered with ResourceNotFoundException.
const ADD_ABSENT: Rule = Rule::documented("AddProfilePermission/absent");
// A canceled profile is refused with ValidationException.
const ADD_NOT_ACTIVE: Rule = Rule::observed("AddProfilePermission/not-active");
// The documents do not say how a revoked profile is answered; canceled ones alone were observed.
const ADD_REVOKED: Rule = Rule::open("AddProfilePermission/revoked");
// A principal that is neither a 12-digit account id nor the ARN of an IAM role is refused with
// ValidationException.
const PRINCIPAL: Rule = Rule::observed("AddProfilePermission/principal");
// The documents do not say whether a principal of good form that does not exist is refused; one observer saw
// such an account or role not found.
const UNRESOLVED: Rule = Rule::open("AddProfilePermission/unresolved-principal");
// The guide has cross-account signing for Lambda and container images only, and does not say that a
// permission on another profile is refused.
const UNSUPPORTED_PLATFORM: Rule = Rule::open("AddProfilePermission/unsupported-platform");
// An action that the profile's platform does not have is refused with ValidationException.
const ACTION_PLATFORM: Rule = Rule::observed("AddProfilePermission/action-platform");
// A profileVersion that the profile does not have is answered with ResourceNotFoundException.
const UNKNOWN_VERSION: Rule = Rule::observed("AddProfilePermission/unknown-version");
// A statementId that is taken by another statement is refused with ValidationException.
const DUPLICATE: Rule = Rule::observed("AddProfilePermission/duplicate-statement");
// A revisionId is refused with ValidationException while the profile has no permissions.
const FIRST_WITH_REVISION: Rule = Rule::observed("AddProfilePermission/first-with-revision");
// A call without revisionId is refused with ValidationException while the profile has permissions.
const MISSING_REVISION: Rule = Rule::observed("AddProfilePermission/missing-revision");
// A revisionId that is not the current one is refused with ConflictException.
const ADD_STALE: Rule = Rule::observed("AddProfilePermission/stale-revision");
// Of several faults of a call the first one in this order is reported: the profile's status, statementId,
// principal, action, profileVersion, a statementId that is taken, revisionId.
const ADD_ORDER: Rule = Rule::observed("AddProfilePermission/check-order");
// A well-formed call adds a statement, which ListProfilePermissions then shows with its action, principal and
// statementId.
const ADDS: Rule = Rule::documented("AddProfilePermission/adds");
// After the last statement is removed, the next one is added without revisionId.
const AFTER_EMPTIED: Rule = Rule::observed("AddProfilePermission/after-emptied");
// A successful change answers with a new revisionId, the current one from then on.
const NEW_REVISION: Rule = Rule::documented("AddProfilePermission/new-revision");
// Adding exactly the same statement again succeeds whatever revisionId says, changes nothing and answers with
// the current revisionId.
const REPEAT: Rule = Rule::observed("AddProfilePermission/repeat");

/// `AddProfilePermission`
pub(super) fn add(
    asked: &Asked<'_>,
    profile: Profile,
    statement: Statement,
    grant: Grant,
    revision: RevisionArg,
) -> Outcomes {
    let state = asked.state;
    let target = state.profile(profile);
    if asked.by == Account::Other || target.status == ProfileStatus::Absent {
        return refuse(ADD_ABSENT, NOT_FOUND);
    }
    let policy = target.policy;
    let known = policy.statements[usize::from(statement.0)];
    let mut objections = against_grant(target, grant);
    let with = ProfileState { policy: policy.with(statement, Some(grant)), ..*target };
    let rule = match (policy.is_empty(), policy.revision) {
        (true, 0) => ADDS,
        (true, _) => AFTER_EMPTIED,
        (false, _) => NEW_REVISION,
    };
    let added = only(rule, Reply::Revision(RevisionReply::New), state.profile_becomes(profile, with));
    if known == Some(grant) {
        let told = |revision| {
            (Reply::Revision(revision), state.profile_becomes(profile, after_telling(target, revision)))
        };
        let unchanged = revisions(policy).iter().map(|revision| told(*revision));
        let unchanged = one_of(REPEAT, unchanged)
            .against_errors(REPEAT, &[ErrorName::Validation, ErrorName::Conflict])
            .or(added.at_most(REPEAT, Admission::Contradicted));
        return in_order(ADD_ORDER, &objections, unchanged);
    }
    if known.is_some() {
        objections.push(Objection::seen(DUPLICATE, BAD, CONFLICT));
    }
    match (policy.is_empty(), revision) {
        (false, RevisionArg::Current) if policy.revision_uncertain => {
            objections.push(Objection::unseen(ADD_STALE, CONFLICT));
        }
        (true, RevisionArg::Absent) | (false, RevisionArg::Current) => {}
        (true, RevisionArg::Current | RevisionArg::Stale) => {
            objections.push(Objection::seen(FIRST_WITH_REVISION, BAD, CONFLICT));
        }
        (false, RevisionArg::Absent) => objections.push(Objection::seen(MISSING_REVISION, BAD, CONFLICT)),
        (false, RevisionArg::Stale) => objections.push(Objection::firm(ADD_STALE, CONFLICT)),
    }
    in_order(ADD_ORDER, &objections, added)
}

/// What the current revision may be to a client: the newest that was told, or one that no answer has told
/// yet.
const fn revisions(policy: Policy) -> &'static [RevisionReply] {
    if policy.revision_uncertain {
        &[RevisionReply::Same, RevisionReply::New]
    } else {
        &[RevisionReply::Same]
    }
}

/// The profile once an answer has told the current revision of its policy.
fn after_telling(target: &ProfileState, revision: RevisionReply) -> ProfileState {
    let mut policy = Policy { revision_uncertain: false, ..target.policy };
    if revision == RevisionReply::New {
        policy = Policy { statements: policy.statements, ..policy.with(Statement(0), None) };
    }
    ProfileState { policy, ..*target }
}

/// What speaks against a statement before the policy is looked at.
fn against_grant(target: &ProfileState, grant: Grant) -> ArrayVec<Objection, 8> {
    let mut objections = ArrayVec::new();
    match target.status {
        ProfileStatus::Absent | ProfileStatus::Active => {}
        ProfileStatus::Canceled => objections.push(Objection::seen(ADD_NOT_ACTIVE, BAD, NOT_FOUND)),
        ProfileStatus::Revoked => objections.push(Objection::perhaps(ADD_REVOKED, ENDED)),
    }
    match grant.principal {
        Principal::OtherAccount => {}
        // A role may be one that nobody has made.
        Principal::Role => objections.push(Objection::perhaps(UNRESOLVED, NOT_FOUND)),
        Principal::Malformed => objections.push(Objection::seen(PRINCIPAL, BAD, &[])),
    }
    if !target.platform.is_managed() {
        objections.push(Objection::perhaps(UNSUPPORTED_PLATFORM, BAD));
    } else if !fits(grant.action, target.platform) {
        objections.push(Objection::seen(ACTION_PLATFORM, BAD, &[]));
    }
    if grant.version == Some(VersionArg::Unknown) {
        objections.push(Objection::seen(UNKNOWN_VERSION, NOT_FOUND, BAD));
    }
    objections
}

/// Whether the platform has the action.
fn fits(action: Action, platform: Platform) -> bool {
    match action {
        Action::StartSigningJob => platform != Platform::Notation,
        Action::SignPayload => platform == Platform::Notation,
        Action::GetSigningProfile | Action::RevokeSignature => true,
    }
}

// An unknown profileName is answered with ResourceNotFoundException.
const LIST_ABSENT: Rule = Rule::documented("ListProfilePermissions/absent");
// A profile that never had a statement is answered with ResourceNotFoundException.
const NONE: Rule = Rule::observed("ListProfilePermissions/none");
// After the last statement is removed the answer is ResourceNotFoundException.
const AFTER_LAST_REMOVAL: Rule = Rule::observed("ListProfilePermissions/after-last-removal");
// All statements of the profile are listed, each once.
const LISTS: Rule = Rule::documented("ListProfilePermissions/lists");
// Canceling a profile changes the revisionId of its permissions.
const CANCEL_REVISES: Rule = Rule::observed("CancelSigningProfile/permissions-revision");
// The documents do not say whether revoking a profile changes the revisionId of its permissions, as canceling
// it was observed to do.
const REVISION_AFTER_END: Rule = Rule::open("ListProfilePermissions/revision-after-end");
// The permissions of a profile that is not Active stay listed.
const LIST_NOT_ACTIVE: Rule = Rule::observed("ListProfilePermissions/not-active");

/// `ListProfilePermissions`
pub(super) fn list(asked: &Asked<'_>, profile: Profile) -> Outcomes {
    let state = asked.state;
    let target = state.profile(profile);
    if asked.by == Account::Other || target.status == ProfileStatus::Absent {
        return refuse(LIST_ABSENT, NOT_FOUND);
    }
    let statements = target.policy.statements;
    let told = |revision: RevisionReply| {
        let after = after_telling(target, revision);
        (Reply::Permissions { statements, revision }, state.profile_becomes(profile, after))
    };
    if target.policy.is_empty() {
        let rule = if target.policy.revision == 0 { NONE } else { AFTER_LAST_REMOVAL };
        let empty = [RevisionReply::Same, RevisionReply::New]
            .map(|revision| Reply::Permissions { statements, revision });
        return empty
            .into_iter()
            .fold(refuse(rule, NOT_FOUND), |outcomes, reply| outcomes.against(rule, reply, Change::None));
    }
    let outcomes = match (target.policy.revision_uncertain, target.status) {
        (true, ProfileStatus::Canceled) => {
            let (reply, change) = told(RevisionReply::Same);
            one_of(CANCEL_REVISES, [told(RevisionReply::New)]).against(CANCEL_REVISES, reply, change)
        }
        (true, ProfileStatus::Revoked) => {
            either(REVISION_AFTER_END, [RevisionReply::Same, RevisionReply::New].map(told))
        }
        // A change of which no answer came.
        (true, ProfileStatus::Absent | ProfileStatus::Active) => {
            one_of(LISTS, [RevisionReply::Same, RevisionReply::New].map(told))
        }
        (false, ProfileStatus::Active) => one_of(LISTS, [told(RevisionReply::Same)]),
        (false, _) => one_of(LIST_NOT_ACTIVE, [told(RevisionReply::Same)]),
    };
    if target.status == ProfileStatus::Active {
        outcomes
    } else {
        outcomes.against_errors(LIST_NOT_ACTIVE, &[ErrorName::ResourceNotFound, ErrorName::Validation])
    }
}

// RemoveProfilePermission refuses a request without revisionId.
const REVISION_REQUIRED: Rule = Rule::documented("RemoveProfilePermission/input/revisionId/required");
// An unknown profileName is answered with ResourceNotFoundException.
const REMOVE_ABSENT: Rule = Rule::documented("RemoveProfilePermission/absent");
// A canceled profile is refused with ValidationException.
const REMOVE_NOT_ACTIVE: Rule = Rule::observed("RemoveProfilePermission/not-active");
// The documents do not say how a revoked profile is answered; canceled ones alone were observed.
const REMOVE_REVOKED: Rule = Rule::open("RemoveProfilePermission/revoked");
// Removing from a profile without statements is answered with ResourceNotFoundException.
const REMOVE_NONE: Rule = Rule::observed("RemoveProfilePermission/none");
// A revisionId that is not the current one is refused with ConflictException.
const REMOVE_STALE: Rule = Rule::observed("RemoveProfilePermission/stale-revision");
// A statementId that the profile does not have is answered with ResourceNotFoundException.
const UNKNOWN_STATEMENT: Rule = Rule::observed("RemoveProfilePermission/unknown-statement");
// Of several faults of a call the first one in this order is reported: the profile's status, a policy without
// statements, revisionId, statementId.
const REMOVE_ORDER: Rule = Rule::observed("RemoveProfilePermission/check-order");
// A successful removal answers with a new revisionId, the current one from then on.
const REMOVE_NEW_REVISION: Rule = Rule::documented("RemoveProfilePermission/new-revision");
// A call with the current revisionId removes the statement, which ListProfilePermissions then no longer
// shows.
const REMOVES: Rule = Rule::documented("RemoveProfilePermission/removes");

/// `RemoveProfilePermission`
pub(super) fn remove(
    asked: &Asked<'_>,
    profile: Profile,
    statement: Statement,
    revision: RevisionArg,
) -> Outcomes {
    let state = asked.state;
    let target = state.profile(profile);
    // Nothing says whether the request or what it names is looked at first.
    let missing = || refuse(REVISION_REQUIRED, BAD);
    if asked.by == Account::Other || target.status == ProfileStatus::Absent {
        let absent = refuse(REMOVE_ABSENT, NOT_FOUND);
        return if revision == RevisionArg::Absent { missing().or(absent) } else { absent };
    }
    let policy = target.policy;
    let mut objections = ArrayVec::<Objection, 4>::new();
    match target.status {
        ProfileStatus::Absent | ProfileStatus::Active => {}
        ProfileStatus::Canceled => objections.push(Objection::seen(REMOVE_NOT_ACTIVE, BAD, NOT_FOUND)),
        ProfileStatus::Revoked => objections.push(Objection::perhaps(REMOVE_REVOKED, ENDED)),
    }
    if policy.is_empty() {
        objections.push(Objection::seen_error(
            REMOVE_NONE,
            NOT_FOUND,
            &[ErrorName::Conflict, ErrorName::Validation],
        ));
    } else {
        match revision {
            RevisionArg::Stale => objections.push(Objection::firm(REMOVE_STALE, CONFLICT)),
            RevisionArg::Current if policy.revision_uncertain => {
                objections.push(Objection::unseen(REMOVE_STALE, CONFLICT));
            }
            RevisionArg::Absent | RevisionArg::Current => {}
        }
        if policy.statements[usize::from(statement.0)].is_none() {
            objections.push(Objection::seen_error(UNKNOWN_STATEMENT, NOT_FOUND, BAD));
        }
    }
    if revision == RevisionArg::Absent {
        return missing().or(in_order(REMOVE_ORDER, &objections, Outcomes::new()));
    }
    let without = ProfileState { policy: policy.with(statement, None), ..*target };
    let rule = if policy.statements.iter().flatten().count() < STATEMENTS.min(2) {
        REMOVE_NEW_REVISION
    } else {
        REMOVES
    };
    let success = only(rule, Reply::Revision(RevisionReply::New), state.profile_becomes(profile, without));
    in_order(REMOVE_ORDER, &objections, success)
}
