//! All Regions. Each has a store of its own, so that what is made in one exists in no other.

use std::sync::Arc;

use imbl::OrdMap;
use jiff::Timestamp;

use crate::error::Outcome;
use crate::identity::Caller;
use crate::ids::Ids;
use crate::store::arn::{Region, regional};
use crate::store::changes::{Change, Row};
use crate::store::command::{Command, Reply};
use crate::store::job::Job;
use crate::store::jobs::{DueJob, JobOutcome};
use crate::store::state::{Context, Regions, Settings, Store};

impl Regions {
    /// Nothing anywhere.
    pub fn new(settings: Arc<Settings>) -> Self {
        Self { settings, stores: OrdMap::new(), changes: None }
    }

    /// What was kept. Changes are noted from now on.
    pub fn restored(settings: Arc<Settings>, rows: impl IntoIterator<Item = (Region, Row)>) -> Self {
        let mut regions = Self { changes: Some(Vec::new()), ..Self::new(settings) };
        for (region, row) in rows {
            let mut store = regions.stores.remove(&region).unwrap_or_else(|| regions.store(&region));
            store.take_up(row);
            regions.stores.insert(region, store);
        }
        regions
    }

    /// The store of a Region, as a copy; one with nothing in it where nothing was made yet.
    pub fn store(&self, region: &str) -> Store {
        if let Some(store) = self.stores.get(region) {
            return store.clone();
        }
        let mut store = Store::new(&region.into(), &self.settings);
        if self.changes.is_some() {
            store.note_changes();
        }
        store
    }

    /// The store of a Region in which something was made.
    pub fn of(&self, region: &str) -> Option<&Store> {
        self.stores.get(region)
    }

    /// Decides on a command in the caller's Region. A Region begins with the first thing that is made in it.
    pub fn apply(
        &mut self,
        now: Timestamp,
        caller: &Caller,
        ids: &mut dyn Ids,
        command: Command,
    ) -> Outcome<Reply> {
        let before = self.store(&caller.region);
        let mut store = before.clone();
        let decided = store.apply(&mut Context { now, caller, ids, elsewhere: Some(self) }, command);
        if !store.shares_data(&before) {
            self.put(store);
        }
        decided
    }

    /// Answers a question in the caller's Region. Nothing is changed, whatever the command.
    pub fn answer(&self, now: Timestamp, caller: &Caller, question: Command) -> Outcome<Reply> {
        let mut context = Context { now, caller, ids: &mut NoIds, elsewhere: Some(self) };
        self.store(&caller.region).apply(&mut context, question)
    }

    /// Takes up a store that was given out by [`Self::store`], and in which something was written since.
    pub fn put(&mut self, mut store: Store) {
        let rows = store.take_changes();
        let region = Arc::clone(&store.region);
        if let Some(changes) = &mut self.changes {
            changes.extend(rows.into_iter().map(|row| Change::Row(Arc::clone(&region), row)));
        }
        self.stores.insert(region, store);
    }

    /// What was written since it was last taken.
    pub fn take_changes(&mut self) -> Vec<Change> {
        self.changes.as_mut().map(std::mem::take).unwrap_or_default()
    }

    /// Everything is forgotten, and this is there instead.
    pub fn replace(&mut self, rows: impl IntoIterator<Item = (Region, Row)>) {
        let fresh = Self::restored(Arc::clone(&self.settings), rows);
        if let Some(changes) = &mut self.changes {
            changes.push(Change::Cleared);
            changes.extend(fresh.rows().map(|(region, row)| Change::Row(region, row)));
        }
        self.stores = fresh.stores;
    }

    /// All that would have to be kept.
    pub fn rows(&self) -> impl Iterator<Item = (Region, Row)> {
        self.stores.iter().flat_map(|(region, store)| store.rows().map(|row| (Arc::clone(region), row)))
    }

    /// The stores of the Regions in which something was made.
    pub fn stores(&self) -> impl Iterator<Item = &Store> {
        self.stores.values()
    }

    /// Whether there is nothing anywhere.
    pub fn is_empty(&self) -> bool {
        self.rows().next().is_none()
    }

    /// Whether neither of the two has written anything since one was copied from the other.
    pub fn shares_data(&self, other: &Self) -> bool {
        self.stores.ptr_eq(&other.stores)
    }

    /// How many jobs have not ended.
    pub fn jobs_in_progress(&self) -> usize {
        self.stores.values().map(Store::jobs_in_progress).sum()
    }

    /// The jobs whose time has come, in the order of their ends within each Region.
    pub fn due_jobs(&self, now: Timestamp) -> impl Iterator<Item = DueJob> {
        self.stores.values().flat_map(move |store| store.due_jobs(now))
    }

    /// The first of them in any Region that may begin.
    pub fn next_due_job(&self, now: Timestamp, may_begin: impl Fn(&Job) -> bool) -> Option<DueJob> {
        let first = self.stores.values().filter_map(|store| store.next_due_job(now, &may_begin));
        first.min_by_key(|due| due.ended_at)
    }

    /// When the first of the jobs in progress is due that may begin.
    pub fn next_due(&self, may_begin: impl Fn(&Job) -> bool) -> Option<Timestamp> {
        self.stores.values().filter_map(|store| store.next_due(&may_begin)).min()
    }

    /// Whether the job still waits for its end. It does not where everything was forgotten meanwhile.
    pub fn awaits(&self, due: &DueJob) -> bool {
        self.stores.get(&due.region).is_some_and(|store| store.awaits(due))
    }

    /// Ends a job as its work has come out.
    pub fn complete_job(&mut self, due: &DueJob, outcome: JobOutcome) {
        let mut store = self.store(&due.region);
        if store.awaits(due) {
            store.complete_job(due, outcome);
            self.put(store);
        }
    }

    /// When the next profile or job is to be forgotten.
    pub fn next_to_forget(&self) -> Option<Timestamp> {
        self.stores.values().filter_map(Store::next_to_forget).min()
    }

    /// Forgets what is no longer kept at that time.
    pub fn forget(&mut self, now: Timestamp) {
        let is_over = |store: &&Store| store.next_to_forget().is_some_and(|at| at <= now);
        let over: Vec<Store> = self.stores.values().filter(is_over).cloned().collect();
        for mut store in over {
            store.forget(now);
            self.put(store);
        }
    }
}

/// What only looks makes nothing that has an identifier.
struct NoIds;

impl Ids for NoIds {
    fn uuid(&mut self) -> String {
        String::new()
    }

    fn profile_version(&mut self) -> String {
        String::new()
    }
}

impl Row {
    /// The Region in which it is, as its ARN tells.
    pub fn region(&self) -> Option<&str> {
        match self {
            Self::Profile(profile) => regional(&profile.arn).map(|(region, _)| region),
            Self::Job(_, job) => Some(job.region()).filter(|region| !region.is_empty()),
            Self::NoProfile(..) | Self::NoJob(_) => None,
        }
    }
}
