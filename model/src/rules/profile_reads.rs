//! What is read of profiles: one at a time, and which of them there are.

use crate::state::ProfileSet;
use signer_schemas::Edition;

use crate::call::{Account, Action, OwnerArg, Profile, ProfileStatus, Validity};
use crate::filters::{PageSize, ProfileFilter};
use crate::outcome::{Change, Outcomes, Rule};
use crate::reply::{ErrorName, ProfileView, Reply};
use crate::rules::Asked;
use crate::rules::access::{Reach, reach};
use crate::rules::vocabulary::{Saying, either, one_of, only, refuse, tells};
use crate::state::{ProfileState, State};

// profileOwner naming the caller's own account gives the same answer as leaving it out.
const OWN_OWNER: Rule = Rule::observed("GetSigningProfile/own-owner");
// An account that holds the permission signer:GetSigningProfile on a profile reads it by naming profileOwner.
const GRANTED: Rule = Rule::documented("GetSigningProfile/cross-account-granted");
// The documents do not say which error an account without permission gets.
const DENIED: Rule = Rule::open("GetSigningProfile/cross-account-denied");
// Without profileOwner a name means the caller's own profile, so another account's name is not found.
const OTHER_NAME: Rule = Rule::documented("GetSigningProfile/other-account-name");

/// `GetSigningProfile`
pub(super) fn get(asked: &Asked<'_>, profile: Profile, owner: OwnerArg) -> Outcomes {
    const NOT_SHOWN: [ErrorName; 2] = [ErrorName::ResourceNotFound, ErrorName::Validation];
    let state = asked.state;
    match reach(asked, owner, profile, Action::GetSigningProfile) {
        Reach::Own => view(asked, profile, None),
        Reach::OwnByName if state.profile(profile).status == ProfileStatus::Absent => {
            view(asked, profile, None)
        }
        Reach::OwnByName => view(asked, profile, Some(OWN_OWNER)).against_errors(OWN_OWNER, &NOT_SHOWN),
        Reach::Granted => view(asked, profile, Some(GRANTED)),
        Reach::Denied => refuse(DENIED, &[ErrorName::AccessDenied, ErrorName::ResourceNotFound]),
        Reach::Elsewhere => refuse(OTHER_NAME, &[ErrorName::ResourceNotFound]),
    }
}

// An unknown profileName is answered with ResourceNotFoundException.
const ABSENT: Rule = Rule::documented("GetSigningProfile/absent");
// The answer shows the profile as it was created, with its present status.
const VIEW: Rule = Rule::documented("GetSigningProfile/view");
// A canceled profile stays readable and shows status Canceled.
const CANCELED_READABLE: Rule = Rule::documented("GetSigningProfile/canceled-readable");
// A revoked profile stays readable, shows status Revoked and a revocationRecord.
const REVOKED_READABLE: Rule = Rule::documented("GetSigningProfile/revoked-readable");
// The default validity shows in GetSigningProfile as value 135 and type MONTHS.
const VALIDITY_SHOWN: Rule = Rule::observed("PutSigningProfile/default-validity-shown");
// signatureValidityPeriod is shown with the value and type that were given, not converted to another unit.
const VALIDITY_KEPT: Rule = Rule::observed("PutSigningProfile/validity-kept");

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
    match asked.edition {
        Edition::May2019 => tells(rule, with(None)),
        Edition::Current if shown.platform.is_managed() => {
            let (speaks, other) = match shown.validity {
                Validity::Default => (VALIDITY_SHOWN, None),
                Validity::Day => (VALIDITY_KEPT, Some(Validity::Default)),
            };
            let forgotten = ProfileState { validity: Validity::Default, ..*shown };
            let outcomes = tells(rule, with(Some(shown.validity))).against(speaks, with(None), Change::None);
            match other {
                Some(other) => {
                    outcomes.against(speaks, with(Some(other)), state.profile_becomes(profile, forgotten))
                }
                None => outcomes,
            }
        }
        // Signatures of the other platforms do not expire. A validity that was kept there is shown as it was
        // given; whether there is a default to show, nothing says.
        Edition::Current => match shown.validity {
            Validity::Day => tells(rule, with(Some(Validity::Day))),
            Validity::Default => {
                one_of(rule, [None, Some(Validity::Default)].map(|validity| (with(validity), Change::None)))
            }
        },
    }
}

/// Whether a list has an entry.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Listed {
    Yes,
    No,
    Perhaps(Rule),
}

// Only profiles of the caller's account are listed.
const OWN_ACCOUNT: Rule = Rule::documented("ListSigningProfiles/own-account");
// The documents do not say whether includeCanceled true also brings revoked profiles.
const REVOKED_INCLUDED: Rule = Rule::open("ListSigningProfiles/revoked-with-include-canceled");
// The documents do not say how includeCanceled and statuses combine.
const STATUSES_AND_INCLUDED: Rule = Rule::open("ListSigningProfiles/include-canceled-with-statuses");
// The reference lists only Active profiles unless includeCanceled is true, and those of the given statuses,
// which may be others.
const STATUSES_ALONE: Rule = Rule::open("ListSigningProfiles/statuses-without-include-canceled");

/// `ListSigningProfiles`
pub(super) fn list(asked: &Asked<'_>, filter: ProfileFilter, page: PageSize) -> Outcomes {
    let state = asked.state;
    let filter = match asked.edition {
        Edition::Current => filter,
        Edition::May2019 => {
            ProfileFilter { include_canceled: filter.include_canceled, ..ProfileFilter::default() }
        }
    };
    if asked.by == Account::Other {
        return tells(OWN_ACCOUNT, Reply::Profiles(ProfileSet::EMPTY));
    }
    let of = |wanted: Listed| {
        let profiles = (0..).map(Profile).zip(&state.profiles);
        profiles
            .filter(move |(_, of)| listed(of, filter) == wanted)
            .map(|(profile, _)| profile)
            .collect::<ProfileSet>()
    };
    let mut outcomes = only(list_rule(state, filter, page), Reply::Profiles(of(Listed::Yes)), Change::None);
    // An open point is answered for all profiles of a status alike.
    let perhaps = |status, rule| {
        let listed =
            of(Listed::Perhaps(rule)).iter().filter(|profile| state.profile(*profile).status == status);
        listed.collect::<ProfileSet>()
    };
    for rule in [REVOKED_INCLUDED, STATUSES_AND_INCLUDED, STATUSES_ALONE] {
        let canceled = perhaps(ProfileStatus::Canceled, rule);
        outcomes = widened(&outcomes, canceled, ProfileSet::EMPTY, rule);
        // What includeCanceled brings besides, it brings with the canceled profiles.
        let beside = if rule == STATUSES_AND_INCLUDED { canceled } else { ProfileSet::EMPTY };
        outcomes = widened(&outcomes, perhaps(ProfileStatus::Revoked, rule), beside, rule);
    }
    if filter.status.is_some() && filter.include_canceled == Some(true) {
        outcomes = outcomes.or(refuse(STATUSES_AND_INCLUDED, &[ErrorName::Validation]));
    }
    outcomes
}

/// Each of the lists as it is and, if it has those beside which they may stand, with these profiles, too.
fn widened(lists: &Outcomes, with: ProfileSet, beside: ProfileSet, rule: Rule) -> Outcomes {
    if with.is_empty() {
        return lists.clone();
    }
    lists.iter().fold(Outcomes::new(), |wider, list| {
        let alone = Outcomes::from_iter([*list]);
        let Reply::Profiles(without) = list.reply else { return wider.or(alone) };
        if beside.iter().any(|profile| !without.contains(profile)) {
            return wider.or(alone);
        }
        let both = without.iter().chain(with.iter()).collect::<ProfileSet>();
        wider.or(either(rule, [without, both].map(|set| (Reply::Profiles(set), list.change))))
    })
}

fn listed(profile: &ProfileState, filter: ProfileFilter) -> Listed {
    if profile.status == ProfileStatus::Absent
        || filter.platform.is_some_and(|platform| platform != profile.platform)
    {
        return Listed::No;
    }
    let canceled_asked = filter.include_canceled == Some(true);
    match (filter.status, profile.status) {
        (Some(status), is) if status == is => {
            if is == ProfileStatus::Active || canceled_asked {
                Listed::Yes
            } else {
                Listed::Perhaps(STATUSES_ALONE)
            }
        }
        (Some(_), ProfileStatus::Canceled | ProfileStatus::Revoked) if canceled_asked => {
            Listed::Perhaps(STATUSES_AND_INCLUDED)
        }
        (None, ProfileStatus::Active) => Listed::Yes,
        (None, ProfileStatus::Canceled) if canceled_asked => Listed::Yes,
        (None, ProfileStatus::Revoked) if canceled_asked => Listed::Perhaps(REVOKED_INCLUDED),
        (Some(_), _) | (None, ProfileStatus::Absent | ProfileStatus::Canceled | ProfileStatus::Revoked) => {
            Listed::No
        }
    }
}

// With platformId only profiles for that platform are listed.
const PLATFORM_FILTER: Rule = Rule::documented("ListSigningProfiles/platform-filter");
// A revoked profile is listed when statuses holds Revoked and includeCanceled is true.
const REVOKED_VIEWABLE: Rule = Rule::documented("ListSigningProfiles/revoked-viewable");
// With statuses only profiles whose status is among the given ones are listed.
const STATUSES_FILTER: Rule = Rule::documented("ListSigningProfiles/statuses-filter");
// With includeCanceled true the canceled profiles are listed beside the active ones.
const INCLUDE_CANCELED: Rule = Rule::documented("ListSigningProfiles/include-canceled");
// includeCanceled false is the same as leaving it out.
const INCLUDE_CANCELED_FALSE: Rule = Rule::documented("ListSigningProfiles/include-canceled-false");
// Following nextToken from page to page gives every matching profile exactly once.
const COMPLETE: Rule = Rule::documented("ListSigningProfiles/complete");
// Without includeCanceled and statuses only profiles with status Active are listed.
const ACTIVE_ONLY: Rule = Rule::documented("ListSigningProfiles/active-only");
// Every Active profile of the account is listed.
const LISTS: Rule = Rule::documented("ListSigningProfiles/lists");

/// The rule that a list is the best evidence for.
pub(super) fn list_rule(state: &State, filter: ProfileFilter, page: PageSize) -> Rule {
    match filter {
        ProfileFilter { platform: Some(_), .. } => PLATFORM_FILTER,
        ProfileFilter { status: Some(ProfileStatus::Revoked), .. } => REVOKED_VIEWABLE,
        ProfileFilter { status: Some(_), .. } => STATUSES_FILTER,
        ProfileFilter { include_canceled: Some(true), .. } => INCLUDE_CANCELED,
        ProfileFilter { include_canceled: Some(false), .. } => INCLUDE_CANCELED_FALSE,
        ProfileFilter { platform: None, status: None, include_canceled: None }
            if page != PageSize::Default =>
        {
            COMPLETE
        }
        ProfileFilter { platform: None, status: None, include_canceled: None } => {
            let inactive = |profile: &ProfileState| {
                matches!(profile.status, ProfileStatus::Canceled | ProfileStatus::Revoked)
            };
            if state.profiles.iter().any(inactive) { ACTIVE_ONLY } else { LISTS }
        }
    }
}

/// The rules by which a list with that filter leaves the profile out.
pub(super) fn left_out(profile: &ProfileState, filter: ProfileFilter) -> Vec<Rule> {
    if profile.status == ProfileStatus::Absent {
        return Vec::new();
    }
    let is_ended = profile.status != ProfileStatus::Active;
    let reasons = [
        (filter.platform.is_some_and(|platform| platform != profile.platform), PLATFORM_FILTER),
        (filter.status.is_some_and(|status| status != profile.status), STATUSES_FILTER),
        (filter.status.is_none() && filter.include_canceled.is_none() && is_ended, ACTIVE_ONLY),
        (
            filter.status.is_none() && filter.include_canceled == Some(false) && is_ended,
            INCLUDE_CANCELED_FALSE,
        ),
    ];
    reasons.into_iter().filter(|(is_out, _)| *is_out).map(|(_, rule)| rule).collect()
}
