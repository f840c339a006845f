//! Faults of profiles: how they are made and shown.

use std::sync::Arc;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::call::{Call, Turn::After, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
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
