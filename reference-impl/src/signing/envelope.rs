//! The envelope of `SignPayload`: a flattened JWS (ES384) with the protected attributes of the Notary project's
//! signing-authority scheme, and no others, since `notation` refuses any that it does not know.

use super::{Signer, Unsigned};
use crate::faults::{FaultId, Faults};
use crate::store::{Job, PAYLOAD_FORMAT};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p384::ecdsa::{Signature, signature::Signer as _};
use serde_json::json;
use std::time::Duration;

/// Longer than a leaf lives.
const TEN_DAYS: Duration = Duration::from_hours(240);

pub(super) fn seal(signer: &Signer, job: &Job, payload: &[u8], faults: Faults) -> Result<Vec<u8>, Unsigned> {
    let ended = faults.has(FaultId::EnvelopeExpiredLeaf);
    let chain = signer.authority.chain(job.region(), if ended { job.created_at - TEN_DAYS } else { job.created_at })?;
    let mut protected = json!({
        "alg": "ES384",
        "cty": PAYLOAD_FORMAT,
        "crit": [
            "io.cncf.notary.signingScheme",
            "io.cncf.notary.authenticSigningTime",
            "io.cncf.notary.expiry",
            "io.cncf.notary.verificationPlugin",
            "com.amazonaws.signer.signingProfileVersion",
            "com.amazonaws.signer.signingJob",
        ],
        "io.cncf.notary.signingScheme": "notary.x509.signingAuthority",
        "io.cncf.notary.authenticSigningTime": job.created_at.to_string(),
        "io.cncf.notary.expiry": job.signature_expires_at.to_string(),
        "io.cncf.notary.verificationPlugin": "com.amazonaws.signer.notation.plugin",
        "com.amazonaws.signer.signingProfileVersion": job.profile_version_arn,
        "com.amazonaws.signer.signingJob": job.arn(),
    });
    if faults.has(FaultId::EnvelopeExpiryMissing)
        && let Some(attributes) = protected.as_object_mut()
    {
        attributes.remove("io.cncf.notary.expiry");
    }
    let mut x5c: Vec<String> = chain.encoded.iter().map(|certificate| STANDARD.encode(certificate)).collect();
    if faults.has(FaultId::EnvelopeWithoutRoot) {
        x5c.pop();
    }
    if faults.has(FaultId::EnvelopeRootFirst) {
        x5c.reverse();
    }
    let protected = URL_SAFE_NO_PAD.encode(protected.to_string());
    let payload = URL_SAFE_NO_PAD.encode(payload);
    let key = if faults.has(FaultId::EnvelopeOtherKey) { &signer.authority.stranger()? } else { &chain.key };
    let signature: Signature = key.sign(format!("{protected}.{payload}").as_bytes());
    let envelope = json!({
        "payload": payload,
        "protected": protected,
        "header": {"x5c": x5c},
        "signature": URL_SAFE_NO_PAD.encode(signature.to_bytes()),
    });
    Ok(envelope.to_string().into_bytes())
}
