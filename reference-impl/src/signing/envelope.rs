//! The envelope of `SignPayload`: a flattened JWS (ES384) with the protected attributes of the Notary
//! project's signing-authority scheme, and no others, since `notation` refuses any that it does not know.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p384::ecdsa::signature::Signer as _;
use p384::ecdsa::{Signature, SigningKey};
use serde_json::{Map, Value, json};

use crate::signing::signer::Signer;
use crate::signing::unsigned::Unsigned;
use crate::store::job::{Job, whole_seconds};
use crate::store::jobs::PAYLOAD_FORMAT;

/// What an envelope will hold, and what signs it.
pub(crate) struct EnvelopePlan {
    /// The attributes that are signed.
    pub(crate) protected: Map<String, Value>,
    pub(crate) payload: Vec<u8>,
    /// The certificates as DER, the leaf first.
    pub(crate) chain: Vec<Vec<u8>>,
    /// The key of the leaf.
    pub(crate) key: SigningKey,
}

impl EnvelopePlan {
    pub(super) fn of(signer: &Signer, job: &Job, payload: &[u8]) -> Result<Self, Unsigned> {
        let chain = signer.authority.chain(job.region(), job.created_at)?;
        let attributes = [
            ("alg", json!("ES384")),
            ("cty", json!(PAYLOAD_FORMAT)),
            (
                "crit",
                json!([
                    "io.cncf.notary.signingScheme",
                    "io.cncf.notary.authenticSigningTime",
                    "io.cncf.notary.expiry",
                    "io.cncf.notary.verificationPlugin",
                    "com.amazonaws.signer.signingProfileVersion",
                    "com.amazonaws.signer.signingJob",
                ]),
            ),
            ("io.cncf.notary.signingScheme", json!("notary.x509.signingAuthority")),
            ("io.cncf.notary.authenticSigningTime", json!(whole_seconds(job.created_at).to_string())),
            ("io.cncf.notary.expiry", json!(whole_seconds(job.signature_expires_at).to_string())),
            ("io.cncf.notary.verificationPlugin", json!("com.amazonaws.signer.notation.plugin")),
            ("com.amazonaws.signer.signingProfileVersion", json!(job.profile_version_arn)),
            ("com.amazonaws.signer.signingJob", json!(job.arn())),
        ];
        let protected = attributes.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        Ok(Self {
            protected,
            payload: payload.to_vec(),
            chain: chain.encoded.to_vec(),
            key: chain.key.clone(),
        })
    }

    pub(super) fn seal(self) -> Vec<u8> {
        let protected = URL_SAFE_NO_PAD.encode(Value::Object(self.protected).to_string());
        let payload = URL_SAFE_NO_PAD.encode(&self.payload);
        let chain: Vec<String> = self.chain.iter().map(|certificate| STANDARD.encode(certificate)).collect();
        let signature: Signature = self.key.sign(format!("{protected}.{payload}").as_bytes());
        let envelope = json!({
            "payload": payload,
            "protected": protected,
            "header": {"x5c": chain},
            "signature": URL_SAFE_NO_PAD.encode(signature.to_bytes()),
        });
        envelope.to_string().into_bytes()
    }
}
