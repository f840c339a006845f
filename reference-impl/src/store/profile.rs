//! A signing profile.

use std::collections::BTreeMap;
use std::sync::Arc;

use imbl::OrdMap;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use signer_schemas::Platform;

use crate::store::groups::Groups;
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

/// The profiles of an account. A name is never free again.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct OwnProfiles {
    by_name: OrdMap<String, Arc<Profile>>,
    groups: Groups<ProfileGroup, String>,
}

/// What lists select profiles by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct ProfileGroup {
    pub(super) status: ProfileStatus,
    pub(super) platform: &'static str,
}

/// Where a profile is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

impl OwnProfiles {
    pub(crate) fn by_name(&self) -> &OrdMap<String, Arc<Profile>> {
        &self.by_name
    }

    /// The profiles of the selected groups by name, the first of them not before `first`.
    pub(super) fn listed(
        &self,
        first: String,
        selects: impl Fn(&ProfileGroup) -> bool,
    ) -> impl Iterator<Item = (&String, &Arc<Profile>)> {
        let names = self.groups.keys_from(first, selects);
        names.filter_map(|name| self.by_name.get_key_value(name))
    }

    /// Puts a profile in the place of its name.
    pub(crate) fn insert(&mut self, profile: Arc<Profile>) {
        self.remove(&profile.name);
        self.groups.insert(profile.group(), profile.name.clone());
        self.by_name.insert(profile.name.clone(), profile);
    }

    pub(crate) fn remove(&mut self, name: &String) {
        if let Some(profile) = self.by_name.remove(name) {
            self.groups.remove(&profile.group(), name);
        }
    }

    /// Changes a profile, and lists it by what it is then. Its name stays.
    pub(super) fn change<T>(&mut self, name: &str, change: impl FnOnce(&mut Profile) -> T) -> Option<T> {
        let profile = self.by_name.get_mut(name)?;
        let before = profile.group();
        let changed = change(Arc::make_mut(profile));
        let group = profile.group();
        if group != before {
            let name = name.to_owned();
            self.groups.remove(&before, &name);
            self.groups.insert(group, name);
        }
        Some(changed)
    }
}

impl Profile {
    fn group(&self) -> ProfileGroup {
        ProfileGroup { status: self.status, platform: &self.platform.id }
    }

    /// The ARN with the version.
    pub fn version_arn(&self) -> String {
        format!("{}/{}", self.arn, self.version)
    }
}
