//! The work of signing jobs: taken under the lock, done without it, reported under it.

use super::Service;
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use crate::identity::Caller;
use crate::objects::{Asker, NULL_VERSION};
use crate::store::{DueJob, JobOutcome, S3Location};
use bytes::Bytes;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// How long the clock goes unwatched while no job is due: it may be one that goes faster than this machine's.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);
/// How long whoever moves the clock waits for the jobs that are due then, and how long between two looks.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const A_MOMENT: Duration = Duration::from_millis(2);
/// How long a job waits for another attempt after its end could not be kept.
const PAUSE: Duration = Duration::from_secs(1);

impl Service {
    /// Does what time demands, before a request is served: forgets what is over, and ends the jobs that are due unless a worker
    /// does it.
    pub(crate) async fn settle(&self) {
        self.forget().await;
        if self.running.core.has_worker.load(Ordering::Relaxed) {
            return;
        }
        while let Some(due) = self.take_due() {
            let outcome = self.perform(&due);
            self.report(&due, outcome).await;
        }
    }

    /// Ends jobs when they are due, until it is dropped.
    pub(crate) async fn work(self: Arc<Self>) {
        self.running.core.has_worker.store(true, Ordering::Relaxed);
        let parallel = std::thread::available_parallelism().map_or(1, usize::from);
        let places = Arc::new(Semaphore::new(parallel));
        loop {
            let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
            let Some(due) = self.take_due() else {
                drop(place);
                tokio::select! {
                    () = sleep(self.until_due()) => {}
                    () = self.running.core.to_work.notified() => {}
                    () = self.config.clock.moved() => {}
                }
                continue;
            };
            let service = Arc::clone(&self);
            tokio::spawn(async move {
                let (worker, job) = (Arc::clone(&service), due.clone());
                let done = tokio::task::spawn_blocking(move || worker.perform(&job)).await;
                let outcome = done.unwrap_or_else(|_| JobOutcome::Failed("Signing failed".to_owned()));
                service.report(&due, outcome).await;
                drop(place);
            });
        }
    }

    /// Waits until the jobs have ended that are due by now, as after the clock was moved; not for ever, since one may be large.
    pub(crate) async fn caught_up(&self) {
        self.settle().await;
        let (now, begun) = (self.now(), Instant::now());
        while begun.elapsed() < LONGEST_WAIT && self.running.core.shown().store.due_jobs(now).next().is_some() {
            sleep(A_MOMENT).await;
        }
    }

    async fn forget(&self) {
        let now = self.now();
        if self.running.core.shown().store.next_to_forget().is_none_or(|at| at > now) {
            return;
        }
        let ((), ticket) = self.running.change(false, |state| state.store.forget(now));
        if let Some(ticket) = ticket {
            // What could not be forgotten now is tried again with the next request.
            let _ = ticket.redeemed().await;
        }
    }

    fn until_due(&self) -> Duration {
        let state = self.running.core.lock();
        let Some(due_at) = state.store.next_due(&state.in_hand) else { return LONGEST_SLEEP };
        Duration::try_from(due_at.duration_since(self.now())).unwrap_or_default().min(LONGEST_SLEEP)
    }

    /// A job that is due and that nobody works on yet.
    fn take_due(&self) -> Option<DueJob> {
        let now = self.now();
        let mut state = self.running.core.lock();
        let shown = self.running.core.shown();
        // What is shown is sure to stay: no object is written for a job that may still be lost.
        let due = shown.store.due_jobs(now).find(|due| !state.in_hand.contains(&due.number))?;
        state.in_hand.insert(due.number);
        Some(due)
    }

    /// Says how a job has ended.
    async fn report(&self, due: &DueJob, outcome: JobOutcome) {
        let ((), ticket) = self.running.change(false, |state| {
            state.store.set_settings(&self.settings);
            state.store.complete_job(due, outcome);
        });
        if let Some(ticket) = ticket
            && ticket.redeemed().await.is_err()
        {
            sleep(PAUSE).await;
        }
        self.running.core.lock().in_hand.remove(&due.number);
    }

    /// Does the work of a signing job: reads the source, writes the signed object.
    fn perform(&self, due: &DueJob) -> JobOutcome {
        let failed = |reason: &str| JobOutcome::Failed(reason.to_owned());
        let (Some(source), Some((bucket, _))) = (&due.job.source, &due.job.destination) else {
            return failed("the job has no source or no destination");
        };
        let faults = self.config.faults;
        let invoker = Asker { account: &due.job.invoker, region: &self.config.region };
        let version = Some(source.version.as_str()).filter(|_| !faults.has(FaultId::SourceVersionIgnored));
        let mut object = self.depot.source(invoker, &source.bucket, &source.key, version, due.job.platform.max_size_in_mb);
        if version == Some(NULL_VERSION) && faults.has(FaultId::NullVersionRefused) {
            object = Err("The source object has no version".to_owned());
        }
        let content = match object {
            Ok(object) => match self.signer.signed_object(&due.job, &object, faults) {
                Ok(content) => Bytes::from(content),
                Err(unsigned) => return JobOutcome::Failed(unsigned.0),
            },
            // By mistake.
            Err(_) if faults.has(FaultId::MissingSourceSigned) => Bytes::new(),
            Err(reason) => {
                if faults.has(FaultId::FailedJobWrites) {
                    let _ = self.depot.keep(invoker, bucket, &due.key, Bytes::from_static(b"{}"), self.now());
                }
                return JobOutcome::Failed(reason);
            }
        };
        if faults.has(FaultId::SourceChanged) {
            let _ = self.depot.keep(invoker, &source.bucket, &source.key, content.clone(), self.now());
        }
        let bucket = if faults.has(FaultId::SignedIntoSourceBucket) { &source.bucket } else { bucket };
        if faults.has(FaultId::SignedObjectMissing) {
            return JobOutcome::Succeeded;
        }
        match self.depot.keep(invoker, bucket, &due.key, content, self.now()) {
            Ok(()) => JobOutcome::Succeeded,
            Err(reason) => JobOutcome::Failed(reason),
        }
    }

    /// Whether a job's source and its destination's bucket are there. Asked only where an answer depends on it: an S3
    /// elsewhere takes its time.
    pub(crate) async fn are_there(&self, caller: &Caller, source: &S3Location, bucket: &str) -> (bool, bool) {
        let open = [FreedomId::StartMissingSource, FreedomId::StartMissingDestination];
        if open.into_iter().all(|freedom| self.config.freedoms.is(freedom, "failed")) {
            return (true, true);
        }
        let (depot, caller, source, bucket) = (self.depot.clone(), caller.clone(), source.clone(), bucket.to_owned());
        let asked = tokio::task::spawn_blocking(move || {
            let asker = Asker::from(&caller);
            (depot.has_object(asker, &source.bucket, &source.key, Some(&source.version)), depot.has_bucket(asker, &bucket))
        });
        asked.await.unwrap_or((false, false))
    }
}
