//! Faults of tags.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::call::{Call, Turn::After, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::row::{CURRENT, Category, Fault, fault};
use crate::freedoms::FreedomId;
use crate::store::command::{Command, Reply};
use crate::store::profile::{Profile, ProfileStatus};
use crate::store::tags::{bad_request, profile_of};
use crate::store::validity::Validity;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (11, "tag-not-found-misnamed"),
        Category::Error,
        CURRENT,
        "common/error-declared",
        "tag operations answer with the not-found of the other operations",
        &[Lie::Store(Around(|call, command| {
            let is_of_tags = named(&command).is_some();
            call.next(command).map_err(|refusal| match refusal.error {
                ErrorName::NotFound if is_of_tags => {
                    Refusal { error: ErrorName::ResourceNotFound, ..refusal }
                }
                _ => refusal,
            })
        }))],
    ),
    fault(
        (86, "tag-any-arn"),
        Category::Tags,
        CURRENT,
        "TagResource/bad-arn",
        "tagging something that is no ARN is answered with success",
        &[Lie::Store(Around(|call, command| match &command {
            Command::TagResource { arn, .. } if !arn.starts_with("arn:") => Ok(Reply::Done),
            _ => call.next(command),
        }))],
    ),
    fault(
        (82, "tag-canceled-accepted"),
        Category::Tags,
        CURRENT,
        "TagResource/canceled",
        "a canceled profile takes tags",
        &[Lie::Store(Around(tag_canceled))],
    ),
    fault(
        (83, "tag-replaces-all"),
        Category::Tags,
        CURRENT,
        "ListTagsForResource/lists",
        "new tags replace all others",
        &[Lie::Store(Around(|call, command| {
            when_tagged(call, command, |profile, _, tags| {
                profile.tags.retain(|key, _| tags.contains_key(key));
            })
        }))],
    ),
    fault(
        (84, "tag-keeps-old-value"),
        Category::Tags,
        CURRENT,
        "ListTagsForResource/lists",
        "a tag keeps its first value",
        &[Lie::Store(Around(|call, command| {
            when_tagged(call, command, |profile, before, _| {
                profile.tags.extend(before.tags.clone());
            })
        }))],
    ),
    fault(
        (201, "tag-resets-validity"),
        Category::Isolation,
        CURRENT,
        "PutSigningProfile/validity-kept",
        "tagging a profile gives it the validity period of the default",
        &[Lie::Store(Around(|call, command| {
            when_tagged(call, command, |profile, _, _| {
                profile.validity = Validity::DEFAULT;
            })
        }))],
    ),
    fault(
        (202, "tag-drops-overrides"),
        Category::Isolation,
        CURRENT,
        "PutSigningProfile/template-kept",
        "tagging a profile drops its overrides",
        &[Lie::Store(Around(|call, command| {
            when_tagged(call, command, |profile, _, _| profile.overrides = None)
        }))],
    ),
    fault(
        (134, "tag-revives-revoked"),
        Category::Isolation,
        CURRENT,
        "RevokeSigningProfile/revokes",
        "tagging a revoked profile makes it active",
        &[Lie::Store(Around(|call, command| {
            when_tagged(call, command, |profile, _, _| {
                if profile.status == ProfileStatus::Revoked {
                    (profile.status, profile.revocation) = (ProfileStatus::Active, None);
                }
            })
        }))],
    ),
    fault(
        (121, "tag-touches-all"),
        Category::Isolation,
        CURRENT,
        "PutSigningProfile/tags-kept",
        "tags are put on all profiles of the account",
        &[Lie::Store(Around(|call, command| {
            let tags = tags_of(&command);
            let reply = call.next(command)?;
            if let Some(tags) = tags {
                each_own(call, |profile| profile.tags.extend(tags.clone()));
            }
            Ok(reply)
        }))],
    ),
    fault(
        (109, "empty-tag-value-refused"),
        Category::Strict,
        CURRENT,
        "TagResource/empty-value",
        "an empty tag value is refused",
        &[Lie::Store(Around(|call, command| {
            let has_none = tags_of(&command).is_some_and(|tags| tags.values().any(String::is_empty));
            call.unless(command, has_none.then(|| bad_request("a tag has no value".to_owned())))
        }))],
    ),
    fault(
        (115, "overwrite-counts-as-new"),
        Category::Strict,
        CURRENT,
        "TagResource/overwrites",
        "a profile with as many tags as it may have takes no new value for one",
        &[Lie::Store(Around(|call, command| {
            let limit = call.store.settings().freedoms.number(FreedomId::TagLimit);
            let given = tags_of(&command).map_or(0, |tags| tags.len());
            let had = tagged(call, &command).map_or(0, |profile| profile.tags.len());
            let is_full = given > 0 && had + given > limit;
            call.unless(command, is_full.then(|| bad_request(format!("a profile has at most {limit} tags"))))
        }))],
    ),
    fault(
        (144, "tag-201-accepted"),
        Category::Long,
        CURRENT,
        "ListTagsForResource/output/tags/max-items",
        "a profile may have a tag more than the limit",
        &[Lie::Store(Around(accept_one_more))],
    ),
    fault(
        (85, "untag-removes-all"),
        Category::Tags,
        CURRENT,
        "ListTagsForResource/lists",
        "removing one tag removes all",
        &[Lie::Store(Around(|call, command| {
            let profile = tagged(call, &command).filter(|_| matches!(command, Command::UntagResource { .. }));
            let reply = call.next(command)?;
            if let Some(profile) = profile {
                call.edit(&profile.name, |profile| profile.tags.clear());
            }
            Ok(reply)
        }))],
    ),
    fault(
        (122, "untag-touches-all"),
        Category::Isolation,
        CURRENT,
        "PutSigningProfile/tags-kept",
        "tags are taken from all profiles of the account",
        &[Lie::Store(Around(untag_all))],
    ),
    fault(
        (284, "tags-of-like-name"),
        Category::Isolation,
        CURRENT,
        "ListTagsForResource/lists",
        "the tags of a profile are those of the last one whose name begins like its own",
        &[Lie::Store(Before(|call, command| {
            let Some(name) = tagged(call, command).map(|profile| profile.name.clone()) else { return };
            let last = call
                .every_own()
                .rev()
                .find(|other| other.name.starts_with(&name))
                .map(|other| other.arn.clone());
            if let (Some(arn), Some(last)) = (named_mut(command), last) {
                *arn = last;
            }
        }))],
    ),
    fault(
        (143, "tags-cut-at-50"),
        Category::Long,
        CURRENT,
        "ListTagsForResource/lists",
        "only 50 tags are listed",
        &[Lie::Store(After(|_, reply| {
            if let Reply::Tags(tags) = reply {
                *tags = std::mem::take(tags).into_iter().take(50).collect();
            }
        }))],
    ),
];

/// The ARN that a command about tags names.
fn named(command: &Command) -> Option<&String> {
    match command {
        Command::ListTagsForResource { arn }
        | Command::TagResource { arn, .. }
        | Command::UntagResource { arn, .. } => Some(arn),
        _ => None,
    }
}

fn named_mut(command: &mut Command) -> Option<&mut String> {
    match command {
        Command::ListTagsForResource { arn }
        | Command::TagResource { arn, .. }
        | Command::UntagResource { arn, .. } => Some(arn),
        _ => None,
    }
}

/// The caller's profile that a command about tags names.
fn tagged(call: &Call<'_, '_>, command: &Command) -> Option<Arc<Profile>> {
    let (_, account, name) = profile_of(named(command)?)?;
    call.own(name).filter(|_| *account == *call.caller().account)
}

/// The tags that a command gives.
fn tags_of(command: &Command) -> Option<BTreeMap<String, String>> {
    if let Command::TagResource { tags, .. } = command { Some(tags.clone()) } else { None }
}

/// Changes a profile that was tagged; there is also what it was before, and the tags.
fn when_tagged(
    call: &mut Call<'_, '_>,
    command: Command,
    change: fn(&mut Profile, &Profile, &BTreeMap<String, String>),
) -> Outcome<Reply> {
    let (before, tags) = (tagged(call, &command), tags_of(&command));
    let reply = call.next(command)?;
    if let (Some(before), Some(tags)) = (before, tags) {
        call.edit(&before.name, |profile| change(profile, &before, &tags));
    }
    Ok(reply)
}

fn each_own(call: &mut Call<'_, '_>, change: impl Fn(&mut Profile)) {
    let names: Vec<String> = call.every_own().map(|profile| profile.name.clone()).collect();
    for name in names {
        call.edit(&name, &change);
    }
}

fn tag_canceled(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let profile = tagged(call, &command).filter(|profile| profile.status == ProfileStatus::Canceled);
    let Some(profile) = profile.filter(|_| tags_of(&command).is_some()) else { return call.next(command) };
    call.place(Arc::new(Profile { status: ProfileStatus::Active, ..Profile::clone(&profile) }));
    let reply = call.next(command).inspect_err(|_| call.place(Arc::clone(&profile)))?;
    call.edit(&profile.name, |profile| profile.status = ProfileStatus::Canceled);
    Ok(reply)
}

fn accept_one_more(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let (Some(profile), Some(tags)) = (tagged(call, &command), tags_of(&command)) else {
        return call.next(command);
    };
    let limit = call.store.settings().freedoms.number(FreedomId::TagLimit);
    let fresh = tags.keys().filter(|key| !profile.tags.contains_key(*key)).count();
    if profile.status != ProfileStatus::Active || profile.tags.len() + fresh != limit + 1 {
        return call.next(command);
    }
    call.edit(&profile.name, |profile| profile.tags.extend(tags));
    Ok(Reply::Done)
}

fn untag_all(call: &mut Call<'_, '_>, command: Command) -> Outcome<Reply> {
    let Command::UntagResource { keys, .. } = &command else { return call.next(command) };
    let (keys, profile) = (keys.clone(), tagged(call, &command));
    let reply = call.next(command)?;
    if profile.is_some_and(|profile| profile.tags.keys().any(|key| keys.contains(key))) {
        each_own(call, |profile| profile.tags.retain(|key, _| !keys.contains(key)));
    }
    Ok(reply)
}
