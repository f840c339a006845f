//! The service behind its interfaces: the store's decisions, the objects and the key, under one lock.

use crate::config::Config;
use crate::identity::Caller;
use crate::ids::{Ids as _, RandomIds};
use crate::objects::{Object, Objects};
use crate::signing::Signer;
use crate::store::{Context, DueJob, JobOutcome, Settings, Store};
use jiff::Timestamp;
use std::sync::{Mutex, PoisonError};

/// The service of one server.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) config: Config,
    pub(crate) signer: Signer,
    state: Mutex<State>,
}

/// What changes.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) store: Store,
    pub(crate) objects: Objects,
    pub(crate) ids: RandomIds,
}

impl Service {
    pub(crate) fn new(config: Config) -> Self {
        let settings = Settings {
            edition: config.edition,
            region: config.region.clone(),
            job_delay: config.job_delay,
            faults: config.faults,
            freedoms: config.freedoms.clone(),
        };
        let state = State { store: Store::new(settings), objects: Objects::default(), ids: RandomIds::new(config.seed) };
        Self { signer: Signer::new(&config), config, state: Mutex::new(state) }
    }

    /// Does something with the state as it is now: jobs whose time has come have ended.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut State, Timestamp) -> T) -> T {
        // A panic in another request must not take this one down: the store changes last in each call.
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let now = self.config.clock.now();
        for due in state.store.due_jobs(now) {
            let outcome = self.perform(&mut state, &due, now);
            state.store.complete_job(&due, outcome);
        }
        work(&mut state, now)
    }

    /// Does the work of a signing job: reads the source, writes the signed object.
    fn perform(&self, state: &mut State, due: &DueJob, now: Timestamp) -> JobOutcome {
        let failed = |reason: &str| JobOutcome::Failed(reason.to_owned());
        let (Some(source), Some((bucket, _))) = (&due.job.source, &due.job.destination) else {
            return failed("the job has no source or no destination");
        };
        let Some(object) = state.objects.get(&source.bucket, &source.key, Some(&source.version)) else {
            return failed("The source object could not be read");
        };
        let content = match self.signer.signed_object(&due.job, &object.content) {
            Ok(content) => content,
            Err(unsigned) => return JobOutcome::Failed(unsigned.0),
        };
        let version = state.ids.uuid();
        let signed = Object { version, written_at: now, content: content.into() };
        if state.objects.put(bucket, &due.key, signed) {
            JobOutcome::Succeeded
        } else {
            failed("The destination bucket could not be written")
        }
    }
}

impl State {
    /// The context of a call, with the store that it is for.
    pub(crate) fn call<'a>(&'a mut self, caller: &'a Caller, now: Timestamp) -> (&'a mut Store, Context<'a>) {
        (&mut self.store, Context { now, caller, ids: &mut self.ids })
    }
}
