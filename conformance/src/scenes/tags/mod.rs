//! Tags: what one may be, and what they change.

pub(crate) mod changes;
pub(crate) mod constraints;
