//! Permissions of profiles: statements, the policy that they make, its revisions, and two accounts.

pub(crate) mod accounts;
pub(crate) mod granted;
pub(crate) mod policy;
pub(crate) mod revisions;
pub(crate) mod statements;
