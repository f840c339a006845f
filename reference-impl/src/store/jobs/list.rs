//! Lists of jobs.

use std::fmt;
use std::sync::Arc;

use jiff::Timestamp;

use crate::error::Outcome;
use crate::freedoms::FreedomId;
use crate::store::job::{Job, JobGroup, whole_seconds};
use crate::store::jobs::JobFilter;
use crate::store::paging;
use crate::store::paging::{Page, PageRequest, Paging};
use crate::store::state::{Context, Store};

/// A job's number, as text in the order of the numbers.
pub(crate) struct Key(pub(crate) u64);

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:020}", self.0)
    }
}

impl Store {
    /// Lists the caller's jobs in the order of their making.
    pub fn list_signing_jobs(
        &self,
        context: &Context<'_>,
        filter: &JobFilter,
        page: &PageRequest,
    ) -> Outcome<Page<Arc<Job>>> {
        let account = &context.caller.account;
        let invoked_too = self.settings.freedoms.is(FreedomId::ListJobsOtherAccount, "owner-and-invoker");
        let items = |after: Option<&str>| {
            let first = after.and_then(|after| after.parse().ok()).unwrap_or(0_u64);
            let numbers = self.jobs.by_account.get(account);
            let is_listed = |group: &JobGroup| {
                let is_theirs = group.owner == *account || (invoked_too && group.invoker == *account);
                is_theirs && self.selects(filter, group)
            };
            let numbers = numbers.map(|groups| groups.keys_from(first, is_listed));
            numbers
                .into_iter()
                .flatten()
                .filter_map(|number| Some((*number, self.jobs.by_number.get(number)?)))
                .filter(|(_, job)| self.expires_as_asked(filter, job))
                .map(|(number, job)| (Key(number), Arc::clone(job)))
        };
        let paging = Paging {
            short: self.pages_are_short(),
            default_size: self.settings.freedoms.number(FreedomId::ListJobsDefaultPageSize),
            bad_token_ignored: false,
        };
        paging::page(items, page, &paging, || self.scope("ListSigningJobs", account, filter))
    }

    /// Whether the jobs of a group may pass the filter.
    fn selects(&self, filter: &JobFilter, group: &JobGroup) -> bool {
        filter.status.as_ref().is_none_or(|wanted| wanted == group.status.name())
            && filter.platform_id.as_ref().is_none_or(|wanted| *wanted == group.platform)
            && filter.requested_by.as_ref().is_none_or(|wanted| *wanted == group.requested_by)
            && filter.invoker.as_ref().is_none_or(|wanted| *wanted == group.invoker)
            && self.is_revoked_as_asked(filter, group)
    }

    fn is_revoked_as_asked(&self, filter: &JobFilter, group: &JobGroup) -> bool {
        match filter.is_revoked {
            Some(true) => group.is_revoked,
            Some(false) => {
                !group.is_revoked
                    || self.settings.freedoms.is(FreedomId::ListJobsNotRevokedFilter, "no-filter")
            }
            None => true,
        }
    }

    /// Whether a job of a selected group expires when the filter says. That no group tells: such a filter
    /// looks at each job.
    fn expires_as_asked(&self, filter: &JobFilter, job: &Job) -> bool {
        if filter.expires_after.is_none() && filter.expires_before.is_none() {
            return true;
        }
        let expires = whole_seconds(job.signature_expires_at);
        // The time of a job that does not tell any is only reckoned.
        let without = job.expiry(&self.settings.freedoms).is_none();
        let reckoned = match self.settings.freedoms.choice(FreedomId::ListJobsWithoutExpiry) {
            "listed" if without => Some(true),
            "not-listed" if without => Some(false),
            _ => None,
        };
        let edge_is_listed = self.settings.freedoms.is(FreedomId::ListJobsExpiryEdge, "listed");
        let at_edge = |limit: Timestamp| edge_is_listed && expires == limit;
        filter.expires_after.is_none_or(|limit| reckoned.unwrap_or(expires > limit || at_edge(limit)))
            && filter.expires_before.is_none_or(|limit| reckoned.unwrap_or(expires < limit || at_edge(limit)))
    }
}
