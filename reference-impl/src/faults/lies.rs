//! The lies of one server.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use signer_schemas::{Edition, OperationDoc, operations};

use crate::config::Config;
use crate::error::Outcome;
use crate::faults::call::{Call, Memory, Turn};
use crate::faults::lie::{Lie, Overlooked};
use crate::faults::table::{FAULTS, Faults};
use crate::identity::Caller;
use crate::ids::Ids;
use crate::store::command::{Command, Reply};
use crate::store::state::{Context, Regions, Store};

/// The lies that a server tells, and what they remember.
pub struct Lies {
    told: Arc<[Lie]>,
    /// Those about what the store decides.
    turns: Arc<[Turn]>,
    /// The documents that some lies have changed.
    documents: Arc<[OperationDoc]>,
    memory: Mutex<Memory>,
}

impl Lies {
    /// The lies of these faults; none where there is no fault.
    pub fn new(faults: Faults, edition: Edition) -> Option<Self> {
        let told: Vec<Lie> = faults.iter().flat_map(|fault| fault.lies).copied().collect();
        if told.is_empty() {
            return None;
        }
        let mut documents = operations(edition).to_vec();
        for lie in &told {
            if let Lie::Document(change) = lie {
                documents.iter_mut().for_each(change);
            }
        }
        let turns = turns(&told).collect();
        Some(Self { told: told.into(), turns, documents: documents.into(), memory: Mutex::default() })
    }

    /// The lies that a server is configured with.
    pub(crate) fn of(config: &Config) -> Option<Self> {
        Self::new(config.faults, config.edition)
    }

    /// Decides on a command as [`Store::apply`] does, with lies.
    pub fn apply(&self, store: &mut Store, context: &mut Context<'_>, command: Command) -> Outcome<Reply> {
        let mut memory = self.memory();
        Call { store, context, elsewhere: &mut Vec::new(), memory: &mut memory, rest: &self.turns }
            .next(command)
    }

    /// Whether both remember the same, as far as a look can change it.
    pub fn remembers_the_same(&self, other: &Self) -> bool {
        let other = other.memory().clone();
        self.memory().is_same(&other)
    }

    /// Decides on a command as [`Regions::apply`] does, with lies, and with `more` of them.
    pub(super) fn decide(
        &self,
        regions: &mut Regions,
        (now, caller, ids): (Timestamp, &Caller, &mut dyn Ids),
        command: Command,
        more: &[Turn],
    ) -> Outcome<Reply> {
        let mut memory = self.memory();
        let before = regions.clone();
        let first = regions.store(&caller.region);
        let mut store = first.clone();
        let others: Vec<Store> =
            before.stores().filter(|store| store.region() != caller.region).cloned().collect();
        let mut elsewhere = others.clone();
        let mut context = Context { now, caller, ids, elsewhere: Some(&before) };
        let turns = [&self.turns, more].concat();
        let decided = {
            let (store, context, elsewhere) = (&mut store, &mut context, &mut elsewhere);
            Call { store, context, elsewhere, memory: &mut memory, rest: &turns }.next(command)
        };
        if !store.shares_data(&first) {
            regions.put(store);
        }
        for (before, after) in others.iter().zip(elsewhere) {
            if !before.shares_data(&after) {
                regions.put(after);
            }
        }
        decided
    }

    /// Remembers what the lies of another server do.
    pub(crate) fn remember_as(&self, other: &Self) {
        let other = other.memory().clone();
        *self.memory() = other;
    }

    /// All of them, in the order of their faults.
    pub(super) fn told(&self) -> &[Lie] {
        &self.told
    }

    pub(super) fn overlooks(&self, what: Overlooked) -> bool {
        self.told.iter().any(|lie| matches!(lie, Lie::Overlooked(overlooked) if *overlooked == what))
    }

    /// The document that stands for the honest one.
    pub(super) fn document<'a>(&'a self, document: &'a OperationDoc) -> &'a OperationDoc {
        self.documents.iter().find(|other| other.operation == document.operation).unwrap_or(document)
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The lies of a fault about what the store decides.
pub(super) fn turns_of(id: &str) -> Vec<Turn> {
    FAULTS.iter().filter(|fault| fault.id == id).flat_map(|fault| turns(fault.lies)).collect()
}

fn turns(lies: &[Lie]) -> impl Iterator<Item = Turn> {
    lies.iter().filter_map(|lie| if let Lie::Store(turn) = lie { Some(*turn) } else { None })
}

impl Clone for Lies {
    fn clone(&self) -> Self {
        let (told, turns, documents) =
            (Arc::clone(&self.told), Arc::clone(&self.turns), Arc::clone(&self.documents));
        Self { told, turns, documents, memory: Mutex::new(self.memory().clone()) }
    }
}

impl fmt::Debug for Lies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Lies").field(&self.told.len()).finish()
    }
}
