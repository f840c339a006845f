//! What a run may do: for how long, with how many requests, and until when the user lets it. These limits
//! hold for every request, wherever it comes from.

use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use signer_model::Account;
use tokio::sync::watch;
use tokio::time::Instant;

use crate::data::exchange::{Request, Response, Service, Silence};
use crate::data::run::{Cut, Progress, RunOptions};
use crate::data::signature::Signature;
use crate::line::endpoint::{Endpoint, Sending, Starting};

/// How long an answer is still waited for when the run is over.
const GRACE: Duration = Duration::from_millis(500);

/// How often it is looked whether the user wants an end.
const LOOK: Duration = Duration::from_millis(50);

/// What a run may still do.
#[derive(Debug)]
pub(crate) struct Limits {
    begin: Instant,
    budget: Option<Duration>,
    max_calls: Option<u64>,
    sent: AtomicU64,
    unanswered: AtomicU64,
    cut: watch::Sender<Option<Cut>>,
}

impl Limits {
    /// Those of a run that begins now.
    pub(crate) fn of(options: &RunOptions) -> Arc<Self> {
        Arc::new(Self {
            begin: Instant::now(),
            budget: options.budget,
            max_calls: options.max_calls,
            sent: AtomicU64::new(0),
            unanswered: AtomicU64::new(0),
            cut: watch::Sender::new(None),
        })
    }

    /// How long the run has taken so far.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begin.elapsed()
    }

    /// The requests sent.
    pub(crate) fn sent(&self) -> u64 {
        self.sent.load(Ordering::Relaxed)
    }

    /// Those of them whose answers never came.
    pub(crate) fn unanswered(&self) -> u64 {
        self.unanswered.load(Ordering::Relaxed)
    }

    /// Nothing more is sent from now on. The first reason stays.
    pub(crate) fn stop(&self, why: Cut) {
        self.cut.send_if_modified(|cut| cut.replace(cut.unwrap_or(why)).is_none());
    }

    /// Why nothing more may be sent.
    pub(crate) fn cut(&self) -> Option<Cut> {
        if self.budget.is_some_and(|budget| self.elapsed() >= budget) {
            self.stop(Cut::Budget);
        }
        *self.cut.borrow()
    }

    /// Whether one more request may be sent, which counts from now on.
    fn take(&self) -> bool {
        if self.cut().is_some() {
            return false;
        }
        let most = self.max_calls.unwrap_or(u64::MAX);
        let one_more = |sent: u64| (sent < most).then_some(sent + 1);
        let is_taken = self.sent.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_more).is_ok();
        if !is_taken {
            self.stop(Cut::MaxCalls);
        }
        is_taken
    }

    /// Comes to its end when the run does.
    async fn over(&self) {
        let mut cut = self.cut.subscribe();
        let stopped = cut.wait_for(Option::is_some);
        match self.budget {
            // The sender lives as long as we do, so that waiting cannot fail.
            Some(budget) => drop(tokio::time::timeout_at(self.begin + budget, stopped).await),
            None => drop(stopped.await),
        }
    }

    async fn send<'a>(&self, sending: impl FnOnce() -> Sending<'a>) -> Result<Response, Silence> {
        if !self.take() {
            return Err(Silence::RunOver);
        }
        let mut sending = sending();
        let outcome = tokio::select! {
            biased;
            outcome = &mut sending => outcome,
            () = self.over() => tokio::time::timeout(GRACE, sending).await.unwrap_or(Err(Silence::RunOver)),
        };
        self.unanswered.fetch_add(u64::from(outcome.is_err()), Ordering::Relaxed);
        outcome
    }

    /// Does the work, and looks meanwhile whether the user wants an end.
    pub(crate) async fn until_interrupted<T>(
        &self,
        progress: &dyn Progress,
        work: impl Future<Output = T>,
    ) -> T {
        let mut work = pin!(work);
        loop {
            if progress.interrupted() {
                self.stop(Cut::Interrupted);
            }
            if let Ok(done) = tokio::time::timeout(LOOK, &mut work).await {
                return done;
            }
        }
    }
}

/// An endpoint that is asked within the limits of a run.
pub(crate) struct Limited {
    inner: Arc<dyn Endpoint>,
    limits: Arc<Limits>,
}

impl Limited {
    pub(crate) fn new(inner: Arc<dyn Endpoint>, limits: &Arc<Limits>) -> Self {
        Self { inner, limits: Arc::clone(limits) }
    }
}

impl Endpoint for Limited {
    fn describe(&self) -> String {
        self.inner.describe()
    }

    fn name(&self) -> String {
        self.inner.name()
    }

    fn host(&self) -> String {
        self.inner.host()
    }

    fn proxy(&self, to: Service) -> Option<String> {
        self.inner.proxy(to)
    }

    fn fresh(&self) -> Starting<'_> {
        Box::pin(async {
            let fresh = self.inner.fresh().await?;
            Some(Arc::new(Self::new(fresh, &self.limits)) as Arc<dyn Endpoint>)
        })
    }

    fn can_sign(&self, by: Account, signature: Signature) -> bool {
        self.inner.can_sign(by, signature)
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        Box::pin(self.limits.send(move || self.inner.send(by, request)))
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        Box::pin(self.limits.send(move || self.inner.send_s3(request)))
    }

    fn pause(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(async move {
            tokio::select! {
                biased;
                () = self.inner.pause(time) => {}
                () = self.limits.over() => {}
            }
        })
    }
}
