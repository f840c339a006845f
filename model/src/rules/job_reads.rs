//! What is read of jobs: their status, and which of them there are.

use std::cmp::Reverse;

use crate::state::JobSet;
use arrayvec::ArrayVec;
use signer_schemas::Edition;

use crate::call::{Account, Expiry, JOBS, Job, JobFilter, JobStatus, PageSize, Validity};
use crate::outcome::{Admission, Change, Outcome, Outcomes, Rule};
use crate::reply::{ErrorName, JobView, Reply};
use crate::rules::Asked;
use crate::rules::jobs::{DENIALS, decided, platform_of};
use crate::rules::vocabulary::{Saying, one_of, refuse};
use crate::state::{JobState, JobStatuses, State};

// An unknown jobId is answered with ResourceNotFoundException.
const ABSENT: Rule = Rule::documented("DescribeSigningJob/absent");
// A job whose signature is revoked shows a revocationRecord with reason, revokedAt and revokedBy.
const REVOCATION_RECORD: Rule = Rule::documented("DescribeSigningJob/revocation-record");
// The answer shows the job as it was requested, with the profile's name, platform, material, parameters and
// overrides, and its present status.
const VIEW: Rule = Rule::documented("DescribeSigningJob/view");
// A job that is Succeeded or Failed keeps that status.
const TERMINAL_STAYS: Rule = Rule::inferred("DescribeSigningJob/terminal-stays");
// The documents do not say whether the invoker or a stranger of another account may describe the job.
const DESCRIBE_OTHER: Rule = Rule::open("DescribeSigningJob/other-account");
// A new job is InProgress until it becomes Succeeded or Failed; a client may come too late to see the first.
const IN_PROGRESS_FIRST: Rule = Rule::inferred("StartSigningJob/in-progress-first");

/// `DescribeSigningJob`
pub(super) fn describe(asked: &Asked<'_>, job: Job) -> Outcomes {
    let state = asked.state;
    let it = state.job(job);
    if !it.exists() {
        return refuse(ABSENT, &[ErrorName::ResourceNotFound]);
    }
    let mut outcomes = Outcomes::new();
    for status in it.statuses.iter() {
        let Some(decided) = decided(it, JobStatuses::only(status)) else { continue };
        let change = state.job_becomes(job, decided.job);
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
        outcomes.say(Outcome { reply: Reply::Job(view), change, rule, admission });
    }
    if asked.by == Account::Owner {
        return outcomes;
    }
    let hidden = refuse(DESCRIBE_OTHER, DENIALS);
    if it.invoker == Account::Other {
        hidden.or(outcomes.at_most(DESCRIBE_OTHER, Admission::Open))
    } else {
        hidden
    }
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
        Edition::May2019 => {
            JobFilter { status: filter.status, platform: filter.platform, ..JobFilter::default() }
        }
    };
    let jobs = (0..).take(JOBS).map(Job).filter(|job| asked.state.job(*job).exists());
    let jobs = jobs.map(|job| (job, standing(asked, job, filter))).collect::<ArrayVec<_, JOBS>>();
    let mut open = ArrayVec::<Question, JOBS>::new();
    for question in jobs.iter().filter_map(|(_, standing)| standing.open()) {
        if !open.contains(&question) {
            open.push(question);
        }
    }
    open.sort_unstable();
    // An open point is answered alike for all jobs that give rise to the same question, and no job that would
    // not pass is listed before one that would.
    let mut outcomes = Outcomes::new();
    for settled in 0..1_u32 << open.len() {
        let listed = |question: Question| {
            open.iter().position(|known| *known == question).is_some_and(|nth| settled & (1 << nth) != 0)
        };
        let absurd = |question: &Question| {
            question.would_pass == Some(false) && listed(*question) && {
                let passing = Question { would_pass: Some(true), ..*question };
                open.contains(&passing) && !listed(passing)
            }
        };
        if open.iter().any(absurd) {
            continue;
        }
        let mut lists = one_of(list_rule(filter, page), [(Reply::Jobs(JobSet::EMPTY), Change::None)]);
        for (job, standing) in &jobs {
            let memberships = memberships(asked, *job, filter, *standing, listed);
            lists = lists
                .iter()
                .flat_map(|list| memberships.iter().map(|as_member| extended(asked, list, *job, as_member)))
                .collect();
        }
        outcomes = outcomes.or(lists);
    }
    outcomes
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

/// How a job stands to a filter, whatever its status.
#[derive(Clone, Copy)]
enum Standing {
    /// It is left out.
    Out,
    /// It passes.
    In,
    /// The documents do not say.
    Open(Question),
}

/// Why it is open whether a job is listed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Question {
    rule: Rule,
    /// Whether the job's signature would pass the filter on its expiry, if it has any.
    would_pass: Option<bool>,
}

impl Standing {
    const fn open(self) -> Option<Question> {
        match self {
            Self::Open(question) => Some(question),
            Self::Out | Self::In => None,
        }
    }
}

// The documents do not say whether a job shows in the list of its owner, of its invoker or of both.
const LIST_OTHER: Rule = Rule::open("ListSigningJobs/other-account");
// The documents do not say what isRevoked false selects.
const NOT_REVOKED_FILTER: Rule = Rule::open("ListSigningJobs/not-revoked-filter");
// The documents do not say whether jobs without signatureExpiresAt pass the filters on it.
const WITHOUT_EXPIRY: Rule = Rule::open("ListSigningJobs/expiry-filter-without-expiry");

fn standing(asked: &Asked<'_>, job: Job, filter: JobFilter) -> Standing {
    let it = asked.state.job(job);
    let (expiry, has_expiry) = passes_expiry(asked.state, it, filter.expires);
    let question = |rule| Standing::Open(Question { rule, would_pass: expiry });
    let out = (asked.by == Account::Other && it.invoker == Account::Owner)
        || filter.platform.is_some_and(|platform| platform != platform_of(asked.state, job))
        || filter.invoker.is_some_and(|invoker| invoker != it.invoker)
        || (filter.is_revoked == Some(true) && !it.revoked)
        || (has_expiry && expiry == Some(false));
    if out {
        Standing::Out
    } else if asked.by == Account::Other {
        question(LIST_OTHER)
    } else if filter.is_revoked == Some(false) && it.revoked {
        question(NOT_REVOKED_FILTER)
    } else if !has_expiry {
        question(WITHOUT_EXPIRY)
    } else {
        Standing::In
    }
}

// All jobs of the account are listed.
const LISTS: Rule = Rule::documented("ListSigningJobs/lists");

/// The ways in which a job that stands so to the filter can stand to the list, and what each tells of its
/// status.
fn memberships(
    asked: &Asked<'_>,
    job: Job,
    filter: JobFilter,
    standing: Standing,
    listed: impl Fn(Question) -> bool,
) -> ArrayVec<Membership, 2> {
    let it = *asked.state.job(job);
    let open = |membership: Membership| match standing {
        Standing::Open(question) if membership.admission < Admission::Open => {
            Membership { rule: Some(question.rule), admission: Admission::Open, ..membership }
        }
        Standing::Open(_) | Standing::In | Standing::Out => membership,
    };
    let passing = match standing {
        Standing::Out => JobStatuses::default(),
        Standing::In => JobStatuses::ANY,
        Standing::Open(question) => {
            let otherwise = if listed(question) { JobStatuses::ANY } else { JobStatuses::default() };
            // Where the signature may be there by now, nothing is open about the job that has it.
            match question.would_pass.filter(|_| question.rule == WITHOUT_EXPIRY) {
                Some(true) => otherwise.with(JobStatus::Succeeded),
                Some(false) => otherwise.without(JobStatus::Succeeded),
                None => otherwise,
            }
        }
    };
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
    let unwanted = JobStatuses::ANY.iter().filter(|status| !wanted.contains(*status));
    let unwanted = unwanted.fold(JobStatuses::default(), JobStatuses::with);
    known(wanted, true).into_iter().chain(known(unwanted, false)).collect()
}

/// Whether a job's signature passes the filter on its expiry (none: it has no validity), and whether it is
/// sure to have one: only of a signature that was made with a key of the service is it said that it expires.
fn passes_expiry(state: &State, job: &JobState, expires: Option<Expiry>) -> (Option<bool>, bool) {
    let Some(expires) = expires else { return (Some(true), true) };
    let profile = state.profile(job.profile);
    if !profile.platform.is_managed() {
        return (None, false);
    }
    let passes = match profile.validity {
        Validity::Default => expires == Expiry::After,
        Validity::Day => expires == Expiry::Before,
    };
    (Some(passes), job.statuses == JobStatuses::only(JobStatus::Succeeded))
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
    let (passes, has_expiry) = passes_expiry(state, it, filter.expires);
    let expiry = if filter.expires == Some(Expiry::Before) { EXPIRES_BEFORE } else { EXPIRES_AFTER };
    let reasons = [
        (filter.platform.is_some_and(|platform| platform != platform_of(state, job)), PLATFORM_FILTER),
        (filter.status.is_some_and(|status| !it.statuses.contains(status)), STATUS_FILTER),
        (filter.invoker.is_some_and(|invoker| invoker != it.invoker), INVOKER_FILTER),
        (filter.is_revoked == Some(true) && !it.revoked, REVOKED_FILTER),
        (has_expiry && passes == Some(false), expiry),
    ];
    reasons.into_iter().filter(|(is_out, _)| *is_out).map(|(_, rule)| rule).collect()
}
