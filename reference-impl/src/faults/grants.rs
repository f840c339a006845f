//! Faults between two accounts: what a policy lets others do, and whose a profile is taken for.

use crate::error::{Outcome, Refusal};
use crate::faults::call::{Call, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::store::command::{Command, Reply};
use crate::store::policy::Statement;
use crate::store::profile::Profile;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (116, "own-owner-refused"),
        Category::Strict,
        CURRENT,
        "GetSigningProfile/own-owner",
        "naming one's own account as the owner is refused",
        &[Lie::Store(Around(|call, command| match named_owner(&mut command.clone()) {
            Some((Some(owner), _)) if *owner == call.caller().account => {
                Err(Refusal::validation("profileOwner is the caller's own account"))
            }
            _ => call.next(command),
        }))],
    ),
    fault(
        (262, "foreign-owner-ignored"),
        Category::Isolation,
        CURRENT,
        "common/accounts-apart",
        "a caller that has a profile of the name gets its own, whichever owner it names",
        &[Lie::Store(Before(|call, command| {
            if let Some((owner, name)) = named_owner(command)
                && call.own(&name).is_some()
            {
                *owner = None;
            }
        }))],
    ),
    fault(
        (133, "other-account-reads"),
        Category::Isolation,
        BOTH,
        "GetSigningProfile/other-account-name",
        "a name that the caller does not have is looked for in other accounts",
        &[Lie::Store(Around(use_stranger))],
    ),
    fault(
        (67, "cross-account-unchecked"),
        Category::Permissions,
        CURRENT,
        "common/accounts-apart",
        "another account reads a profile without permission",
        &[Lie::Store(Around(|call, command| {
            seen(call, command, |call, _, policy| policy.extend(all(call)))
        }))],
    ),
    fault(
        (68, "permission-ignored"),
        Category::Permissions,
        CURRENT,
        "GetSigningProfile/cross-account-granted",
        "a permission has no effect",
        &[Lie::Store(Around(|call, command| seen(call, command, |_, _, policy| policy.clear())))],
    ),
    fault(
        (123, "permission-for-siblings"),
        Category::Isolation,
        CURRENT,
        "common/accounts-apart",
        "a permission on one profile holds for all profiles of its owner",
        &[Lie::Store(Around(|call, command| {
            seen(call, command, |call, profile, policy| {
                let siblings = call
                    .store
                    .profiles
                    .get(&profile.owner)
                    .into_iter()
                    .flat_map(|profiles| profiles.by_name().values());
                policy.extend(siblings.flat_map(|sibling| unbound(sibling)));
            })
        }))],
    ),
    fault(
        (124, "permission-for-anybody"),
        Category::Isolation,
        CURRENT,
        "common/accounts-apart",
        "a permission for one principal holds for all",
        &[Lie::Store(Around(|call, command| {
            seen(call, command, |call, _, policy| {
                for statement in policy {
                    statement.principal.clone_from(&call.caller().account);
                }
            })
        }))],
    ),
    fault(
        (125, "permission-for-any-action"),
        Category::Isolation,
        CURRENT,
        "common/accounts-apart",
        "a permission for one action holds for all",
        &[Lie::Store(Around(|call, command| {
            seen(call, command, |_, _, policy| {
                let of = |statement: &Statement| {
                    ACTIONS.map(|action| Statement { action: action.to_owned(), ..statement.clone() })
                };
                *policy = policy.iter().flat_map(of).collect();
            })
        }))],
    ),
    fault(
        (263, "role-opens-account"),
        Category::Isolation,
        CURRENT,
        "common/accounts-apart",
        "a permission for a role holds for the role's whole account",
        &[Lie::Store(Around(|call, command| {
            seen(call, command, |call, _, policy| {
                let account = &call.caller().account;
                let of_account =
                    |statement: &&mut Statement| statement.principal.contains(&format!("::{account}:role/"));
                policy
                    .iter_mut()
                    .filter(of_account)
                    .for_each(|statement| statement.principal.clone_from(account));
            })
        }))],
    ),
    fault(
        (264, "bound-permission-dead"),
        Category::Isolation,
        CURRENT,
        "SignPayload/cross-account-granted",
        "a permission that names a version has no effect",
        &[Lie::Store(Around(|call, command| {
            seen(call, command, |_, _, policy| {
                policy.retain(|statement| statement.profile_version.is_none());
            })
        }))],
    ),
    fault(
        (131, "removed-permission-works"),
        Category::Isolation,
        CURRENT,
        "RemoveProfilePermission/revokes-access",
        "a removed permission still has its effect",
        &[Lie::Store(Around(|call, command| {
            remember_removed(call, command, |call, command| {
                seen(call, command, |call, profile, policy| {
                    policy.extend(
                        call.memory.removed.get(&profile.version_arn()).into_iter().flatten().cloned(),
                    );
                })
            })
        }))],
    ),
    fault(
        (265, "stranger-revokes"),
        Category::Isolation,
        CURRENT,
        "RevokeSignature/absent",
        "any account revokes a signature, unless it names an owner",
        &[Lie::Store(Around(revoke_as_stranger))],
    ),
];

/// What a policy can permit.
const ACTIONS: [&str; 4] =
    ["signer:GetSigningProfile", "signer:RevokeSignature", "signer:SignPayload", "signer:StartSigningJob"];

/// The owner and the name in a command that can name a profile of another account.
fn named_owner(command: &mut Command) -> Option<(&mut Option<String>, String)> {
    match command {
        Command::GetSigningProfile { name, owner } => Some((owner, name.clone())),
        Command::SignPayload(request) => Some((&mut request.profile_owner, request.profile_name.clone())),
        Command::StartSigningJob(request) => {
            Some((&mut request.profile_owner, request.profile_name.clone()?))
        }
        _ => None,
    }
}

/// The profile of another account that a command is about.
fn foreign(call: &Call<'_, '_>, command: &Command) -> Option<(String, String)> {
    let named = match command {
        Command::RevokeSignature { id, owner: Some(owner), .. } => {
            let job = call.store.jobs.get(id).filter(|job| job.owner == *owner)?;
            Some((owner.clone(), job.profile_name.clone()))
        }
        _ => named_owner(&mut command.clone()).and_then(|(owner, name)| Some((owner.clone()?, name))),
    };
    named.filter(|(owner, _)| *owner != call.caller().account)
}

/// What is decided while the policy of another account's profile seems to be another one.
fn seen(
    call: &mut Call<'_, '_>,
    command: Command,
    change: impl FnOnce(&Call<'_, '_>, &Profile, &mut Vec<Statement>),
) -> Outcome<Reply> {
    let Some((owner, name)) = foreign(call, &command) else { return call.next(command) };
    let Some(profile) = call.store.profile(&owner, &name).cloned() else { return call.next(command) };
    let mut statements = profile.policy.statements.clone();
    change(call, &profile, &mut statements);
    call.while_profile((&owner, &name), |profile| profile.policy.statements = statements, command)
}

/// Everything, for the caller.
fn all(call: &Call<'_, '_>) -> [Statement; 4] {
    let principal = &call.caller().account;
    ACTIONS.map(|action| Statement {
        id: String::new(),
        action: action.to_owned(),
        principal: principal.clone(),
        profile_version: None,
    })
}

/// The statements of a profile that hold for its version, as if they held for any.
fn unbound(profile: &Profile) -> Vec<Statement> {
    let holds = |statement: &&Statement| {
        statement.profile_version.as_ref().is_none_or(|version| *version == profile.version)
    };
    let statements = profile.policy.statements.iter().filter(holds).cloned();
    statements.map(|statement| Statement { profile_version: None, ..statement }).collect()
}

/// A name that the caller does not have is looked for in other accounts, and what is found is open.
fn use_stranger(call: &mut Call<'_, '_>, mut command: Command) -> Outcome<Reply> {
    let account = call.caller().account.clone();
    let Some((owner, name)) = named_owner(&mut command) else { return call.next(command) };
    let is_own = owner.as_ref().is_none_or(|owner| *owner == account);
    let mut others = call
        .store
        .profiles
        .iter()
        .filter(|(owner, profiles)| **owner != account && profiles.by_name().contains_key(&name));
    match others.next() {
        Some((stranger, _)) if is_own && call.own(&name).is_none() => *owner = Some(stranger.clone()),
        _ => return call.next(command),
    }
    seen(call, command, |call, _, policy| policy.extend(all(call)))
}

fn revoke_as_stranger(call: &mut Call<'_, '_>, mut command: Command) -> Outcome<Reply> {
    let Command::RevokeSignature { id, owner: owner @ None, .. } = &mut command else {
        return call.next(command);
    };
    *owner = call.store.jobs.get(id).map(|job| job.owner.clone());
    seen(call, command, |call, _, policy| policy.extend(all(call)))
}

/// Remembers a statement that is removed, and decides on anything else in another way.
fn remember_removed(
    call: &mut Call<'_, '_>,
    command: Command,
    otherwise: fn(&mut Call<'_, '_>, Command) -> Outcome<Reply>,
) -> Outcome<Reply> {
    let Command::RemoveProfilePermission { name, statement_id, .. } = &command else {
        return otherwise(call, command);
    };
    let profile = call.own(name);
    let statement =
        profile.iter().flat_map(|profile| &profile.policy.statements).find(|known| known.id == *statement_id);
    let (statement, arn) =
        (statement.cloned(), profile.map(|profile| profile.version_arn()).unwrap_or_default());
    let reply = call.next(command)?;
    call.memory.removed.entry(arn).or_default().extend(statement);
    Ok(reply)
}
