//! Signing profiles: created once, canceled or revoked once, never deleted.

use super::paging::{self, Page, PageRequest, Paging};
use super::permissions::Policy;
use super::template::{Overrides, Validity, ValidityUnit};
use super::{Action, Context, Platform, Store, profile_arn};
use crate::error::{Outcome, Refusal};
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use crate::identity::Caller;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A signing profile. So it is also kept on disk: see [`super::Row`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The account that owns it.
    pub owner: String,
    /// Its name, unique within the account for ever.
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
    pub(super) policy: Policy,
    /// Whether its revocation has moved; kept for a deliberate mistake.
    #[serde(skip)]
    pub(super) revocation_has_moved: bool,
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

/// The request of `PutSigningProfile`.
#[derive(Debug, Clone, Default)]
pub struct PutSigningProfile {
    /// The new profile's name.
    pub name: String,
    /// Its platform.
    pub platform_id: String,
    /// Whether the edition demands a certificate for every platform.
    pub material_is_required: bool,
    /// The ARN of the customer's certificate.
    pub certificate_arn: Option<String>,
    /// Value and unit of the validity, each of which may be missing.
    pub validity: Option<(Option<i64>, Option<ValidityUnit>)>,
    /// What differs from the platform's defaults.
    pub overrides: Option<Overrides>,
    /// Parameters for the signing.
    pub signing_parameters: BTreeMap<String, String>,
    /// Tags.
    pub tags: BTreeMap<String, String>,
}

/// Which profiles to list.
#[derive(Debug, Clone, Default)]
pub struct ProfileFilter {
    /// Also the canceled ones.
    pub include_canceled: bool,
    /// Only this platform.
    pub platform_id: Option<String>,
    /// Only these statuses, by their names; empty for the default.
    pub statuses: Vec<String>,
}

impl Profile {
    /// The ARN with the version.
    pub fn version_arn(&self) -> String {
        format!("{}/{}", self.arn, self.version)
    }
}

impl Store {
    /// Creates a profile. It never changes one: a name is taken for good.
    pub fn put_signing_profile(&mut self, context: &mut Context<'_>, request: PutSigningProfile) -> Outcome<Arc<Profile>> {
        let account = &context.caller.account;
        let name_first = self.settings.freedoms.is(FreedomId::PutCheckOrder, "name-first");
        if name_first {
            self.check_name_is_free(account, &request.name)?;
        }
        let Some(platform) = self.platform(&request.platform_id) else {
            let message = format!("platform {} does not exist", request.platform_id);
            return Err(self.settings.freedoms.refusal(FreedomId::PutUnknownPlatform, message));
        };
        if !self.is_listed(platform) {
            let message = format!("platform {} is not offered here", platform.id);
            self.settings.freedoms.refuse(FreedomId::PutUnlistedPlatform, message)?;
        }
        let validity = self.check_template(platform, &request)?;
        self.check_name_is_free(account, &request.name)?;
        let drops_tags = self.fault(FaultId::PutDropsTags);
        let drops_parameters = self.fault(FaultId::PutDropsParameters);
        let profile = Profile {
            owner: account.clone(),
            arn: profile_arn(&self.region, account, &request.name),
            name: request.name,
            version: self.fresh_version(context),
            platform,
            status: ProfileStatus::Active,
            validity,
            certificate_arn: request.certificate_arn,
            overrides: request.overrides,
            signing_parameters: if drops_parameters { BTreeMap::new() } else { request.signing_parameters },
            tags: if drops_tags { BTreeMap::new() } else { request.tags },
            canceled_at: None,
            revocation: None,
            policy: Policy::default(),
            revocation_has_moved: false,
        };
        let profile = Arc::new(profile);
        let is_lost = self.fault(FaultId::Profile26Lost);
        let of_account = Arc::make_mut(&mut self.profiles).entry(account.clone()).or_default();
        if !(is_lost && of_account.len() >= 25) {
            of_account.insert(profile.name.clone(), Arc::clone(&profile));
            self.changes.profile(account, &profile.name);
        }
        Ok(profile)
    }

    /// A name is taken even after its profile was canceled or revoked.
    fn check_name_is_free(&self, account: &str, name: &str) -> Outcome<()> {
        if self.profile(account, name).is_some() && !self.fault(FaultId::PutReplaces) {
            let message = format!("Profile with name {name} already exists");
            return Err(Refusal::validation(message).with_code("ProfileAlreadyExists"));
        }
        Ok(())
    }

    fn fresh_version(&self, context: &mut Context<'_>) -> String {
        if self.fault(FaultId::VersionReused) {
            return "1234567890".to_owned();
        }
        if self.fault(FaultId::ProfileVersionHyphenated) {
            return context.ids.uuid().chars().take(10).collect();
        }
        context.ids.profile_version()
    }

    /// Shows a profile, the caller's own or one of another account that permits it.
    pub fn get_signing_profile(&self, context: &Context<'_>, name: &str, owner: Option<&str>) -> Outcome<&Profile> {
        let profile = self.profile_for(context.caller, owner, name, Action::GetSigningProfile)?;
        if profile.status == ProfileStatus::Canceled && self.fault(FaultId::CanceledUnreadable) {
            return Err(super::no_profile(name));
        }
        Ok(profile)
    }

    /// Ends a profile's signing. Canceling again changes nothing.
    pub fn cancel_signing_profile(&mut self, context: &mut Context<'_>, name: &str) -> Outcome<()> {
        let settings = Arc::clone(&self.settings);
        let faults = settings.faults;
        if faults.has(FaultId::OtherAccountCancels) && self.own_profile(context.caller, name).is_err() {
            return if self.cancel_namesakes(context.caller, name) { Ok(()) } else { Err(super::no_profile(name)) };
        }
        if faults.has(FaultId::CancelTouchesNamesake) {
            self.cancel_namesakes(context.caller, name);
        }
        let renews = !settings.freedoms.is(FreedomId::PermissionsRevisionAfterEnd, "never");
        match self.own_profile(context.caller, name)?.status {
            ProfileStatus::Active if self.fault(FaultId::CancelHasNoEffect) => Ok(()),
            ProfileStatus::Active => {
                let profile = self.own_profile_mut(context.caller, name)?;
                profile.status = ProfileStatus::Canceled;
                profile.canceled_at = Some(context.now);
                if faults.has(FaultId::CancelDropsOverrides) {
                    profile.overrides = None;
                }
                if faults.has(FaultId::CancelDropsTags) {
                    profile.tags.clear();
                }
                if renews {
                    profile.policy.renew(context.ids);
                }
                self.profile_leaves(&context.caller.account, name);
                Ok(())
            }
            ProfileStatus::Canceled if faults.has(FaultId::SecondCancelRefused) => {
                Err(Refusal::validation(format!("Signing Profile {name} is canceled already.")))
            }
            ProfileStatus::Canceled => Ok(()),
            ProfileStatus::Revoked if faults.has(FaultId::RevokedCancelable) => {
                self.own_profile_mut(context.caller, name)?.status = ProfileStatus::Canceled;
                Ok(())
            }
            ProfileStatus::Revoked => {
                let message = format!("Signing Profile {name} cannot be canceled because it has been revoked.");
                Err(Refusal::validation(message))
            }
        }
    }

    /// What a deliberate mistake cancels: the profiles of that name in other accounts. Whether there were any.
    fn cancel_namesakes(&mut self, caller: &Caller, name: &str) -> bool {
        let mut found = false;
        let others = self.profiles.iter().filter(|(owner, profiles)| **owner != caller.account && profiles.contains_key(name));
        let others: Vec<String> = others.map(|(owner, _)| owner.clone()).collect();
        for owner in others {
            let profile = Arc::make_mut(&mut self.profiles).get_mut(&owner).and_then(|profiles| profiles.get_mut(name));
            if let Some(profile) = profile {
                Arc::make_mut(profile).status = ProfileStatus::Canceled;
                self.changes.profile(&owner, name);
                found = true;
            }
        }
        found
    }

    /// Lists the caller's profiles, by name.
    pub fn list_signing_profiles(
        &self,
        context: &Context<'_>,
        filter: &ProfileFilter,
        page: &PageRequest,
    ) -> Outcome<Page<&Profile>> {
        let freedoms = &self.settings.freedoms;
        let account = &context.caller.account;
        let mut selection = Cow::Borrowed(filter);
        if page.is_later() && self.fault(FaultId::LaterPageDropsStatuses) {
            selection.to_mut().statuses.clear();
        }
        if page.is_later() && self.fault(FaultId::LaterPageDropsPlatform) {
            selection.to_mut().platform_id = None;
        }
        let most = if self.fault(FaultId::ProfilesCutAt200) { 200 } else { usize::MAX };
        let any_account = page.is_later() && self.fault(FaultId::LaterPageAnyAccount);
        let items = |after: Option<&str>| {
            let first = after.filter(|_| most == usize::MAX).unwrap_or_default().to_owned();
            let own = self.profiles.get(account).into_iter().flat_map(move |profiles| profiles.range(first.clone()..)).take(most);
            let own = own.map(|(name, profile)| (Cow::Borrowed(name.as_str()), &**profile));
            let strangers = self.profiles.iter().filter(|(owner, _)| any_account && *owner != account);
            let strangers = strangers.flat_map(|(_, profiles)| profiles.values());
            let strangers = strangers.map(|profile| (Cow::Owned(format!("~{}", profile.name)), &**profile));
            own.chain(strangers).filter(|(_, profile)| self.lists(&selection, profile))
        };
        if filter.platform_id.as_ref().is_some_and(|id| self.platform(id).is_none()) {
            freedoms.refuse(FreedomId::ListProfilesUnknownPlatform, "there is no such platform")?;
        }
        if filter.include_canceled && !filter.statuses.is_empty() {
            freedoms
                .refuse(FreedomId::ListProfilesIncludeCanceledWithStatuses, "includeCanceled and statuses exclude each other")?;
        }
        let is_middling = page.max_results.is_some_and(|size| (8..24).contains(&size));
        let paging = Paging {
            short: self.pages_are_short(),
            default_size: freedoms.number(FreedomId::ListProfilesDefaultPageSize),
            bad_token_ignored: freedoms.is(FreedomId::ListProfilesBadToken, "ignored"),
            repeats_item: self.fault(FaultId::PageRepeatsItem),
            loses_item: self.fault(FaultId::PageLosesProfile) || (is_middling && self.fault(FaultId::PageOf8LosesItem)),
            never_ends: self.fault(FaultId::TokenNeverEnds),
            ..Paging::default()
        };
        paging::page(items, page, &paging, || self.scope("ListSigningProfiles", account, filter))
    }

    fn lists(&self, filter: &ProfileFilter, profile: &Profile) -> bool {
        let freedoms = &self.settings.freedoms;
        let canceled = filter.include_canceled && !self.fault(FaultId::IncludeCanceledIgnored);
        let by_default = match profile.status {
            ProfileStatus::Active => true,
            ProfileStatus::Canceled => canceled || self.fault(FaultId::ListShowsCanceled),
            ProfileStatus::Revoked => canceled && freedoms.is(FreedomId::ListProfilesRevokedWithIncludeCanceled, "listed"),
        };
        let named = filter.statuses.iter().any(|status| status == profile.status.name());
        let union: &[ProfileStatus] = match freedoms.choice(FreedomId::ListProfilesIncludeCanceledWithStatuses) {
            "union" if canceled => &[ProfileStatus::Canceled],
            "union-with-revoked" if canceled => &[ProfileStatus::Canceled, ProfileStatus::Revoked],
            "union-with-revoked-only" if canceled => &[ProfileStatus::Revoked],
            _ => &[],
        };
        let status = if filter.statuses.is_empty() || self.fault(FaultId::StatusesFilterIgnored) {
            by_default
        } else {
            let alone = profile.status == ProfileStatus::Active
                || filter.include_canceled
                || freedoms.is(FreedomId::ListProfilesStatusesAlone, "listed");
            (named && alone) || union.contains(&profile.status)
        };
        let any_platform = filter.include_canceled && self.fault(FaultId::IncludeCanceledAnyPlatform);
        let platform = any_platform || filter.platform_id.as_ref().is_none_or(|wanted| *wanted == profile.platform.id);
        if self.fault(FaultId::FiltersCombineAny) && !filter.statuses.is_empty() && filter.platform_id.is_some() {
            return status || platform;
        }
        status && (platform || self.fault(FaultId::ProfilePlatformFilterIgnored))
    }
}
