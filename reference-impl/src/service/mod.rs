//! The service behind its interfaces. Decisions are made one at a time under a lock; whatever takes long has none: signing,
//! objects, the disk. Readers look at the last state that is sure to stay.

mod reset;
mod state;
mod work;

use crate::config::Config;
use crate::durable::{Contents, Database};
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::FaultId;
use crate::identity::{Caller, OWNER_ACCOUNT};
use crate::ids::{Ids, RandomIds};
use crate::signing::{Signer, Unsigned};
use crate::store::{Change, Context, Regions, RevocationQuestion, Settings, Store};
use jiff::Timestamp;
use signer_folder::{DataFolder, FolderError};
use signer_objects::{Asker, Depot, Objects};
use state::{Core, Running, Shown};
use std::sync::Arc;
use thiserror::Error;

/// The service of one server.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) config: Config,
    pub(crate) signer: Arc<Signer>,
    settings: Arc<Settings>,
    /// The embedded S3.
    pub(crate) objects: Objects,
    /// Where jobs read and write.
    depot: Depot,
    running: Arc<Running>,
}

/// Why a server does not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// Its data folder cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// Its keys cannot be made.
    #[error("{0}")]
    Keys(Unsigned),
    /// A reset had begun, and cannot be completed.
    #[error("the objects that a reset was to remove cannot be removed: {0}")]
    Forgetting(String),
}

impl From<Unsigned> for StartError {
    fn from(unsigned: Unsigned) -> Self {
        Self::Keys(unsigned)
    }
}

impl Service {
    /// A service that forgets everything when it ends.
    pub(crate) fn new(config: Config) -> Self {
        let core = Core::new(Regions::new(settings(&config)), RandomIds::new(config.seed));
        let objects = Objects::in_memory(config.seed);
        Self::of(Signer::new(&config), config, objects, Running::in_memory(core))
    }

    /// A service that goes on with what is in the data folder.
    pub(crate) fn open(mut config: Config, folder: DataFolder) -> Result<Self, StartError> {
        config.certificates.get_or_insert_with(|| folder.path().join("certificates"));
        let folder = Arc::new(folder);
        let signer = Signer::kept(&config, &folder)?;
        let account = config.identities.first().map_or(OWNER_ACCOUNT, |identity| &identity.account);
        let home = Asker { account, region: &config.region };
        // Everything is looked at before anything is written.
        let objects = Objects::look(&folder, home)?;
        let contents = Database::look(&folder, &config.region)?;
        let objects = objects.begin(&folder, config.seed)?;
        let mut database = Database::begin(&folder, &contents)?;
        folder.settle()?;
        let Contents { mut rows, is_unfinished } = contents;
        if is_unfinished {
            // It ended while it began anew: nothing is whole of what was to come.
            objects.clear().map_err(|failure| StartError::Forgetting(failure.to_string()))?;
            database.commit(&[Change::Cleared, Change::Whole])?;
            rows.clear();
        }
        // Identifiers that were given before must not come again.
        let before = u64::try_from(rows.len()).unwrap_or_default();
        let ids = RandomIds::new(config.seed.map(|seed| seed.wrapping_add(before)));
        let core = Core::new(Regions::restored(settings(&config), rows), ids);
        Ok(Self::of(signer, config, objects, Running::durable(core, database)))
    }

    fn of(signer: Signer, config: Config, objects: Objects, running: Running) -> Self {
        let depot = config.s3.clone().map_or_else(|| Depot::Embedded(objects.clone()), Depot::External);
        let (signer, settings, running) = (Arc::new(signer), settings(&config), Arc::new(running));
        Self { config, signer, settings, objects, depot, running }
    }

    /// A service of its own in the same state. What happens to either does not happen to the other.
    pub(crate) fn copy(&self) -> Self {
        let running = Arc::new(Running::in_memory(self.running.core.copy()));
        Self {
            signer: Arc::clone(&self.signer),
            objects: self.objects.clone(),
            depot: self.depot.clone(),
            running,
            ..self.with_config(self.config.clone())
        }
    }

    /// The same service, which makes one more mistake.
    pub(crate) fn with_fault(&self, fault: FaultId) -> Self {
        self.with_config(Config { faults: self.config.faults.and(fault), ..self.config.clone() })
    }

    fn with_config(&self, config: Config) -> Self {
        Self {
            signer: Arc::clone(&self.signer),
            settings: settings(&config),
            objects: self.objects.clone(),
            depot: self.depot.clone(),
            running: Arc::clone(&self.running),
            config,
        }
    }

    /// Whether another service, made as a copy of this one, has written something since.
    pub(crate) fn has_diverged(&self, other: &Self) -> bool {
        !self.running.core.lock().regions.shares_data(&other.running.core.lock().regions)
    }

    /// The present.
    pub(crate) fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    /// Why the last changes could not be kept, if they could not.
    pub(crate) fn unwritable(&self) -> Option<String> {
        self.running.core.unwritable()
    }

    /// Decides on a change. The answer is there when the change is sure to stay, and all that it was decided upon.
    pub(crate) async fn write<T>(
        &self,
        caller: &Caller,
        decide: impl FnOnce(&mut Store, &mut Context<'_>) -> Outcome<T>,
    ) -> Outcome<T> {
        let now = self.now();
        let lags = self.lags();
        let (decided, ticket) = self.running.change(lags, |state| {
            let ids = &mut state.ids;
            state.regions.decide(&caller.region, &self.settings, |store| decide(store, &mut Context { now, caller, ids }))
        });
        if let Some(ticket) = ticket {
            ticket.redeemed().await.map_err(|error| Refusal::new(ErrorName::InternalServiceError, &*error))?;
        }
        decided
    }

    /// Looks at the state of the caller's Region.
    pub(crate) fn read<T>(&self, caller: &Caller, look: impl FnOnce(&Store, &Context<'_>) -> T) -> T {
        self.read_as(caller, &self.running.core.shown().regions, FaultId::OtherRegionShown, look)
    }

    /// Looks at the state that a list shows: by mistake the one before the last write.
    pub(crate) fn read_list<T>(&self, caller: &Caller, lags: FaultId, look: impl FnOnce(&Store, &Context<'_>) -> T) -> T {
        let Shown { regions, behind } = self.running.core.shown();
        let lags = self.config.faults.has(lags);
        self.read_as(caller, &behind.filter(|_| lags).unwrap_or(regions), FaultId::OtherRegionListed, look)
    }

    fn read_as<T>(&self, caller: &Caller, regions: &Regions, merges: FaultId, look: impl FnOnce(&Store, &Context<'_>) -> T) -> T {
        let merges = self.config.faults.has(merges);
        let mut store = if merges { regions.merged(&caller.region) } else { regions.store(&caller.region) };
        store.set_settings(&self.settings);
        look(&store, &Context { now: self.now(), caller, ids: &mut NoIds })
    }

    /// Which of the things asked about are revoked, in whichever Region of the partition.
    pub(crate) fn revocation_status(&self, caller: &Caller, question: &RevocationQuestion) -> Outcome<Vec<String>> {
        self.running.core.shown().regions.get_revocation_status(&caller.region, &self.settings, self.now(), question)
    }

    /// What deliberate mistakes see: the store of each other Region than the caller's.
    pub(crate) fn elsewhere(&self, caller: &Caller) -> Vec<Store> {
        let regions = self.running.core.shown().regions;
        regions.stores().filter(|store| *store.region() != *caller.region).cloned().collect()
    }

    fn lags(&self) -> bool {
        self.config.faults.has(FaultId::JobListLags) || self.config.faults.has(FaultId::ProfileListLags)
    }
}

fn settings(config: &Config) -> Arc<Settings> {
    Arc::new(Settings {
        edition: config.edition,
        job_delay: config.job_delay,
        faults: config.faults,
        freedoms: config.freedoms.clone(),
    })
}

/// Whoever only looks makes nothing that has an identifier.
struct NoIds;

impl Ids for NoIds {
    fn uuid(&mut self) -> String {
        String::new()
    }

    fn profile_version(&mut self) -> String {
        String::new()
    }
}
