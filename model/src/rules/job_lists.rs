//! Which jobs a list holds.

use std::cmp::Reverse;

use arrayvec::ArrayVec;
use signer_schemas::Edition;
use smallvec::{SmallVec, smallvec};

use crate::call::{Account, JOBS, Job, JobStatus, Validity};
use crate::filters::{Expiry, JobFilter, PageSize};
use crate::outcome::{Admission, Change, Outcome, Outcomes, Rule};
use crate::reply::Reply;
use crate::rules::Asked;
use crate::rules::jobs::{decided, platform_of};
use crate::rules::vocabulary::{Saying, one_of};
use crate::state::{JobSet, JobState, JobStatuses, State};

/// `ListSigningJobs`
pub(super) fn list(asked: &Asked<'_>, filter: JobFilter, page: PageSize) -> Outcomes {
    let filter = match asked.edition {
        Edition::Current => filter,
        Edition::May2019 => {
            JobFilter { status: filter.status, platform: filter.platform, ..JobFilter::default() }
        }
    };
    let jobs = (0..).take(JOBS).map(Job).filter(|job| asked.state.job(*job).exists());
    let jobs = jobs.collect::<ArrayVec<_, JOBS>>();
    let mut outcomes = Outcomes::new();
    for reading in readings(asked.by, filter) {
        let mut lists = one_of(list_rule(filter, page), [(Reply::Jobs(JobSet::EMPTY), Change::None)]);
        for job in &jobs {
            let memberships = memberships(asked, *job, filter, reading);
            lists = lists
                .iter()
                .flat_map(|list| memberships.iter().map(|as_member| extended(asked, list, *job, as_member)))
                .collect();
        }
        outcomes = outcomes.or(lists);
    }
    outcomes
}

/// How a service reads what the documents leave open about lists: alike for all jobs.
#[derive(Clone, Copy, Default)]
struct Reading {
    /// Whether the list of an account has jobs that it asked for and does not own.
    invoked: bool,
    /// Whether isRevoked false selects revoked jobs, too.
    revoked: bool,
    /// Whether jobs without signatureExpiresAt pass the filters on it.
    without_expiry: bool,
    /// In which statuses a job has a signatureExpiresAt though it did not succeed.
    early_expiry: JobStatuses,
}

/// The readings that can differ in such a list.
fn readings(by: Account, filter: JobFilter) -> SmallVec<[Reading; 6]> {
    const IN_PROGRESS: JobStatuses = JobStatuses::only(JobStatus::InProgress);
    let mut readings = smallvec![Reading::default()];
    let mut also = |other: fn(Reading) -> Reading| {
        let others = readings.iter().copied().map(other).collect::<SmallVec<[Reading; 6]>>();
        readings.extend(others);
    };
    if by == Account::Other {
        also(|reading| Reading { invoked: true, ..reading });
    }
    if filter.is_revoked == Some(false) {
        also(|reading| Reading { revoked: true, ..reading });
    }
    if filter.expires.is_some() {
        also(|reading| Reading { without_expiry: true, ..reading });
        // DescribeSigningJob/expiry-in-progress is a point of its own: jobs in progress may have an expiry
        // where Failed ones have none.
        let early = readings.clone();
        for early_expiry in [IN_PROGRESS, IN_PROGRESS.with(JobStatus::Failed)] {
            readings.extend(early.iter().map(|reading| Reading { early_expiry, ..*reading }));
        }
    }
    readings
}

/// One way in which a job may stand to a list: in it or not, and what that tells of its status.
#[derive(Clone, Copy)]
struct Membership {
    listed: bool,
    job: JobState,
    rule: Option<Rule>,
    admission: Admission,
}

/// The list with one job more, or without it.
fn extended(asked: &Asked<'_>, list: &Outcome, job: Job, as_member: &Membership) -> Outcome {
    let mut with = *list;
    if as_member.job != *asked.state.job(job) {
        with.change = asked.state.after(&list.change).job_becomes(job, as_member.job);
    }
    if let (Reply::Jobs(set), true) = (&mut with.reply, as_member.listed) {
        set.insert(job);
    }
    // Of several rules that weaken a list alike, the least is named, whatever the jobs' names.
    let weakened = as_member.rule.filter(|_| as_member.admission > Admission::Required);
    if let Some(rule) = weakened {
        let named = (Reverse(as_member.admission), rule).min((Reverse(with.admission), with.rule));
        (with.admission, with.rule) = (named.0.0, named.1);
    }
    with
}

// All jobs of the account are listed.
const LISTS: Rule = Rule::documented("ListSigningJobs/lists");

/// The ways in which a job can stand to the list of a service that reads the documents so, and what each
/// tells of the job's status.
fn memberships(asked: &Asked<'_>, job: Job, filter: JobFilter, reading: Reading) -> ArrayVec<Membership, 2> {
    let it = *asked.state.job(job);
    let point = open_point(asked, job, filter);
    let open = |membership: Membership| match point {
        Some(point) if membership.admission < Admission::Open => {
            Membership { rule: Some(point), admission: Admission::Open, ..membership }
        }
        Some(_) | None => membership,
    };
    let passing = passing(asked, job, filter, reading);
    if passing.is_empty() {
        let absent = Membership { listed: false, job: it, rule: None, admission: Admission::Required };
        return ArrayVec::from_iter([open(absent)]);
    }
    let known = |statuses: JobStatuses, listed: bool| {
        decided(&it, statuses).map(|decided| {
            let (rule, admission) = decided.standing(LISTS, Admission::Required);
            open(Membership { listed, job: decided.job, rule: Some(rule), admission })
        })
    };
    let wanted = filter.status.map_or(JobStatuses::ANY, JobStatuses::only).both(passing);
    let unwanted = wanted.iter().fold(JobStatuses::ANY, JobStatuses::without);
    known(wanted, true).into_iter().chain(known(unwanted, false)).collect()
}

/// The statuses in which the job passes all filters but that on its status, if they are read so.
fn passing(asked: &Asked<'_>, job: Job, filter: JobFilter, reading: Reading) -> JobStatuses {
    let it = asked.state.job(job);
    if is_out(asked, job, filter)
        || (asked.by == Account::Other && !reading.invoked)
        || (filter.is_revoked == Some(false) && it.revoked && !reading.revoked)
    {
        return JobStatuses::default();
    }
    let Some(expires) = filter.expires else { return JobStatuses::ANY };
    let passes = |status: &JobStatus| match expiry(asked.state, it) {
        Some(expiry) if *status == JobStatus::Succeeded || reading.early_expiry.contains(*status) => {
            expiry == expires
        }
        Some(_) | None => reading.without_expiry,
    };
    JobStatuses::ANY.iter().filter(passes).fold(JobStatuses::default(), JobStatuses::with)
}

/// Whether the filters leave the job out however they are read, whatever its status.
fn is_out(asked: &Asked<'_>, job: Job, filter: JobFilter) -> bool {
    let it = asked.state.job(job);
    (asked.by == Account::Other && it.invoker == Account::Owner)
        || filter.platform.is_some_and(|platform| platform != platform_of(asked.state, job))
        || filter.invoker.is_some_and(|invoker| invoker != it.invoker)
        || (filter.is_revoked == Some(true) && !it.revoked)
        || has_other_expiry(asked.state, it, filter)
}

// The documents do not say whether a job shows in the list of its owner, of its invoker or of both.
const LIST_OTHER: Rule = Rule::open("ListSigningJobs/other-account");
// The documents do not say what isRevoked false selects.
const NOT_REVOKED_FILTER: Rule = Rule::open("ListSigningJobs/not-revoked-filter");
// The documents do not say whether jobs without signatureExpiresAt pass the filters on it.
const WITHOUT_EXPIRY: Rule = Rule::open("ListSigningJobs/expiry-filter-without-expiry");

/// Why it is open whether the job is listed, if it is.
fn open_point(asked: &Asked<'_>, job: Job, filter: JobFilter) -> Option<Rule> {
    let it = asked.state.job(job);
    if is_out(asked, job, filter) {
        None
    } else if asked.by == Account::Other {
        Some(LIST_OTHER)
    } else if filter.is_revoked == Some(false) && it.revoked {
        Some(NOT_REVOKED_FILTER)
    } else if filter.expires.is_some() && !has_expiry(asked.state, it) {
        Some(WITHOUT_EXPIRY)
    } else {
        None
    }
}

/// On which side of the filter's time the signature of a job expires, if it will: only of one that is made
/// with a key of the service is it said that it does.
fn expiry(state: &State, job: &JobState) -> Option<Expiry> {
    let profile = state.profile(job.profile);
    profile.platform.is_managed().then_some(match profile.validity {
        Validity::Default => Expiry::After,
        Validity::Day => Expiry::Before,
    })
}

/// Whether the job is sure to have a signature that expires.
fn has_expiry(state: &State, job: &JobState) -> bool {
    expiry(state, job).is_some() && job.statuses == JobStatuses::only(JobStatus::Succeeded)
}

/// Whether the job has a signature that expires on the other side of the time than the filter asks for.
fn has_other_expiry(state: &State, job: &JobState, filter: JobFilter) -> bool {
    filter.expires.is_some_and(|expires| has_expiry(state, job) && expiry(state, job) != Some(expires))
}

// With signatureExpiresAfter only jobs whose signature expires after that time are listed.
const EXPIRES_AFTER: Rule = Rule::documented("ListSigningJobs/expires-after-filter");
// With signatureExpiresBefore only jobs whose signature expires before that time are listed.
const EXPIRES_BEFORE: Rule = Rule::documented("ListSigningJobs/expires-before-filter");
// With isRevoked true only jobs whose signature is revoked are listed.
const REVOKED_FILTER: Rule = Rule::documented("ListSigningJobs/revoked-filter");
// With jobInvoker only jobs asked for by that account are listed.
const INVOKER_FILTER: Rule = Rule::documented("ListSigningJobs/invoker-filter");
// With platformId only jobs of that platform are listed.
const PLATFORM_FILTER: Rule = Rule::inferred("ListSigningJobs/platform-filter");
// With status only jobs of that status are listed.
const STATUS_FILTER: Rule = Rule::documented("ListSigningJobs/status-filter");
// Following nextToken from page to page gives every matching job exactly once.
const COMPLETE: Rule = Rule::documented("ListSigningJobs/complete");

/// The rule that a list is the best evidence for.
pub(super) fn list_rule(filter: JobFilter, page: PageSize) -> Rule {
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

/// The rules by which a list with that filter leaves the job out, given what is known of it.
pub(super) fn left_out(state: &State, job: Job, filter: JobFilter) -> Vec<Rule> {
    let it = state.job(job);
    if !it.exists() {
        return Vec::new();
    }
    let expiry = if filter.expires == Some(Expiry::Before) { EXPIRES_BEFORE } else { EXPIRES_AFTER };
    let reasons = [
        (filter.platform.is_some_and(|platform| platform != platform_of(state, job)), PLATFORM_FILTER),
        (filter.status.is_some_and(|status| !it.statuses.contains(status)), STATUS_FILTER),
        (filter.invoker.is_some_and(|invoker| invoker != it.invoker), INVOKER_FILTER),
        (filter.is_revoked == Some(true) && !it.revoked, REVOKED_FILTER),
        (has_other_expiry(state, it, filter), expiry),
    ];
    reasons.into_iter().filter(|(is_out, _)| *is_out).map(|(_, rule)| rule).collect()
}
