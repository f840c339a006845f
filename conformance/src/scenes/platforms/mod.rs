//! Platforms: what each tells of itself, and how they are filtered.

pub(crate) mod filters;
pub(crate) mod views;
