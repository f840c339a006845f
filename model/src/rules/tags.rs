//! Tags: every operation names the profile by its ARN, so another account means the same profile.

use crate::call;
use crate::call::{Account, Profile, ProfileStatus, TagKey, TagValue};
use crate::outcome::{Change, Outcomes, Rule};
use crate::reply::{ErrorName, Reply};
use crate::rules::Asked;
use crate::rules::vocabulary::{Saying, either, one_of, only, refuse, tells};
use crate::state::ProfileState;

/// The three rules that each of the operations has for itself.
struct Rules {
    absent: Rule,
    canceled: Rule,
    revoked: Rule,
}

const TAG: Rules = Rules {
    // The ARN of an unknown profile is answered with NotFoundException.
    absent: Rule::documented("TagResource/absent"),
    // A canceled profile is refused with BadRequestException.
    canceled: Rule::documented("TagResource/canceled"),
    // The documents do not say whether a revoked profile can be tagged.
    revoked: Rule::open("TagResource/revoked"),
};
const UNTAG: Rules = Rules {
    // The ARN of an unknown profile is answered with NotFoundException.
    absent: Rule::documented("UntagResource/absent"),
    // A canceled profile is refused with BadRequestException.
    canceled: Rule::documented("UntagResource/canceled"),
    // The documents do not say whether tags of a revoked profile can be removed.
    revoked: Rule::open("UntagResource/revoked"),
};
const LIST: Rules = Rules {
    // The ARN of an unknown profile is answered with NotFoundException.
    absent: Rule::documented("ListTagsForResource/absent"),
    // A canceled profile is refused with BadRequestException.
    canceled: Rule::documented("ListTagsForResource/canceled"),
    // The documents do not say whether the tags of a revoked profile can be read.
    revoked: Rule::open("ListTagsForResource/revoked"),
};

// A key that the profile has gets the new value.
const OVERWRITES: Rule = Rule::inferred("TagResource/overwrites");
// Tags whose keys the call does not name stay as they are.
const MERGES: Rule = Rule::inferred("TagResource/merges");
// A well-formed call adds the tags, which ListTagsForResource, GetSigningProfile and ListSigningProfiles then
// show.
const TAGS: Rule = Rule::documented("TagResource/tags");

// The reference permits 200 tags, while the console's page says 50.
const LIMIT: Rule = Rule::open("TagResource/limit");
/// The larger of the two limits.
const MOST_TAGS: usize = 200;
/// What tags that break a constraint may be refused with: see `TagResource/bad-tags-error`.
const BAD_TAGS: &[ErrorName] = &[ErrorName::BadRequest, ErrorName::Validation];

/// `TagResource`
pub(super) fn tag(asked: &Asked<'_>, profile: Profile, key: TagKey, value: TagValue) -> Outcomes {
    let of = asked.state.profile(profile);
    let (before, tags) = (of.tags, with_tag(of, key, value));
    let rule = if before[usize::from(key.0)] != TagValue::None {
        OVERWRITES
    } else if before.iter().any(|value| *value != TagValue::None) {
        MERGES
    } else {
        TAGS
    };
    let change = asked.state.profile_becomes(profile, ProfileState { tags, ..*of });
    let success = match many(tags) {
        ..=50 => only(rule, Reply::Done, change),
        // What was there already stays within the limit.
        _ if change == Change::None || many(tags) == many(before) => only(rule, Reply::Done, change),
        // A service that holds more than 50 has shown that its limit is 200.
        51..=MOST_TAGS if many(before) > 50 => only(rule, Reply::Done, change),
        51..=MOST_TAGS => either(LIMIT, [(Reply::Done, change)]).or(refuse(LIMIT, BAD_TAGS)),
        _ => refuse(LIMIT, BAD_TAGS),
    };
    on_profile(asked, profile, &TAG, success)
}

/// The tags of the profile, and that one.
fn with_tag(of: &ProfileState, key: TagKey, value: TagValue) -> [TagValue; call::TAGS] {
    let mut tags = of.tags;
    if value != TagValue::None {
        tags[usize::from(key.0)] = value;
    }
    tags
}

/// The limit that a tag exceeds on a profile that could be tagged otherwise.
pub(super) fn exceeded(of: &ProfileState, key: TagKey, value: TagValue) -> Option<Rule> {
    let can_be_tagged = matches!(of.status, ProfileStatus::Active | ProfileStatus::Revoked);
    let (before, after) = (many(of.tags), many(with_tag(of, key, value)));
    (can_be_tagged && after > MOST_TAGS && after > before).then_some(LIMIT)
}

// The documents do not say how a key that the profile does not have is answered.
const ABSENT_KEY: Rule = Rule::open("UntagResource/absent-key");
// The tags with the given keys are gone from ListTagsForResource, GetSigningProfile and ListSigningProfiles.
const UNTAGS: Rule = Rule::documented("UntagResource/untags");

/// How many tags these are.
fn many(tags: [TagValue; call::TAGS]) -> usize {
    let given = (0..).map(TagKey).zip(tags).filter(|(_, value)| *value != TagValue::None);
    given.map(|(key, _)| key.keys()).sum()
}

/// `UntagResource`
pub(super) fn untag(asked: &Asked<'_>, profile: Profile, key: TagKey) -> Outcomes {
    let key = usize::from(key.0);
    let of = asked.state.profile(profile);
    if of.tags[key] == TagValue::None {
        let refused = refuse(ABSENT_KEY, &[ErrorName::BadRequest]);
        return on_profile(
            asked,
            profile,
            &UNTAG,
            either(ABSENT_KEY, [(Reply::Done, Change::None)]).or(refused),
        );
    }
    let mut tags = of.tags;
    tags[key] = TagValue::None;
    let change = asked.state.profile_becomes(profile, ProfileState { tags, ..*of });
    on_profile(asked, profile, &UNTAG, only(UNTAGS, Reply::Done, change))
}

// A profile without tags is answered with status 200 and no tags.
const NONE: Rule = Rule::inferred("ListTagsForResource/none");
// All tags of the profile are shown, each key with its value.
const LISTS: Rule = Rule::documented("ListTagsForResource/lists");

/// `ListTagsForResource`
pub(super) fn list(asked: &Asked<'_>, profile: Profile) -> Outcomes {
    let tags = asked.state.profile(profile).tags;
    let rule = if tags.iter().all(|value| *value == TagValue::None) { NONE } else { LISTS };
    on_profile(asked, profile, &LIST, tells(rule, Reply::Tags(tags)))
}

// The documents do not say how the ARN of another account or Region is answered.
const FOREIGN: Rule = Rule::open("TagResource/foreign-arn");

fn on_profile(asked: &Asked<'_>, profile: Profile, rules: &Rules, success: Outcomes) -> Outcomes {
    let state = asked.state;
    if asked.by == Account::Other {
        let errors = [ErrorName::BadRequest, ErrorName::NotFound, ErrorName::AccessDenied];
        return either(FOREIGN, errors.map(|error| (Reply::Refused(error), Change::None)));
    }
    match state.profile(profile).status {
        ProfileStatus::Absent => refuse(rules.absent, &[ErrorName::NotFound]),
        ProfileStatus::Active => success,
        ProfileStatus::Canceled => refuse(rules.canceled, &[ErrorName::BadRequest]),
        ProfileStatus::Revoked => {
            one_of(rules.revoked, success.iter().map(|outcome| (outcome.reply, outcome.change)))
                .or(refuse(rules.revoked, &[ErrorName::BadRequest]))
        }
    }
}
