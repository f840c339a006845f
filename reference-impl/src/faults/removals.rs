//! Faults of how a statement is removed from a profile's policy.

use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::call::{Call, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::row::{CURRENT, Category, Fault, fault};
use crate::store::command::{Command, Reply};
use crate::store::policy::Policy;
use crate::store::profile::Profile;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (64, "revision-unchecked"),
        Category::Permissions,
        CURRENT,
        "RemoveProfilePermission/stale-revision",
        "a permission is removed whatever the revision",
        &[Lie::Store(Before(|call, command| remove_under_current(call, command, |_| true)))],
    ),
    fault(
        (277, "empty-revision-removes"),
        Category::Permissions,
        CURRENT,
        "RemoveProfilePermission/stale-revision",
        "a statement is removed under an empty revisionId",
        &[Lie::Store(Before(|call, command| remove_under_current(call, command, str::is_empty)))],
    ),
    fault(
        (279, "statement-by-beginning"),
        Category::Permissions,
        CURRENT,
        "RemoveProfilePermission/unknown-statement",
        "the beginning of its id is enough to remove a statement",
        &[Lie::Store(Before(complete_id))],
    ),
    fault(
        (337, "statement-before-revision"),
        Category::Permissions,
        CURRENT,
        "RemoveProfilePermission/check-order",
        "the statement to be removed is looked for before the revision is compared",
        &[Lie::Store(Around(|call, command| {
            let is_unknown = removal(call, &command)
                .is_some_and(|(policy, id, _)| policy.statements.iter().all(|known| known.id != id));
            call.next(command).map_err(|refusal| match refusal.error {
                ErrorName::Conflict if is_unknown => {
                    Refusal { error: ErrorName::ResourceNotFound, ..refusal }
                }
                _ => refusal,
            })
        }))],
    ),
    fault(
        (338, "malformed-revision-invalid"),
        Category::Permissions,
        CURRENT,
        "RemoveProfilePermission/malformed-revision",
        "a revisionId that is no UUID is invalid, not stale",
        &[Lie::Store(Around(|call, command| {
            let is_malformed = removal(call, &command).is_some_and(|(_, _, revision)| revision.len() != 36);
            call.next(command).map_err(|refusal| match refusal.error {
                ErrorName::Conflict if is_malformed => Refusal { error: ErrorName::Validation, ..refusal },
                _ => refusal,
            })
        }))],
    ),
    fault(
        (69, "remove-keeps-statement"),
        Category::Permissions,
        CURRENT,
        "ListProfilePermissions/lists",
        "a removed permission is still there",
        &[Lie::Store(Around(|call, command| {
            when_removed(call, command, |profile, before| {
                profile.policy.statements.clone_from(&before.statements);
                profile.policy.size_bytes = before.size_bytes;
            })
        }))],
    ),
    fault(
        (129, "remove-drops-all"),
        Category::Isolation,
        CURRENT,
        "ListProfilePermissions/lists",
        "removing one statement removes all",
        &[Lie::Store(Around(|call, command| {
            when_removed(call, command, |profile, _| {
                profile.policy.statements.clear();
                profile.policy.size_bytes = 0;
            })
        }))],
    ),
    fault(
        (282, "policy-size-never-shrinks"),
        Category::Permissions,
        CURRENT,
        "ListProfilePermissions/policy-size",
        "policySizeBytes never shrinks",
        &[Lie::Store(Around(|call, command| {
            when_removed(call, command, |profile, before| {
                profile.policy.size_bytes = before.size_bytes;
            })
        }))],
    ),
];

/// What a command removes: from which policy, which statement, under which revision.
fn removal(call: &Call<'_, '_>, command: &Command) -> Option<(Policy, String, String)> {
    let Command::RemoveProfilePermission { name, statement_id, revision } = command else { return None };
    Some((call.own(name)?.policy.clone(), statement_id.clone(), revision.clone()))
}

fn remove_under_current(call: &Call<'_, '_>, command: &mut Command, is_so: fn(&str) -> bool) {
    let Command::RemoveProfilePermission { name, revision, .. } = command else { return };
    if let Some(current) =
        call.own(name).and_then(|profile| profile.policy.revision.clone()).filter(|_| is_so(revision))
    {
        *revision = current;
    }
}

fn complete_id(call: &mut Call<'_, '_>, command: &mut Command) {
    let Command::RemoveProfilePermission { name, statement_id, .. } = command else { return };
    let Some(profile) = call.own(name) else { return };
    if let Some(known) = profile.policy.statements.iter().find(|known| known.id.starts_with(&*statement_id)) {
        statement_id.clone_from(&known.id);
    }
}

/// Changes a profile after a statement of its policy was removed.
fn when_removed(
    call: &mut Call<'_, '_>,
    command: Command,
    change: fn(&mut Profile, &Policy),
) -> Outcome<Reply> {
    let Command::RemoveProfilePermission { name, .. } = &command else { return call.next(command) };
    let (name, before) = (name.clone(), call.own(name));
    let reply = call.next(command)?;
    if let Some(before) = before {
        call.edit(&name, |profile| change(profile, &before.policy));
    }
    Ok(reply)
}
