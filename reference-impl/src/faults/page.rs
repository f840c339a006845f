//! Lists in pages, for lies about them.

use crate::error::Outcome;
use crate::faults::call::Call;
use crate::store::command::{Command, Reply};
use crate::store::paging;
use crate::store::paging::{Page, PageRequest, Paging};

/// The page that a command asks for, if it lists something.
pub(super) fn page_of(command: &mut Command) -> Option<&mut PageRequest> {
    match command {
        Command::ListProfilePermissions { page, .. }
        | Command::ListSigningJobs { page, .. }
        | Command::ListSigningPlatforms { page, .. }
        | Command::ListSigningProfiles { page, .. } => Some(page),
        _ => None,
    }
}

/// Whether a page after the first one is asked for.
pub(super) fn is_later(page: &PageRequest) -> bool {
    page.next_token.as_ref().is_some_and(|token| !token.is_empty())
}

/// The same question for another page.
pub(super) fn with_page(command: &Command, change: impl FnOnce(&mut PageRequest)) -> Command {
    let mut command = command.clone();
    if let Some(page) = page_of(&mut command) {
        change(page);
    }
    command
}

/// How many items a reply lists, and the token of the page that follows.
pub(super) fn listed(reply: &mut Reply) -> Option<(usize, &mut Option<String>)> {
    match reply {
        Reply::Profiles(page) => Some((page.items.len(), &mut page.next_token)),
        Reply::Jobs(page) => Some((page.items.len(), &mut page.next_token)),
        Reply::Platforms(page) => Some((page.items.len(), &mut page.next_token)),
        Reply::Permissions(list) => Some((list.page.items.len(), &mut list.page.next_token)),
        _ => None,
    }
}

/// The same reply with nothing on its page.
pub(super) fn emptied(mut reply: Reply) -> Reply {
    match &mut reply {
        Reply::Profiles(page) => page.items.clear(),
        Reply::Jobs(page) => page.items.clear(),
        Reply::Platforms(page) => page.items.clear(),
        _ => {}
    }
    reply
}

/// What the tokens of a list are good for.
pub(super) fn scope(call: &Call<'_, '_>, command: &Command) -> String {
    let (name, account) = (command.operation().name(), &call.caller().account);
    match command {
        Command::ListSigningJobs { filter, .. } => call.store.scope(name, account, filter),
        Command::ListSigningPlatforms { filter, .. } => call.store.scope(name, account, filter),
        Command::ListSigningProfiles { filter, .. } => call.store.scope(name, account, filter),
        _ => String::new(),
    }
}

/// All that a list holds.
pub(super) fn whole(call: &mut Call<'_, '_>, command: &Command) -> Outcome<Reply> {
    call.next(with_page(command, |page| {
        *page = PageRequest { max_results: Some(usize::MAX), next_token: None }
    }))
}

/// A page of items that are chosen in another way, under the tokens of the list that was asked for.
pub(super) fn paged<T>(
    call: &Call<'_, '_>,
    command: &mut Command,
    items: Vec<(String, T)>,
) -> Outcome<Page<T>> {
    let scope = scope(call, command);
    let request = page_of(command).map(|page| page.clone()).unwrap_or_default();
    let paging = Paging { default_size: 25, ..Paging::default() };
    paging::page(|_| items.into_iter(), &request, &paging, || scope.clone())
}
