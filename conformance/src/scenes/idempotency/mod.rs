//! The `clientRequestToken`: one token, one job.

pub(crate) mod differences;
pub(crate) mod repeats;
