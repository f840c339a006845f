//! Faults of the revisions of a profile's policy.

use crate::error::Outcome;
use crate::faults::call::{Call, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::permissions::{added, changed};
use crate::faults::row::{CURRENT, Category, Fault, fault};
use crate::store::command::{Command, Reply};
use crate::store::permissions::AddProfilePermission;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (65, "stale-revision-wins"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/stale-revision",
        "a permission is added under a stale revision",
        &[Lie::Store(Before(|call, command| {
            under_current(call, command, |request, current| {
                request.revision.as_ref().is_some_and(|given| !given.is_empty() && given != current)
            });
        }))],
    ),
    fault(
        (278, "empty-revision-adds"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/missing-revision",
        "a statement is added under an empty revisionId, whatever the revision",
        &[Lie::Store(Before(|call, command| {
            under_current(call, command, |request, _| request.revision.as_deref() == Some(""));
        }))],
    ),
    fault(
        (66, "add-keeps-revision"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/new-revision",
        "adding a permission leaves the revision as it was",
        &[Lie::Store(Around(keep_revision))],
    ),
    fault(
        (138, "revision-comes-back"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/new-revision",
        "the third change of a policy brings its first revision back",
        &[Lie::Store(Around(|call, command| {
            revised(call, command, |call, name, revisions, reply| {
                if let [first, _, _] = revisions {
                    call.edit(name, |profile| profile.policy.revision = Some(first.clone()));
                    *reply = Reply::Revision(Some(first.clone()));
                }
            })
        }))],
    ),
    fault(
        (156, "listed-revision-stale"),
        Category::View,
        CURRENT,
        "ListProfilePermissions/current-revision",
        "the list of permissions shows the revision before the last change",
        &[Lie::Store(Around(list_stale_revision))],
    ),
];

/// Adds under the current revision of a policy, where that is not the one given.
fn under_current(
    call: &Call<'_, '_>,
    command: &mut Command,
    is_so: fn(&AddProfilePermission, &String) -> bool,
) {
    let Command::AddProfilePermission(request) = command else { return };
    let policy = call.own(&request.profile_name).map(|profile| profile.policy.clone()).unwrap_or_default();
    if let Some(current) =
        policy.revision.filter(|current| !policy.statements.is_empty() && is_so(request, current))
    {
        request.revision = Some(current);
    }
}

fn keep_revision(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let name = changed(&command).filter(|_| added(&command).is_some());
    let before = name.and_then(|name| call.own(&name));
    let reply = call.next(command)?;
    let Some(profile) = before.filter(|profile| profile.policy.revision.is_some()) else { return Ok(reply) };
    let revision = profile.policy.revision.clone();
    call.edit(&profile.name, |profile| profile.policy.revision.clone_from(&revision));
    Ok(Reply::Revision(revision))
}

/// Remembers the revisions of a policy, and lets something be done after each new one.
fn revised(
    call: &mut Call<'_, '_>,
    command: Command,
    then: impl FnOnce(&mut Call<'_, '_>, &str, &[String], &mut Reply),
) -> Outcome<Reply> {
    let Some(name) = changed(&command) else { return call.next(command) };
    let before = call.own(&name).and_then(|profile| profile.policy.revision.clone());
    let mut reply = call.next(command)?;
    let Some(profile) = call.own(&name).filter(|profile| profile.policy.revision != before) else {
        return Ok(reply);
    };
    let revisions = call.memory.revisions.entry(profile.version_arn()).or_default();
    if profile.policy.revision.as_ref() != revisions.last() {
        revisions.extend(profile.policy.revision.clone());
    }
    let revisions = revisions.clone();
    then(call, &name, &revisions, &mut reply);
    Ok(reply)
}

fn list_stale_revision(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let Command::ListProfilePermissions { name, .. } = &command else {
        return revised(call, command, |_, _, _, _| ());
    };
    let arn = call.own(name).map(|profile| profile.version_arn()).unwrap_or_default();
    let before = call.memory.revisions.get(&arn).and_then(|revisions| revisions.iter().rev().nth(1)).cloned();
    match (call.next(command)?, before) {
        (Reply::Permissions(mut list), Some(before)) => {
            list.revision = Some(before);
            Ok(Reply::Permissions(list))
        }
        (reply, _) => Ok(reply),
    }
}
