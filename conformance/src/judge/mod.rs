//! Runs programs against an endpoint and judges every answer: by the model, by the checks, by the documents.

mod alter;
pub mod checks;
pub(crate) mod mends;
pub(crate) mod runner;
pub(crate) mod signatures;
