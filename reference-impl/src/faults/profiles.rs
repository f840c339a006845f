//! Faults of profiles: how they are made, shown and canceled.

use std::sync::Arc;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::call::{Call, Turn::After, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::identity::Caller;
use crate::store::command::{Command, Reply};
use crate::store::profile::{Profile, ProfileStatus};
use crate::store::state::no_profile;
use crate::store::validity::{Validity, ValidityUnit};

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (0, "profile-version-hyphenated"),
        Category::Schema,
        CURRENT,
        "PutSigningProfile/output/profileVersion/pattern",
        "a profile version is the head of a UUID, with a hyphen in it",
        &[Lie::Store(After(|call, reply| {
            let version = call.context.ids.uuid().chars().take(10).collect();
            give_version(call, reply, version);
        }))],
    ),
    fault(
        (49, "version-reused"),
        Category::State,
        CURRENT,
        "PutSigningProfile/fresh-version",
        "every profile has the same version",
        &[Lie::Store(After(|call, reply| give_version(call, reply, "1234567890".to_owned())))],
    ),
    fault(
        (155, "put-answers-other-version"),
        Category::View,
        CURRENT,
        "GetSigningProfile/view",
        "a profile has another version than its creation answered",
        &[Lie::Store(After(|_, reply| {
            if let Reply::Created(profile) = reply {
                let profile = Arc::make_mut(profile);
                profile.version = profile.version.chars().rev().collect();
            }
        }))],
    ),
    fault(
        (39, "put-replaces"),
        Category::State,
        CURRENT,
        "PutSigningProfile/name-taken",
        "creating a profile under a taken name replaces it",
        &[Lie::Store(Around(put_replaces))],
    ),
    fault(
        (372, "far-validity-crashes"),
        Category::State,
        CURRENT,
        "common/no-server-error",
        "a validity of thousands of years is taken, and a signature that is to be valid so long makes the \
         server fail",
        &[Lie::Store(Around(far_validity))],
    ),
    fault(
        (47, "put-drops-tags"),
        Category::State,
        CURRENT,
        "PutSigningProfile/tags-kept",
        "tags given at creation are dropped",
        &[Lie::Store(Before(|_, command| {
            if let Command::PutSigningProfile(request) = command {
                request.tags.clear();
            }
        }))],
    ),
    fault(
        (48, "put-drops-parameters"),
        Category::State,
        BOTH,
        "PutSigningProfile/template-kept",
        "signing parameters given at creation are dropped",
        &[Lie::Store(Before(|_, command| {
            if let Command::PutSigningProfile(request) = command {
                request.signing_parameters.clear();
            }
        }))],
    ),
    fault(
        (142, "profile-26-lost"),
        Category::Long,
        BOTH,
        "ListSigningProfiles/lists",
        "an account keeps 25 profiles; what it creates after that is answered, but lost",
        &[Lie::Store(After(|call, reply| {
            if let Reply::Created(profile) = reply {
                lose_26th(call, profile);
            }
        }))],
    ),
    fault(
        (42, "canceled-unreadable"),
        Category::State,
        BOTH,
        "GetSigningProfile/canceled-readable",
        "a canceled profile is gone",
        &[Lie::Store(Around(|call, command| match call.next(command)? {
            Reply::Profile(profile) if profile.status == ProfileStatus::Canceled => {
                Err(no_profile(&profile.name))
            }
            reply => Ok(reply),
        }))],
    ),
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
        (334, "version-in-hex"),
        Category::State,
        CURRENT,
        "PutSigningProfile/version-characters",
        "a profile version is made of hexadecimal digits",
        &[Lie::Store(After(|call, reply| {
            let version = call.context.ids.uuid().chars().filter(|letter| *letter != '-').take(10).collect();
            give_version(call, reply, version);
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

fn give_version(call: &mut Call<'_, '_>, reply: &mut Reply, version: String) {
    let Reply::Created(made) = reply else { return };
    call.edit(&made.name, |profile| profile.version.clone_from(&version));
    Arc::make_mut(made).version = version;
}

fn put_replaces(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let Command::PutSigningProfile(request) = &command else { return call.next(command) };
    let Some(before) = call.own(&request.name) else { return call.next(command) };
    if let Some(profiles) = Arc::make_mut(&mut call.store.profiles).get_mut(&before.owner) {
        profiles.remove(&before.name);
    }
    call.next(command).inspect_err(|_| call.place(before))
}

fn lose_26th(call: &mut Call<'_, '_>, profile: &Profile) {
    if let Some(profiles) = Arc::make_mut(&mut call.store.profiles)
        .get_mut(&profile.owner)
        .filter(|kept| kept.by_name().len() > 25)
    {
        profiles.remove(&profile.name);
    }
}

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

/// What the store keeps in place of a validity that leads beyond the calendar.
const FAR: Validity = Validity { value: 134, unit: ValidityUnit::Months };

fn far_validity(call: &mut Call<'_, '_>, mut command: Command) -> Outcome<Reply> {
    let signs_with = match &mut command {
        Command::PutSigningProfile(request) => {
            if let Some((Some(value), Some(ValidityUnit::Years))) = &request.validity
                && *value > 1000
            {
                request.validity = Some((Some(FAR.value), Some(FAR.unit)));
            }
            None
        }
        Command::SignPayload(request) => call.own(&request.profile_name),
        Command::StartSigningJob(request) => request.profile_name.as_deref().and_then(|name| call.own(name)),
        _ => None,
    };
    if signs_with.is_some_and(|profile| profile.validity == FAR) {
        return Err(Refusal::new(ErrorName::InternalServiceError, "year 11026 is out of range"));
    }
    call.next(command)
}
