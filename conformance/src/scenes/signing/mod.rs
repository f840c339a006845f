//! What is signed, looked into: payloads and their envelopes, archives, documents for devices.

pub(crate) mod archives;
pub(crate) mod devices;
pub(crate) mod envelopes;
pub(crate) mod payloads;
