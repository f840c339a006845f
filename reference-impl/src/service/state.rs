//! What changes: the state in which decisions are made, the one that is shown, and the way from one to the
//! other.

use std::collections::BTreeMap;
use std::mem;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::{self, JoinHandle};

use tokio::sync::Notify;

use crate::durable::database::Database;
use crate::durable::queue::{Queue, Ticket};
use crate::ids::RandomIds;
use crate::store::changes::Change;
use crate::store::state::Regions;

/// The state in which the next decision is made.
#[derive(Debug)]
pub(crate) struct State {
    pub(crate) regions: Regions,
    pub(crate) ids: RandomIds,
    pub(super) in_hand: InHand,
    queue: Queue,
    is_ending: bool,
}

/// The jobs that are being worked on, by id, each with the account that started it.
pub(super) type InHand = BTreeMap<String, String>;

#[derive(Debug)]
pub(super) struct Core {
    state: Mutex<State>,
    /// What readers see: nothing in it can be lost any more.
    shown: RwLock<Regions>,
    /// Something waits to be written.
    to_write: Condvar,
    /// Another job is the next to be due.
    pub(super) to_work: Notify,
    /// Whether jobs end without a request.
    pub(super) has_worker: AtomicBool,
    /// Held, by any number, while a job's result is written, and alone while all objects are removed.
    pub(super) landing: RwLock<()>,
    /// Held while everything begins anew.
    pub(super) resetting: tokio::sync::Mutex<()>,
    /// Why the last changes could not be kept; nothing when they could.
    unwritable: Mutex<Option<String>>,
}

/// A core, and the thread that brings its changes to the disk if it has one.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) core: Arc<Core>,
    writer: Option<JoinHandle<()>>,
}

impl Core {
    pub(super) fn new(regions: Regions, ids: RandomIds) -> Self {
        let shown = regions.clone();
        let state = State { regions, ids, in_hand: InHand::new(), queue: Queue::default(), is_ending: false };
        Self {
            state: Mutex::new(state),
            shown: RwLock::new(shown),
            to_write: Condvar::new(),
            to_work: Notify::new(),
            has_worker: AtomicBool::new(false),
            landing: RwLock::new(()),
            resetting: tokio::sync::Mutex::new(()),
            unwritable: Mutex::default(),
        }
    }

    /// Held for a decision, and never while anything is awaited.
    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        // A panic in another request must not take this one down: the store changes last in each call.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn shown(&self) -> Regions {
        self.shown.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn unwritable(&self) -> Option<String> {
        self.unwritable.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set_unwritable(&self, error: Option<String>) {
        *self.unwritable.lock().unwrap_or_else(PoisonError::into_inner) = error;
    }

    fn show(&self, shown: Regions) {
        let before = mem::replace(&mut *self.shown.write().unwrap_or_else(PoisonError::into_inner), shown);
        // What is no longer looked at is freed when no reader waits for it.
        drop(before);
    }

    /// Brings changes to the disk, all that wait at a time, until the service has ended and nothing waits.
    fn write_all(&self, database: &mut Database) {
        loop {
            let waits = |state: &mut State| state.queue.is_empty() && !state.is_ending;
            let mut state =
                self.to_write.wait_while(self.lock(), waits).unwrap_or_else(PoisonError::into_inner);
            if state.queue.is_empty() {
                return;
            }
            let changes = state.queue.take();
            let shown = state.regions.clone();
            drop(state);
            match database.commit(&changes) {
                Ok(()) => {
                    self.set_unwritable(None);
                    self.show(shown);
                    self.lock().queue.written();
                }
                Err(error) => {
                    self.set_unwritable(Some(error.to_string()));
                    tracing::error!(%error, changes = changes.len(), "changes could not be kept, and are \
                        refused");
                    let shown = self.shown();
                    let mut state = self.lock();
                    state.regions = shown;
                    state.queue.refused(&format!("the change could not be kept: {error}"));
                }
            }
        }
    }
}

impl Running {
    pub(super) fn in_memory(core: Core) -> Self {
        Self { core: Arc::new(core), writer: None }
    }

    pub(super) fn durable(core: Core, mut database: Database) -> Self {
        let core = Arc::new(core);
        let of_thread = Arc::clone(&core);
        let writer = thread::spawn(move || of_thread.write_all(&mut database));
        Self { core, writer: Some(writer) }
    }

    /// Makes a decision. What it may have seen or changed is on the disk when the ticket is redeemed; without
    /// one it is.
    pub(super) fn change<T>(&self, decide: impl FnOnce(&mut State) -> T) -> (T, Option<Ticket>) {
        let mut state = self.core.lock();
        let before = state.regions.clone();
        let jobs_before = before.jobs_in_progress();
        let decided = decide(&mut state);
        if !before.shares_data(&state.regions) {
            self.keep(&mut state);
            if state.regions.jobs_in_progress() != jobs_before {
                self.core.to_work.notify_one();
            }
        }
        let ticket = state.queue.ticket();
        (decided, ticket)
    }
}

impl Running {
    /// Forgets everything, and has this instead.
    pub(super) fn replace(&self, regions: &Regions) -> Option<Ticket> {
        let mut state = self.core.lock();
        state.regions.replace(regions.rows());
        self.keep(&mut state)
    }

    /// Notes on the disk that all is there that was to come instead.
    pub(super) fn whole(&self) -> Option<Ticket> {
        let mut state = self.core.lock();
        if self.writer.is_some() {
            state.queue.push(vec![Change::Whole]);
        }
        self.keep(&mut state)
    }

    /// Shows the state, once it is sure to stay.
    fn keep(&self, state: &mut State) -> Option<Ticket> {
        if self.writer.is_none() {
            self.core.show(state.regions.clone());
            return None;
        }
        let changes = state.regions.take_changes();
        state.queue.push(changes);
        self.core.to_write.notify_one();
        state.queue.ticket()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.core.lock().is_ending = true;
        self.core.to_write.notify_one();
        // What was decided is brought to the disk before the folder is let go.
        let _ = self.writer.take().map(JoinHandle::join);
    }
}
