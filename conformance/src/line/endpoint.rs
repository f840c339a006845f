//! What the judge talks to.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use signer_model::Account;

use crate::data::exchange::{Request, Response, Service, Silence};
use crate::data::signature::Signature;

/// A reply that is on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Response, Silence>> + Send + 'a>>;

/// A service that is being started.
pub type Starting<'a> = Pin<Box<dyn Future<Output = Option<Arc<dyn Endpoint>>> + Send + 'a>>;

/// Something that answers requests: over HTTP, in process, or from a log.
pub trait Endpoint: Send + Sync {
    /// The URL, or what else it is.
    fn describe(&self) -> String;

    /// What reports call it, unless it has another name.
    fn name(&self) -> String {
        self.describe()
    }

    /// The host and port that requests go to.
    fn host(&self) -> String {
        "in-process.invalid".to_owned()
    }

    /// The proxy that requests go through, if there is one between here and there, and what names it.
    fn proxy(&self, _to: Service) -> Option<String> {
        None
    }

    /// The same service in its initial state, if the target can be started afresh.
    fn fresh(&self) -> Starting<'_> {
        Box::pin(std::future::ready(None))
    }

    /// Whether there is an identity for requests of that account that are to be signed in that way.
    fn can_sign(&self, _by: Account, _signature: Signature) -> bool {
        false
    }

    /// Sends a request to the Signer, signed as that account's identity unless the request says otherwise.
    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a>;

    /// Sends a request to the S3 beside the Signer, signed as the owner's identity.
    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a>;

    /// Lets time pass, for jobs to end and for throttled callers to calm down. A log need not.
    fn pause(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(time))
    }
}

impl Endpoint for Arc<dyn Endpoint> {
    fn describe(&self) -> String {
        self.as_ref().describe()
    }

    fn name(&self) -> String {
        self.as_ref().name()
    }

    fn host(&self) -> String {
        self.as_ref().host()
    }

    fn proxy(&self, to: Service) -> Option<String> {
        self.as_ref().proxy(to)
    }

    fn fresh(&self) -> Starting<'_> {
        self.as_ref().fresh()
    }

    fn can_sign(&self, by: Account, signature: Signature) -> bool {
        self.as_ref().can_sign(by, signature)
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        self.as_ref().send(by, request)
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        self.as_ref().send_s3(request)
    }

    fn pause(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.as_ref().pause(time)
    }
}
