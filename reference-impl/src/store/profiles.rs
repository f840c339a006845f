//! Signing profiles: created once, canceled or revoked once, never deleted.

use std::collections::BTreeMap;
use std::sync::Arc;

use signer_schemas::Edition;

use crate::error::{Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::store::arn::profile_arn;
use crate::store::paging;
use crate::store::paging::{Page, PageRequest, Paging};
use crate::store::policy::Policy;
use crate::store::profile::{Profile, ProfileGroup, ProfileStatus};
use crate::store::state::{Action, Context, Store};
use crate::store::validity::{Overrides, ValidityUnit};

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

impl Store {
    /// Creates a profile. It never changes one: a name is taken for good.
    pub fn put_signing_profile(
        &mut self,
        context: &mut Context<'_>,
        request: PutSigningProfile,
    ) -> Outcome<Arc<Profile>> {
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
        let profile = Profile {
            owner: account.clone(),
            arn: profile_arn(&self.region, account, &request.name),
            name: request.name,
            version: context.ids.profile_version(),
            platform,
            status: ProfileStatus::Active,
            validity,
            certificate_arn: request.certificate_arn,
            overrides: request.overrides,
            signing_parameters: request.signing_parameters,
            tags: request.tags,
            canceled_at: None,
            revocation: None,
            policy: Policy::default(),
        };
        let profile = Arc::new(profile);
        self.changes.profile(account, &profile.name);
        let of_account = Arc::make_mut(&mut self.profiles).entry(account.clone()).or_default();
        of_account.insert(Arc::clone(&profile));
        Ok(profile)
    }

    /// A name is taken even after its profile was canceled or revoked. The edition of 2019 does not say so.
    fn check_name_is_free(&self, account: &str, name: &str) -> Outcome<()> {
        let is_2019 = self.settings.edition == Edition::May2019;
        let may_replace = is_2019 && self.settings.freedoms.is(FreedomId::PutNameTakenIn2019, "made-anew");
        if self.profile(account, name).is_some() && !may_replace {
            let message = format!("Profile with name {name} already exists");
            return Err(Refusal::validation(message).with_code("ProfileAlreadyExists"));
        }
        Ok(())
    }

    /// Shows a profile, the caller's own or one of another account that permits it.
    pub fn get_signing_profile(
        &self,
        context: &Context<'_>,
        name: &str,
        owner: Option<&str>,
    ) -> Outcome<&Arc<Profile>> {
        self.profile_for(context.caller, owner, name, Action::GetSigningProfile)
    }

    /// Ends a profile's signing. Canceling again changes nothing.
    pub fn cancel_signing_profile(&mut self, context: &mut Context<'_>, name: &str) -> Outcome<()> {
        let absent = |refusal| Refusal {
            message: format!("Signing Profile with name {name} does not exist."),
            ..refusal
        };
        match self.own_profile(context.caller, name).map_err(absent)?.status {
            ProfileStatus::Active => {
                self.change_own_profile(context.caller, name, |profile| {
                    profile.status = ProfileStatus::Canceled;
                    profile.canceled_at = Some(context.now);
                    profile.policy.renew(context.ids);
                })?;
                self.profile_leaves(&context.caller.account, name);
                Ok(())
            }
            ProfileStatus::Canceled if self.settings.edition == Edition::May2019 => {
                let message = format!("Signing Profile {name} is canceled already.");
                self.settings.freedoms.refuse(FreedomId::CancelAgainIn2019, message)
            }
            ProfileStatus::Canceled => Ok(()),
            ProfileStatus::Revoked => {
                let message = format!(
                    "Signing Profile {name} cannot be canceled because it has been revoked. A revoked \
                     profile cannot be canceled."
                );
                Err(Refusal::validation(message))
            }
        }
    }

    /// Lists the caller's profiles, by name.
    pub fn list_signing_profiles(
        &self,
        context: &Context<'_>,
        filter: &ProfileFilter,
        page: &PageRequest,
    ) -> Outcome<Page<Arc<Profile>>> {
        let freedoms = &self.settings.freedoms;
        let account = &context.caller.account;
        if filter.platform_id.as_ref().is_some_and(|id| self.platform(id).is_none()) {
            freedoms.refuse(FreedomId::ListProfilesUnknownPlatform, "there is no such platform")?;
        }
        if filter.include_canceled && !filter.statuses.is_empty() {
            freedoms.refuse(
                FreedomId::ListProfilesIncludeCanceledWithStatuses,
                "includeCanceled and statuses exclude each other",
            )?;
        }
        let items = |after: Option<&str>| {
            let first = after.unwrap_or_default().to_owned();
            let own =
                self.profiles.get(account).map(|own| own.listed(first, |group| self.lists(filter, group)));
            own.into_iter().flatten().map(|(name, profile)| (name, Arc::clone(profile)))
        };
        let paging = Paging {
            short: self.pages_are_short(),
            default_size: freedoms.number(FreedomId::ListProfilesDefaultPageSize),
            bad_token_ignored: freedoms.is(FreedomId::ListProfilesBadToken, "ignored"),
        };
        paging::page(items, page, &paging, || self.scope("ListSigningProfiles", account, filter))
    }

    fn lists(&self, filter: &ProfileFilter, group: &ProfileGroup) -> bool {
        let freedoms = &self.settings.freedoms;
        let by_default = match group.status {
            ProfileStatus::Active => true,
            ProfileStatus::Canceled => filter.include_canceled,
            ProfileStatus::Revoked => {
                filter.include_canceled
                    && freedoms.is(FreedomId::ListProfilesRevokedWithIncludeCanceled, "listed")
            }
        };
        let named = filter.statuses.iter().any(|status| status == group.status.name());
        let union: &[ProfileStatus] =
            match freedoms.choice(FreedomId::ListProfilesIncludeCanceledWithStatuses) {
                "union" if filter.include_canceled => &[ProfileStatus::Canceled],
                "union-with-revoked" if filter.include_canceled => {
                    &[ProfileStatus::Canceled, ProfileStatus::Revoked]
                }
                _ => &[],
            };
        let status = if filter.statuses.is_empty() {
            by_default
        } else {
            let alone = group.status == ProfileStatus::Active
                || filter.include_canceled
                || freedoms.is(FreedomId::ListProfilesStatusesAlone, "listed");
            (named && alone) || union.contains(&group.status)
        };
        status && filter.platform_id.as_ref().is_none_or(|wanted| *wanted == group.platform)
    }
}
