//! What takes longer than a page may: searches through whole scopes, on threads of their own, with their
//! progress, until they end or are stopped.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;
use signer_model::SearchProgress;

/// A search that was begun.
pub(crate) struct Task<T> {
    states: AtomicUsize,
    expanded: AtomicUsize,
    stop: AtomicBool,
    begun: Instant,
    /// What it found, if it was not stopped, and after how long.
    ended: OnceLock<(Option<T>, Duration)>,
}

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Progress {
    /// States met.
    pub(crate) states: usize,
    /// States expanded.
    pub(crate) expanded: usize,
    /// States met in a second.
    pub(crate) rate: u64,
    /// Whether it has ended.
    pub(crate) ended: bool,
    /// Whether it was stopped.
    pub(crate) stopped: bool,
}

impl<T> Task<T> {
    /// What the search found; none while it goes on, and if it was stopped.
    pub(crate) fn found(&self) -> Option<&T> {
        self.ended.get().and_then(|(found, _)| found.as_ref())
    }

    /// How long it took, or has taken.
    pub(crate) fn took(&self) -> Duration {
        self.ended.get().map_or_else(|| self.begun.elapsed(), |(_, took)| *took)
    }

    /// How far it is.
    pub(crate) fn progress(&self) -> Progress {
        let states = self.states.load(Ordering::Relaxed);
        let millis = self.took().as_millis().max(1);
        let rate = u64::try_from(states as u128 * 1000 / millis).unwrap_or(u64::MAX);
        let ended = self.ended.get();
        let stopped = ended.is_some_and(|(found, _)| found.is_none());
        Progress {
            states,
            expanded: self.expanded.load(Ordering::Relaxed),
            rate,
            ended: ended.is_some(),
            stopped,
        }
    }

    /// Asks it to stop.
    pub(crate) fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    /// Tells how far the search is; whether it goes on.
    pub(crate) fn tell(&self, at: SearchProgress) -> ControlFlow<()> {
        self.states.store(at.states, Ordering::Relaxed);
        self.expanded.store(at.expanded, Ordering::Relaxed);
        if self.stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    }

    /// Waits until it has ended, at most so long.
    pub(crate) async fn wait(&self, most: Duration) {
        let since = Instant::now();
        while self.ended.get().is_none() && since.elapsed() < most {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

impl<T> fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.progress().fmt(f)
    }
}

/// Searches by what is searched.
#[derive(Debug)]
pub(crate) struct Tasks<K, T>(Mutex<HashMap<K, Arc<Task<T>>>>);

impl<K, T> Default for Tasks<K, T> {
    fn default() -> Self {
        Self(Mutex::new(HashMap::new()))
    }
}

impl<K: Eq + Hash, T: Send + Sync + 'static> Tasks<K, T> {
    /// The search of that, if it was begun.
    pub(crate) fn get(&self, key: &K) -> Option<Arc<Task<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned()
    }

    /// Begins it, unless it goes on or has found what there is.
    pub(crate) fn begin(
        &self,
        key: K,
        search: impl FnOnce(&Task<T>) -> Option<T> + Send + 'static,
    ) -> Arc<Task<T>> {
        let mut tasks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = tasks.get(&key).filter(|known| !known.progress().stopped) {
            return Arc::clone(known);
        }
        let task = Arc::new(Task {
            states: AtomicUsize::new(0),
            expanded: AtomicUsize::new(0),
            stop: AtomicBool::new(false),
            begun: Instant::now(),
            ended: OnceLock::new(),
        });
        tasks.insert(key, Arc::clone(&task));
        let working = Arc::clone(&task);
        std::thread::spawn(move || {
            let found = search(&working);
            let took = working.begun.elapsed();
            // Nobody else sets it.
            let _ = working.ended.set((found, took));
        });
        task
    }
}
