//! Profiles: made once, canceled or revoked, never made again.

use arrayvec::ArrayVec;
use signer_schemas::Edition;

use crate::call::{Account, EffectiveTime, Profile, ProfileStatus, TAGS, TagValue, Validity};
use crate::outcome::{Change, Outcomes, Rule};
use crate::platform::{Platform, PlatformArg};
use crate::reply::{ErrorName, Reply};
use crate::rules::Asked;
use crate::rules::vocabulary::{Objection, Saying, either, one_of, only, refuse, tells, unless};
use crate::state::{Policy, ProfileState, State};

const BAD: &[ErrorName] = &[ErrorName::Validation];

/// What `PutSigningProfile` says of the profile.
pub(super) struct Template {
    pub(super) platform: PlatformArg,
    pub(super) validity: Validity,
    pub(super) material: bool,
    pub(super) parameters: bool,
    pub(super) tags: [TagValue; TAGS],
}

// A well-formed call with a name that is not taken creates an Active profile and answers with its arn.
const CREATED: Rule = Rule::documented("PutSigningProfile/created");
// A name that an Active or a canceled profile has is refused with ValidationException and changes nothing,
// even when the call repeats the first one.
const NAME_TAKEN: Rule = Rule::observed("PutSigningProfile/name-taken");
// The documents of this edition do not say how a name that a profile has is answered; it was observed in
// later years alone.
const NAME_TAKEN_IN_2019: Rule = Rule::open("PutSigningProfile/name-taken-in-2019");
// The name of a revoked profile is not free for a new one, since no operation makes a revoked profile Active
// again.
const REVOKED_NAME: Rule = Rule::inferred("PutSigningProfile/revoked-name");
// The documents do not say whether an unknown platformId is ResourceNotFoundException or ValidationException,
// and both are declared.
const UNKNOWN_PLATFORM: Rule = Rule::open("PutSigningProfile/unknown-platform");
// The documents do not say whether a platform that exists elsewhere, but that ListSigningPlatforms does not
// list here, can be given a profile.
const UNLISTED_PLATFORM: Rule = Rule::open("PutSigningProfile/unlisted-platform");
// PutSigningProfile refuses a request without signingMaterial.
const MATERIAL_DECLARED: Rule = Rule::documented("PutSigningProfile/input/signingMaterial/required");
// A profile for an IoT or FreeRTOS platform without signingMaterial is refused with ValidationException.
const MATERIAL_REQUIRED: Rule = Rule::observed("PutSigningProfile/material-required");
// The documents do not say how signingMaterial is answered on platforms whose keys the service manages.
const MATERIAL_REFUSED: Rule = Rule::open("PutSigningProfile/material-refused");
// A profile for Lambda with signingParameters is refused with ValidationException.
const PARAMETERS_REFUSED: Rule = Rule::observed("PutSigningProfile/parameters-refused");
// The documents do not say what happens when signatureValidityPeriod is given for a platform without validity
// periods.
const VALIDITY_PLATFORMS: Rule = Rule::open("PutSigningProfile/validity-platforms-error");

/// `PutSigningProfile`
pub(super) fn put(asked: &Asked<'_>, profile: Profile, template: &Template) -> Outcomes {
    let state = asked.state;
    if asked.by == Account::Other {
        // The state has no place for another account's profiles, so whether the name is taken there is not
        // known.
        return only(CREATED, Reply::Created, Change::None).or(refuse(name_taken(asked, None), BAD));
    }
    let before = state.profile(profile);
    let platform = match template.platform {
        PlatformArg::Known(platform) => platform,
        PlatformArg::Unknown => {
            let refused = refuse(UNKNOWN_PLATFORM, &[ErrorName::ResourceNotFound, ErrorName::Validation]);
            // The documents do not say which of two errors is reported.
            let taken = before.status != ProfileStatus::Absent;
            return if taken {
                refuse(name_taken(asked, Some(before.status)), BAD).or(refused)
            } else {
                refused
            };
        }
    };
    let mut objections = ArrayVec::<Objection, 6>::new();
    if !state.platforms.contains(platform) {
        objections.push(Objection::perhaps(
            UNLISTED_PLATFORM,
            &[ErrorName::ResourceNotFound, ErrorName::Validation],
        ));
    }
    if !template.material {
        match asked.edition {
            Edition::May2019 => objections.push(Objection::firm(MATERIAL_DECLARED, BAD)),
            Edition::Current if !platform.is_managed() => {
                objections.push(Objection::seen(MATERIAL_REQUIRED, BAD, &[]));
            }
            Edition::Current => {}
        }
    } else if platform.is_managed() && asked.edition == Edition::Current {
        objections.push(Objection::perhaps(MATERIAL_REFUSED, BAD));
    }
    if asked.edition == Edition::Current && platform == Platform::Lambda && template.parameters {
        objections.push(Objection::seen(PARAMETERS_REFUSED, BAD, &[]));
    }
    let validity_fits =
        platform.is_managed() || template.validity == Validity::Default || asked.edition == Edition::May2019;
    if !validity_fits {
        objections.push(Objection::perhaps(VALIDITY_PLATFORMS, BAD));
    }
    let mut made = ProfileState { status: ProfileStatus::Active, platform, ..ProfileState::default() };
    if asked.edition == Edition::Current {
        made.validity = template.validity;
        made.tags = template.tags;
    }
    let success = if before.status == ProfileStatus::Absent {
        created(asked, profile, made, validity_fits)
    } else {
        let rule = name_taken(asked, Some(before.status));
        objections.push(match asked.edition {
            Edition::Current => Objection::seen(rule, BAD, &[ErrorName::Conflict]),
            Edition::May2019 => Objection::perhaps(rule, BAD),
        });
        replaced(state, profile, made)
    };
    unless(&objections, success)
}

/// What is said of a name that a profile of that status has; no status is that of another account's profile.
const fn name_taken(asked: &Asked<'_>, status: Option<ProfileStatus>) -> Rule {
    match (asked.edition, status) {
        (Edition::May2019, _) => NAME_TAKEN_IN_2019,
        (Edition::Current, Some(ProfileStatus::Revoked)) => REVOKED_NAME,
        (Edition::Current, _) => NAME_TAKEN,
    }
}

fn created(asked: &Asked<'_>, profile: Profile, made: ProfileState, validity_fits: bool) -> Outcomes {
    let with = |made: ProfileState| (Reply::Created, asked.state.profile_becomes(profile, made));
    if validity_fits {
        one_of(CREATED, [with(made)])
    } else {
        one_of(VALIDITY_PLATFORMS, [made, ProfileState { validity: Validity::Default, ..made }].map(with))
    }
}

/// A Put that replaces. The permissions and the tags of the profile before may go or stay.
fn replaced(state: &State, profile: Profile, made: ProfileState) -> Outcomes {
    let before = state.profile(profile);
    let mut merged = before.tags;
    for (kept, given) in merged.iter_mut().zip(made.tags) {
        if given != TagValue::None {
            *kept = given;
        }
    }
    let mut outcomes = Outcomes::new();
    for policy in [Policy::default(), before.policy] {
        for tags in [made.tags, merged] {
            let change = state.profile_becomes(profile, ProfileState { tags, policy, ..made });
            outcomes = outcomes.or(only(CREATED, Reply::Created, change));
        }
    }
    outcomes
}

// A caller cancels only profiles of its own account.
const CANCEL_OTHER: Rule = Rule::documented("CancelSigningProfile/other-account");
// An unknown profileName is answered with ResourceNotFoundException.
const CANCEL_ABSENT: Rule = Rule::documented("CancelSigningProfile/absent");
// Canceling an Active profile changes its status to Canceled.
const CANCELS: Rule = Rule::documented("CancelSigningProfile/cancels");
// Canceling a canceled profile succeeds and changes nothing.
const CANCEL_AGAIN: Rule = Rule::observed("CancelSigningProfile/again");
// The documents of this edition do not say how canceling a canceled profile is answered; it was observed in
// later years alone.
const AGAIN_IN_2019: Rule = Rule::open("CancelSigningProfile/again-in-2019");
// Canceling a revoked profile is refused with ValidationException and the profile stays Revoked.
const CANCEL_REVOKED: Rule = Rule::observed("CancelSigningProfile/revoked");

/// `CancelSigningProfile`
pub(super) fn cancel(asked: &Asked<'_>, profile: Profile) -> Outcomes {
    const GONE: &[ErrorName] = &[ErrorName::ResourceNotFound, ErrorName::Validation];
    let state = asked.state;
    if asked.by == Account::Other {
        return refuse(CANCEL_OTHER, &[ErrorName::ResourceNotFound]);
    }
    let before = state.profile(profile);
    let canceled = state.profile_becomes(profile, ended(before, ProfileStatus::Canceled, before.effective));
    match before.status {
        ProfileStatus::Absent => refuse(CANCEL_ABSENT, &[ErrorName::ResourceNotFound]),
        ProfileStatus::Active => only(CANCELS, Reply::Done, canceled),
        ProfileStatus::Canceled => match asked.edition {
            Edition::Current => tells(CANCEL_AGAIN, Reply::Done).against_errors(CANCEL_AGAIN, GONE),
            Edition::May2019 => {
                either(AGAIN_IN_2019, [(Reply::Done, Change::None)]).or(refuse(AGAIN_IN_2019, GONE))
            }
        },
        ProfileStatus::Revoked => refuse(CANCEL_REVOKED, BAD)
            .against_errors(CANCEL_REVOKED, &[ErrorName::ResourceNotFound])
            .against(CANCEL_REVOKED, Reply::Done, Change::None)
            .against(CANCEL_REVOKED, Reply::Done, canceled),
    }
}

/// A profile that no longer signs. What ends it may move the revision of its permissions on, if it has any.
pub(super) fn ended(
    before: &ProfileState,
    status: ProfileStatus,
    effective: Option<EffectiveTime>,
) -> ProfileState {
    let mut policy = before.policy;
    policy.revision_uncertain |= !policy.is_empty();
    ProfileState { status, effective, policy, ..*before }
}
