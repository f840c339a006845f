//! What is read of one job.

use signer_schemas::Edition;

use crate::call::{Account, Job, JobStatus};
use crate::outcome::{Admission, Outcome, Outcomes, Rule};
use crate::reply::{ErrorName, JobView, Reply};
use crate::rules::Asked;
use crate::rules::jobs::{DENIALS, decided};
use crate::rules::vocabulary::{Saying, refuse};
use crate::state::JobStatuses;

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
