//! Faults of how a profile is canceled.

use std::sync::Arc;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::call::{Call, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::identity::Caller;
use crate::store::command::{Command, Reply};
use crate::store::profile::{Profile, ProfileStatus};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (9, "cancel-absent-500"),
        Category::Error,
        BOTH,
        "CancelSigningProfile/absent",
        "canceling a profile that is not there is an internal failure",
        &[Lie::Store(Around(|call, command| {
            let cancels = matches!(command, Command::CancelSigningProfile { .. });
            call.next(command).map_err(|refusal| match refusal.error {
                ErrorName::ResourceNotFound if cancels => {
                    Refusal { error: ErrorName::InternalServiceError, ..refusal }
                }
                _ => refusal,
            })
        }))],
    ),
    fault(
        (43, "cancel-has-no-effect"),
        Category::State,
        BOTH,
        "ListSigningProfiles/active-only",
        "canceling is answered, but changes nothing",
        &[Lie::Store(Around(|call, command| match canceled(call, &command) {
            Some(profile) if profile.status == ProfileStatus::Active => Ok(Reply::Done),
            _ => call.next(command),
        }))],
    ),
    fault(
        (118, "second-cancel-refused"),
        Category::Strict,
        CURRENT,
        "CancelSigningProfile/again",
        "canceling a canceled profile is refused",
        &[Lie::Store(Around(|call, command| match canceled(call, &command) {
            Some(profile) if profile.status == ProfileStatus::Canceled => {
                Err(Refusal::validation(format!("Signing Profile {} is canceled already.", profile.name)))
            }
            _ => call.next(command),
        }))],
    ),
    fault(
        (135, "revoked-cancelable"),
        Category::State,
        CURRENT,
        "CancelSigningProfile/revoked",
        "a revoked profile can be canceled",
        &[Lie::Store(Around(|call, command| match canceled(call, &command) {
            Some(profile) if profile.status == ProfileStatus::Revoked => {
                call.edit(&profile.name, |profile| profile.status = ProfileStatus::Canceled);
                Ok(Reply::Done)
            }
            _ => call.next(command),
        }))],
    ),
    fault(
        (333, "cancel-keeps-revision"),
        Category::Permissions,
        CURRENT,
        "CancelSigningProfile/permissions-revision",
        "canceling a profile leaves the revision of its permissions as it was",
        &[Lie::Store(Around(|call, command| {
            let before = canceled(call, &command);
            let reply = call.next(command)?;
            if let Some(before) = before {
                call.edit(&before.name, |profile| {
                    profile.policy.revision.clone_from(&before.policy.revision);
                });
            }
            Ok(reply)
        }))],
    ),
    fault(
        (130, "cancel-drops-tags"),
        Category::Isolation,
        CURRENT,
        "PutSigningProfile/tags-kept",
        "canceling a profile drops its tags",
        &[Lie::Store(Around(|call, command| when_canceled(call, command, |profile| profile.tags.clear())))],
    ),
    fault(
        (203, "cancel-drops-overrides"),
        Category::Isolation,
        BOTH,
        "CancelSigningProfile/other-fields-kept",
        "canceling a profile drops its overrides",
        &[Lie::Store(Around(|call, command| {
            when_canceled(call, command, |profile| profile.overrides = None)
        }))],
    ),
    fault(
        (132, "other-account-cancels"),
        Category::Isolation,
        BOTH,
        "CancelSigningProfile/other-account",
        "any account cancels the profile of a name that it does not have itself",
        &[Lie::Store(Around(|call, command| match &command {
            Command::CancelSigningProfile { name }
                if call.own(name).is_none() && cancel_namesakes(call, name) =>
            {
                Ok(Reply::Done)
            }
            _ => call.next(command),
        }))],
    ),
    fault(
        (120, "cancel-touches-namesake"),
        Category::Isolation,
        CURRENT,
        "GetSigningProfile/active",
        "canceling a profile cancels those of the same name in other accounts",
        &[Lie::Store(Before(|call, command| {
            if let Command::CancelSigningProfile { name } = command {
                cancel_namesakes(call, name);
            }
        }))],
    ),
];

/// The profile that a command cancels.
fn canceled(call: &Call<'_, '_>, command: &Command) -> Option<Arc<Profile>> {
    if let Command::CancelSigningProfile { name } = command { call.own(name) } else { None }
}

/// Changes a profile that was active and is canceled.
fn when_canceled(call: &mut Call<'_, '_>, command: Command, change: fn(&mut Profile)) -> Outcome<Reply> {
    let active = canceled(call, &command).filter(|profile| profile.status == ProfileStatus::Active);
    let reply = call.next(command)?;
    if let Some(profile) = active {
        call.edit(&profile.name, change);
    }
    Ok(reply)
}

/// Cancels the profiles of that name in other accounts. Whether there were any.
fn cancel_namesakes(call: &mut Call<'_, '_>, name: &str) -> bool {
    let others = call
        .store
        .profiles
        .iter()
        .filter(|(_, profiles)| profiles.by_name().contains_key(name))
        .map(|(owner, _)| owner.clone());
    let others: Vec<String> = others.filter(|owner| *owner != call.caller().account).collect();
    for account in &others {
        let owner = Caller { account: account.clone(), ..call.caller().clone() };
        let _ = call.store.change_own_profile(&owner, name, |kept| kept.status = ProfileStatus::Canceled);
    }
    !others.is_empty()
}
