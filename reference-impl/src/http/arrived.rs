//! A request that has arrived whole, and who makes it.

use super::body::Held;
use crate::identity::Caller;
use axum::http::request::Parts;

/// A request that was let in.
pub(crate) struct Arrived {
    pub(crate) parts: Parts,
    pub(crate) body: Held,
    pub(crate) caller: Caller,
}
