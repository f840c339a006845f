//! Signing profiles: created once, canceled or revoked once, never deleted.

use super::paging::{self, Page, PageRequest, Paging};
use super::permissions::Policy;
use super::platforms::{is_lambda, keys_are_managed};
use super::{Action, Context, Platform, Store, profile_arn};
use crate::error::{Outcome, Refusal};
use crate::faults::FaultId;
use crate::freedoms::FreedomId;
use jiff::Timestamp;
use std::collections::BTreeMap;

/// A signing profile.
#[derive(Debug, Clone)]
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
    /// Who revoked it, when and from when on.
    pub revocation: Option<ProfileRevocation>,
    pub(super) policy: Policy,
}

/// Where a profile is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRevocation {
    /// Signatures after this are not trusted.
    pub effective_from: Timestamp,
    /// When it was revoked.
    pub revoked_at: Timestamp,
    /// By whom.
    pub revoked_by: String,
}

/// How long signatures are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// How many.
    pub value: i64,
    /// Of what.
    pub unit: ValidityUnit,
}

/// The units of [`Validity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the description")]
pub enum ValidityUnit {
    Days,
    Months,
    Years,
}

impl ValidityUnit {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::Days => "DAYS",
            Self::Months => "MONTHS",
            Self::Years => "YEARS",
        }
    }
}

impl Validity {
    /// What holds when nothing is said, and also the greatest.
    pub const DEFAULT: Self = Self { value: 135, unit: ValidityUnit::Months };

    fn is_in_range(self) -> bool {
        let greatest = match self.unit {
            // 135 months of the Gregorian calendar's mean length.
            ValidityUnit::Days => 4109,
            ValidityUnit::Months => 135,
            ValidityUnit::Years => 11,
        };
        (1..=greatest).contains(&self.value)
    }
}

/// What a profile changes in its platform's configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Overrides {
    /// Whether the request had a signing configuration at all.
    pub signing_configuration: Option<(Option<String>, Option<String>)>,
    /// The image format.
    pub signing_image_format: Option<String>,
}

impl Overrides {
    fn suit(&self, platform: &Platform) -> bool {
        let has = |values: &[String], wanted: Option<&String>| wanted.is_none_or(|wanted| values.contains(wanted));
        let configuration = self.signing_configuration.as_ref().is_none_or(|(encryption, hash)| {
            has(&platform.encryption, encryption.as_ref()) && has(&platform.hash, hash.as_ref())
        });
        configuration && has(&platform.formats, self.signing_image_format.as_ref())
    }
}

/// Whether the text looks like a certificate of ACM.
fn is_certificate(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", _, "acm", _, _, resource] if resource.starts_with("certificate/"))
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
    pub fn put_signing_profile(&mut self, context: &mut Context<'_>, request: PutSigningProfile) -> Outcome<Profile> {
        let key = (context.caller.account.clone(), request.name.clone());
        let name_first = self.settings.freedoms.is(FreedomId::PutCheckOrder, "name-first");
        if name_first {
            self.check_name_is_free(&key)?;
        }
        let Some(platform) = self.platform(&request.platform_id) else {
            let message = format!("platform {} does not exist", request.platform_id);
            return Err(self.settings.freedoms.refusal(FreedomId::PutUnknownPlatform, message));
        };
        let validity = self.check_template(platform, &request)?;
        self.check_name_is_free(&key)?;
        let dropped = self.fault(FaultId::PutDropsTags);
        let profile = Profile {
            owner: key.0.clone(),
            name: key.1.clone(),
            arn: profile_arn(&self.settings.region, &key.0, &key.1),
            version: self.fresh_version(context),
            platform,
            status: ProfileStatus::Active,
            validity,
            certificate_arn: request.certificate_arn,
            overrides: request.overrides.filter(|_| !self.fault(FaultId::PutDropsOverrides)),
            signing_parameters: request.signing_parameters,
            tags: if dropped { BTreeMap::new() } else { request.tags },
            revocation: None,
            policy: Policy::default(),
        };
        self.profiles.insert(key, profile.clone());
        Ok(profile)
    }

    /// A name is taken even after its profile was canceled or revoked.
    fn check_name_is_free(&self, key: &(String, String)) -> Outcome<()> {
        if self.profiles.contains_key(key) && !self.fault(FaultId::PutReplaces) {
            let message = format!("Profile with name {} already exists", key.1);
            return Err(Refusal::validation(message).with_code("ProfileAlreadyExists"));
        }
        Ok(())
    }

    /// What a platform admits in a profile.
    fn check_template(&self, platform: &Platform, request: &PutSigningProfile) -> Outcome<Validity> {
        let freedoms = &self.settings.freedoms;
        if keys_are_managed(platform) {
            if request.certificate_arn.is_some() && !request.material_is_required {
                freedoms.refuse(
                    FreedomId::PutMaterialRefused,
                    format!("Signing material should not be present when using {} platform", platform.id),
                )?;
            }
        } else if request.certificate_arn.is_none() {
            return Err(Refusal::validation("signing material cannot be null."));
        }
        if request.certificate_arn.as_ref().is_some_and(|arn| !is_certificate(arn)) {
            freedoms.refuse(FreedomId::PutBadCertificate, "signing material is not the ARN of a certificate")?;
        }
        let unsupported = request.overrides.as_ref().is_some_and(|overrides| !overrides.suit(platform));
        if unsupported {
            freedoms.refuse(FreedomId::PutOverrideUnsupported, format!("{} has no such option", platform.id))?;
        }
        if request.validity.is_some() && !keys_are_managed(platform) {
            freedoms.refuse(FreedomId::PutValidityPlatforms, format!("{} signs without a validity period", platform.id))?;
        }
        if is_lambda(platform) && !request.signing_parameters.is_empty() {
            let message = format!("Signing parameters should not be present when using {} platform", platform.id);
            return Err(Refusal::validation(message));
        }
        let validity = match request.validity {
            None | Some((None, None)) => Validity::DEFAULT,
            Some((Some(value), Some(unit))) => Validity { value, unit },
            Some(_) => return Err(Refusal::validation("signatureValidityPeriod needs both a value and a type")),
        };
        if !validity.is_in_range() {
            freedoms.refuse(FreedomId::PutValidityOutOfRange, "signatureValidityPeriod must lie between 1 day and 135 months")?;
        }
        Ok(validity)
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
        let without_effect = self.fault(FaultId::CancelHasNoEffect);
        let profile = self.own_profile_mut(context.caller, name)?;
        match profile.status {
            ProfileStatus::Active if without_effect => Ok(()),
            ProfileStatus::Active => {
                profile.status = ProfileStatus::Canceled;
                profile.policy.renew(context.ids);
                Ok(())
            }
            ProfileStatus::Canceled => Ok(()),
            ProfileStatus::Revoked => {
                let message = format!("Signing Profile {name} cannot be canceled because it has been revoked.");
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
    ) -> Outcome<Page<&Profile>> {
        let freedoms = &self.settings.freedoms;
        let account = &context.caller.account;
        let first = (account.clone(), String::new());
        let items = self
            .profiles
            .range(first..)
            .take_while(|((owner, _), _)| owner == account)
            .filter(|(_, profile)| self.lists(filter, profile))
            .map(|((_, name), profile)| (name.clone(), profile));
        if filter.platform_id.as_ref().is_some_and(|id| self.platform(id).is_none()) {
            freedoms.refuse(FreedomId::ListProfilesUnknownPlatform, "there is no such platform")?;
        }
        let paging = Paging {
            scope: self.scope("ListSigningProfiles", account, filter),
            short: self.pages_are_short(),
            default_size: freedoms.number(FreedomId::ListProfilesDefaultPageSize),
            bad_token_ignored: freedoms.is(FreedomId::ListProfilesBadToken, "ignored"),
            repeats_item: self.fault(FaultId::PageRepeatsItem),
            never_ends: self.fault(FaultId::TokenNeverEnds),
            ..Paging::default()
        };
        paging::page(items, page, &paging)
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
        let union = canceled && freedoms.is(FreedomId::ListProfilesIncludeCanceledWithStatuses, "union");
        let status = if filter.statuses.is_empty() || self.fault(FaultId::StatusesFilterIgnored) {
            by_default
        } else {
            named || (union && profile.status == ProfileStatus::Canceled)
        };
        let platform = filter.platform_id.as_ref().is_none_or(|wanted| *wanted == profile.platform.id);
        status && (platform || self.fault(FaultId::ProfilePlatformFilterIgnored))
    }
}
