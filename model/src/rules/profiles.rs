//! Profiles: made once, canceled or revoked, never made again.

use arrayvec::ArrayVec;
use signer_schemas::Edition;

use super::Asked;
use super::access::{Reach, reach};
use super::vocabulary::{Objection, Saying, either, one_of, only, refuse, tells, unless};
use crate::{
    Account, Action, Change, EffectiveTime, ErrorName, Outcome, Outcomes, OwnerArg, PageSize, PlatformArg, Policy, Profile,
    ProfileFilter, ProfileSet, ProfileState, ProfileStatus, ProfileView, Reply, Rule, State, TAGS, TagValue, Validity,
};

const CREATED: Rule = Rule::documented("PutSigningProfile/created");
const NAME_TAKEN: Rule = Rule::observed("PutSigningProfile/name-taken");
const UNKNOWN_PLATFORM: Rule = Rule::open("PutSigningProfile/unknown-platform");
const UNLISTED_PLATFORM: Rule = Rule::open("PutSigningProfile/unlisted-platform");
const MATERIAL_DECLARED: Rule = Rule::documented("PutSigningProfile/input/signingMaterial/required");
const MATERIAL_REQUIRED: Rule = Rule::observed("PutSigningProfile/material-required");
const MATERIAL_REFUSED: Rule = Rule::open("PutSigningProfile/material-refused");
const PARAMETERS_REFUSED: Rule = Rule::observed("PutSigningProfile/parameters-refused");
const CERTNAME_REQUIRED: Rule = Rule::documented("PutSigningProfile/certname-required");
const VALIDITY_PLATFORMS: Rule = Rule::open("PutSigningProfile/validity-platforms-error");
const VALIDITY_KEPT: Rule = Rule::observed("PutSigningProfile/validity-kept");
const VALIDITY_SHOWN: Rule = Rule::observed("PutSigningProfile/default-validity-shown");

const VIEW: Rule = Rule::documented("GetSigningProfile/view");
const ABSENT: Rule = Rule::documented("GetSigningProfile/absent");
const CANCELED_READABLE: Rule = Rule::observed("GetSigningProfile/canceled-readable");
const REVOKED_READABLE: Rule = Rule::documented("GetSigningProfile/revoked-readable");
const OWN_OWNER: Rule = Rule::observed("GetSigningProfile/own-owner");
const GRANTED: Rule = Rule::documented("GetSigningProfile/cross-account-granted");
const DENIED: Rule = Rule::open("GetSigningProfile/cross-account-denied");
const OTHER_NAME: Rule = Rule::documented("GetSigningProfile/other-account-name");

const CANCELS: Rule = Rule::documented("CancelSigningProfile/cancels");
const CANCEL_ABSENT: Rule = Rule::documented("CancelSigningProfile/absent");
const CANCEL_OTHER: Rule = Rule::documented("CancelSigningProfile/other-account");
const CANCEL_AGAIN: Rule = Rule::observed("CancelSigningProfile/again");
const CANCEL_REVOKED: Rule = Rule::observed("CancelSigningProfile/revoked");

const LISTS: Rule = Rule::documented("ListSigningProfiles/lists");
const ACTIVE_ONLY: Rule = Rule::documented("ListSigningProfiles/active-only");
const INCLUDE_CANCELED: Rule = Rule::documented("ListSigningProfiles/include-canceled");
const INCLUDE_CANCELED_FALSE: Rule = Rule::documented("ListSigningProfiles/include-canceled-false");
const STATUSES_FILTER: Rule = Rule::documented("ListSigningProfiles/statuses-filter");
const REVOKED_VIEWABLE: Rule = Rule::documented("ListSigningProfiles/revoked-viewable");
const PLATFORM_FILTER: Rule = Rule::documented("ListSigningProfiles/platform-filter");
const COMPLETE: Rule = Rule::documented("ListSigningProfiles/complete");
const OWN_ACCOUNT: Rule = Rule::documented("ListSigningProfiles/own-account");
const REVOKED_INCLUDED: Rule = Rule::open("ListSigningProfiles/revoked-with-include-canceled");
const STATUSES_AND_INCLUDED: Rule = Rule::open("ListSigningProfiles/include-canceled-with-statuses");

/// What `PutSigningProfile` says of the profile.
pub(super) struct Template {
    pub(super) platform: PlatformArg,
    pub(super) validity: Validity,
    pub(super) material: bool,
    pub(super) parameters: bool,
    pub(super) tags: [TagValue; TAGS],
}

/// `PutSigningProfile`
pub(super) fn put(asked: &Asked<'_>, profile: Profile, template: &Template) -> Outcomes {
    let state = asked.state;
    if asked.by == Account::Other {
        // The state has no place for another account's profiles, so whether the name is taken there is not known.
        return only(CREATED, Reply::Created, Change::None).or(refuse(NAME_TAKEN, &[ErrorName::Validation]));
    }
    let platform = match template.platform {
        PlatformArg::Known(platform) => platform,
        PlatformArg::Unknown => {
            let refused = refuse(UNKNOWN_PLATFORM, &[ErrorName::ResourceNotFound, ErrorName::Validation]);
            // Which of two faults is named, nobody says.
            let taken = state.profile(profile).status != ProfileStatus::Absent;
            return if taken { refuse(NAME_TAKEN, &[ErrorName::Validation]).or(refused) } else { refused };
        }
    };
    let mut objections = ArrayVec::<Objection, 6>::new();
    if !state.platforms.contains(platform) {
        objections.push(Objection::perhaps(UNLISTED_PLATFORM, &[ErrorName::ResourceNotFound, ErrorName::Validation]));
    }
    if !template.material {
        match asked.edition {
            Edition::May2019 => objections.push(Objection::firm(MATERIAL_DECLARED, &[ErrorName::Validation])),
            Edition::Current if !platform.is_managed() => {
                objections.push(Objection::seen(MATERIAL_REQUIRED, &[ErrorName::Validation], &[]));
            }
            Edition::Current => {}
        }
    } else if platform.is_managed() && asked.edition == Edition::Current {
        objections.push(Objection::perhaps(MATERIAL_REFUSED, &[ErrorName::Validation]));
    }
    if asked.edition == Edition::Current && platform == crate::Platform::Lambda && template.parameters {
        objections.push(Objection::seen(PARAMETERS_REFUSED, &[ErrorName::Validation], &[]));
    }
    let validity_fits = platform.is_managed() || template.validity == Validity::Default || asked.edition == Edition::May2019;
    if !validity_fits {
        objections.push(Objection::perhaps(VALIDITY_PLATFORMS, &[ErrorName::Validation]));
    }
    let before = state.profile(profile);
    let mut made = ProfileState { status: ProfileStatus::Active, platform, ..ProfileState::default() };
    if asked.edition == Edition::Current {
        made.validity = template.validity;
        made.tags = template.tags;
    }
    let success = if before.status == ProfileStatus::Absent {
        created(asked, profile, made, validity_fits)
    } else {
        objections.push(Objection::seen(NAME_TAKEN, &[ErrorName::Validation], &[ErrorName::Conflict]));
        replaced(state, profile, made)
    };
    let outcomes = unless(&objections, success);
    let certname_missing =
        matches!(platform, crate::Platform::FreeRtosDefault | crate::Platform::FreeRtosTi) && !template.parameters;
    if asked.edition == Edition::Current && certname_missing {
        return outcomes.or(refuse(CERTNAME_REQUIRED, &[ErrorName::Validation]));
    }
    outcomes
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

/// `GetSigningProfile`
pub(super) fn get(asked: &Asked<'_>, profile: Profile, owner: OwnerArg) -> Outcomes {
    const NOT_SHOWN: [ErrorName; 3] = [ErrorName::AccessDenied, ErrorName::ResourceNotFound, ErrorName::Validation];
    let state = asked.state;
    match reach(asked, owner, profile, Action::GetSigningProfile) {
        Reach::Own => view(asked, profile, None),
        Reach::OwnByName if state.profile(profile).status == ProfileStatus::Absent => view(asked, profile, None),
        Reach::OwnByName => view(asked, profile, Some(OWN_OWNER)).against_errors(OWN_OWNER, &NOT_SHOWN),
        Reach::Granted => view(asked, profile, Some(GRANTED)),
        Reach::Denied => refuse(DENIED, &[ErrorName::AccessDenied, ErrorName::ResourceNotFound]),
        Reach::Elsewhere => refuse(OTHER_NAME, &[ErrorName::ResourceNotFound]),
    }
}

fn view(asked: &Asked<'_>, profile: Profile, because: Option<Rule>) -> Outcomes {
    let state = asked.state;
    let shown = state.profile(profile);
    let rule = match shown.status {
        ProfileStatus::Absent => return refuse(ABSENT, &[ErrorName::ResourceNotFound]),
        ProfileStatus::Active => VIEW,
        ProfileStatus::Canceled => CANCELED_READABLE,
        ProfileStatus::Revoked => REVOKED_READABLE,
    };
    let rule = because.unwrap_or(rule);
    let with = |validity: Option<Validity>| {
        let view = ProfileView {
            status: shown.status,
            platform: Some(shown.platform),
            validity,
            tags: shown.tags,
            effective: shown.effective,
        };
        Reply::Profile(view)
    };
    let outcomes = match asked.edition {
        Edition::May2019 => tells(rule, with(None)),
        Edition::Current if shown.platform.is_managed() => {
            let (speaks, other) = match shown.validity {
                Validity::Default => (VALIDITY_SHOWN, None),
                Validity::Day => (VALIDITY_KEPT, Some(Validity::Default)),
            };
            let forgotten = ProfileState { validity: Validity::Default, ..*shown };
            let outcomes = tells(rule, with(Some(shown.validity))).against(speaks, with(None), Change::None);
            match other {
                Some(other) => outcomes.against(speaks, with(Some(other)), state.profile_becomes(profile, forgotten)),
                None => outcomes,
            }
        }
        // Signatures of the other platforms do not expire: nothing says whether a validity is shown all the same.
        Edition::Current => one_of(rule, [None, Some(shown.validity)].map(|validity| (with(validity), Change::None))),
    };
    match shown.status {
        ProfileStatus::Canceled => outcomes.against_errors(CANCELED_READABLE, &[ErrorName::ResourceNotFound]),
        ProfileStatus::Absent | ProfileStatus::Active | ProfileStatus::Revoked => outcomes,
    }
}

/// `CancelSigningProfile`
pub(super) fn cancel(asked: &Asked<'_>, profile: Profile) -> Outcomes {
    let state = asked.state;
    if asked.by == Account::Other {
        return refuse(CANCEL_OTHER, &[ErrorName::ResourceNotFound]);
    }
    let before = state.profile(profile);
    let canceled = state.profile_becomes(profile, ended(before, ProfileStatus::Canceled, before.effective));
    match before.status {
        ProfileStatus::Absent => refuse(CANCEL_ABSENT, &[ErrorName::ResourceNotFound]),
        ProfileStatus::Active => only(CANCELS, Reply::Done, canceled),
        ProfileStatus::Canceled => {
            tells(CANCEL_AGAIN, Reply::Done).against_errors(CANCEL_AGAIN, &[ErrorName::ResourceNotFound, ErrorName::Validation])
        }
        ProfileStatus::Revoked => refuse(CANCEL_REVOKED, &[ErrorName::Validation])
            .against_errors(CANCEL_REVOKED, &[ErrorName::ResourceNotFound])
            .against(CANCEL_REVOKED, Reply::Done, Change::None)
            .against(CANCEL_REVOKED, Reply::Done, canceled),
    }
}

/// A profile that no longer signs. What ends it may move the revision of its permissions on, if it has any.
pub(super) fn ended(before: &ProfileState, status: ProfileStatus, effective: Option<EffectiveTime>) -> ProfileState {
    let mut policy = before.policy;
    policy.revision_uncertain |= !policy.is_empty();
    ProfileState { status, effective, policy, ..*before }
}

/// Whether a list has an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listed {
    Yes,
    No,
    Perhaps(Rule),
}

/// `ListSigningProfiles`
pub(super) fn list(asked: &Asked<'_>, filter: ProfileFilter, page: PageSize) -> Outcomes {
    let state = asked.state;
    let filter = match asked.edition {
        Edition::Current => filter,
        Edition::May2019 => ProfileFilter { include_canceled: filter.include_canceled, ..ProfileFilter::default() },
    };
    if asked.by == Account::Other {
        return tells(OWN_ACCOUNT, Reply::Profiles(ProfileSet::EMPTY));
    }
    let of = |wanted: Listed| {
        let profiles = (0..).map(Profile).zip(&state.profiles);
        profiles.filter(move |(_, of)| listed(of, filter) == wanted).map(|(profile, _)| profile).collect::<ProfileSet>()
    };
    let mut outcomes = only(list_rule(state, filter, page), Reply::Profiles(of(Listed::Yes)), Change::None);
    // What nobody settles is settled for all profiles of a status alike.
    for status in [ProfileStatus::Canceled, ProfileStatus::Revoked] {
        for rule in [REVOKED_INCLUDED, STATUSES_AND_INCLUDED] {
            let perhaps = of(Listed::Perhaps(rule)).iter().filter(|profile| state.profile(*profile).status == status);
            let perhaps = perhaps.collect::<ProfileSet>();
            if !perhaps.is_empty() {
                outcomes =
                    outcomes.iter().fold(Outcomes::new(), |wider, outcome| wider.or(with_or_without(outcome, perhaps, rule)));
            }
        }
    }
    if filter.status.is_some() && filter.include_canceled == Some(true) {
        outcomes = outcomes.or(refuse(STATUSES_AND_INCLUDED, &[ErrorName::Validation]));
    }
    outcomes
}

/// A list that has those profiles, too, or has them not.
fn with_or_without(list: &Outcome, perhaps: ProfileSet, rule: Rule) -> Outcomes {
    let Reply::Profiles(without) = list.reply else { return Outcomes::from_iter([*list]) };
    let with = without.iter().chain(perhaps.iter()).collect::<ProfileSet>();
    either(rule, [without, with].map(|set| (Reply::Profiles(set), list.change)))
}

fn listed(profile: &ProfileState, filter: ProfileFilter) -> Listed {
    if profile.status == ProfileStatus::Absent || filter.platform.is_some_and(|platform| platform != profile.platform) {
        return Listed::No;
    }
    let canceled_asked = filter.include_canceled == Some(true);
    match (filter.status, profile.status) {
        (Some(status), is) if status == is => {
            // `includeCanceled=false` beside `statuses=Canceled` says two things at once.
            if is == ProfileStatus::Canceled && filter.include_canceled == Some(false) {
                Listed::Perhaps(STATUSES_AND_INCLUDED)
            } else {
                Listed::Yes
            }
        }
        (Some(_), ProfileStatus::Canceled | ProfileStatus::Revoked) if canceled_asked => Listed::Perhaps(STATUSES_AND_INCLUDED),
        (None, ProfileStatus::Active) => Listed::Yes,
        (None, ProfileStatus::Canceled) if canceled_asked => Listed::Yes,
        (None, ProfileStatus::Revoked) if canceled_asked => Listed::Perhaps(REVOKED_INCLUDED),
        (Some(_), _) | (None, ProfileStatus::Absent | ProfileStatus::Canceled | ProfileStatus::Revoked) => Listed::No,
    }
}

/// The rule that a list is the best evidence for.
fn list_rule(state: &State, filter: ProfileFilter, page: PageSize) -> Rule {
    match filter {
        ProfileFilter { platform: Some(_), .. } => PLATFORM_FILTER,
        ProfileFilter { status: Some(ProfileStatus::Revoked), .. } => REVOKED_VIEWABLE,
        ProfileFilter { status: Some(_), .. } => STATUSES_FILTER,
        ProfileFilter { include_canceled: Some(true), .. } => INCLUDE_CANCELED,
        ProfileFilter { include_canceled: Some(false), .. } => INCLUDE_CANCELED_FALSE,
        ProfileFilter { platform: None, status: None, include_canceled: None } if page != PageSize::Default => COMPLETE,
        ProfileFilter { platform: None, status: None, include_canceled: None } => {
            let inactive = |profile: &ProfileState| matches!(profile.status, ProfileStatus::Canceled | ProfileStatus::Revoked);
            if state.profiles.iter().any(inactive) { ACTIVE_ONLY } else { LISTS }
        }
    }
}
