//! What is read of jobs: their status, and which of them there are.

use arrayvec::ArrayVec;
use signer_schemas::Edition;

use super::Asked;
use super::jobs::{DENIALS, IN_PROGRESS_FIRST, decided, platform_of};
use super::vocabulary::{Saying, one_of, refuse};
use crate::{
    Account, Admission, ErrorName, Expiry, JOBS, Job, JobFilter, JobSet, JobState, JobStatus, JobStatuses, JobView, Outcome,
    Outcomes, PageSize, Reply, Rule, State, Validity,
};

const VIEW: Rule = Rule::documented("DescribeSigningJob/view");
const ABSENT: Rule = Rule::documented("DescribeSigningJob/absent");
const TERMINAL_STAYS: Rule = Rule::documented("DescribeSigningJob/terminal-stays");
const REVOCATION_RECORD: Rule = Rule::documented("DescribeSigningJob/revocation-record");
const DESCRIBE_OTHER: Rule = Rule::open("DescribeSigningJob/other-account");

const LISTS: Rule = Rule::documented("ListSigningJobs/lists");
const COMPLETE: Rule = Rule::documented("ListSigningJobs/complete");
const STATUS_FILTER: Rule = Rule::documented("ListSigningJobs/status-filter");
const PLATFORM_FILTER: Rule = Rule::documented("ListSigningJobs/platform-filter");
const REVOKED_FILTER: Rule = Rule::documented("ListSigningJobs/revoked-filter");
const NOT_REVOKED_FILTER: Rule = Rule::open("ListSigningJobs/not-revoked-filter");
const INVOKER_FILTER: Rule = Rule::documented("ListSigningJobs/invoker-filter");
const EXPIRES_AFTER: Rule = Rule::documented("ListSigningJobs/expires-after-filter");
const EXPIRES_BEFORE: Rule = Rule::documented("ListSigningJobs/expires-before-filter");
const WITHOUT_EXPIRY: Rule = Rule::open("ListSigningJobs/expiry-filter-without-expiry");
const LIST_OTHER: Rule = Rule::open("ListSigningJobs/other-account");

/// `DescribeSigningJob`
pub(super) fn describe(asked: &Asked<'_>, job: Job) -> Outcomes {
    let state = asked.state;
    let it = state.job(job);
    if !it.exists() {
        return refuse(ABSENT, state, &[ErrorName::ResourceNotFound]);
    }
    let mut outcomes = Outcomes::new();
    for status in it.statuses.iter() {
        let Some(decided) = decided(it, JobStatuses::only(status)) else { continue };
        let mut next = *state;
        *next.job_mut(job) = decided.job;
        let view = JobView {
            status,
            profile: Some(it.profile),
            invoker: match asked.edition {
                Edition::Current => Some(it.invoker),
                Edition::May2019 => None,
            },
            revoked: it.revoked,
        };
        let rule = if it.revoked {
            REVOCATION_RECORD
        } else if status == JobStatus::InProgress {
            IN_PROGRESS_FIRST
        } else if it.statuses.contains(JobStatus::InProgress) {
            VIEW
        } else {
            TERMINAL_STAYS
        };
        let (rule, admission) = decided.standing(rule, Admission::Required);
        outcomes.say(Outcome { reply: Reply::Job(view), next, rule, admission });
    }
    if asked.by == Account::Owner {
        return outcomes;
    }
    let hidden = refuse(DESCRIBE_OTHER, state, DENIALS);
    if it.invoker == Account::Other { hidden.or(outcomes.at_most(DESCRIBE_OTHER, Admission::Open)) } else { hidden }
}

/// One way in which a job may stand to a list: in it or not, and what that tells of its status.
#[derive(Clone, Copy)]
struct Membership {
    listed: bool,
    job: JobState,
    rule: Option<Rule>,
    admission: Admission,
}

/// `ListSigningJobs`
pub(super) fn list(asked: &Asked<'_>, filter: JobFilter, page: PageSize) -> Outcomes {
    let filter = match asked.edition {
        Edition::Current => filter,
        Edition::May2019 => JobFilter { status: filter.status, platform: filter.platform, ..JobFilter::default() },
    };
    let mut outcomes = one_of(list_rule(filter, page), [(Reply::Jobs(JobSet::EMPTY), *asked.state)]);
    for index in (0..).take(JOBS) {
        let job = Job(index);
        if !asked.state.job(job).exists() {
            continue;
        }
        let memberships = memberships(asked, job, filter);
        let mut wider = Outcomes::new();
        for outcome in &outcomes {
            for membership in &memberships {
                let mut next = *outcome;
                *next.next.job_mut(job) = membership.job;
                if let (Reply::Jobs(set), true) = (&mut next.reply, membership.listed) {
                    set.insert(job);
                }
                let rule = membership.rule.unwrap_or(next.rule);
                // Of two points that are open, the same one is named whichever job raises it.
                let raised = membership.admission == next.admission && next.admission > Admission::Required;
                if membership.admission > next.admission || (raised && rule < next.rule) {
                    next.admission = membership.admission;
                    next.rule = rule;
                }
                wider.say(next);
            }
        }
        outcomes = wider;
    }
    outcomes
}

fn memberships(asked: &Asked<'_>, job: Job, filter: JobFilter) -> ArrayVec<Membership, 2> {
    let it = *asked.state.job(job);
    let mut found = ArrayVec::new();
    let plainly = |listed: bool| Membership { listed, job: it, rule: None, admission: Admission::Required };
    let out = (asked.by == Account::Other && it.invoker == Account::Owner)
        || filter.platform.is_some_and(|platform| platform != platform_of(asked.state, job))
        || filter.invoker.is_some_and(|invoker| invoker != it.invoker)
        || (filter.is_revoked == Some(true) && !it.revoked)
        || passes_expiry(asked.state, &it, filter.expires) == Some(false);
    if out {
        found.push(plainly(false));
        return found;
    }
    let open = if asked.by == Account::Other {
        Some(LIST_OTHER)
    } else if filter.is_revoked == Some(false) && it.revoked {
        Some(NOT_REVOKED_FILTER)
    } else if passes_expiry(asked.state, &it, filter.expires).is_none() {
        Some(WITHOUT_EXPIRY)
    } else {
        None
    };
    let openly = |membership: Membership| match open {
        Some(rule) if membership.admission < Admission::Open => {
            Membership { rule: Some(rule), admission: Admission::Open, ..membership }
        }
        Some(_) | None => membership,
    };
    let known = |statuses: JobStatuses, listed: bool| {
        decided(&it, statuses).map(|decided| {
            let (rule, admission) = decided.standing(LISTS, Admission::Required);
            Membership { listed, job: decided.job, rule: Some(rule), admission }
        })
    };
    let wanted = filter.status.map_or(JobStatuses::ANY, JobStatuses::only);
    let unwanted = JobStatuses::ANY.iter().filter(|status| !wanted.contains(*status));
    let unwanted = unwanted.fold(JobStatuses::default(), JobStatuses::with);
    found.extend(known(wanted, true).map(openly));
    if open.is_some() {
        found.push(openly(plainly(false)));
    } else {
        found.extend(known(unwanted, false));
    }
    found
}

/// Whether a job passes the filter on its signature's expiry; unknown where it may have none.
fn passes_expiry(state: &State, job: &JobState, expires: Option<Expiry>) -> Option<bool> {
    let Some(expires) = expires else { return Some(true) };
    let profile = state.profile(job.profile);
    if !profile.platform.is_managed() || !job.statuses.without(JobStatus::Succeeded).is_empty() {
        return None;
    }
    Some(match profile.validity {
        Validity::Default => expires == Expiry::After,
        Validity::Day => expires == Expiry::Before,
    })
}

/// The rule that a list is the best evidence for.
fn list_rule(filter: JobFilter, page: PageSize) -> Rule {
    match filter {
        JobFilter { expires: Some(Expiry::After), .. } => EXPIRES_AFTER,
        JobFilter { expires: Some(Expiry::Before), .. } => EXPIRES_BEFORE,
        JobFilter { is_revoked: Some(_), .. } => REVOKED_FILTER,
        JobFilter { invoker: Some(_), .. } => INVOKER_FILTER,
        JobFilter { platform: Some(_), .. } => PLATFORM_FILTER,
        JobFilter { status: Some(_), .. } => STATUS_FILTER,
        JobFilter { status: None, platform: None, is_revoked: None, invoker: None, expires: None }
            if page != PageSize::Default =>
        {
            COMPLETE
        }
        JobFilter { status: None, platform: None, is_revoked: None, invoker: None, expires: None } => LISTS,
    }
}
