//! What scenes share: requests in symbols, inputs in values, requests that are altered, the first steps of a
//! conversation, lists and what is read from them, and the two kinds of scenes that need no conversation of
//! their own, questions and selections.

pub(crate) mod altered;
pub(crate) mod bytes;
pub(crate) mod envelopes;
pub(crate) mod inputs;
pub(crate) mod lists;
pub(crate) mod objects;
pub(crate) mod question;
pub(crate) mod selection;
pub(crate) mod steps;
pub(crate) mod symbols;
pub(crate) mod tags;
pub(crate) mod views;
