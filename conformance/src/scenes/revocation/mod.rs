//! Revocation: of signatures and of profiles, and the question whether something is revoked.

pub(crate) mod profiles;
pub(crate) mod signatures;
pub(crate) mod status;
