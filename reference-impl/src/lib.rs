//! A local AWS Signer: the reference implementation.
//!
//! It is read from the documents a second time: of the project it knows the published facts only
//! (`signer-schemas`), and whatever decides right or wrong is written here by hand.
//!
//! - [`store`]: the decisions, pure; one file per resource.
//! - `http` (behind [`Server`]): restJson1 on the wire, Signature Version 4; S3 is the crate
//!   `signer-objects`.
//! - `durable`: profiles and jobs in the data folder, which is the crate `signer-folder`.
//! - [`faults`] and [`freedoms`]: deliberate mistakes, and answers to what the documents leave open.
//! - [`disturbances`]: late answers, errors and closed connections, by chance.
//! - [`signing`]: what a signature is here.
//! - `server`: sockets, limits, the end; `logs`: what is said on standard error.

pub mod cli;
mod config;
pub mod disturbances;
mod durable;
mod embed;
pub mod error;
pub mod faults;
pub mod freedoms;
mod given;
mod health;
mod http;
pub mod identity;
pub mod ids;
mod logs;
mod parse;
mod rates;
mod seed;
mod server;
mod service;
mod shutdown;
pub mod signing;
mod start;
pub mod store;

pub use config::{Clock, Config};
pub use disturbances::DISTURBANCES;
pub use embed::{Server, router, serve};
pub use faults::FAULTS;
pub use freedoms::FREEDOMS;
pub use health::HealthArgs;
pub use logs::{LogArgs, LogFormat, visible};
pub use rates::Rate;
pub use seed::Seed;
pub use server::limits::Limits;
pub use signer_folder::{DataFolder, FolderError};
pub use start::StartError;
