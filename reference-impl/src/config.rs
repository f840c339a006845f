//! What a server is configured with.

use crate::disturbances::Disturbances;
use crate::faults::Faults;
use crate::freedoms::Freedoms;
use crate::identity::{self, Identity};
use crate::rates::Rate;
use crate::server::Limits;
use jiff::Timestamp;
use signer_schemas::Edition;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// What a server is configured with. The default serves the current edition, checks signatures of
/// the two built-in test accounts and makes no deliberate mistakes.
#[derive(Debug, Clone)]
pub struct Config {
    /// The edition of the API.
    pub edition: Edition,
    /// The region in every ARN. Requests signed for other regions are served all the same.
    pub region: String,
    /// Who may call. The first one is the caller when nobody has to sign.
    pub identities: Vec<Identity>,
    /// Whether requests must be signed.
    pub authenticate: bool,
    /// How long a signing job stays in progress.
    pub job_delay: Duration,
    /// Deliberate mistakes.
    pub faults: Faults,
    /// Answers to the open points.
    pub freedoms: Freedoms,
    /// The time.
    pub clock: Clock,
    /// What one client may take from the others.
    pub limits: Limits,
    /// Which requests are disturbed.
    pub disturbances: Disturbances,
    /// How often operations may be called; as often as one likes unless named.
    pub rates: Vec<Rate>,
    /// Makes identifiers and the signing keys repeatable.
    pub seed: Option<u64>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            edition: Edition::Current,
            region: "us-east-1".to_owned(),
            identities: identity::built_in(identity::OWNER_ACCOUNT),
            authenticate: true,
            job_delay: Duration::from_millis(50),
            faults: Faults::default(),
            freedoms: Freedoms::default(),
            clock: Clock::default(),
            limits: Limits::default(),
            disturbances: Disturbances::default(),
            rates: Vec::new(),
            seed: None,
        }
    }
}

impl Config {
    /// The same server with the deliberate mistake `id`.
    pub fn with_fault(mut self, id: &str) -> Result<Self, String> {
        self.faults.insert(id)?;
        Ok(self)
    }

    /// The same server with the answer `choice` to the open point `id`.
    pub fn with_freedom(mut self, id: &str, choice: &str) -> Result<Self, String> {
        self.freedoms.choose(id, choice)?;
        Ok(self)
    }

    /// The same server with an answer to every open point that is drawn at random, the same for the same seed.
    #[must_use]
    pub fn with_freedom_seed(self, seed: u64) -> Self {
        Self { freedoms: Freedoms::seeded(seed), ..self }
    }
}

/// Where the time comes from.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock of one's own.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// The present.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new(Timestamp::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Clock").field(&self.now()).finish()
    }
}
