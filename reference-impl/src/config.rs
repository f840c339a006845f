//! What a server is configured with.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use signer_objects::{Remote, Versioning};
use signer_schemas::Edition;
use tokio::sync::Notify;

use crate::disturbances::Disturbances;
use crate::faults::table::Faults;
use crate::freedoms::chosen::Freedoms;
use crate::identity;
use crate::identity::Identity;
use crate::rates::Rate;
use crate::seed::Seed;
use crate::server::limits::Limits;

/// What a server is configured with. The default serves the current edition, checks signatures of
/// the two built-in test accounts and makes no deliberate mistakes.
#[derive(Debug, Clone)]
pub struct Config {
    /// The edition of the API.
    pub edition: Edition,
    /// The Region of requests that name none. Those signed for another one are served in that one.
    pub region: String,
    /// Who may call. The first one is the caller when requests need no signature.
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
    /// Whether clients may move the clock and reset everything over HTTP.
    pub control: bool,
    /// What it begins with, and again after each reset.
    pub beginning: Option<Arc<Seed>>,
    /// Names under which the server may be asked without a signature, besides addresses and local names.
    pub allowed_hosts: Vec<String>,
    /// The folder of the certificates that profiles for devices can name: see [`crate::signing`].
    pub certificates: Option<PathBuf>,
    /// The S3 of the jobs, if it is not the embedded one.
    pub s3: Option<Remote>,
    /// Whether buckets of the embedded S3 keep versions when they are made.
    pub bucket_versioning: Versioning,
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
            control: false,
            beginning: None,
            allowed_hosts: Vec::new(),
            certificates: None,
            s3: None,
            bucket_versioning: Versioning::Implied,
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

    /// The same server with an answer to every open point that is drawn at random, the same for the same
    /// seed.
    #[must_use]
    pub fn with_freedom_seed(self, seed: u64) -> Self {
        Self { freedoms: Freedoms::seeded(seed), ..self }
    }
}

/// Where the time comes from. All clones are moved together.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    offset_ms: Arc<AtomicI64>,
    moved: Arc<Notify>,
}

impl Clock {
    /// A clock of one's own.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { source: Arc::new(now), offset_ms: Arc::default(), moved: Arc::default() }
    }

    /// The present of the service.
    pub fn now(&self) -> Timestamp {
        let now = self.unmoved();
        now.checked_add(self.offset()).unwrap_or(now)
    }

    /// The present of everybody else, by which requests are signed.
    pub fn unmoved(&self) -> Timestamp {
        (self.source)()
    }

    /// How far the clock is moved.
    pub fn offset(&self) -> SignedDuration {
        SignedDuration::from_millis(self.offset_ms.load(Ordering::SeqCst))
    }

    /// Moves the clock that far from the present. Refuses to leave the time that can be told.
    pub fn set_offset(&self, offset: SignedDuration) -> Result<(), String> {
        let edge = |error: jiff::Error| format!("the clock cannot be moved there: {error}");
        // Dates are formed from now on and for years to come, so the last ones are left alone.
        let latest = Timestamp::MAX - SignedDuration::from_hours(24 * 366 * 1000);
        let moved = self.unmoved().checked_add(offset).map_err(edge)?;
        if moved > latest || moved < Timestamp::UNIX_EPOCH {
            return Err(format!(
                "the clock cannot be moved to {moved}: it goes from {} to {latest}",
                Timestamp::UNIX_EPOCH
            ));
        }
        let offset_ms =
            i64::try_from(offset.as_millis()).map_err(|_| "the clock cannot be moved so far".to_owned())?;
        self.offset_ms.store(offset_ms, Ordering::SeqCst);
        self.moved.notify_one();
        Ok(())
    }

    /// Waits until the clock is moved. One at a time may wait.
    pub(crate) async fn moved(&self) {
        self.moved.notified().await;
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
