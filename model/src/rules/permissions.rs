//! Permissions: statements under a revision that each change renews.

use arrayvec::ArrayVec;

use crate::call::{
    Account, Action, Grant, Platform, Principal, Profile, ProfileStatus, RevisionArg, STATEMENTS, Statement, VersionArg,
};
use crate::outcome::{Admission, Change, Outcomes, Rule};
use crate::reply::{ErrorName, Reply, RevisionReply};
use crate::rules::Asked;
use crate::rules::vocabulary::{Objection, Saying, one_of, only, refuse, tells, unless};
use crate::state::{Policy, ProfileState};

const BAD: &[ErrorName] = &[ErrorName::Validation];
const CONFLICT: &[ErrorName] = &[ErrorName::Conflict];
const NOT_FOUND: &[ErrorName] = &[ErrorName::ResourceNotFound];

// An unknown profileName is answered with ResourceNotFoundException.
const ADD_ABSENT: Rule = Rule::documented("AddProfilePermission/absent");
// A profile that is not Active is refused with ValidationException.
const ADD_NOT_ACTIVE: Rule = Rule::observed("AddProfilePermission/not-active");
// A principal that is neither a 12-digit account id nor the ARN of an IAM role is refused with ValidationException.
const PRINCIPAL: Rule = Rule::observed("AddProfilePermission/principal");
// The guide has cross-account signing for Lambda and container images only, and does not say that a permission on another
// profile is refused.
const UNSUPPORTED_PLATFORM: Rule = Rule::open("AddProfilePermission/unsupported-platform");
// An action that the profile's platform does not have is refused with ValidationException.
const ACTION_PLATFORM: Rule = Rule::observed("AddProfilePermission/action-platform");
// A profileVersion that the profile does not have is answered with ResourceNotFoundException.
const UNKNOWN_VERSION: Rule = Rule::observed("AddProfilePermission/unknown-version");
// A revisionId is refused with ValidationException while the profile has no permissions.
const FIRST_WITH_REVISION: Rule = Rule::observed("AddProfilePermission/first-with-revision");
// A call without revisionId is refused with ValidationException while the profile has permissions.
const MISSING_REVISION: Rule = Rule::observed("AddProfilePermission/missing-revision");
// A revisionId that is not the current one is refused with ConflictException.
const ADD_STALE: Rule = Rule::observed("AddProfilePermission/stale-revision");
// A statementId that is taken by another statement is refused with ValidationException.
const DUPLICATE: Rule = Rule::observed("AddProfilePermission/duplicate-statement");
// A well-formed call adds a statement, which ListProfilePermissions then shows with its action, principal and statementId.
const ADDS: Rule = Rule::documented("AddProfilePermission/adds");
// After the last statement is removed, the next one is added without revisionId.
const AFTER_EMPTIED: Rule = Rule::observed("AddProfilePermission/after-emptied");
// A successful change answers with a new revisionId, the current one from then on.
const NEW_REVISION: Rule = Rule::documented("AddProfilePermission/new-revision");
// Adding exactly the same statement again succeeds, changes nothing and answers with the current revisionId.
const REPEAT: Rule = Rule::observed("AddProfilePermission/repeat");

/// `AddProfilePermission`
pub(super) fn add(asked: &Asked<'_>, profile: Profile, statement: Statement, grant: Grant, revision: RevisionArg) -> Outcomes {
    let state = asked.state;
    let target = state.profile(profile);
    if asked.by == Account::Other || target.status == ProfileStatus::Absent {
        return refuse(ADD_ABSENT, NOT_FOUND);
    }
    let mut objections = ArrayVec::<Objection, 8>::new();
    if target.status != ProfileStatus::Active {
        objections.push(Objection::seen(ADD_NOT_ACTIVE, BAD, NOT_FOUND));
    }
    if grant.principal == Principal::Malformed {
        objections.push(Objection::seen(PRINCIPAL, BAD, &[]));
    }
    if !target.platform.is_managed() {
        objections.push(Objection::perhaps(UNSUPPORTED_PLATFORM, BAD));
    } else if !fits(grant.action, target.platform) {
        objections.push(Objection::seen(ACTION_PLATFORM, BAD, &[]));
    }
    if grant.version == Some(VersionArg::Unknown) {
        objections.push(Objection::seen(UNKNOWN_VERSION, NOT_FOUND, BAD));
    }
    let policy = target.policy;
    let known = policy.statements[usize::from(statement.0)];
    let sound = objections.iter().all(Objection::is_doubtful);
    if policy.is_empty() {
        if revision != RevisionArg::Absent {
            objections.push(Objection::seen(FIRST_WITH_REVISION, BAD, CONFLICT));
        }
    } else {
        match revision {
            RevisionArg::Absent => objections.push(Objection::seen(MISSING_REVISION, BAD, CONFLICT)),
            RevisionArg::Stale => objections.push(Objection::firm(ADD_STALE, CONFLICT)),
            RevisionArg::Current => {}
        }
        if known.is_some_and(|known| known != grant) {
            objections.push(Objection::seen(DUPLICATE, BAD, CONFLICT));
        }
    }
    let with = ProfileState { policy: policy.with(statement, Some(grant)), ..*target };
    let rule = match (policy.is_empty(), policy.revision) {
        (true, 0) => ADDS,
        (true, _) => AFTER_EMPTIED,
        (false, _) => NEW_REVISION,
    };
    let added = only(rule, Reply::Revision(RevisionReply::New), state.profile_becomes(profile, with));
    let success = if known == Some(grant) {
        let unchanged = tells(REPEAT, Reply::Revision(RevisionReply::Same));
        // The documents do not say whether a repeat is noticed before its revision is checked.
        if sound && revision != RevisionArg::Current {
            return unchanged.or(unless(&objections, Outcomes::new()));
        }
        unchanged
            .against_errors(REPEAT, &[ErrorName::Validation, ErrorName::Conflict])
            .or(added.at_most(REPEAT, Admission::Contradicted))
    } else {
        added
    };
    let outcomes = unless(&objections, success);
    if policy.revision_uncertain && revision == RevisionArg::Current {
        return outcomes.or(refuse(ADD_STALE, CONFLICT));
    }
    outcomes
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
// revisionId is the one that the last successful change answered with.
const CURRENT_REVISION: Rule = Rule::documented("ListProfilePermissions/current-revision");
// All statements of the profile are listed, each once.
const LISTS: Rule = Rule::documented("ListProfilePermissions/lists");
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
        let mut policy = Policy { revision_uncertain: false, ..target.policy };
        if revision == RevisionReply::New {
            policy = Policy { statements, ..policy.with(Statement(0), None) };
        }
        let told = ProfileState { policy, ..*target };
        (Reply::Permissions { statements, revision }, state.profile_becomes(profile, told))
    };
    if target.policy.is_empty() {
        let rule = if target.policy.revision == 0 { NONE } else { AFTER_LAST_REMOVAL };
        let empty = [RevisionReply::Same, RevisionReply::New].map(|revision| Reply::Permissions { statements, revision });
        return empty.into_iter().fold(refuse(rule, NOT_FOUND), |outcomes, reply| outcomes.against(rule, reply, Change::None));
    }
    let outcomes = if target.policy.revision_uncertain {
        one_of(CURRENT_REVISION, [RevisionReply::Same, RevisionReply::New].map(told))
    } else {
        let rule = if target.status == ProfileStatus::Active { LISTS } else { LIST_NOT_ACTIVE };
        one_of(rule, [told(RevisionReply::Same)])
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
// A profile that is not Active is refused with ValidationException.
const REMOVE_NOT_ACTIVE: Rule = Rule::observed("RemoveProfilePermission/not-active");
// A revisionId that is not the current one is refused with ConflictException.
const REMOVE_STALE: Rule = Rule::observed("RemoveProfilePermission/stale-revision");
// Removing from a profile without statements is answered with ResourceNotFoundException.
const REMOVE_NONE: Rule = Rule::observed("RemoveProfilePermission/none");
// The documents do not say which error wins when both the statement and the revision are wrong.
const CHECK_ORDER: Rule = Rule::open("RemoveProfilePermission/check-order");
// A statementId that the profile does not have is answered with ResourceNotFoundException.
const UNKNOWN_STATEMENT: Rule = Rule::observed("RemoveProfilePermission/unknown-statement");
// A successful removal answers with a new revisionId, the current one from then on.
const REMOVE_NEW_REVISION: Rule = Rule::documented("RemoveProfilePermission/new-revision");
// A call with the current revisionId removes the statement, which ListProfilePermissions then no longer shows.
const REMOVES: Rule = Rule::documented("RemoveProfilePermission/removes");

/// `RemoveProfilePermission`
pub(super) fn remove(asked: &Asked<'_>, profile: Profile, statement: Statement, revision: RevisionArg) -> Outcomes {
    let state = asked.state;
    let target = state.profile(profile);
    if revision == RevisionArg::Absent {
        return refuse(REVISION_REQUIRED, BAD);
    }
    if asked.by == Account::Other || target.status == ProfileStatus::Absent {
        return refuse(REMOVE_ABSENT, NOT_FOUND);
    }
    let policy = target.policy;
    let mut objections = ArrayVec::<Objection, 4>::new();
    if target.status != ProfileStatus::Active {
        objections.push(Objection::seen(REMOVE_NOT_ACTIVE, BAD, NOT_FOUND));
    }
    let known = policy.statements[usize::from(statement.0)].is_some();
    match (known, revision) {
        (true, RevisionArg::Stale) => objections.push(Objection::firm(REMOVE_STALE, CONFLICT)),
        (true, RevisionArg::Absent | RevisionArg::Current) => {}
        (false, _) if policy.is_empty() => {
            objections.push(Objection::seen_error(REMOVE_NONE, NOT_FOUND, &[ErrorName::Conflict, ErrorName::Validation]));
        }
        (false, RevisionArg::Stale) => {
            objections.push(Objection::firm(CHECK_ORDER, &[ErrorName::ResourceNotFound, ErrorName::Conflict]));
        }
        (false, RevisionArg::Absent | RevisionArg::Current) => {
            objections.push(Objection::seen_error(UNKNOWN_STATEMENT, NOT_FOUND, BAD));
        }
    }
    let without = ProfileState { policy: policy.with(statement, None), ..*target };
    let rule = if policy.statements.iter().flatten().count() < STATEMENTS.min(2) { REMOVE_NEW_REVISION } else { REMOVES };
    let outcomes = unless(&objections, only(rule, Reply::Revision(RevisionReply::New), state.profile_becomes(profile, without)));
    if policy.revision_uncertain && revision == RevisionArg::Current {
        return outcomes.or(refuse(REMOVE_STALE, CONFLICT));
    }
    outcomes
}
