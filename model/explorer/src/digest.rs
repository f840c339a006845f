//! Which model this is: the first digits of the hash that reports carry.

use std::sync::LazyLock;

use signer_conformance::report::model_hash;
use signer_schemas::Edition;

static CURRENT: LazyLock<String> = LazyLock::new(|| model_hash(Edition::Current));
static MAY_2019: LazyLock<String> = LazyLock::new(|| model_hash(Edition::May2019));

/// The whole hash. It takes a moment to make, once.
pub(crate) fn whole(edition: Edition) -> &'static str {
    match edition {
        Edition::Current => &CURRENT,
        Edition::May2019 => &MAY_2019,
    }
}

/// As links have it.
pub(crate) fn digest(edition: Edition) -> String {
    whole(edition).chars().take(8).collect()
}
