//! Faults of what a statement may say, of the order in which one is looked at, and of what it is refused
//! with.

use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::call::{Call, Turn::Around};
use crate::faults::lie::Lie;
use crate::faults::permissions::{add_instead, added};
use crate::faults::row::{CURRENT, Category, Fault, fault};
use crate::store::command::{Command, Reply};
use crate::store::permissions::AddProfilePermission;
use crate::store::policy::{Policy, Statement};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (304, "unknown-action-conflicts"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/unknown-action",
        "an action that there is not is a conflict",
        &[Lie::Store(Around(|call, command| {
            let is_unknown =
                added(&command).is_some_and(|statement| !ACTIONS.contains(&statement.action.as_str()));
            call.next(command).map_err(|refusal| if is_unknown { conflict(refusal) } else { refusal })
        }))],
    ),
    fault(
        (305, "revision-before-version"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/check-order",
        "the revision is looked at before the version",
        &[Lie::Store(Around(|call, command| {
            let is_stale = request(&command).is_some_and(|request| {
                request.statement.profile_version.is_some()
                    && is_stale(&policy(call, request), request.revision.as_deref())
            });
            call.next(command).map_err(|refusal| {
                let is_version = refusal.code == Some("ProfileVersionNotFound");
                if is_stale && is_version { conflict(refusal) } else { refusal }
            })
        }))],
    ),
    fault(
        (307, "repeat-needs-revision"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/repeat",
        "adding the same statement again is refused under a stale revision",
        &[Lie::Store(Around(|call, command| {
            let refusal = request(&command).and_then(|request| {
                let policy = policy(call, request);
                let is_repeat = policy.statements.contains(&request.statement);
                let stale = is_repeat && is_stale(&policy, request.revision.as_deref());
                stale.then(|| {
                    conflict(Refusal::validation("the revisionId is not that of the current policy"))
                })
            });
            call.unless(command, refusal)
        }))],
    ),
    fault(
        (309, "any-statement-id"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/statement-id-format",
        "any text is the id of a statement",
        &[Lie::Store(Around(add_under_any_id))],
    ),
    fault(
        (310, "policy-of-five"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/statement-count",
        "a policy is full with five statements",
        &[Lie::Store(Around(|call, command| {
            let is_full =
                request(&command).is_some_and(|request| policy(call, request).statements.len() >= 5);
            let refusal = Refusal::new(ErrorName::ServiceLimitExceeded, "a policy has at most 5 statements");
            call.unless(command, is_full.then_some(refusal))
        }))],
    ),
];

const ACTIONS: [&str; 4] =
    ["signer:StartSigningJob", "signer:SignPayload", "signer:GetSigningProfile", "signer:RevokeSignature"];

fn request(command: &Command) -> Option<&AddProfilePermission> {
    if let Command::AddProfilePermission(request) = command { Some(request) } else { None }
}

/// The policy that a request changes.
fn policy(call: &Call<'_, '_>, request: &AddProfilePermission) -> Policy {
    call.own(&request.profile_name).map(|profile| profile.policy.clone()).unwrap_or_default()
}

/// Whether a revision is given that is not the policy's.
fn is_stale(policy: &Policy, given: Option<&str>) -> bool {
    let given = given.filter(|given| !given.is_empty());
    !policy.statements.is_empty() && given.is_some() && given != policy.revision.as_deref()
}

fn conflict(refusal: Refusal) -> Refusal {
    Refusal { error: ErrorName::Conflict, ..refusal }
}

/// Adds a statement under an id that is accepted, and gives it the one that is not.
fn add_under_any_id(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let is_plain =
        |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    match added(&command).cloned() {
        Some(odd) if !is_plain(&odd.id) || odd.id.len() > 64 => {
            let plain = Statement { id: "under-another-id".to_owned(), ..odd.clone() };
            add_instead(call, command, &plain, &odd)
        }
        _ => call.next(command),
    }
}
