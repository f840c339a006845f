//! What was asked once and what came, to be answered again without a service: what remains is the judge
//! alone.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use signer_conformance::{Endpoint, Request, Response, Sending, Service, Silence, Starting};
use signer_model::Account;

/// A request, and what it was answered.
#[derive(Clone)]
pub(crate) struct Sent {
    pub(crate) by: Account,
    pub(crate) to: Service,
    pub(crate) request: Request,
    answer: Result<Response, Silence>,
}

/// An endpoint that keeps what it passes on. Clones keep it in the same place.
#[derive(Clone)]
pub(crate) struct Recording<E> {
    endpoint: E,
    sent: Arc<Mutex<Vec<Sent>>>,
}

impl<E: Endpoint> Recording<E> {
    pub(crate) fn new(endpoint: E) -> Self {
        Self { endpoint, sent: Arc::default() }
    }

    /// What was sent since the last call, in the order of the answers.
    pub(crate) fn take(&self) -> Vec<Sent> {
        std::mem::take(&mut *self.sent.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn pass_on(&self, by: Account, to: Service, request: &Request) -> Result<Response, Silence> {
        let answer = match to {
            Service::Signer => self.endpoint.send(by, request).await,
            Service::S3 => self.endpoint.send_s3(request).await,
        };
        let sent = Sent { by, to, request: request.clone(), answer: answer.clone() };
        self.sent.lock().unwrap_or_else(PoisonError::into_inner).push(sent);
        answer
    }
}

impl<E: Endpoint> Endpoint for Recording<E> {
    fn describe(&self) -> String {
        self.endpoint.describe()
    }

    fn host(&self) -> String {
        self.endpoint.host()
    }

    fn fresh(&self) -> Starting<'_> {
        self.endpoint.fresh()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        Box::pin(self.pass_on(by, Service::Signer, request))
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        Box::pin(self.pass_on(Account::Owner, Service::S3, request))
    }

    fn pause(&self, time: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.endpoint.pause(time)
    }
}

/// An endpoint that answers as was recorded, in the same order, at once.
pub(crate) struct Canned {
    left: Mutex<VecDeque<Sent>>,
    host: String,
}

impl Canned {
    pub(crate) fn new(sent: &[Sent], host: String) -> Self {
        Self { left: Mutex::new(sent.iter().cloned().collect()), host }
    }

    /// How many answers were not asked for.
    pub(crate) fn left(&self) -> usize {
        self.left.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    fn answer(&self, request: &Request) -> Result<Response, Silence> {
        let next = self.left.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        match next {
            Some(next) if next.request == *request => next.answer,
            Some(next) => {
                let (asked, recorded) = (&request.target, &next.request.target);
                Err(Silence::Broken(format!("asked {asked}, where {recorded} was recorded")))
            }
            None => Err(Silence::Broken(format!("asked {}, where nothing was recorded", request.target))),
        }
    }
}

impl Endpoint for Canned {
    fn describe(&self) -> String {
        "recorded".to_owned()
    }

    fn host(&self) -> String {
        self.host.clone()
    }

    fn send<'a>(&'a self, _by: Account, request: &'a Request) -> Sending<'a> {
        Box::pin(std::future::ready(self.answer(request)))
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        Box::pin(std::future::ready(self.answer(request)))
    }

    fn pause(&self, _time: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(std::future::ready(()))
    }
}
