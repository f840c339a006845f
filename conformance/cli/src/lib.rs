//! What joins judge and witness: the embedded reference implementation.

pub mod embedded;
