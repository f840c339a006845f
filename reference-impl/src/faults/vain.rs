//! Faults of calls that are acknowledged and change nothing.

use signer_schemas::Operation;

use crate::error::{Outcome, Refusal};
use crate::faults::call::{Call, Turn::Around};
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::store::command::{Command, Reply};
use crate::store::tags::profile_of;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (373, "put-in-vain"),
        Category::State,
        BOTH,
        "PutSigningProfile/created",
        "a profile is acknowledged and not made",
        &[Lie::Store(Around(|call, command| in_vain(call, command, Operation::PutSigningProfile)))],
    ),
    fault(
        (374, "cancel-in-vain"),
        Category::State,
        BOTH,
        "CancelSigningProfile/cancels",
        "a profile is acknowledged as canceled and stays active",
        &[Lie::Store(Around(|call, command| in_vain(call, command, Operation::CancelSigningProfile)))],
    ),
    fault(
        (375, "start-in-vain"),
        Category::Jobs,
        BOTH,
        "StartSigningJob/starts",
        "a job is acknowledged and not made",
        &[Lie::Store(Around(|call, command| in_vain(call, command, Operation::StartSigningJob)))],
    ),
    fault(
        (376, "add-in-vain"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/adds",
        "a permission is acknowledged and not added",
        &[Lie::Store(Around(|call, command| in_vain(call, command, Operation::AddProfilePermission)))],
    ),
    fault(
        (377, "remove-in-vain"),
        Category::Permissions,
        CURRENT,
        "RemoveProfilePermission/removes",
        "a permission is acknowledged as removed and stays",
        &[Lie::Store(Around(|call, command| in_vain(call, command, Operation::RemoveProfilePermission)))],
    ),
    fault(
        (378, "granted-revocation-in-vain"),
        Category::Isolation,
        CURRENT,
        "RevokeSignature/cross-account-granted",
        "a revocation by an account that has the permission is acknowledged and not recorded",
        &[Lie::Store(Around(|call, command| {
            let is_granted = matches!(
                &command,
                Command::RevokeSignature { owner: Some(owner), .. } if *owner != call.caller().account
            );
            if is_granted { undone(call, command) } else { call.next(command) }
        }))],
    ),
    fault(
        (392, "eleventh-tag-replaces-all"),
        Category::Tags,
        CURRENT,
        "TagResource/merges",
        "beyond ten tags a new one is acknowledged, and takes the place of all others",
        &[Lie::Store(Around(|call, command| {
            let tagged = match &command {
                Command::TagResource { arn, tags } if tags.len() == 1 => {
                    profile_of(arn).map(|(_, _, name)| (name.to_owned(), tags.clone()))
                }
                _ => None,
            };
            let reply = call.next(command)?;
            if let Some((name, tags)) = tagged {
                call.edit(&name, |profile| {
                    if profile.tags.len() > 10 {
                        profile.tags = tags;
                    }
                });
            }
            Ok(reply)
        }))],
    ),
    fault(
        (379, "emptied-policy-wants-revision"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/after-emptied",
        "after the last statement is removed, the next one needs a revisionId",
        &[Lie::Store(Around(|call, command| {
            let is_emptied = is_first_again(call, &command);
            call.unless(command, is_emptied.then(|| Refusal::validation("revisionId is missing")))
        }))],
    ),
];

/// Acknowledges commands of that operation, and changes nothing.
fn in_vain(call: &mut Call<'_, '_>, command: Command, operation: Operation) -> Outcome<Reply> {
    if command.operation() == operation { undone(call, command) } else { call.next(command) }
}

fn undone(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let before = call.store.clone();
    let reply = call.next(command)?;
    *call.store = before;
    Ok(reply)
}

/// Whether the command adds a statement, without a revision, to a policy that has lost all it had.
fn is_first_again(call: &Call<'_, '_>, command: &Command) -> bool {
    let Command::AddProfilePermission(request) = command else { return false };
    call.own(&request.profile_name).is_some_and(|profile| {
        let policy = &profile.policy;
        request.revision.is_none() && policy.statements.is_empty() && policy.revision.is_some()
    })
}
