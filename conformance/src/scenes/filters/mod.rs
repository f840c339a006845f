//! The filters of lists, against what each item tells of itself.

pub(crate) mod expiry;
pub(crate) mod jobs;
pub(crate) mod profiles;
