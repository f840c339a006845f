//! What a signature is here: an envelope, a signed archive, or a JSON document, as the platform has it.
//!
//! - `envelope`: what `SignPayload` answers with, a flattened JWS as `notation` has it.
//! - `archive`: what a Lambda job writes, the zip that came with one more entry, which holds a CMS signature
//!   (`cms`).
//! - `document`: what the jobs of `IoT` and `FreeRTOS` write, a JSON document.
//! - `authority`: the certificate chain of the first two; `keys`: where all keys come from;
//!   `certificates`: the customer's own, for devices.
//!
//! Keys and certificates are made when they are first needed, so that a server that signs nothing costs
//! nothing.

pub(crate) mod archive;
mod authority;
mod certificates;
mod cms;
pub(crate) mod document;
pub(crate) mod envelope;
mod keys;
pub(crate) mod plan;
pub(crate) mod signer;
pub(crate) mod unsigned;

pub use signer::Signer;
pub use unsigned::Unsigned;
