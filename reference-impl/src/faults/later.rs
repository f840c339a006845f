//! Faults of the pages after the first: what they forget of the request.

use std::sync::Arc;

use crate::error::Outcome;
use crate::faults::call::{Call, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::page::{is_later, listed, page_of, paged, scope, whole, with_page};
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::identity::Caller;
use crate::store::command::{Command, Reply};
use crate::store::paging;
use crate::store::profile::Profile;
use crate::store::state::Context;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (95, "later-page-drops-statuses"),
        Category::Pagination,
        CURRENT,
        "ListSigningProfiles/statuses-filter",
        "the second page of profiles forgets the statuses asked for",
        &[Lie::Store(Around(|call, command| {
            later(call, command, |command| {
                if let Command::ListSigningProfiles { filter, .. } = command {
                    filter.statuses.clear();
                }
            })
        }))],
    ),
    fault(
        (96, "later-page-drops-platform"),
        Category::Pagination,
        CURRENT,
        "ListSigningProfiles/platform-filter",
        "the second page of profiles forgets the platform asked for",
        &[Lie::Store(Around(|call, command| {
            later(call, command, |command| {
                if let Command::ListSigningProfiles { filter, .. } = command {
                    filter.platform_id = None;
                }
            })
        }))],
    ),
    fault(
        (97, "later-page-drops-job-status"),
        Category::Pagination,
        BOTH,
        "ListSigningJobs/status-filter",
        "the second page of jobs forgets the status asked for",
        &[Lie::Store(Around(|call, command| {
            later(call, command, |command| {
                if let Command::ListSigningJobs { filter, .. } = command {
                    filter.status = None;
                }
            })
        }))],
    ),
    fault(
        (209, "later-page-drops-requester"),
        Category::Pagination,
        CURRENT,
        "ListSigningJobs/requested-by-filter",
        "the second page of jobs forgets the requester asked for",
        &[Lie::Store(Around(|call, command| {
            later(call, command, |command| {
                if let Command::ListSigningJobs { filter, .. } = command {
                    filter.requested_by = None;
                }
            })
        }))],
    ),
    fault(
        (98, "later-page-drops-category"),
        Category::Pagination,
        CURRENT,
        "ListSigningPlatforms/category-filter",
        "the second page of platforms forgets the category asked for",
        &[Lie::Store(Around(|call, command| {
            later(call, command, |command| {
                if let Command::ListSigningPlatforms { filter, .. } = command {
                    filter.category = None;
                }
            })
        }))],
    ),
    fault(
        (106, "later-page-unlimited"),
        Category::Pagination,
        BOTH,
        "ListSigningJobs/page-size",
        "the second page of jobs holds all the rest",
        &[Lie::Store(Before(|_, command| {
            if let Command::ListSigningJobs { page, .. } = command
                && is_later(page)
            {
                page.max_results = Some(usize::MAX);
            }
        }))],
    ),
    fault(
        (99, "later-page-any-account"),
        Category::Pagination,
        BOTH,
        "ListSigningProfiles/own-account",
        "the second page of profiles shows those of all accounts",
        &[Lie::Store(Around(any_account))],
    ),
];

/// A later page by another filter, under the tokens of the one that was asked for.
fn later(call: &mut Call<'_, '_>, mut command: Command, forget: fn(&mut Command)) -> Outcome<Reply> {
    let token = page_of(&mut command).filter(|page| is_later(page)).and_then(|page| page.next_token.clone());
    let mut other = command.clone();
    forget(&mut other);
    let (asked, forgotten) = (scope(call, &command), scope(call, &other));
    let Some(key) = token.and_then(|token| paging::open(&asked, &token)) else { return call.next(command) };
    let mut reply =
        call.next(with_page(&other, |page| page.next_token = Some(paging::seal(&forgotten, &key))))?;
    if let Some((_, token)) = listed(&mut reply) {
        *token = token
            .take()
            .and_then(|token| paging::open(&forgotten, &token))
            .map(|key| paging::seal(&asked, &key));
    }
    Ok(reply)
}

/// On a later page the profiles of other accounts follow the caller's own.
fn any_account(call: &mut Call<'_, '_>, mut command: Command) -> Outcome<Reply> {
    match &command {
        Command::ListSigningProfiles { page, .. } if is_later(page) => {}
        _ => return call.next(command),
    }
    let own = call.context.caller;
    let mut items = Vec::new();
    let accounts: Vec<String> =
        call.store.profiles.keys().filter(|account| **account != own.account).cloned().collect();
    if let Reply::Profiles(profiles) = whole(call, &command)? {
        items.extend(profiles.items.into_iter().map(|profile| (profile.name.clone(), profile)));
    }
    for account in accounts {
        let other = Caller { account, ..own.clone() };
        items.extend(
            those_of(call, &other, &command)?
                .into_iter()
                .map(|profile| (format!("~{}", profile.name), profile)),
        );
    }
    items.sort_by(|(one, _), (other, _)| one.cmp(other));
    paged(call, &mut command, items).map(Reply::Profiles)
}

fn those_of(call: &mut Call<'_, '_>, caller: &Caller, command: &Command) -> Outcome<Vec<Arc<Profile>>> {
    let mut context = Context { now: call.context.now, caller, ids: &mut *call.context.ids, elsewhere: None };
    let (store, elsewhere, memory) = (&mut *call.store, &mut *call.elsewhere, &mut *call.memory);
    let mut other = Call { store, context: &mut context, elsewhere, memory, rest: call.rest };
    match whole(&mut other, command)? {
        Reply::Profiles(profiles) => Ok(profiles.items),
        _ => Ok(Vec::new()),
    }
}
