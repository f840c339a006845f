//! What must hold of the reference implementation whatever it is sent.
//!
//! Each target is a property of arbitrary bytes; a panic says that it does not hold. libFuzzer looks for such
//! bytes (`.ci/third-party fuzz`), and `cargo test` tries those in `corpus/TARGET/` again. It works on stable
//! Rust: coverage is recorded by a pass of LLVM that `rustc` runs when asked, and without `unsafe` there is
//! nothing for a sanitizer to see.
//!
//! - [`request`]: a conversation, as text; every answer is well formed.
//! - [`signature`]: what another signer signs is accepted; one changed byte of it, or no signature at all, is
//!   refused.
//! - [`tags`]: an ARN is the same however it is percent-encoded; tags come back as they were given.
//! - [`archive`]: signing an archive is bounded, and adds the signature and nothing else.

pub mod archive;
pub mod conversation;
pub mod request;
pub mod signature;
pub mod tags;
pub mod witness;

/// What is asked of an input: a property that does not hold is a panic.
pub type Check = fn(&[u8]);

/// The targets by name, which is also the name of their corpus.
pub const TARGETS: [(&str, Check); 4] = [
    ("request", request::check),
    ("signature", signature::check),
    ("tags", tags::check),
    ("archive", archive::check),
];
