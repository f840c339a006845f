//! Who can be asked beside a trace: the reference implementation in this process, a fresh one for each trace,
//! and the endpoint that the command line names.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use signer_conformance::{Endpoint, Request, RunOptions, Second, Sending, Silence, fresh_prefix};
use signer_explorer::{Offered, Target, Targets};
use signer_model::Account;
use signer_reference::{Config, FAULTS, FREEDOMS};
use signer_schemas::{Basis, Edition};

use crate::connection::Connection;
use crate::embedded::InProcess;
use crate::failure::Failure;

/// Who can be asked.
pub(super) struct Services {
    connection: Connection,
    endpoint: Option<Arc<dyn Endpoint>>,
    faults: Vec<Offered>,
    freedoms: Vec<Offered>,
}

impl Services {
    /// Prepares the endpoint, if one is named.
    pub(super) async fn new(connection: &Connection, max_calls: Option<u64>) -> Result<Self, Failure> {
        let endpoint = match connection.url() {
            Some(_) => {
                let inner = connection.open(Edition::Current).await?;
                let left = AtomicU64::new(max_calls.unwrap_or(u64::MAX));
                Some(Arc::new(Counted { inner, left }) as Arc<dyn Endpoint>)
            }
            // What is wrong with them is said before anybody asks.
            None => connection.reference(Edition::Current).map(|_| None)?,
        };
        let faults =
            FAULTS.iter().map(|fault| Offered { id: fault.id.to_owned(), what: fault.title.to_owned() });
        let freedoms = FREEDOMS.iter().flat_map(|row| {
            let question = signer_schemas::requirement(row.id)
                .and_then(|rule| rule.question.clone())
                .unwrap_or_default();
            row.choices
                .iter()
                .map(move |choice| Offered { id: format!("{}={choice}", row.id), what: question.clone() })
        });
        Ok(Self {
            connection: connection.clone(),
            endpoint,
            faults: faults.collect(),
            freedoms: freedoms.collect(),
        })
    }

    /// The reference in this process, as the command line has it.
    fn config(&self, edition: Edition) -> Result<Config, String> {
        match self.endpoint {
            Some(_) => Ok(Config { edition, ..Config::default() }),
            None => self.connection.reference(edition).map_err(|error| error.to_string()),
        }
    }
}

impl Targets for Services {
    fn endpoint(&self) -> Option<String> {
        self.endpoint.as_ref().map(Endpoint::describe)
    }

    fn faults(&self) -> &[Offered] {
        &self.faults
    }

    fn freedoms(&self) -> &[Offered] {
        &self.freedoms
    }

    fn open(&self, target: &Target, edition: Edition) -> Result<Arc<dyn Endpoint>, String> {
        let config = match target {
            Target::Endpoint => {
                return self.endpoint.clone().ok_or_else(|| "no endpoint was named".to_owned());
            }
            Target::Reference => self.config(edition)?,
            Target::Fault(id) => self.config(edition)?.with_fault(id)?,
            Target::Freedom(choice) => {
                let (id, choice) =
                    choice.split_once('=').ok_or_else(|| format!("{choice:?} is not ID=CHOICE"))?;
                self.config(edition)?.with_freedom(id, choice)?
            }
        };
        Ok(Arc::new(InProcess::new(config)))
    }

    fn options(&self, target: &Target, edition: Edition) -> RunOptions {
        let plain =
            RunOptions { basis: Basis::Open, shrink: false, ..RunOptions::new(edition, fresh_prefix()) };
        if *target != Target::Endpoint {
            return plain;
        }
        RunOptions {
            buckets: self.connection.buckets(),
            other_is_given: self.connection.second() == Second::Given,
            second_region: self.connection.second_region(),
            ..plain
        }
    }
}

/// An endpoint that is asked only so often.
struct Counted {
    inner: Arc<dyn Endpoint>,
    left: AtomicU64,
}

impl Counted {
    /// Whether one more request may be sent, which counts from now on.
    fn take(&self) -> bool {
        self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1)).is_ok()
    }

    fn over() -> Sending<'static> {
        Box::pin(std::future::ready(Err(Silence::RunOver)))
    }
}

impl Endpoint for Counted {
    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn name(&self) -> String {
        self.inner.name()
    }

    fn host(&self) -> String {
        self.inner.host()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        if self.take() { self.inner.send(by, request) } else { Self::over() }
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        if self.take() { self.inner.send_s3(request) } else { Self::over() }
    }
}
