//! The wire: headers, bodies, encodings, signatures, and requests that belong to no operation.

pub(crate) mod bodies;
pub(crate) mod headers;
pub(crate) mod identities;
pub(crate) mod signatures;
pub(crate) mod times;
pub(crate) mod urls;
