//! What a profile says about its signatures, and what its platform admits of that.

use super::platforms::{is_lambda, keys_are_managed};
use super::{Platform, PutSigningProfile, Store};
use crate::error::{Outcome, Refusal};
use crate::freedoms::FreedomId;
use serde::{Deserialize, Serialize};

/// How long signatures are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validity {
    /// How many.
    pub value: i64,
    /// Of what.
    pub unit: ValidityUnit,
}

/// The units of [`Validity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overrides {
    /// Other algorithms; there may be none in it.
    pub signing_configuration: Option<SigningConfigurationOverrides>,
    /// The image format.
    pub signing_image_format: Option<String>,
}

/// Other algorithms than the platform's default ones.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SigningConfigurationOverrides {
    /// The encryption algorithm.
    pub encryption_algorithm: Option<String>,
    /// The hash algorithm.
    pub hash_algorithm: Option<String>,
}

impl Overrides {
    fn suit(&self, platform: &Platform) -> bool {
        let has = |values: &[String], wanted: Option<&String>| wanted.is_none_or(|wanted| values.contains(wanted));
        let configuration = self.signing_configuration.as_ref().is_none_or(|configuration| {
            has(&platform.encryption, configuration.encryption_algorithm.as_ref())
                && has(&platform.hash, configuration.hash_algorithm.as_ref())
        });
        configuration && has(&platform.formats, self.signing_image_format.as_ref())
    }
}

/// Whether the text looks like a certificate of ACM.
fn is_certificate(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", _, "acm", _, _, resource] if resource.starts_with("certificate/"))
}

impl Store {
    /// What a platform admits in a profile.
    pub(super) fn check_template(&self, platform: &Platform, request: &PutSigningProfile) -> Outcome<Validity> {
        let freedoms = &self.settings.freedoms;
        if keys_are_managed(platform) {
            if request.certificate_arn.is_some() && !request.material_is_required {
                let message = format!("Signing material should not be present when using {} platform.", platform.id);
                let refused = freedoms.refuse(FreedomId::PutMaterialRefused, message);
                refused.map_err(|refusal| refusal.with_code("InvalidProfileParameters"))?;
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
        let left_out = !keys_are_managed(platform) && freedoms.is(FreedomId::PutValidityPlatforms, "left-out");
        let validity = match request.validity.filter(|_| !left_out) {
            None | Some((None, None)) => Validity::DEFAULT,
            Some((Some(value), Some(unit))) => Validity { value, unit },
            Some(_) => return Err(Refusal::validation("signatureValidityPeriod needs both a value and a type")),
        };
        if !validity.is_in_range() {
            freedoms.refuse(FreedomId::PutValidityOutOfRange, "signatureValidityPeriod must lie between 1 day and 135 months")?;
        }
        Ok(validity)
    }
}
