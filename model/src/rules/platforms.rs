//! Platforms: read only. Which of them a service offers differs from Region to Region, so the state says.

use std::sync::LazyLock;

use crate::state::PlatformSet;

use crate::filters::{PageSize, PlatformFilter};
use crate::outcome::{Change, Outcomes, Rule};
use crate::platform::{Platform, PlatformArg};
use crate::reply::{ErrorName, Reply};
use crate::rules::Asked;
use crate::rules::vocabulary::{Saying, either, one_of, refuse, tells};

// The answer describes the platform of the given platformId.
const VIEW: Rule = Rule::documented("GetSigningPlatform/view");
// An unknown platformId is answered with ResourceNotFoundException.
const ABSENT: Rule = Rule::documented("GetSigningPlatform/absent");

/// `GetSigningPlatform`
pub(super) fn get(asked: &Asked<'_>, platform: PlatformArg) -> Outcomes {
    match platform {
        PlatformArg::Known(platform) if asked.state.platforms.contains(platform) => {
            tells(VIEW, Reply::Platform(platform))
        }
        PlatformArg::Known(_) | PlatformArg::Unknown => refuse(ABSENT, &[ErrorName::ResourceNotFound]),
    }
}

// Without filters every platform that is available is listed.
const LISTS: Rule = Rule::documented("ListSigningPlatforms/lists");
// Following nextToken from page to page gives every matching platform exactly once.
const COMPLETE: Rule = Rule::documented("ListSigningPlatforms/complete");
// The documents do not say how a filter value that no platform has is answered.
const UNKNOWN_VALUE: Rule = Rule::open("ListSigningPlatforms/unknown-value");
// With category only platforms whose category is the given one are listed.
const CATEGORY: Rule = Rule::documented("ListSigningPlatforms/category-filter");
// With partner only platforms whose partner is the given one are listed.
const PARTNER: Rule = Rule::documented("ListSigningPlatforms/partner-filter");
// With target only platforms whose target is the given one are listed.
const TARGET: Rule = Rule::documented("ListSigningPlatforms/target-filter");

/// `ListSigningPlatforms`
pub(super) fn list(asked: &Asked<'_>, filter: PlatformFilter, page: PageSize) -> Outcomes {
    let offered = asked.state.platforms;
    let (rule, column, of) = match filter {
        PlatformFilter::All => {
            let rule = if page == PageSize::Default { LISTS } else { COMPLETE };
            return tells(rule, Reply::Platforms(offered));
        }
        PlatformFilter::UnknownPartner => {
            return either(UNKNOWN_VALUE, [(Reply::Platforms(PlatformSet::EMPTY), Change::None)])
                .or(refuse(UNKNOWN_VALUE, &[ErrorName::Validation]));
        }
        PlatformFilter::Category(of) => (CATEGORY, Column::Category, of),
        PlatformFilter::Partner(of) => (PARTNER, Column::Partner, of),
        PlatformFilter::Target(of) => (TARGET, Column::Target, of),
    };
    let sure = offered
        .iter()
        .filter(|platform| shares(column, *platform, of) == Some(true))
        .collect::<PlatformSet>();
    let unsure =
        offered.iter().filter(|platform| shares(column, *platform, of).is_none()).collect::<PlatformSet>();
    // Where a value is not known, it may be any of those that are known, or another.
    let with = |guess: Platform| {
        let alike = unsure.iter().filter(|platform| shares(column, *platform, guess) == Some(true));
        sure.iter().chain(alike).collect::<PlatformSet>()
    };
    let alternatives = std::iter::once(sure).chain(unsure.iter().map(with));
    let outcomes = one_of(rule, alternatives.map(|set| (Reply::Platforms(set), Change::None)));
    if offered.contains(of) { outcomes } else { outcomes.or(refuse(UNKNOWN_VALUE, &[ErrorName::Validation])) }
}

#[derive(Clone, Copy)]
enum Column {
    Category,
    Partner,
    Target,
}

/// Whether two platforms have the same value in a column; unknown where a value is a guess.
fn shares(column: Column, one: Platform, other: Platform) -> Option<bool> {
    if one == other {
        return Some(true);
    }
    let table = &*TABLE;
    let (one, other) = (&table[one as usize], &table[other as usize]);
    let (one, other) = match column {
        Column::Category => (one.category, other.category),
        Column::Partner => (one.partner, other.partner),
        Column::Target => (one.target, other.target),
    };
    Some(one? == other?)
}

/// The values that a filter compares; none where no source shows the value.
#[derive(Clone, Copy, Default)]
struct Row {
    category: Option<&'static str>,
    partner: Option<&'static str>,
    target: Option<&'static str>,
}

/// By [`Platform`].
static TABLE: LazyLock<[Row; 5]> = LazyLock::new(|| {
    Platform::ALL.map(|platform| {
        let Some(facts) = signer_schemas::platform(platform.id()) else { return Row::default() };
        let seen = |field: &str, value: &'static str| {
            (!facts.guessed.iter().any(|guess| guess == field)).then_some(value)
        };
        Row {
            category: seen("category", &facts.category),
            partner: seen("partner", &facts.partner),
            target: seen("target", &facts.target),
        }
    })
});
