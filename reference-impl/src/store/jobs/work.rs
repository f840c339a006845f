//! The ends of jobs. The store says which are due and where the results belong; the adapter does
//! the work and says what came of it.

use super::{DueJob, Job, JobOutcome, JobStatus, SUCCEEDED, whole_seconds};
use crate::faults::FaultId;
use crate::store::Store;
use crate::store::platforms::is_lambda;
use jiff::Timestamp;
use std::sync::Arc;

impl Store {
    /// The jobs whose time has come, in the order of their ends.
    pub fn due_jobs(&mut self, now: Timestamp) -> Vec<DueJob> {
        let mut due = Vec::new();
        while let Some(&(ended_at, number)) = self.jobs.pending.first()
            && ended_at <= now
        {
            self.jobs_mut().pending.pop_first();
            if let Some(job) = self.jobs.by_number.get(&number) {
                let key = self.result_key(job);
                due.push(DueJob { number, ended_at, job: Arc::clone(job), key });
            }
        }
        due
    }

    /// Prefix and job id; an archive for Lambda keeps its suffix.
    fn result_key(&self, job: &Job) -> String {
        let prefix = job.destination.as_ref().map_or("", |(_, prefix)| prefix);
        let slash = if self.fault(FaultId::JobKeyWithSlash) && !prefix.is_empty() { "/" } else { "" };
        let is_archive = job.source.as_ref().is_some_and(|source| source.key.to_ascii_lowercase().ends_with(".zip"));
        let suffix = if is_lambda(job.platform) && is_archive { ".zip" } else { "" };
        format!("{prefix}{slash}{}{suffix}", job.id)
    }

    /// Ends a job as its work has come out.
    pub fn complete_job(&mut self, due: &DueJob, outcome: JobOutcome) {
        let failed_has_object = self.fault(FaultId::FailedJobHasObject);
        let Some(job) = self.jobs_mut().by_number.get_mut(&due.number).map(Arc::make_mut) else { return };
        let object = job.destination.as_ref().map(|(bucket, _)| (bucket.clone(), due.key.clone()));
        job.completed_at = Some(whole_seconds(due.ended_at));
        match outcome {
            JobOutcome::Succeeded => {
                job.status = JobStatus::Succeeded;
                job.status_reason = Some(SUCCEEDED.to_owned());
                job.signed_object = object;
            }
            JobOutcome::Failed(reason) => {
                job.status = JobStatus::Failed;
                job.status_reason = Some(reason);
                job.signed_object = object.filter(|_| failed_has_object);
            }
        }
    }
}
