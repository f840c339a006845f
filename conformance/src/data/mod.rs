//! What the judge speaks of: programs, exchanges, findings, results, the log. Values only.

pub(crate) mod case;
pub(crate) mod context;
pub(crate) mod exchange;
pub(crate) mod finding;
pub mod given;
pub(crate) mod json;
pub mod log;
pub(crate) mod names;
pub(crate) mod program;
pub(crate) mod run;
pub(crate) mod tour;
pub mod visible;
