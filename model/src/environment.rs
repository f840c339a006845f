//! What happens without a call: jobs end.

use arrayvec::ArrayVec;

use crate::call::{JOBS, Job, JobStatus, Source};
use crate::rules::jobs;
use crate::state::{JobKind, JobState, JobStatuses, State};

/// The state after an unknown time: each job that may be in progress may have ended as its source lets
/// it end.
#[must_use]
pub fn settle(state: &State) -> State {
    let mut settled = *state;
    for job in &mut settled.jobs {
        if job.statuses.contains(JobStatus::InProgress) {
            job.statuses = job.statuses.either(endings(job));
        }
    }
    settled
}

/// The steps that can come without a call: which job ends, how, and the state after it.
pub type Ends = ArrayVec<(Job, JobStatus, State), { 2 * JOBS }>;

/// The steps that can come next, one at a time and only those that the sources expect: a job in progress
/// takes a status.
pub fn steps(state: &State) -> Ends {
    let state = *state;
    let ends = (0..).take(JOBS).map(Job).flat_map(move |job| {
        let it = *state.job(job);
        let running = it.statuses == JobStatuses::only(JobStatus::InProgress);
        let ends = move |status: &JobStatus| running && jobs::unexpected(&it, *status).is_none();
        endings(&it).iter().filter(ends).map(move |status| {
            let mut next = state;
            next.job_mut(job).statuses = JobStatuses::only(status);
            (job, status, next)
        })
    });
    ends.collect()
}

/// The state without the job statuses that only the documents would admit: what exploration goes on from.
#[must_use]
pub fn expected(state: &State) -> State {
    let mut expected = *state;
    for job in &mut expected.jobs {
        let wanted = job.statuses.iter().filter(|status| jobs::unexpected(job, *status).is_none());
        let wanted = wanted.fold(JobStatuses::default(), JobStatuses::with);
        if !wanted.is_empty() {
            job.statuses = wanted;
        }
    }
    expected
}

/// How a job can end, as far as the documents say.
fn endings(job: &JobState) -> JobStatuses {
    match (job.kind, job.source) {
        (JobKind::Started, Source::Missing) => JobStatuses::only(JobStatus::Failed),
        (JobKind::Started, Source::Present | Source::Unverified) | (JobKind::Payload, _) => {
            JobStatuses::TERMINAL
        }
    }
}
