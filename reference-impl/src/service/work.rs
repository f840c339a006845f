//! The work of signing jobs: taken under the lock, done without it, reported under it.

use std::sync::atomic::Ordering;
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use signer_objects::Asker;
use tokio::time::sleep;

use crate::faults::work;
use crate::freedoms::FreedomId;
use crate::identity::Caller;
use crate::service::Service;
use crate::service::state::InHand;
use crate::store::job::{Job, S3Location};
use crate::store::jobs::{DueJob, JobOutcome};

/// How long the clock goes unwatched while no job is due: it may be one that goes faster than this machine's.
const LONGEST_SLEEP: Duration = Duration::from_secs(1);

/// How long a move of the clock waits for the jobs that are due then, and how long between two looks.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

const A_MOMENT: Duration = Duration::from_millis(2);

/// How long a job waits for another attempt after its end could not be kept.
const PAUSE: Duration = Duration::from_secs(1);

impl Service {
    /// Does what time demands, before a request is served: forgets what is over, and ends the jobs that are
    /// due unless a worker does it.
    pub(crate) async fn settle(&self) {
        self.forget().await;
        if self.running.core.has_worker.load(Ordering::Relaxed) {
            return;
        }
        while let Some(due) = self.take_due(usize::MAX) {
            let outcome = self.perform(&due);
            self.report(&due, outcome).await;
        }
    }

    /// Ends jobs when they are due, until it is dropped.
    pub(crate) async fn work(self: Arc<Self>) {
        self.running.core.has_worker.store(true, Ordering::Relaxed);
        let places = std::thread::available_parallelism().map_or(1, usize::from);
        loop {
            let Some(due) = self.take_due(places) else {
                tokio::select! {
                    () = sleep(self.until_due(places)) => {}
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
            });
        }
    }

    /// Waits until the jobs have ended that are due by now, as after the clock was moved; not for ever, since
    /// one may be large.
    pub(crate) async fn caught_up(&self) {
        self.settle().await;
        let (now, begun) = (self.now(), Instant::now());
        while begun.elapsed() < LONGEST_WAIT && self.running.core.shown().due_jobs(now).next().is_some() {
            sleep(A_MOMENT).await;
        }
    }

    async fn forget(&self) {
        let now = self.now();
        if self.shown().next_to_forget().is_none_or(|at| at > now) {
            return;
        }
        let ((), ticket) = self.running.change(|state| state.regions.forget(now));
        if let Some(ticket) = ticket {
            // What could not be forgotten now is tried again with the next request.
            let _ = ticket.redeemed().await;
        }
    }

    fn until_due(&self, places: usize) -> Duration {
        let state = self.running.core.lock();
        let Some(due_at) = state.regions.next_due(|job| may_begin(&state.in_hand, places, job)) else {
            return LONGEST_SLEEP;
        };
        Duration::try_from(due_at.duration_since(self.now())).unwrap_or_default().min(LONGEST_SLEEP)
    }

    /// A job that is due, that is not worked on yet, and for which there is a place.
    fn take_due(&self, places: usize) -> Option<DueJob> {
        let now = self.now();
        let mut state = self.running.core.lock();
        let shown = self.running.core.shown();
        // What is shown is sure to stay: no object is written for a job that may still be lost.
        let due = shown.next_due_job(now, |job| may_begin(&state.in_hand, places, job))?;
        state.in_hand.insert(due.job.id.clone(), due.job.invoker.clone());
        Some(match &self.lies {
            None => due,
            Some(lies) => work::handed_out(lies, due),
        })
    }

    /// Says how a job has ended.
    async fn report(&self, due: &DueJob, outcome: JobOutcome) {
        let ((), ticket) = self.running.change(|state| state.regions.complete_job(due, outcome));
        if let Some(ticket) = ticket
            && ticket.redeemed().await.is_err()
        {
            sleep(PAUSE).await;
        }
        self.running.core.lock().in_hand.remove(&due.job.id);
        // A place is free.
        self.running.core.to_work.notify_one();
    }

    /// Does the work of a signing job: reads the source, writes the signed object.
    fn perform(&self, due: &DueJob) -> JobOutcome {
        if let Some(lies) = &self.lies {
            return work::perform(lies, self, due);
        }
        let (Some(source), Some((bucket, _))) = (&due.job.source, &due.job.destination) else {
            return JobOutcome::Failed("the job has no source or no destination".to_owned());
        };
        let max_mb = due.job.platform.max_size_in_mb;
        let object =
            self.depot.source(asker(due), &source.bucket, &source.key, Some(&source.version), max_mb);
        let signed = object
            .and_then(|object| self.signer.signed_object(&due.job, &object).map_err(|unsigned| unsigned.0));
        match signed.and_then(|content| self.land(due, bucket, &due.key, content.into())) {
            Ok(()) => JobOutcome::Succeeded,
            Err(reason) => JobOutcome::Failed(reason),
        }
    }

    /// Writes a result, unless the job was forgotten meanwhile.
    pub(crate) fn land(&self, due: &DueJob, bucket: &str, key: &str, content: Bytes) -> Result<(), String> {
        let core = &self.running.core;
        let _landing = core.landing.read().unwrap_or_else(PoisonError::into_inner);
        if !core.shown().awaits(due) {
            return Err("the job was forgotten".to_owned());
        }
        self.depot.keep(asker(due), bucket, key, content, self.now())
    }

    /// Whether a job's source and its destination's bucket are there. Asked only where an answer depends on
    /// it: an S3 elsewhere takes its time.
    pub(crate) async fn are_there(&self, caller: &Caller, source: &S3Location, bucket: &str) -> (bool, bool) {
        let open = [FreedomId::StartMissingSource, FreedomId::StartMissingDestination];
        if open.into_iter().all(|freedom| self.config.freedoms.is(freedom, "failed")) {
            return (true, true);
        }
        let (depot, caller, source, bucket) =
            (self.depot.clone(), caller.clone(), source.clone(), bucket.to_owned());
        let asked = tokio::task::spawn_blocking(move || {
            let asker = Asker::from(&caller);
            (
                depot.has_object(asker, &source.bucket, &source.key, Some(&source.version)),
                depot.has_bucket(asker, &bucket),
            )
        });
        asked.await.unwrap_or((false, false))
    }
}

/// Whether work on a job may begin. Every account has a place of its own, so that no other account's jobs
/// keep it waiting, however long they take; beyond that there are as many places as processors.
fn may_begin(in_hand: &InHand, places: usize, job: &Job) -> bool {
    !in_hand.contains_key(&job.id)
        && (in_hand.len() < places || !in_hand.values().any(|account| *account == job.invoker))
}

/// A job reads and writes as its invoker, in its Region.
pub(crate) fn asker(due: &DueJob) -> Asker<'_> {
    Asker { account: &due.job.invoker, region: &due.region }
}
