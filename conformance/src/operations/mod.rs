//! Between symbols and values: a call in symbols becomes a logical input, an answer becomes a reply in symbols.
//! Values are bound at typed positions of answers, never found by searching texts.

pub mod bindings;
pub mod input;
mod notes;
pub(crate) mod pages;
pub(crate) mod reply;
pub(crate) mod views;
