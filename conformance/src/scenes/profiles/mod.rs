//! Profiles: what is kept, what is shown, what is refused, and how they end.

pub(crate) mod ends;
pub(crate) mod kept;
pub(crate) mod limits;
pub(crate) mod names;
pub(crate) mod views;
