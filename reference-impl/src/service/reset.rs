//! Beginning anew, so that a crash in the middle leaves either all of what was there or none of it.

use std::sync::{Arc, PoisonError};

use signer_objects::{Depot, Objects};
use tokio::sync::MutexGuard;
use tokio::task::spawn_blocking;

use crate::faults::lies::Lies;
use crate::service::Service;
use crate::service::state::{Core, Running};
use crate::store::state::Regions;

impl Service {
    /// Held while everything begins anew.
    pub(crate) async fn resetting(&self) -> MutexGuard<'_, ()> {
        self.running.core.resetting.lock().await
    }

    /// Whether nothing was ever made here, or all of it was forgotten.
    pub(crate) fn is_empty(&self) -> bool {
        self.shown().is_empty() && self.objects.is_empty()
    }

    /// A service of its own with nothing in it, in memory. Its identifiers come nowhere else.
    pub(crate) fn aside(&self) -> Self {
        let ids = self.running.core.lock().ids.split();
        let objects = Objects::in_memory(self.config.seed);
        let running = Arc::new(Running::in_memory(Core::new(Regions::new(Arc::clone(&self.settings)), ids)));
        let depot = Depot::Embedded(objects.clone());
        Self {
            config: self.config.clone(),
            signer: Arc::clone(&self.signer),
            settings: Arc::clone(&self.settings),
            objects,
            depot,
            running,
            lies: Lies::of(&self.config),
        }
    }

    /// Forgets everything. What the other service has is there instead, apart from objects, of which there
    /// are none. Until [`Self::is_whole`] the next start forgets it again.
    pub(crate) async fn replace(&self, aside: &Self) -> Result<(), String> {
        let regions = aside.shown();
        if let (Some(lies), Some(of_aside)) = (&self.lies, &aside.lies) {
            lies.remember_as(of_aside);
        }
        if let Some(ticket) = self.running.replace(&regions) {
            ticket.redeemed().await.map_err(|error| error.to_string())?;
        }
        let (core, objects) = (Arc::clone(&self.running.core), self.objects.clone());
        let cleared = spawn_blocking(move || {
            // No job that was forgotten writes its object any more: see `land`.
            let _nobody_lands = core.landing.write().unwrap_or_else(PoisonError::into_inner);
            objects.clear()
        });
        let failed = |error: &dyn std::fmt::Display| format!("the objects could not be removed: {error}");
        cleared.await.map_err(|error| failed(&error))?.map_err(|error| failed(&error))
    }

    /// Says that all is there that was to come after [`Self::replace`].
    pub(crate) async fn is_whole(&self) -> Result<(), String> {
        match self.running.whole() {
            Some(ticket) => ticket.redeemed().await.map_err(|error| error.to_string()),
            None => Ok(()),
        }
    }
}
