//! The line to the target: how a request is written and signed, sent and limited.

pub(crate) mod endpoint;
pub(crate) mod limits;
pub(crate) mod recorded;
pub mod transport;
pub mod wire;
