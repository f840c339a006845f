//! What a signature is here: one P-384 key per server.
//!
//! The envelope of `SignPayload` is a flattened JWS (ES384) with the protected attributes of the
//! Notary project's signing-authority scheme. It carries no certificate chain yet, so `notation`
//! cannot verify it. The object that `StartSigningJob` writes is, for every platform, the source
//! followed by a detached signature as JSON; the platforms' own formats are not made yet.

use crate::store::{Job, job_arn};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use p384::ecdsa::{Signature, SigningKey, signature::Signer as _};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use serde_json::{Value, json};

/// The signing key of a server.
pub struct Signer {
    key: SigningKey,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Signer")
    }
}

impl Signer {
    /// A key at random, the same for the same seed.
    pub fn new(seed: Option<u64>) -> Self {
        let mut random = seed.map_or_else(StdRng::from_os_rng, StdRng::seed_from_u64);
        loop {
            let secret: [u8; 48] = std::array::from_fn(|_| random.random());
            // Nearly every value is a key; the few beyond the curve's order are drawn again.
            if let Ok(key) = SigningKey::from_slice(&secret) {
                return Self { key };
            }
        }
    }

    /// The public key as an uncompressed point.
    pub fn public_key(&self) -> Vec<u8> {
        self.key.verifying_key().to_encoded_point(false).as_bytes().to_vec()
    }

    /// The envelope over a payload that a job has signed.
    pub fn envelope(&self, job: &Job, region: &str, payload: &[u8]) -> Vec<u8> {
        let protected = json!({
            "alg": "ES384",
            "cty": crate::store::PAYLOAD_FORMAT,
            "crit": [
                "io.cncf.notary.signingScheme",
                "io.cncf.notary.authenticSigningTime",
                "io.cncf.notary.expiry",
                "io.cncf.notary.verificationPlugin",
                "com.amazonaws.signer.signingProfileVersion",
                "com.amazonaws.signer.signingJob",
            ],
            "io.cncf.notary.signingScheme": "notary.x509.signingAuthority",
            "io.cncf.notary.authenticSigningTime": rfc3339(job.created_at),
            "io.cncf.notary.expiry": rfc3339(job.signature_expires_at),
            "io.cncf.notary.verificationPlugin": "com.amazonaws.signer.notation.plugin",
            "com.amazonaws.signer.signingProfileVersion": job.profile_version_arn,
            "com.amazonaws.signer.signingJob": job_arn(region, &job.owner, &job.id),
        });
        self.jws(&protected, payload).to_string().into_bytes()
    }

    /// The object that a job writes: the source and a signature of it.
    pub fn signed_object(&self, job: &Job, region: &str, source: &[u8]) -> Vec<u8> {
        let signature: Signature = self.key.sign(source);
        let document = json!({
            "algorithm": "ES384",
            "signature": STANDARD.encode(signature.to_bytes()),
            "publicKey": STANDARD.encode(self.public_key()),
            "signingJob": job_arn(region, &job.owner, &job.id),
            "signingProfileVersion": job.profile_version_arn,
            "signedAt": rfc3339(job.created_at),
            "expiresAt": rfc3339(job.signature_expires_at),
        });
        let mut object = source.to_vec();
        object.extend_from_slice(b"\n");
        object.extend_from_slice(document.to_string().as_bytes());
        object
    }

    fn jws(&self, protected: &Value, payload: &[u8]) -> Value {
        let protected = URL_SAFE_NO_PAD.encode(protected.to_string());
        let payload = URL_SAFE_NO_PAD.encode(payload);
        let signature: Signature = self.key.sign(format!("{protected}.{payload}").as_bytes());
        json!({
            "payload": payload,
            "protected": protected,
            "header": {"x5c": []},
            "signature": URL_SAFE_NO_PAD.encode(signature.to_bytes()),
        })
    }
}

fn rfc3339(time: Timestamp) -> String {
    time.to_string()
}
