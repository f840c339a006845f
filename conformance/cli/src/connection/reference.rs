//! The reference implementation in this process, where no endpoint is named.

use std::sync::Arc;

use signer_conformance::Endpoint;
use signer_conformance::transport::HttpSettings;
use signer_reference::Config;
use signer_schemas::Edition;

use crate::connection::Connection;
use crate::embedded::{self, Embedded};
use crate::failure::Failure;

impl Connection {
    /// The reference implementation in this process, with the mistakes and answers that the options name.
    pub(crate) fn reference(&self, edition: Edition) -> Result<Config, Failure> {
        let mut config = Config { edition, job_delay: embedded::JOB_DELAY, ..Config::default() };
        if let Some(seed) = self.freedom_seed {
            config = config.with_freedom_seed(seed);
        }
        for id in &self.fault {
            config = config.with_fault(id).map_err(|error| Failure::option("--fault", error))?;
        }
        for choice in &self.freedom {
            let (id, choice) = choice
                .split_once('=')
                .ok_or_else(|| Failure::option("--freedom", format!("{choice:?} is not ID=CHOICE")))?;
            config = config.with_freedom(id, choice).map_err(|error| Failure::option("--freedom", error))?;
        }
        Ok(config)
    }

    /// Starts it.
    pub(super) async fn start_reference(&self, edition: Edition) -> Result<Arc<dyn Endpoint>, Failure> {
        let config = self.reference(edition)?;
        let settings = HttpSettings {
            rate_per_s: self.rate,
            max_response_bytes: self.max_response_bytes,
            ..embedded::http_settings(self.request_timeout)
        };
        let started = Embedded::start(config, settings)
            .await
            .map_err(|error| Failure::Inconclusive(error.to_string()))?;
        Ok(Arc::new(started))
    }
}
