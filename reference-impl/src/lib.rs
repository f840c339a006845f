//! A local AWS Signer: the reference implementation.
//!
//! It is read from the documents a second time: of the project it knows the published facts only
//! (`signer-schemas`), and whatever decides right or wrong is written here by hand.
//!
//! - [`store`]: the decisions, pure; one file per resource.
//! - `http` (behind [`Server`]): restJson1 on the wire, Signature Version 4; S3 is the crate `signer-objects`.
//! - `durable`: profiles and jobs in the data folder, which is the crate `signer-folder`.
//! - [`faults`] and [`freedoms`]: deliberate mistakes, and answers to what the documents leave open.
//! - [`disturbances`]: late answers, errors and closed connections, by chance.
//! - [`signing`]: what a signature is here.
//! - `server`: sockets, limits, the end; `logs`: what is said on standard error.

pub mod cli;
mod config;
pub mod disturbances;
mod durable;
pub mod error;
pub mod faults;
pub mod freedoms;
mod given;
mod health;
mod http;
pub mod identity;
pub mod ids;
mod logs;
mod rates;
mod seed;
mod server;
mod service;
pub mod signing;
pub mod store;

pub use config::{Clock, Config};
pub use disturbances::DISTURBANCES;
pub use faults::FAULTS;
pub use freedoms::FREEDOMS;
pub use health::HealthArgs;
pub use logs::{LogArgs, LogFormat, visible};
pub use rates::Rate;
pub use seed::Seed;
pub use server::Limits;
pub use service::StartError;
pub use signer_folder::{DataFolder, FolderError};

use axum::Router;
use service::Service;
use signing::Unsigned;
use std::sync::Arc;
use tokio::net::TcpListener;

/// A server that is ready to serve.
#[derive(Debug)]
pub struct Server(Arc<Service>);

impl Server {
    /// A server that forgets everything when it ends.
    pub fn new(config: Config) -> Self {
        Self(Arc::new(Service::new(config)))
    }

    /// A server that goes on with what is in the data folder, and keeps there what changes.
    pub fn open(config: Config, folder: DataFolder) -> Result<Self, StartError> {
        Ok(Self(Arc::new(Service::open(config, folder)?)))
    }

    /// Begins with the seed of the configuration, if nothing was made here yet; whether it did. The error says which wish of the seed
    /// is refused, and why.
    pub async fn begin(&self) -> Result<bool, String> {
        let is_new = self.0.is_empty();
        if is_new {
            http::begin_anew(&self.0).await?;
        }
        Ok(is_new)
    }

    /// The certificate at the root of all that it signs, as PEM.
    pub fn root_pem(&self) -> Result<String, Unsigned> {
        self.0.signer.root_pem(self.0.now())
    }

    /// The server as a router, which can be called within the process. Jobs that are due are ended when a request comes.
    pub fn router(&self) -> Router {
        http::routed(Arc::clone(&self.0))
    }

    /// Serves until `shutdown` is done, then finishes what is in flight. Jobs end when they are due.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) -> std::io::Result<()> {
        let server = server::run(self.router(), self.0.config.limits.clone(), listener, shutdown);
        tokio::select! {
            ended = server => ended,
            () = self.0.work() => Ok(()),
        }
    }
}

/// A server in memory, as a router.
pub fn router(config: Config) -> Router {
    Server::new(config).router()
}

/// Serves from memory until `shutdown` is done, then finishes what is in flight.
pub async fn serve(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    Server::new(config).serve(listener, shutdown).await
}
