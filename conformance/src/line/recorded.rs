//! An endpoint that answers from what was recorded, as long as the same is asked in the same order.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use signer_model::Account;

use crate::data::exchange::{Exchange, Request, Response, Silence};
use crate::line::endpoint::{Endpoint, Sending};

/// The exchanges of one case, each given once.
pub(crate) struct Recorded {
    exchanges: Mutex<VecDeque<Arc<Exchange>>>,
}

impl Recorded {
    pub(crate) fn new(exchanges: impl IntoIterator<Item = Arc<Exchange>>) -> Self {
        Self { exchanges: Mutex::new(exchanges.into_iter().collect()) }
    }

    /// How many exchanges were not asked for.
    pub(crate) fn left(&self) -> usize {
        self.exchanges.lock().map_or(0, |left| left.len())
    }

    fn next(&self, by: Account, request: &Request) -> Result<Response, Silence> {
        let mut exchanges = self.exchanges.lock().map_err(|error| Silence::Broken(error.to_string()))?;
        match exchanges.pop_front() {
            Some(exchange) if exchange.by == by && exchange.request == *request => exchange.outcome.clone(),
            Some(exchange) => Err(Silence::Broken(format!(
                "the log holds {} {} here",
                exchange.request.method, exchange.request.target
            ))),
            None => Err(Silence::Broken("the log ends here".to_owned())),
        }
    }
}

impl Endpoint for Recorded {
    fn describe(&self) -> String {
        "the log".to_owned()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        Box::pin(std::future::ready(self.next(by, request)))
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        Box::pin(std::future::ready(self.next(Account::Owner, request)))
    }

    fn pause(&self, _time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}
