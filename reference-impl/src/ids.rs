//! Where identifiers come from. Injected, so that a run can be repeated.

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

/// A source of fresh identifiers.
pub trait Ids {
    /// A lower-case UUID of version 4: job ids, revisions, request ids.
    fn uuid(&mut self) -> String;
    /// A profile version: ten letters and digits in mixed case.
    fn profile_version(&mut self) -> String;
}

/// Random identifiers, repeatable from a seed.
#[derive(Debug, Clone)]
pub struct RandomIds(StdRng);

impl RandomIds {
    /// The same identifiers for the same seed; without one, new ones each time.
    pub fn new(seed: Option<u64>) -> Self {
        Self(seed.map_or_else(StdRng::from_os_rng, StdRng::seed_from_u64))
    }

    /// Identifiers of their own, which neither of the two gives again.
    pub(crate) fn split(&mut self) -> Self {
        Self(StdRng::seed_from_u64(self.0.random()))
    }
}

impl Ids for RandomIds {
    fn uuid(&mut self) -> String {
        uuid::Builder::from_random_bytes(self.0.random()).into_uuid().to_string()
    }

    fn profile_version(&mut self) -> String {
        (&mut self.0).sample_iter(rand::distr::Alphanumeric).take(10).map(char::from).collect()
    }
}
