//! Whether what was signed is valid, found out by other means than those that an implementation here signs
//! with: `ring` and `x509-parser` for signatures and certificates, `rawzip` for archives.
//!
//! Every function says in words what is wrong; a scene holds that against the requirement.

pub(crate) mod archive;
mod certificates;
pub(crate) mod cms;
mod der;
pub(crate) mod device;
pub(crate) mod envelope;

/// What is wrong, in words.
pub(crate) type Wrong = String;

/// The error as words, with what was being done.
fn wrong(what: &str) -> impl Fn(&dyn std::fmt::Display) -> Wrong + '_ {
    move |error| format!("{what}: {error}")
}
