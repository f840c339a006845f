//! Faults of the filters of profiles and jobs.

use std::sync::Arc;

use signer_schemas::Operation::ListSigningProfiles;

use crate::error::Outcome;
use crate::faults::call::{Call, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::page::{paged, whole};
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::http::field::Field;
use crate::store::command::{Command, Reply};
use crate::store::job::Job;
use crate::store::jobs::JobFilter;
use crate::store::jobs::list::Key;
use crate::store::profile::ProfileStatus;
use crate::store::profiles::ProfileFilter;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (59, "profile-platform-filter-ignored"),
        Category::Filter,
        CURRENT,
        "ListSigningProfiles/platform-filter",
        "the platform filter of profiles is ignored",
        &[Lie::Store(Before(|_, command| profiles(command, |filter| filter.platform_id = None)))],
    ),
    fault(
        (60, "statuses-filter-ignored"),
        Category::Filter,
        CURRENT,
        "ListSigningProfiles/statuses-filter",
        "the statuses filter of profiles is ignored",
        &[Lie::Store(Before(|_, command| profiles(command, |filter| filter.statuses.clear())))],
    ),
    fault(
        (208, "include-canceled-any-platform"),
        Category::Filter,
        CURRENT,
        "ListSigningProfiles/filters-combine",
        "includeCanceled shows profiles of every platform",
        &[Lie::Store(Before(|_, command| {
            profiles(command, |filter| {
                filter.platform_id = filter.platform_id.take().filter(|_| !filter.include_canceled);
            });
        }))],
    ),
    fault(
        (165, "filters-combine-any"),
        Category::Filter,
        CURRENT,
        "ListSigningProfiles/filters-combine",
        "a profile is listed when it matches one of several filters",
        &[Lie::Store(Around(combine_any))],
    ),
    fault(
        (44, "list-shows-canceled"),
        Category::State,
        BOTH,
        "ListSigningProfiles/active-only",
        "the default list shows canceled profiles",
        &[Lie::Store(Before(|_, command| {
            profiles(command, |filter| {
                if filter.statuses.is_empty() && !filter.include_canceled {
                    filter.statuses = [ProfileStatus::Active, ProfileStatus::Canceled]
                        .map(|status| status.name().to_owned())
                        .into();
                }
            });
        }))],
    ),
    fault(
        (45, "include-canceled-ignored"),
        Category::State,
        BOTH,
        "ListSigningProfiles/include-canceled",
        "includeCanceled is ignored",
        &[Lie::Store(Before(|_, command| profiles(command, |filter| filter.include_canceled = false)))],
    ),
    fault(
        (380, "include-canceled-in-any-case"),
        Category::Filter,
        BOTH,
        "ListSigningProfiles/include-canceled-false",
        "includeCanceled counts as true whenever it is given",
        &[Lie::Input(ListSigningProfiles, |input| {
            if let Some(given) = input.0.get_mut("includeCanceled") {
                *given = Field::Boolean(true);
            }
        })],
    ),
    fault(
        (61, "job-status-filter-ignored"),
        Category::Filter,
        BOTH,
        "ListSigningJobs/status-filter",
        "the status filter of jobs is ignored",
        &[Lie::Store(Before(|_, command| jobs(command, |filter| filter.status = None)))],
    ),
    fault(
        (62, "revoked-filter-ignored"),
        Category::Filter,
        CURRENT,
        "ListSigningJobs/revoked-filter",
        "the isRevoked filter of jobs is ignored",
        &[Lie::Store(Before(|_, command| {
            jobs(command, |filter| {
                filter.is_revoked = filter.is_revoked.filter(|is_revoked| !is_revoked);
            });
        }))],
    ),
    fault(
        (63, "expiry-filter-swapped"),
        Category::Filter,
        CURRENT,
        "ListSigningJobs/expires-after-filter",
        "signatureExpiresAfter selects those that expire before",
        &[Lie::Store(Before(|_, command| {
            jobs(command, |filter| {
                if let Some(limit) = filter.expires_after.take() {
                    filter.expires_before =
                        Some(filter.expires_before.map_or(limit, |before| before.min(limit)));
                }
            });
        }))],
    ),
    fault(
        (162, "invoker-filter-ignored"),
        Category::Filter,
        CURRENT,
        "ListSigningJobs/invoker-filter",
        "the jobInvoker filter of jobs is ignored",
        &[Lie::Store(Before(|_, command| jobs(command, |filter| filter.invoker = None)))],
    ),
    fault(
        (163, "requested-by-filter-ignored"),
        Category::Filter,
        BOTH,
        "ListSigningJobs/requested-by-filter",
        "the requestedBy filter of jobs is ignored",
        &[Lie::Store(Before(|_, command| jobs(command, |filter| filter.requested_by = None)))],
    ),
    fault(
        (164, "expires-before-ignored"),
        Category::Filter,
        CURRENT,
        "ListSigningJobs/expires-before-filter",
        "signatureExpiresBefore is ignored",
        &[Lie::Store(Before(|_, command| jobs(command, |filter| filter.expires_before = None)))],
    ),
    fault(
        (206, "status-hides-expiry-filter"),
        Category::Filter,
        CURRENT,
        "ListSigningJobs/filters-combine",
        "signatureExpiresAfter is ignored beside a status",
        &[Lie::Store(Before(|_, command| {
            jobs(command, |filter| {
                filter.expires_after = filter.expires_after.filter(|_| filter.status.is_none());
            });
        }))],
    ),
    fault(
        (207, "requested-by-alone"),
        Category::Filter,
        BOTH,
        "ListSigningJobs/filters-combine",
        "beside requestedBy no status and no platform is looked at",
        &[Lie::Store(Before(|_, command| {
            jobs(command, |filter| {
                if filter.requested_by.is_some() {
                    (filter.status, filter.platform_id) = (None, None);
                }
            });
        }))],
    ),
    fault(
        (210, "requester-by-head"),
        Category::Filter,
        BOTH,
        "ListSigningJobs/requested-by-filter",
        "the beginning of a principal is enough for the requestedBy filter",
        &[Lie::Store(Around(|call, command| {
            selected(call, command, |filter| {
                let head = filter.requested_by.take()?;
                Some(Box::new(move |_, job| job.requested_by.starts_with(&head)))
            })
        }))],
    ),
    fault(
        (211, "job-platform-by-head"),
        Category::Filter,
        BOTH,
        "ListSigningJobs/platform-filter",
        "the beginning of a platform is enough as a filter of jobs",
        &[Lie::Store(Around(|call, command| {
            selected(call, command, |filter| {
                let head = filter.platform_id.take()?;
                Some(Box::new(move |_, job| job.platform.id.starts_with(&head)))
            })
        }))],
    ),
];

fn profiles(command: &mut Command, change: impl FnOnce(&mut ProfileFilter)) {
    if let Command::ListSigningProfiles { filter, .. } = command {
        change(filter);
    }
}

fn jobs(command: &mut Command, change: impl FnOnce(&mut JobFilter)) {
    if let Command::ListSigningJobs { filter, .. } = command {
        change(filter);
    }
}

/// Whether a job is listed.
type Selects = Box<dyn Fn(&Call<'_, '_>, &Job) -> bool>;

/// Lists the jobs that are selected in another way than by a part of the filter, which is taken out.
pub(super) fn selected(
    call: &mut Call<'_, '_>,
    mut command: Command,
    take: fn(&mut JobFilter) -> Option<Selects>,
) -> Outcome<Reply> {
    let Command::ListSigningJobs { filter, page } = &command else { return call.next(command) };
    let (mut filter, page) = (filter.clone(), page.clone());
    let Some(selects) = take(&mut filter) else { return call.next(command) };
    let Reply::Jobs(all) = whole(call, &Command::ListSigningJobs { filter, page })? else {
        return call.next(command);
    };
    let items = all.items.into_iter().filter(|job| selects(call, job));
    let keyed =
        |job: Arc<Job>| (Key(call.store.jobs.number_of(&job.id).unwrap_or_default()).to_string(), job);
    let items = items.map(keyed).collect();
    paged(call, &mut command, items).map(Reply::Jobs)
}

/// Lists the profiles that match the statuses or the platform.
fn combine_any(call: &mut Call<'_, '_>, mut command: Command) -> Outcome<Reply> {
    let Command::ListSigningProfiles { filter, page } = &command else { return call.next(command) };
    if filter.statuses.is_empty() || filter.platform_id.is_none() {
        return call.next(command);
    }
    let every = ["Active", "Canceled", "Revoked"].map(str::to_owned).into();
    let filters = [
        ProfileFilter { platform_id: None, ..filter.clone() },
        ProfileFilter { statuses: every, ..filter.clone() },
    ];
    let page = page.clone();
    let mut items = std::collections::BTreeMap::new();
    for filter in filters {
        if let Reply::Profiles(some) =
            whole(call, &Command::ListSigningProfiles { filter, page: page.clone() })?
        {
            items.extend(some.items.into_iter().map(|profile| (profile.name.clone(), profile)));
        }
    }
    paged(call, &mut command, items.into_iter().collect()).map(Reply::Profiles)
}
