//! What a profile says about its signatures, and what its platform admits of that.

use signer_schemas::Platform;

use crate::error::{Outcome, Refusal};
use crate::freedoms::FreedomId;
use crate::store::platforms::{is_lambda, keys_are_managed};
use crate::store::profiles::PutSigningProfile;
use crate::store::state::Store;
use crate::store::validity::Validity;

/// Whether the text looks like a certificate of ACM.
fn is_certificate(arn: &str) -> bool {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    matches!(parts.as_slice(), ["arn", _, "acm", _, _, resource] if resource.starts_with("certificate/"))
}

impl Store {
    /// What a platform admits in a profile.
    pub(super) fn check_template(
        &self,
        platform: &Platform,
        request: &PutSigningProfile,
    ) -> Outcome<Validity> {
        let freedoms = &self.settings.freedoms;
        if keys_are_managed(platform) {
            if request.certificate_arn.is_some() && !request.material_is_required {
                let message =
                    format!("Signing material should not be present when using {} platform.", platform.id);
                let refused = freedoms.refuse(FreedomId::PutMaterialRefused, message);
                refused.map_err(|refusal| refusal.with_code("InvalidProfileParameters"))?;
            }
        } else if request.certificate_arn.is_none() {
            return Err(Refusal::validation("signing material cannot be null."));
        }
        if request.certificate_arn.as_ref().is_some_and(|arn| !is_certificate(arn)) {
            freedoms
                .refuse(FreedomId::PutBadCertificate, "signing material is not the ARN of a certificate")?;
        }
        let unsupported = request.overrides.as_ref().is_some_and(|overrides| !overrides.suit(platform));
        if unsupported {
            freedoms
                .refuse(FreedomId::PutOverrideUnsupported, format!("{} has no such option", platform.id))?;
        }
        if request.validity.is_some() && !keys_are_managed(platform) {
            freedoms.refuse(
                FreedomId::PutValidityPlatforms,
                format!("{} signs without a validity period", platform.id),
            )?;
        }
        if is_lambda(platform) && !request.signing_parameters.is_empty() {
            let message =
                format!("Signing parameters should not be present when using {} platform", platform.id);
            return Err(Refusal::validation(message));
        }
        let left_out =
            !keys_are_managed(platform) && freedoms.is(FreedomId::PutValidityPlatforms, "left-out");
        let validity = match request.validity.filter(|_| !left_out) {
            None | Some((None, None)) => Validity::DEFAULT,
            Some((Some(value), Some(unit))) => Validity { value, unit },
            Some(_) => {
                return Err(Refusal::validation("signatureValidityPeriod needs both a value and a type"));
            }
        };
        if !validity.is_in_range() {
            freedoms.refuse(
                FreedomId::PutValidityOutOfRange,
                "signatureValidityPeriod must lie between 1 day and 135 months",
            )?;
        }
        Ok(validity)
    }
}
