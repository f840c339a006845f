//! Why an archive is not signed.

/// What is wrong with an archive, in words that follow a colon.
#[derive(Debug)]
pub(super) struct Malformed(pub(super) String);

pub(super) fn malformed(what: &str) -> Malformed {
    Malformed(what.to_owned())
}
