//! A signing profile.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signer_schemas::Platform;

use crate::store::policy::Policy;
use crate::store::validity::{Overrides, Validity};

/// A signing profile. It is kept on disk in this form, too: see [`super::Row`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The account that owns it.
    pub owner: String,
    /// Its name, unique within the account, also after its end.
    pub name: String,
    /// Its ARN.
    pub arn: String,
    /// Its only version.
    pub version: String,
    /// The platform that it signs for.
    #[serde(with = "super::changes::platform")]
    pub platform: &'static Platform,
    /// Where it is in its life.
    pub status: ProfileStatus,
    /// How long its signatures are valid.
    pub validity: Validity,
    /// The ARN of the customer's certificate.
    pub certificate_arn: Option<String>,
    /// What differs from the platform's defaults.
    pub overrides: Option<Overrides>,
    /// Parameters for the signing.
    pub signing_parameters: BTreeMap<String, String>,
    /// Its tags.
    pub tags: BTreeMap<String, String>,
    /// When it was canceled.
    #[serde(default)]
    pub canceled_at: Option<Timestamp>,
    /// Who revoked it, when and from when on.
    pub revocation: Option<ProfileRevocation>,
    pub(crate) policy: Policy,
}

/// Where a profile is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProfileStatus {
    /// It signs.
    Active,
    /// It signs no more.
    Canceled,
    /// It signs no more, and what it has signed is in doubt.
    Revoked,
}

impl ProfileStatus {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Active => "Active",
            Self::Canceled => "Canceled",
            Self::Revoked => "Revoked",
        }
    }
}

/// How a profile was revoked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProfileRevocation {
    /// Signatures after this are not trusted.
    pub effective_from: Timestamp,
    /// When it was revoked.
    pub revoked_at: Timestamp,
    /// By whom.
    pub revoked_by: String,
}

impl Profile {
    /// The ARN with the version.
    pub fn version_arn(&self) -> String {
        format!("{}/{}", self.arn, self.version)
    }
}
