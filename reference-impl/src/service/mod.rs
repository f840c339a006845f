//! The service behind its interfaces. Decisions are made one at a time under a lock; whatever takes long has
//! none: signing, objects, the disk. Readers look at the last state that is sure to stay.

mod reset;
pub(crate) mod state;
mod work;

use std::sync::Arc;

use jiff::Timestamp;
use signer_folder::DataFolder;
use signer_objects::{Asker, Depot, Objects};

use crate::config::Config;
use crate::durable::database::{Contents, Database};
use crate::error::{ErrorName, Outcome, Refusal};
use crate::faults::lies::Lies;
use crate::identity::{Caller, OWNER_ACCOUNT};
use crate::ids::RandomIds;
use crate::service::state::{Core, Running, State};
use crate::signing::signer::Signer;
use crate::start::StartError;
use crate::store::changes::Change;
use crate::store::command::{Command, Reply};
use crate::store::state::{Regions, Settings};

/// The service of one server.
#[derive(Debug)]
pub(crate) struct Service {
    pub(crate) config: Config,
    pub(crate) signer: Arc<Signer>,
    settings: Arc<Settings>,
    /// The embedded S3.
    pub(crate) objects: Objects,
    /// Where jobs read and write.
    pub(crate) depot: Depot,
    running: Arc<Running>,
    /// The deliberate mistakes, if it makes any.
    pub(crate) lies: Option<Lies>,
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
        let lies = Lies::of(&config);
        Self { config, signer, settings, objects, depot, running, lies }
    }

    /// The present.
    pub(crate) fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    /// Why the last changes could not be kept, if they could not.
    pub(crate) fn unwritable(&self) -> Option<String> {
        self.running.core.unwritable()
    }

    /// Decides on a command in the caller's Region.
    pub(crate) async fn apply(&self, caller: &Caller, command: Command) -> Outcome<Reply> {
        let now = self.now();
        if command.is_read() {
            return self.shown().answer(now, caller, command);
        }
        self.change(|State { regions, ids, .. }| regions.apply(now, caller, ids, command)).await?
    }

    /// Changes the state. The answer is there when the change is sure to stay, and all that it was decided
    /// upon.
    pub(crate) async fn change<T>(&self, decide: impl FnOnce(&mut State) -> T) -> Outcome<T> {
        let (decided, ticket) = self.running.change(decide);
        if let Some(ticket) = ticket {
            ticket
                .redeemed()
                .await
                .map_err(|error| Refusal::new(ErrorName::InternalServiceError, &*error))?;
        }
        Ok(decided)
    }

    /// The state that readers see: nothing in it can be lost any more.
    pub(crate) fn shown(&self) -> Regions {
        self.running.core.shown()
    }
}

fn settings(config: &Config) -> Arc<Settings> {
    Arc::new(Settings {
        edition: config.edition,
        job_delay: config.job_delay,
        freedoms: config.freedoms.clone(),
    })
}
