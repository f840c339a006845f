//! Disturbances: an operation is answered late, refused although it is right, or not at all, by chance.
//!
//! They are for the authors of clients, who want to see what their retries are worth. The `n`th
//! request that can be disturbed is disturbed in the same way for the same seed, whatever the
//! other requests are.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use signer_schemas::{Operation, OperationDoc};

use crate::error::ErrorName;
use crate::parse::duration;

/// What can happen to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Disturbance {
    /// It is refused as one too many.
    Throttle,
    /// It is refused as if the service had failed; nothing is done.
    Internal,
    /// It is refused as if the service were overloaded; nothing is done.
    Unavailable,
    /// The connection is closed; nothing is done.
    DropRequest,
    /// It is done, and the connection is closed before the answer.
    DropResponse,
}

/// A disturbance, as it is named on the command line.
#[derive(Debug)]
pub struct Row {
    /// Which one, for the code.
    pub disturbance: Disturbance,
    /// Its name.
    pub id: &'static str,
    /// What the client sees, and what became of its request.
    pub title: &'static str,
}

/// All of them.
pub static DISTURBANCES: &[Row] = &[
    row(Disturbance::Throttle, "throttle", "429 with the throttling error of the operation; nothing is done"),
    row(Disturbance::Internal, "internal", "500 InternalServiceErrorException; nothing is done"),
    row(Disturbance::Unavailable, "unavailable", "503 ServiceUnavailable; nothing is done"),
    row(
        Disturbance::DropRequest,
        "drop-request",
        "the connection is closed without an answer; nothing is done",
    ),
    row(
        Disturbance::DropResponse,
        "drop-response",
        "the connection is closed without an answer; the work is done",
    ),
];

const fn row(disturbance: Disturbance, id: &'static str, title: &'static str) -> Row {
    Row { disturbance, id, title }
}

impl Disturbance {
    /// Its name on the command line.
    pub fn id(self) -> &'static str {
        DISTURBANCES.iter().find(|row| row.disturbance == self).map_or("", |row| row.id)
    }
}

/// Which requests are disturbed, and how often. By default, none.
#[derive(Debug, Clone, Default, PartialEq, clap::Args)]
pub struct Disturbances {
    /// How long an operation waits before it is served: a time, or a range that is drawn from, e.g.
    /// 50ms..200ms.
    #[arg(long, value_name = "TIME[..TIME]", value_parser = latency)]
    pub latency: Option<Latency>,
    /// The probability of each disturbance, e.g. throttle=0.1,internal=0.05,drop=0.02. `faults` lists them;
    /// drop is half drop-request, half drop-response.
    #[arg(long, value_name = "KIND=PROBABILITY", value_delimiter = ',', value_parser = odds)]
    pub disturb: Vec<Odds>,
    /// Disturbs the same requests in the same way each time.
    #[arg(long, value_name = "N")]
    pub disturb_seed: Option<u64>,
    /// The operations that are slowed down and disturbed; all of them unless named.
    #[arg(long, value_name = "OPERATION", value_delimiter = ',', value_parser = operation)]
    pub disturb_only: Vec<Operation>,
}

/// How long an operation waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latency {
    /// At least so long.
    pub from: Duration,
    /// At most so long.
    pub to: Duration,
}

/// How probable some disturbances are, each of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Odds {
    /// Which disturbances.
    pub kinds: &'static [Disturbance],
    /// From 0 to 1, for each.
    pub each: f64,
}

impl Disturbances {
    /// Refuses odds that cannot be.
    pub(crate) fn check(&self) -> Result<(), String> {
        let mut named: Vec<Disturbance> = Vec::new();
        for kind in self.disturb.iter().flat_map(|odds| odds.kinds) {
            if named.contains(kind) {
                return Err(format!("{} is there twice", kind.id()));
            }
            named.push(*kind);
        }
        let sum = self.sum();
        if sum > 1.0 + f64::EPSILON {
            Err(format!("the probabilities add up to {sum}, which is more than 1"))
        } else {
            Ok(())
        }
    }

    fn sum(&self) -> f64 {
        self.disturb.iter().flat_map(|odds| odds.kinds.iter().map(|_| odds.each)).sum()
    }

    /// What happens to the `n`th request.
    fn drawn(&self, seed: u64, n: u64) -> Drawn {
        let mut rng = StdRng::seed_from_u64(seed.wrapping_add(n.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        let wait = self.latency.map_or(Duration::ZERO, |Latency { from, to }| {
            from + to.saturating_sub(from).mul_f64(rng.random::<f64>())
        });
        let mut rest = rng.random::<f64>();
        let kinds = self.disturb.iter().flat_map(|odds| odds.kinds.iter().map(|kind| (*kind, odds.each)));
        for (kind, probability) in kinds {
            if rest < probability {
                return Drawn { wait, disturbance: Some(kind) };
            }
            rest -= probability;
        }
        Drawn { wait, disturbance: None }
    }
}

/// What happens to one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Drawn {
    pub(crate) wait: Duration,
    pub(crate) disturbance: Option<Disturbance>,
}

/// Disturbs the requests of one server, one after the other.
#[derive(Debug)]
pub(crate) struct Disturber {
    disturbances: Disturbances,
    seed: u64,
    next: AtomicU64,
}

impl Disturber {
    pub(crate) fn new(disturbances: Disturbances) -> Self {
        let seed = disturbances.disturb_seed.unwrap_or_else(rand::random);
        if !disturbances.disturb.is_empty() {
            tracing::info!(seed, "requests are disturbed; --disturb-seed repeats it");
        }
        Self { disturbances, seed, next: AtomicU64::new(0) }
    }

    /// What happens to this request, which is for that operation.
    pub(crate) fn draw(&self, operation: Operation) -> Drawn {
        let Disturbances { latency, disturb, disturb_only: only, .. } = &self.disturbances;
        let is_free =
            (latency.is_none() && disturb.is_empty()) || !(only.is_empty() || only.contains(&operation));
        if is_free {
            return Drawn { wait: Duration::ZERO, disturbance: None };
        }
        self.disturbances.drawn(self.seed, self.next.fetch_add(1, Ordering::Relaxed))
    }
}

/// The throttling error of an operation: the one that it declares, else the common one.
pub(crate) fn throttled(document: &OperationDoc) -> ErrorName {
    let declares = |name: &str| document.errors.iter().any(|error| error.name == name);
    if declares("TooManyRequestsException") {
        ErrorName::TooManyRequests
    } else if declares("ThrottlingException") {
        ErrorName::Throttling
    } else {
        ErrorName::CommonThrottling
    }
}

pub(crate) fn operation(text: &str) -> Result<Operation, String> {
    Operation::from_name(text)
        .ok_or_else(|| format!("{text:?} is no operation; they are spelled as PutSigningProfile is"))
}

fn latency(text: &str) -> Result<Latency, String> {
    let (from, to) = text.split_once("..").unwrap_or((text, text));
    let latency = Latency { from: duration(from)?, to: duration(to)? };
    if latency.from <= latency.to { Ok(latency) } else { Err(format!("{to} is less than {from}")) }
}

fn odds(text: &str) -> Result<Odds, String> {
    let (name, probability) =
        text.split_once('=').ok_or_else(|| format!("{text:?} is not KIND=PROBABILITY"))?;
    let probability = probability.parse().ok().filter(|probability| (0.0..=1.0).contains(probability));
    let probability: f64 =
        probability.ok_or_else(|| format!("the probability of {name} is a number from 0 to 1"))?;
    if name == "drop" {
        return Ok(Odds {
            kinds: &[Disturbance::DropRequest, Disturbance::DropResponse],
            each: probability / 2.0,
        });
    }
    let row = DISTURBANCES.iter().find(|row| row.id == name);
    let row = row.ok_or_else(|| {
        let known: Vec<_> = DISTURBANCES.iter().map(|row| row.id).collect();
        format!("no disturbance is called {name:?}; there are {} and drop", known.join(", "))
    })?;
    Ok(Odds { kinds: std::slice::from_ref(&row.disturbance), each: probability })
}
