//! Two Regions: what is apart, and what reaches across.

pub(crate) mod across;
pub(crate) mod apart;
