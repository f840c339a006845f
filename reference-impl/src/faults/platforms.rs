//! Faults of the filters of platforms.

use std::collections::BTreeMap;

use crate::error::Outcome;
use crate::faults::call::{Call, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::page::{paged, whole};
use crate::faults::row::{BOTH, Category, Fault, fault};
use crate::store::command::{Command, Reply};
use crate::store::platforms::PlatformFilter;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (58, "category-filter-ignored"),
        Category::Filter,
        BOTH,
        "ListSigningPlatforms/category-filter",
        "the category filter of platforms is ignored",
        &[Lie::Store(Before(|_, command| platforms(command, |filter| filter.category = None)))],
    ),
    fault(
        (212, "category-any-case"),
        Category::Filter,
        BOTH,
        "ListSigningPlatforms/category-filter",
        "a category selects in any case",
        &[Lie::Store(Before(|call, command| {
            platforms(command, |filter| {
                let asked = filter.category.clone().unwrap_or_default();
                let known =
                    call.store.listed().find(|platform| platform.category.eq_ignore_ascii_case(&asked));
                filter.category = known.map(|platform| platform.category.clone()).or(filter.category.take());
            });
        }))],
    ),
    fault(
        (213, "unknown-target-ignored"),
        Category::Filter,
        BOTH,
        "ListSigningPlatforms/target-filter",
        "a target that no platform has selects them all",
        &[Lie::Store(Before(|call, command| {
            platforms(command, |filter| {
                filter.target = filter
                    .target
                    .take()
                    .filter(|asked| call.store.listed().any(|platform| platform.target == *asked));
            });
        }))],
    ),
    fault(
        (381, "partner-filter-ignored"),
        Category::Filter,
        BOTH,
        "ListSigningPlatforms/partner-filter",
        "the partner filter of platforms is ignored",
        &[Lie::Store(Before(|_, command| platforms(command, |filter| filter.partner = None)))],
    ),
    fault(
        (382, "platform-filters-combine-any"),
        Category::Filter,
        BOTH,
        "ListSigningPlatforms/filters-combine",
        "a platform is listed when it matches one of several filters",
        &[Lie::Store(Around(combine_any))],
    ),
];

fn platforms(command: &mut Command, change: impl FnOnce(&mut PlatformFilter)) {
    if let Command::ListSigningPlatforms { filter, .. } = command {
        change(filter);
    }
}

/// Lists the platforms that match one of the filters given.
fn combine_any(call: &mut Call<'_, '_>, mut command: Command) -> Outcome<Reply> {
    let Command::ListSigningPlatforms { filter, page } = &command else { return call.next(command) };
    let (filter, page) = (filter.clone(), page.clone());
    let each = [
        PlatformFilter { category: filter.category.clone(), ..PlatformFilter::default() },
        PlatformFilter { partner: filter.partner.clone(), ..PlatformFilter::default() },
        PlatformFilter { target: filter.target.clone(), ..PlatformFilter::default() },
    ];
    let is_given = |filter: &PlatformFilter| {
        filter.category.is_some() || filter.partner.is_some() || filter.target.is_some()
    };
    let given: Vec<PlatformFilter> = each.into_iter().filter(is_given).collect();
    if given.len() < 2 {
        return call.next(command);
    }
    let mut items = BTreeMap::new();
    for filter in given {
        let alone = Command::ListSigningPlatforms { filter, page: page.clone() };
        if let Reply::Platforms(some) = whole(call, &alone)? {
            items.extend(some.items.into_iter().map(|platform| (platform.id.clone(), platform)));
        }
    }
    paged(call, &mut command, items.into_iter().collect()).map(Reply::Platforms)
}
