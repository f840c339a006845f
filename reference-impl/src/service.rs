//! The service behind its interfaces: the store's decisions, the objects and the key, under one lock.

use crate::config::Config;
use crate::faults::FaultId;
use crate::identity::Caller;
use crate::ids::{Ids as _, RandomIds};
use crate::objects::{NULL_VERSION, Object, Objects};
use crate::signing::Signer;
use crate::store::{Context, DueJob, JobOutcome, Settings, Store};
use bytes::Bytes;
use jiff::Timestamp;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The service of one server.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) config: Config,
    pub(crate) signer: Arc<Signer>,
    settings: Arc<Settings>,
    state: Arc<Mutex<State>>,
}

/// What changes.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) store: Store,
    /// The store before the last write; kept for deliberate mistakes.
    behind: Option<Store>,
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
        let ids = RandomIds::new(config.seed);
        let state = State { store: Store::new(settings.clone()), behind: None, objects: Objects::default(), ids };
        let signer = Arc::new(Signer::new(&config));
        Self { signer, config, settings: Arc::new(settings), state: Arc::new(Mutex::new(state)) }
    }

    /// A service of its own in the same state. What happens to either does not happen to the other.
    pub(crate) fn copy(&self) -> Self {
        let state = Arc::new(Mutex::new(self.state().clone()));
        Self { signer: Arc::clone(&self.signer), config: self.config.clone(), settings: Arc::clone(&self.settings), state }
    }

    /// The same service, which makes one more mistake.
    pub(crate) fn with_fault(&self, fault: FaultId) -> Self {
        let config = Config { faults: self.config.faults.and(fault), ..self.config.clone() };
        let settings = Arc::new(Settings { faults: config.faults, ..(*self.settings).clone() });
        Self { signer: Arc::clone(&self.signer), config, settings, state: Arc::clone(&self.state) }
    }

    /// Whether another service, made as a copy of this one, has written something since.
    pub(crate) fn has_diverged(&self, other: &Self) -> bool {
        !self.state().store.shares_data(&other.state().store)
    }

    /// Why nothing can be written at present, if that is so. What lies in memory can always be.
    #[expect(clippy::unused_self, reason = "a store on disk answers by its own state")]
    pub(crate) fn unwritable(&self) -> Option<String> {
        None
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A panic in another request must not take this one down: the store changes last in each call.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something with the state as it is now: jobs whose time has come have ended.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&mut State, Timestamp) -> T) -> T {
        let mut state = self.state();
        state.store.set_settings(&self.settings);
        let now = self.config.clock.now();
        for due in state.store.due_jobs(now) {
            let outcome = self.perform(&mut state, &due, now);
            state.store.complete_job(&due, outcome);
        }
        let lags = self.config.faults.has(FaultId::JobListLags) || self.config.faults.has(FaultId::ProfileListLags);
        let before = lags.then(|| state.store.clone());
        let done = work(&mut state, now);
        if before.as_ref().is_some_and(|before| !before.shares_data(&state.store)) {
            state.behind = before;
        }
        done
    }

    /// Does the work of a signing job: reads the source, writes the signed object.
    fn perform(&self, state: &mut State, due: &DueJob, now: Timestamp) -> JobOutcome {
        let failed = |reason: &str| JobOutcome::Failed(reason.to_owned());
        let (Some(source), Some((bucket, _))) = (&due.job.source, &due.job.destination) else {
            return failed("the job has no source or no destination");
        };
        let faults = self.config.faults;
        let version = Some(source.version.as_str()).filter(|_| !faults.has(FaultId::SourceVersionIgnored));
        let object = state.objects.get(&source.bucket, &source.key, version).map(|object| object.content.clone());
        let object = object.filter(|_| version != Some(NULL_VERSION) || !faults.has(FaultId::NullVersionRefused));
        if object.is_none() && !faults.has(FaultId::MissingSourceSigned) {
            return failed("The source object could not be read");
        }
        let content = match object.map(|object| self.signer.signed_object(&due.job, &object, faults)) {
            Some(Ok(content)) => Bytes::from(content),
            Some(Err(unsigned)) => return JobOutcome::Failed(unsigned.0),
            // By mistake.
            None => Bytes::new(),
        };
        let signed = Object { version: state.ids.uuid(), written_at: now, content };
        if faults.has(FaultId::SourceChanged) {
            state.objects.put(&source.bucket, &source.key, signed.clone());
        }
        let bucket = if faults.has(FaultId::SignedIntoSourceBucket) { &source.bucket } else { bucket };
        if faults.has(FaultId::SignedObjectMissing) {
            return JobOutcome::Succeeded;
        }
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

    /// The context of a list, with the store that it shows: by mistake the one before the last write.
    pub(crate) fn call_list<'a>(&'a mut self, caller: &'a Caller, now: Timestamp, lags: bool) -> (&'a Store, Context<'a>) {
        let shown = self.behind.as_ref().filter(|_| lags).unwrap_or(&self.store);
        (shown, Context { now, caller, ids: &mut self.ids })
    }
}
