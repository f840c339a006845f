//! The server as a value: a router within a process, or serving on a socket.

use crate::config::Config;
use crate::service::Service;
use crate::signing::unsigned::Unsigned;
use crate::start::StartError;
use crate::{http, server};
use axum::Router;
use signer_folder::DataFolder;
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

    /// Begins with the seed of the configuration, if nothing was made here yet; whether it did. The error
    /// says which wish of the seed is refused, and why.
    pub async fn begin(&self) -> Result<bool, String> {
        let is_new = self.0.is_empty();
        if is_new {
            http::own::reset::begin_anew(&self.0).await?;
        }
        Ok(is_new)
    }

    /// The certificate at the root of all that it signs, as PEM.
    pub fn root_pem(&self) -> Result<String, Unsigned> {
        self.0.signer.root_pem(self.0.now())
    }

    /// The server as a router, which can be called within the process. Jobs that are due are ended when a
    /// request comes.
    pub fn router(&self) -> Router {
        http::routed(Arc::clone(&self.0))
    }

    /// Serves until `shutdown` is done, then finishes what is in flight. Jobs end when they are due.
    pub async fn serve(
        self,
        listener: TcpListener,
        shutdown: impl Future<Output = ()> + Send + 'static,
    ) -> std::io::Result<()> {
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
