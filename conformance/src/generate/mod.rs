//! Programs derived from the facts and from the model.

pub mod near_misses;
pub mod sequences;
