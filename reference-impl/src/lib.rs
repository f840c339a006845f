//! A local AWS Signer: the reference implementation.
//!
//! It is read from the documents a second time: of the project it knows the published facts only
//! (`signer-schemas`), and whatever decides right or wrong is written here by hand.
//!
//! - [`store`]: the decisions, pure; one file per resource.
//! - `http` (behind [`router`]): restJson1 on the wire, Signature Version 4, a small S3.
//! - [`faults`] and [`freedoms`]: deliberate mistakes, and answers to what the documents leave open.
//! - [`disturbances`]: late answers, errors and closed connections, by chance.
//! - [`signing`]: what a signature is here.
//! - `server`: sockets, limits, the end; `logs`: what is said on standard error.

pub mod cli;
mod config;
pub mod disturbances;
pub mod error;
pub mod faults;
pub mod freedoms;
mod health;
mod http;
pub mod identity;
pub mod ids;
mod logs;
pub mod objects;
mod rates;
mod server;
mod service;
pub mod signing;
pub mod store;

pub use config::{Clock, Config};
pub use disturbances::DISTURBANCES;
pub use faults::FAULTS;
pub use freedoms::FREEDOMS;
pub use health::HealthArgs;
pub use http::{router, router_and_root};
pub use logs::{LogArgs, LogFormat};
pub use rates::Rate;
pub use server::Limits;

use axum::Router;
use tokio::net::TcpListener;

/// Serves until `shutdown` is done, then finishes what is in flight.
pub async fn serve(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    let limits = config.limits.clone();
    serve_router(router(config), limits, listener, shutdown).await
}

/// The same for a router that is there already.
pub async fn serve_router(
    router: Router,
    limits: Limits,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    server::run(router, limits, listener, shutdown).await
}
