//! Lists of jobs.

use super::{Job, JobFilter, JobStatus};
use crate::error::Outcome;
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use crate::store::paging::{self, Page, PageRequest, Paging};
use crate::store::platforms::keys_are_managed;
use crate::store::{Context, ProfileStatus, Store};
use jiff::Timestamp;
use std::borrow::Cow;
use std::fmt;

/// A job's number, as text in the order of the numbers.
struct Key(u64);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}", self.0)
    }
}

impl Store {
    /// Lists the caller's jobs in the order of their making.
    pub fn list_signing_jobs(&self, context: &Context<'_>, filter: &JobFilter, page: &PageRequest) -> Outcome<Page<&Job>> {
        let account = &context.caller.account;
        let invoked_too = self.settings.freedoms.is(FreedomId::ListJobsOtherAccount, "owner-and-invoker");
        let mut selection = Cow::Borrowed(filter);
        if page.is_later() && self.fault(FaultId::LaterPageDropsJobStatus) {
            selection.to_mut().status = None;
        }
        if page.is_later() && self.fault(FaultId::LaterPageDropsRequester) {
            selection.to_mut().requested_by = None;
        }
        if filter.status.is_some() && self.fault(FaultId::StatusHidesExpiryFilter) {
            selection.to_mut().expires_after = None;
        }
        if filter.requested_by.is_some() && self.fault(FaultId::RequestedByAlone) {
            let selection = selection.to_mut();
            (selection.status, selection.platform_id) = (None, None);
        }
        let most = if self.fault(FaultId::JobsCutAt50) { 50 } else { usize::MAX };
        let items = |after: Option<&str>| {
            let first = after.filter(|_| most == usize::MAX).and_then(|after| after.parse().ok()).unwrap_or(0_u64);
            let numbers = self.jobs.by_account.get(account).into_iter().flat_map(move |numbers| numbers.range(first..));
            numbers
                .filter_map(|number| Some((*number, self.jobs.by_number.get(number)?)))
                .filter(|(_, job)| job.owner == *account || (invoked_too && job.invoker == *account))
                .take(most)
                .filter(|(_, job)| self.selects(&selection, job))
                .map(|(number, job)| (Key(number), &**job))
        };
        let paging = Paging {
            short: self.pages_are_short(),
            default_size: self.settings.freedoms.number(FreedomId::ListJobsDefaultPageSize),
            bad_token_ignored: self.fault(FaultId::BadJobTokenAccepted),
            tail_ignored: self.fault(FaultId::TokenTailIgnored),
            loses_item: self.fault(FaultId::PageLosesItem),
            repeats_item: self.fault(FaultId::PageRepeatsJob),
            never_ends: self.fault(FaultId::JobTokenNeverEnds),
            later_unlimited: self.fault(FaultId::LaterPageUnlimited),
            ..Paging::default()
        };
        paging::page(items, page, &paging, || self.scope("ListSigningJobs", account, filter))
    }

    fn selects(&self, filter: &JobFilter, job: &Job) -> bool {
        let swapped = self.fault(FaultId::ExpiryFilterSwapped);
        let revoked = match filter.is_revoked {
            Some(true) => job.revocation.is_some() || self.fault(FaultId::RevokedFilterIgnored),
            Some(false) => {
                job.revocation.is_none() || self.settings.freedoms.is(FreedomId::ListJobsNotRevokedFilter, "no-filter")
            }
            None => true,
        };
        let status = filter.status.as_ref().is_none_or(|wanted| wanted == job.status.name());
        let expires = job.signature_expires_at;
        // What is not signed, and what does not expire, has a time that is only reckoned.
        let without = !keys_are_managed(job.platform) || job.status != JobStatus::Succeeded;
        let reckoned = match self.settings.freedoms.choice(FreedomId::ListJobsWithoutExpiry) {
            "listed" if without => Some(true),
            "not-listed" if without => Some(false),
            _ => None,
        };
        let edge_is_listed = self.settings.freedoms.is(FreedomId::ListJobsExpiryEdge, "listed");
        let at_edge = |limit: Timestamp| edge_is_listed && expires == limit;
        let is_hidden = self.fault(FaultId::CancelHidesJobs)
            && self.profile(&job.owner, &job.profile_name).is_some_and(|profile| profile.status == ProfileStatus::Canceled);
        let ignored = |fault| self.fault(fault);
        let is = |fault, told: &str, wanted: &str| told == wanted || (self.fault(fault) && told.starts_with(wanted));
        revoked
            && !is_hidden
            && (status || self.fault(FaultId::JobStatusFilterIgnored))
            && filter.platform_id.as_ref().is_none_or(|wanted| is(FaultId::JobPlatformByHead, &job.platform.id, wanted))
            && (filter.requested_by.as_ref().is_none_or(|wanted| is(FaultId::RequesterByHead, &job.requested_by, wanted))
                || ignored(FaultId::RequestedByFilterIgnored))
            && (filter.invoker.as_ref().is_none_or(|wanted| *wanted == job.invoker) || ignored(FaultId::InvokerFilterIgnored))
            && filter.expires_after.is_none_or(|limit| reckoned.unwrap_or(expires > limit || at_edge(limit)) != swapped)
            && (filter.expires_before.is_none_or(|limit| reckoned.unwrap_or(expires < limit || at_edge(limit)))
                || ignored(FaultId::ExpiresBeforeIgnored))
    }
}
