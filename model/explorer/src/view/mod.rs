//! What a page shows, as values: the same for the page and for its twin in JSON.

pub(crate) mod beside;
pub(crate) mod check;
pub(crate) mod frame;
pub(crate) mod grid;
pub(crate) mod groups;
pub(crate) mod live;
pub(crate) mod map;
pub(crate) mod next;
pub(crate) mod start;
pub(crate) mod trace;
pub(crate) mod walk;
