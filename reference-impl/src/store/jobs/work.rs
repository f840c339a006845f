//! The ends of jobs. The store says which are due and where the results belong; the adapter does
//! the work and says what came of it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::store::job::{Job, JobStatus, whole_seconds};
use crate::store::jobs::{DueJob, JobOutcome, SUCCEEDED};
use crate::store::platforms::is_lambda;
use crate::store::state::Store;

impl Store {
    /// The jobs whose time has come, in the order of their ends.
    pub fn due_jobs(&self, now: Timestamp) -> impl Iterator<Item = DueJob> {
        self.due(now).map(|(ended_at, number, job)| self.due_job(ended_at, number, job))
    }

    /// The first of them that may begin.
    pub fn next_due_job(&self, now: Timestamp, may_begin: impl Fn(&Job) -> bool) -> Option<DueJob> {
        let found = self.due(now).find(|(.., job)| may_begin(job));
        found.map(|(ended_at, number, job)| self.due_job(ended_at, number, job))
    }

    fn due(&self, now: Timestamp) -> impl Iterator<Item = (Timestamp, u64, &Arc<Job>)> {
        let due = self.jobs.pending.iter().take_while(move |(ended_at, _)| *ended_at <= now);
        due.filter_map(|&(ended_at, number)| Some((ended_at, number, self.jobs.by_number.get(&number)?)))
    }

    fn due_job(&self, ended_at: Timestamp, number: u64, job: &Arc<Job>) -> DueJob {
        DueJob {
            region: Arc::clone(&self.region),
            number,
            ended_at,
            job: Arc::clone(job),
            key: Self::result_key(job),
        }
    }

    /// How many jobs have not ended.
    pub fn jobs_in_progress(&self) -> usize {
        self.jobs.pending.len()
    }

    /// When the first of the jobs in progress is due that may begin.
    pub fn next_due(&self, may_begin: impl Fn(&Job) -> bool) -> Option<Timestamp> {
        let mut pending = self
            .jobs
            .pending
            .iter()
            .filter_map(|(due_at, number)| Some((due_at, self.jobs.by_number.get(number)?)));
        pending.find(|(_, job)| may_begin(job)).map(|(due_at, _)| *due_at)
    }

    /// Whether the job still waits for its end. Numbers and times come again when everything was forgotten;
    /// ids do not.
    pub fn awaits(&self, due: &DueJob) -> bool {
        let is_it = |job: &Arc<Job>| job.id == due.job.id;
        self.jobs.pending.contains(&(due.ended_at, due.number))
            && self.jobs.by_number.get(&due.number).is_some_and(is_it)
    }

    /// Prefix and job id; an archive for Lambda keeps its suffix.
    pub(crate) fn result_key(job: &Job) -> String {
        let prefix = job.destination.as_ref().map_or("", |(_, prefix)| prefix);
        let is_archive =
            job.source.as_ref().is_some_and(|source| source.key.to_ascii_lowercase().ends_with(".zip"));
        let suffix = if is_lambda(job.platform) && is_archive { ".zip" } else { "" };
        format!("{prefix}{}{suffix}", job.id)
    }

    /// Ends a job as its work has come out. A job ends once: what is said later is passed over.
    pub fn complete_job(&mut self, due: &DueJob, outcome: JobOutcome) {
        if !self.awaits(due) {
            return;
        }
        self.jobs_mut().pending.remove(&(due.ended_at, due.number));
        self.change_job(due.number, |job| {
            job.due_at = None;
            job.completed_at = Some(whole_seconds(due.ended_at));
            match outcome {
                JobOutcome::Succeeded => {
                    job.status = JobStatus::Succeeded;
                    job.status_reason = Some(SUCCEEDED.to_owned());
                    job.signed_object =
                        job.destination.as_ref().map(|(bucket, _)| (bucket.clone(), due.key.clone()));
                }
                JobOutcome::Failed(reason) => {
                    job.status = JobStatus::Failed;
                    job.status_reason = Some(reason);
                }
            }
        });
        self.job_leaves(due.number);
    }
}
