//! The envelope around a signed payload, as far as it is read without its signature.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::judge::runner::case::Case;
use crate::judge::runner::talk::Told;
use crate::scenes::shared::inputs::job_arn;

/// The requirement of the attributes that tell what was signed under which profile.
pub(crate) const ATTRIBUTES: &str = "SignPayload/envelope-attributes";

/// The envelope as JSON; `null` if it is none.
pub(crate) fn opened(told: &Told) -> Value {
    let bytes = STANDARD.decode(told.text("/signature")).unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The envelope's protected header.
pub(crate) fn protected(told: &Told) -> Value {
    let bytes = opened(told)["protected"]
        .as_str()
        .and_then(|text| URL_SAFE_NO_PAD.decode(text).ok())
        .unwrap_or_default();
    serde_json::from_slice(&bytes).unwrap_or_default()
}

/// The envelope names its job, which is of the profile's account, and the profile's version.
pub(crate) fn names_job(case: &mut Case<'_>, told: &Told, profile_version_arn: &str) {
    let header = protected(told);
    let job = job_arn(profile_version_arn, &told.text("/jobId"));
    case.same(ATTRIBUTES, &json!(job), &header["com.amazonaws.signer.signingJob"]);
    case.same(ATTRIBUTES, &json!(profile_version_arn), &header["com.amazonaws.signer.signingProfileVersion"]);
}
