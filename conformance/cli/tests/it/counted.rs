//! The reference behind a proxy that counts its requests, and answers some of them itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use signer_conformance::{Endpoint, Request, Response, Sending};
use signer_conformance_cli::embedded::{InProcess, JOB_DELAY};
use signer_model::Account;
use signer_reference::Config;

/// Whether a request, which is the one of that number, is throttled.
type Throttles = dyn Fn(&Request, u64) -> bool + Send + Sync;

/// The reference behind a proxy that counts, and throttles as configured.
#[derive(Clone)]
pub(crate) struct Counted {
    inner: InProcess,
    sent: Arc<AtomicU64>,
    throttles: Arc<Throttles>,
    refusal: fn(u64) -> Response,
    /// Pauses take their time.
    unhurried: bool,
}

impl Counted {
    pub(crate) fn new(throttles: impl Fn(&Request, u64) -> bool + Send + Sync + 'static) -> Self {
        let config = Config { seed: Some(1), job_delay: JOB_DELAY, ..Config::default() };
        Self {
            inner: InProcess::new(config),
            sent: Arc::default(),
            throttles: Arc::new(throttles),
            refusal: throttled,
            unhurried: false,
        }
    }

    /// The same, with that answer to what is throttled.
    pub(crate) fn refusing(self, refusal: fn(u64) -> Response) -> Self {
        Self { refusal, ..self }
    }

    /// The same, where pauses take their time.
    pub(crate) fn unhurried(self) -> Self {
        Self { unhurried: true, ..self }
    }

    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }
}

impl Endpoint for Counted {
    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        let number = self.sent.fetch_add(1, Ordering::Relaxed);
        if (self.throttles)(request, number) {
            return Box::pin(std::future::ready(Ok((self.refusal)(number))));
        }
        self.inner.send(by, request)
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        self.sent.fetch_add(1, Ordering::Relaxed);
        self.inner.send_s3(request)
    }

    fn pause(&self, time: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        if self.unhurried { Box::pin(tokio::time::sleep(time)) } else { self.inner.pause(time) }
    }
}

/// As the reference throttles.
pub(crate) fn throttled(number: u64) -> Response {
    let headers = [
        ("content-type", "application/json"),
        ("x-amzn-errortype", "TooManyRequestsException"),
        ("x-amzn-requestid", &format!("00000000-0000-4000-8000-{number:012}")),
    ];
    Response {
        status: 429,
        headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).to_vec(),
        body: r#"{"message":"Rate exceeded","code":"TooManyRequestsException"}"#.into(),
    }
}
