//! A run: look at the target, run the plan, reduce what was found.

pub(crate) mod causes;
pub(crate) mod certify;
pub(crate) mod preflight;
pub(crate) mod schedule;
pub(crate) mod shrink;
