//! Signing jobs: their life, their objects, their profile, and who may see them.

pub(crate) mod ids;
pub(crate) mod life;
pub(crate) mod objects;
pub(crate) mod of_a_profile;
pub(crate) mod starting;
pub(crate) mod written;
