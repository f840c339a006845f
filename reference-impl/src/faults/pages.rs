//! Faults of how a list is divided into pages.

use signer_schemas::Operation::{
    self, ListProfilePermissions, ListSigningJobs, ListSigningPlatforms, ListSigningProfiles,
};

use crate::error::Outcome;
use crate::faults::call::{Call, Turn::Around, Turn::Before};
use crate::faults::lie::Lie;
use crate::faults::page::{emptied, is_later, listed, page_of, scope, with_page};
use crate::faults::row::{BOTH, CURRENT, Category, Fault, fault};
use crate::freedoms::FreedomId;
use crate::store::command::{Command, Reply};
use crate::store::jobs::list::Key;
use crate::store::paging;
use crate::store::paging::BAD_TOKEN;

pub(super) const FAULTS: &[Fault] = &[
    fault(
        (53, "page-repeats-item"),
        Category::Pagination,
        BOTH,
        "ListSigningProfiles/complete",
        "the last profile of a page comes again on the next",
        &[Lie::Store(Around(|call, command| on(ListSigningProfiles, call, command, repeat_last)))],
    ),
    fault(
        (101, "page-repeats-job"),
        Category::Pagination,
        BOTH,
        "ListSigningJobs/complete",
        "the last job of a page comes again on the next",
        &[Lie::Store(Around(|call, command| on(ListSigningJobs, call, command, repeat_last)))],
    ),
    fault(
        (54, "page-loses-item"),
        Category::Pagination,
        BOTH,
        "ListSigningJobs/complete",
        "the first job of each further page is lost",
        &[Lie::Store(Around(|call, command| on(ListSigningJobs, call, command, lose_first)))],
    ),
    fault(
        (100, "page-loses-profile"),
        Category::Pagination,
        BOTH,
        "ListSigningProfiles/complete",
        "the first profile of each further page is lost",
        &[Lie::Store(Around(|call, command| on(ListSigningProfiles, call, command, lose_first)))],
    ),
    fault(
        (102, "page-loses-platform"),
        Category::Pagination,
        BOTH,
        "ListSigningPlatforms/complete",
        "the first platform of each further page is lost",
        &[Lie::Store(Around(|call, command| on(ListSigningPlatforms, call, command, lose_first)))],
    ),
    fault(
        (215, "page-of-8-loses-item"),
        Category::Pagination,
        BOTH,
        "ListSigningProfiles/complete",
        "pages of 8 to 23 profiles lose the first of each further page",
        &[Lie::Store(Around(|call, command| match &command {
            Command::ListSigningProfiles { page, .. }
                if page.max_results.is_some_and(|size| (8..24).contains(&size)) =>
            {
                lose_first(call, &command)
            }
            _ => call.next(command),
        }))],
    ),
    fault(
        (55, "page-too-large"),
        Category::Pagination,
        BOTH,
        "ListSigningPlatforms/page-size",
        "a page of platforms has one item more than asked for",
        &[Lie::Store(Before(|call, command| {
            if let Command::ListSigningPlatforms { page, .. } = command {
                let default = call.store.settings().freedoms.number(FreedomId::ListPlatformsDefaultPageSize);
                page.max_results = Some(page.max_results.unwrap_or(default) + 1);
            }
        }))],
    ),
    fault(
        (56, "token-never-ends"),
        Category::Pagination,
        BOTH,
        "ListSigningProfiles/next-token-ends",
        "the last page of profiles has a token, too",
        &[Lie::Store(Around(|call, command| on(ListSigningProfiles, call, command, never_end)))],
    ),
    fault(
        (103, "job-token-never-ends"),
        Category::Pagination,
        BOTH,
        "ListSigningJobs/next-token-ends",
        "the last page of jobs has a token, too",
        &[Lie::Store(Around(|call, command| on(ListSigningJobs, call, command, never_end)))],
    ),
    fault(
        (104, "platform-token-loops"),
        Category::Pagination,
        BOTH,
        "ListSigningPlatforms/next-token-ends",
        "the last page of platforms leads to the first",
        &[Lie::Store(Around(|call, command| on(ListSigningPlatforms, call, command, lead_to_first)))],
    ),
    fault(
        (57, "bad-token-accepted"),
        Category::Pagination,
        BOTH,
        "ListSigningPlatforms/bad-token",
        "any token gives the first page of platforms",
        &[Lie::Store(Around(|call, command| on(ListSigningPlatforms, call, command, accept_any_token)))],
    ),
    fault(
        (105, "bad-job-token-accepted"),
        Category::Pagination,
        BOTH,
        "ListSigningJobs/bad-token",
        "any token gives the first page of jobs",
        &[Lie::Store(Around(|call, command| on(ListSigningJobs, call, command, accept_any_token)))],
    ),
    fault(
        (283, "bad-permission-token-accepted"),
        Category::Pagination,
        CURRENT,
        "ListProfilePermissions/bad-token",
        "any token gives the first page of statements",
        &[Lie::Store(Around(|call, command| on(ListProfilePermissions, call, command, accept_any_token)))],
    ),
    fault(
        (214, "token-tail-ignored"),
        Category::Pagination,
        BOTH,
        "ListSigningJobs/bad-token",
        "letters behind a token are passed over",
        &[Lie::Store(Around(|call, command| match command.operation() {
            ListSigningJobs | ListSigningPlatforms => ignore_tail(call, &command),
            _ => call.next(command),
        }))],
    ),
];

/// Tells a lie about one operation.
fn on(
    operation: Operation,
    call: &mut Call<'_, '_>,
    command: Command,
    lie: fn(&mut Call<'_, '_>, &Command) -> Outcome<Reply>,
) -> Outcome<Reply> {
    if command.operation() == operation { lie(call, &command) } else { call.next(command) }
}

/// The token that goes on after the second last item.
fn repeat_last(call: &mut Call<'_, '_>, command: &Command) -> Outcome<Reply> {
    let mut reply = call.next(command.clone())?;
    let Some((items @ 2.., token @ Some(_))) = listed(&mut reply) else { return Ok(reply) };
    let mut shorter = call.next(with_page(command, |page| page.max_results = Some(items - 1)))?;
    *token = listed(&mut shorter).and_then(|(_, token)| token.take());
    Ok(reply)
}

/// A later page without its first item.
fn lose_first(call: &mut Call<'_, '_>, command: &Command) -> Outcome<Reply> {
    if !page_of(&mut command.clone()).is_some_and(|page| is_later(page)) {
        return call.next(command.clone());
    }
    let mut first = call.next(with_page(command, |page| page.max_results = Some(1)))?;
    match listed(&mut first).and_then(|(_, token)| token.take()) {
        Some(token) => call.next(with_page(command, |page| page.next_token = Some(token))),
        None => Ok(emptied(first)),
    }
}

/// The last page has a token, too: it goes on after the last item.
fn never_end(call: &mut Call<'_, '_>, command: &Command) -> Outcome<Reply> {
    let mut reply = call.next(command.clone())?;
    let last = match &reply {
        Reply::Profiles(page) => page.items.last().map(|profile| profile.name.clone()),
        Reply::Jobs(page) => page
            .items
            .last()
            .and_then(|job| call.store.jobs.number_of(&job.id))
            .map(|number| Key(number).to_string()),
        _ => None,
    };
    let asked = page_of(&mut command.clone())
        .and_then(|page| page.next_token.clone())
        .filter(|token| !token.is_empty());
    let endless = last.map(|key| paging::seal(&scope(call, command), &key)).or(asked);
    if let Some((_, token @ None)) = listed(&mut reply) {
        *token = endless;
    }
    Ok(reply)
}

fn lead_to_first(call: &mut Call<'_, '_>, command: &Command) -> Outcome<Reply> {
    let mut reply = call.next(command.clone())?;
    if let Some((_, token @ None)) = listed(&mut reply) {
        *token = Some(paging::seal(&scope(call, command), ""));
    }
    Ok(reply)
}

fn accept_any_token(call: &mut Call<'_, '_>, command: &Command) -> Outcome<Reply> {
    match call.next(command.clone()) {
        Err(refusal) if refusal.message == BAD_TOKEN => {
            call.next(with_page(command, |page| page.next_token = None))
        }
        decided => decided,
    }
}

/// Up to three letters behind a token are passed over.
fn ignore_tail(call: &mut Call<'_, '_>, command: &Command) -> Outcome<Reply> {
    let decided = call.next(command.clone());
    let is_bad =
        |decided: &Outcome<Reply>| decided.as_ref().is_err_and(|refusal| refusal.message == BAD_TOKEN);
    let cut = |letters: usize| {
        with_page(command, |page| {
            if let Some(token) = &mut page.next_token {
                token.truncate(token.len().saturating_sub(letters));
            }
        })
    };
    (1..4).fold(decided, |decided, letters| if is_bad(&decided) { call.next(cut(letters)) } else { decided })
}
