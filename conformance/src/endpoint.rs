//! What the judge talks to.

use std::pin::Pin;
use std::time::Duration;

use signer_model::Account;

use crate::{Request, Response, Silence};

/// A reply that is on its way.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Response, Silence>> + Send + 'a>>;

/// Something that answers requests: over HTTP, in process, or from a log.
pub trait Endpoint: Send + Sync {
    /// The URL, or what else it is.
    fn describe(&self) -> String;

    /// Sends a request to the Signer, signed as that account's identity unless the request says otherwise.
    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a>;

    /// Sends a request to the S3 beside the Signer, signed as the owner's identity.
    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a>;

    /// Lets time pass, for jobs to end and for throttled callers to calm down. A log need not.
    fn pause(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(time))
    }
}
