//! The store, and the protocol of S3 in front of it.

mod accounts;
mod folder;
mod kept;
mod protocol;
mod server;
mod settings;
mod store;
mod xml;
