//! The service behind its interfaces. Decisions are made one at a time under a lock; whatever takes long has none: signing,
//! objects, the disk. Readers look at the last state that is sure to stay.

mod state;
mod work;

use crate::config::Config;
use crate::durable::{DataFolder, Database, FolderError};
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::FaultId;
use crate::identity::{Caller, OWNER_ACCOUNT};
use crate::ids::{Ids, RandomIds};
use crate::objects::{Asker, Depot, Objects};
use crate::signing::{Signer, Unsigned};
use crate::store::{Context, Settings, Store};
use jiff::Timestamp;
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
}

impl From<Unsigned> for StartError {
    fn from(unsigned: Unsigned) -> Self {
        Self::Keys(unsigned)
    }
}

impl Service {
    /// A service that forgets everything when it ends.
    pub(crate) fn new(config: Config) -> Self {
        let settings = settings(&config);
        let core = Core::new(Store::new(settings.clone()), RandomIds::new(config.seed));
        let objects = Objects::in_memory(config.seed);
        Self::of(Signer::new(&config), config, settings, objects, Running::in_memory(core))
    }

    /// A service that goes on with what is in the data folder.
    pub(crate) fn open(mut config: Config, folder: DataFolder) -> Result<Self, StartError> {
        config.certificates.get_or_insert_with(|| folder.path().join("certificates"));
        let settings = settings(&config);
        let folder = Arc::new(folder);
        let signer = Signer::kept(&config, &folder)?;
        let account = config.identities.first().map_or(OWNER_ACCOUNT, |identity| &identity.account);
        let home = Asker { account, region: &config.region };
        // Everything is looked at before anything is written.
        let objects = Objects::look(&folder, home)?;
        let rows = Database::look(&folder)?;
        let objects = objects.begin(&folder, config.seed)?;
        let database = Database::begin(&folder)?;
        folder.settle()?;
        // Identifiers that were given before must not come again.
        let before = u64::try_from(rows.len()).unwrap_or_default();
        let ids = RandomIds::new(config.seed.map(|seed| seed.wrapping_add(before)));
        let core = Core::new(Store::restored(settings.clone(), rows), ids);
        Ok(Self::of(signer, config, settings, objects, Running::durable(core, database)))
    }

    fn of(signer: Signer, config: Config, settings: Settings, objects: Objects, running: Running) -> Self {
        let depot = config.s3.clone().map_or_else(|| Depot::Embedded(objects.clone()), Depot::External);
        let (signer, settings, running) = (Arc::new(signer), Arc::new(settings), Arc::new(running));
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
            settings: Arc::new(settings(&config)),
            objects: self.objects.clone(),
            depot: self.depot.clone(),
            running: Arc::clone(&self.running),
            config,
        }
    }

    /// Whether another service, made as a copy of this one, has written something since.
    pub(crate) fn has_diverged(&self, other: &Self) -> bool {
        !self.running.core.lock().store.shares_data(&other.running.core.lock().store)
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
            state.store.set_settings(&self.settings);
            decide(&mut state.store, &mut Context { now, caller, ids: &mut state.ids })
        });
        if let Some(ticket) = ticket {
            ticket.redeemed().await.map_err(|error| Refusal::new(ErrorName::InternalServiceError, &*error))?;
        }
        decided
    }

    /// Looks at the state.
    pub(crate) fn read<T>(&self, caller: &Caller, look: impl FnOnce(&Store, &Context<'_>) -> T) -> T {
        self.read_as(caller, |shown| shown.store, look)
    }

    /// Looks at the state that a list shows: by mistake the one before the last write.
    pub(crate) fn read_list<T>(&self, caller: &Caller, lags: FaultId, look: impl FnOnce(&Store, &Context<'_>) -> T) -> T {
        let lags = self.config.faults.has(lags);
        self.read_as(caller, |shown| shown.behind.filter(|_| lags).unwrap_or(shown.store), look)
    }

    fn read_as<T>(
        &self,
        caller: &Caller,
        choose: impl FnOnce(Shown) -> Store,
        look: impl FnOnce(&Store, &Context<'_>) -> T,
    ) -> T {
        let mut store = choose(self.running.core.shown());
        store.set_settings(&self.settings);
        look(&store, &Context { now: self.now(), caller, ids: &mut NoIds })
    }

    fn lags(&self) -> bool {
        self.config.faults.has(FaultId::JobListLags) || self.config.faults.has(FaultId::ProfileListLags)
    }
}

fn settings(config: &Config) -> Settings {
    Settings {
        edition: config.edition,
        region: config.region.clone(),
        job_delay: config.job_delay,
        faults: config.faults,
        freedoms: config.freedoms.clone(),
    }
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
