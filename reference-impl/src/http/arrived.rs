//! A request that has arrived whole, and who makes it.

use axum::http::request::Parts;

use crate::http::body::Held;
use crate::identity::Caller;

/// A request that was let in.
pub(crate) struct Arrived {
    pub(crate) parts: Parts,
    pub(crate) body: Held,
    pub(crate) caller: Caller,
}
