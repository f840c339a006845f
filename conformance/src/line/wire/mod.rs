//! Between values and HTTP: a logical input becomes a request, a request is signed. Pure.

mod by_hand;
pub(crate) mod encode;
pub(crate) mod operation;
pub(crate) mod raw;
pub(crate) mod sign;

pub use encode::{encode, percent_encode};
pub use sign::{Identities, Identity, SignError, Signed, sign};
