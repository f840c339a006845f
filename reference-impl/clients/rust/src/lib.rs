//! Only tests: see `tests/signer.rs`.
