//! What else is set on a bucket: kept as it came, and given back.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What can be set on a bucket beside its versioning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Setting {
    /// The default encryption of objects.
    Encryption,
    /// What is blocked of public access.
    PublicAccessBlock,
    /// Who else may use the bucket.
    Policy,
    /// The bucket's tags.
    Tagging,
    /// Who owns what others write.
    OwnershipControls,
    /// When objects expire.
    Lifecycle,
}

/// What is set, as its document.
pub type Settings = BTreeMap<Setting, String>;
