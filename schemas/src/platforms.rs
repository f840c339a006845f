//! The signing platforms that the real service is known to offer.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::vocabulary::Operation;

/// A signing platform, as far as it is known. Display names drift and regions differ, so this is what to
/// serve, not what to expect of others.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Platform {
    /// The platform's id.
    pub id: String,
    /// The name for people; one ends in a space.
    pub display_name: String,
    /// The partner.
    pub partner: String,
    /// The target.
    pub target: String,
    /// The category; the published enum knows one value, which is not among those seen.
    pub category: String,
    /// Encryption algorithms, the default first.
    pub encryption: Vec<String>,
    /// Hash algorithms, the default first.
    pub hash: Vec<String>,
    /// Image formats, the default first.
    pub formats: Vec<String>,
    /// The largest object that can be signed.
    pub max_size_in_mb: u32,
    /// Whether signatures can be revoked.
    pub revocation_supported: bool,
    /// Whether it was there in the time of the edition of May 2019.
    pub in_2019: bool,
    /// The operation that signs for it: `StartSigningJob` or `SignPayload`.
    pub signed_by: Operation,
    /// Fields whose value is a guess by analogy, spelled as in `platforms.json`.
    pub guessed: Vec<String>,
    /// Where the values come from.
    pub source: String,
}

/// The known platforms, by id.
pub fn platforms() -> &'static [Platform] {
    static PLATFORMS: LazyLock<Vec<Platform>> = LazyLock::new(|| {
        serde_json::from_str(include_str!("../platforms.json"))
            .unwrap_or_else(|error| panic!("schemas/platforms.json: {error}"))
    });
    &PLATFORMS
}

/// The known platform with this id.
pub fn platform(id: &str) -> Option<&'static Platform> {
    platforms().iter().find(|platform| platform.id == id)
}
