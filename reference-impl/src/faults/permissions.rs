//! Faults of a profile's policy: how its statements are added and listed.

use crate::error::{Outcome, Refusal};
use crate::faults::call::{Call, Turn::After, Turn::Around};
use crate::faults::lie::Lie;
use crate::faults::row::{CURRENT, Category, Fault, fault};
use crate::store::command::{Command, Reply};
use crate::store::permissions::duplicate;
use crate::store::policy::Statement;
use crate::store::policy_size::{Principals, check_size, policy_bytes};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (117, "own-principal-refused"),
        Category::Strict,
        CURRENT,
        "AddProfilePermission/own-principal",
        "the owner's account is refused as a principal",
        &[Lie::Store(Around(|call, command| {
            let own = added(&command).is_some_and(|statement| statement.principal == call.caller().account);
            call.unless(command, own.then(|| Refusal::validation("the owner needs no permission")))
        }))],
    ),
    fault(
        (119, "repeated-statement-refused"),
        Category::Strict,
        CURRENT,
        "AddProfilePermission/repeat",
        "adding the same statement again is refused",
        &[Lie::Store(Around(refuse_repeated))],
    ),
    fault(
        (280, "user-principal-accepted"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/principal",
        "the ARN of a user is accepted as a principal",
        &[Lie::Store(Around(|call, command| match added(&command).cloned() {
            Some(user) if user.principal.contains(":user/") => {
                let role =
                    Statement { principal: user.principal.replace(":user/", ":role/"), ..user.clone() };
                add_instead(call, command, &role, &user)
            }
            _ => call.next(command),
        }))],
    ),
    fault(
        (281, "action-wildcard-accepted"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/actions",
        "signer:* is accepted as an action",
        &[Lie::Store(Around(|call, command| match added(&command).cloned() {
            Some(any) if any.action == "signer:*" => {
                let one = Statement { action: "signer:GetSigningProfile".to_owned(), ..any.clone() };
                add_instead(call, command, &one, &any)
            }
            _ => call.next(command),
        }))],
    ),
    fault(
        (71, "duplicate-statement-replaces"),
        Category::Permissions,
        CURRENT,
        "AddProfilePermission/duplicate-statement",
        "a statement under a taken id replaces the first",
        &[Lie::Store(Around(replace_duplicate))],
    ),
    fault(
        (70, "policy-size-zero"),
        Category::Permissions,
        CURRENT,
        "ListProfilePermissions/policy-size",
        "a policy has no size",
        &[Lie::Store(After(|_, reply| {
            if let Reply::Permissions(list) = reply {
                list.policy_size_bytes = 0;
            }
        }))],
    ),
    fault(
        (317, "policy-size-as-given"),
        Category::Permissions,
        CURRENT,
        "ListProfilePermissions/policy-size-counting",
        "policySizeBytes counts an account by its id, not by its root",
        &[Lie::Store(Around(|call, command| {
            let Command::ListProfilePermissions { name, .. } = &command else { return call.next(command) };
            let profile = call.own(name);
            let mut reply = call.next(command)?;
            if let (Reply::Permissions(list), Some(profile)) = (&mut reply, profile) {
                list.policy_size_bytes =
                    policy_bytes(&profile.arn, &profile.policy.statements, Principals::AsGiven);
            }
            Ok(reply)
        }))],
    ),
    fault(
        (320, "policy-limit-expanded"),
        Category::Long,
        CURRENT,
        "AddProfilePermission/policy-size",
        "the limit of a policy counts an account by its root",
        &[Lie::Store(Around(limit_expanded))],
    ),
    fault(
        (139, "policy-cut-at-5"),
        Category::Long,
        CURRENT,
        "ListProfilePermissions/lists",
        "only five statements of a policy are listed",
        &[Lie::Store(Around(|call, command| match &command {
            Command::ListProfilePermissions { name, .. } => {
                let (owner, name) = (call.caller().account.clone(), name.clone());
                call.while_profile((&owner, &name), |profile| profile.policy.statements.truncate(5), command)
            }
            _ => call.next(command),
        }))],
    ),
];

/// The statement that a command adds.
pub(super) fn added(command: &Command) -> Option<&Statement> {
    if let Command::AddProfilePermission(request) = command { Some(&request.statement) } else { None }
}

/// The profile whose policy a command changes, by name.
pub(super) fn changed(command: &Command) -> Option<String> {
    match command {
        Command::AddProfilePermission(request) => Some(request.profile_name.clone()),
        Command::RemoveProfilePermission { name, .. } => Some(name.clone()),
        _ => None,
    }
}

fn limit_expanded(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let (Some(name), Some(statement)) = (changed(&command), added(&command).cloned()) else {
        return call.next(command);
    };
    let too_large = call.own(&name).and_then(|profile| {
        let statements = [profile.policy.statements.as_slice(), &[statement]].concat();
        check_size(&profile.arn, &statements, Principals::Expanded).err()
    });
    call.unless(command, too_large)
}

fn refuse_repeated(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let (Some(name), Some(statement)) = (changed(&command), added(&command).cloned()) else {
        return call.next(command);
    };
    let known = call.own(&name).is_some_and(|profile| profile.policy.statements.contains(&statement));
    call.unless(command, known.then(|| duplicate(&statement)))
}

/// Adds a statement that is accepted in place of one that is not, and keeps that one.
pub(super) fn add_instead(
    call: &mut Call<'_, '_>,
    command: Command,
    accepted: &Statement,
    kept: &Statement,
) -> Outcome<Reply> {
    let Command::AddProfilePermission(mut request) = command else { return call.next(command) };
    let name = request.profile_name.clone();
    request.statement = accepted.clone();
    let reply = call.next(Command::AddProfilePermission(request))?;
    call.edit(&name, |profile| {
        let placed = profile.policy.statements.iter_mut().find(|known| *known == accepted);
        if let Some(placed) = placed {
            placed.clone_from(kept);
        }
        profile.policy.size_bytes =
            policy_bytes(&profile.arn, &profile.policy.statements, Principals::Expanded);
    });
    Ok(reply)
}

fn replace_duplicate(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let (Some(name), Some(statement)) = (changed(&command), added(&command).cloned()) else {
        return call.next(command);
    };
    let taken = |known: &Statement| known.id == statement.id && *known != statement;
    let Some(profile) = call.own(&name).filter(|profile| profile.policy.statements.iter().any(taken)) else {
        return call.next(command);
    };
    // Under an id that no client can give, the first one is out of the way.
    call.edit(&name, |profile| {
        profile
            .policy
            .statements
            .iter_mut()
            .filter(|known| known.id == statement.id)
            .for_each(|known| known.id.clear());
    });
    let reply = call.next(command).inspect_err(|_| call.place(profile))?;
    call.edit(&name, |profile| {
        profile.policy.statements.retain(|known| !known.id.is_empty());
        profile.policy.size_bytes =
            policy_bytes(&profile.arn, &profile.policy.statements, Principals::Expanded);
    });
    Ok(reply)
}
