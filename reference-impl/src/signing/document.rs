//! What the jobs of `IoT` and `FreeRTOS` write: a JSON document with a signature over the raw bytes of the
//! object.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::signature::hazmat::PrehashSigner as _;
use p256::ecdsa::{DerSignature, SigningKey};
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use serde::Serialize;
use sha1::Sha1;
use sha2::{Digest as _, Sha256};
use signer_schemas::Platform;

use crate::signing::certificates::DeviceKey;
use crate::signing::signer::Signer;
use crate::signing::unsigned::Unsigned;
use crate::store::job::Job;
use crate::store::validity::Overrides;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    raw_payload_size: usize,
    signature: String,
    signature_algorithm: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payload_location: Option<PayloadLocation<'a>>,
}

#[derive(Serialize)]
struct PayloadLocation<'a> {
    s3: Place<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Place<'a> {
    bucket_name: &'a str,
    key: &'a str,
    version: &'a str,
}

#[derive(Clone, Copy)]
pub(crate) enum Hash {
    Sha1,
    Sha256,
}

#[derive(Clone, Copy)]
pub(crate) enum Encryption {
    Rsa,
    Ecdsa,
}

/// What a document will hold, and how it is signed.
pub(crate) struct DocumentPlan<'a> {
    signer: &'a Signer,
    job: &'a Job,
    source: &'a [u8],
    pub(crate) algorithms: (Hash, Encryption),
    /// What the signature is over.
    pub(crate) signed: Cow<'a, [u8]>,
    pub(crate) size: usize,
    /// Whether the payload is named rather than embedded.
    pub(crate) is_detached: bool,
}

impl<'a> DocumentPlan<'a> {
    pub(super) fn of(signer: &'a Signer, job: &'a Job, source: &'a [u8]) -> Self {
        let algorithms = algorithms(job.platform, job.overrides.as_ref());
        let is_detached = is_detached(job);
        Self {
            signer,
            job,
            source,
            algorithms,
            signed: Cow::Borrowed(source),
            size: source.len(),
            is_detached,
        }
    }

    pub(super) fn sign(&self) -> Result<Vec<u8>, Unsigned> {
        let (hash, encryption) = self.algorithms;
        let signature = signature(self.signer, self.job, self.algorithms, &self.signed)?;
        let location = self.job.source.as_ref().filter(|_| self.is_detached).map(|source| PayloadLocation {
            s3: Place { bucket_name: &source.bucket, key: &source.key, version: &source.version },
        });
        let document = Document {
            raw_payload_size: self.size,
            signature: STANDARD.encode(signature),
            signature_algorithm: name(hash, encryption).to_owned(),
            payload: (!self.is_detached).then(|| STANDARD.encode(self.source)),
            payload_location: location,
        };
        serde_json::to_vec(&document).map_err(|error| Unsigned(format!("Signing failed: {error}")))
    }
}

/// What the overrides choose, or else what the platform names first.
pub(crate) fn algorithms(platform: &Platform, overrides: Option<&Overrides>) -> (Hash, Encryption) {
    let chosen = overrides.and_then(|overrides| overrides.signing_configuration.as_ref());
    let hash = chosen.and_then(|chosen| chosen.hash_algorithm.as_ref()).or_else(|| platform.hash.first());
    let encryption = chosen
        .and_then(|chosen| chosen.encryption_algorithm.as_ref())
        .or_else(|| platform.encryption.first());
    let hash = if hash.is_some_and(|hash| hash == "SHA1") { Hash::Sha1 } else { Hash::Sha256 };
    let encryption = if encryption.is_some_and(|encryption| encryption == "RSA") {
        Encryption::Rsa
    } else {
        Encryption::Ecdsa
    };
    (hash, encryption)
}

/// The format `JSON` is the older name of the embedded one.
fn is_detached(job: &Job) -> bool {
    let chosen = job.overrides.as_ref().and_then(|overrides| overrides.signing_image_format.as_ref());
    chosen.or_else(|| job.platform.formats.first()).is_some_and(|format| format == "JSONDetached")
}

const fn name(hash: Hash, encryption: Encryption) -> &'static str {
    match (hash, encryption) {
        (Hash::Sha1, Encryption::Rsa) => "SHA1withRSA",
        (Hash::Sha1, Encryption::Ecdsa) => "SHA1withECDSA",
        (Hash::Sha256, Encryption::Rsa) => "SHA256withRSA",
        (Hash::Sha256, Encryption::Ecdsa) => "SHA256withECDSA",
    }
}

fn signature(
    signer: &Signer,
    job: &Job,
    (hash, encryption): (Hash, Encryption),
    content: &[u8],
) -> Result<Vec<u8>, Unsigned> {
    let failed = |error: &dyn std::fmt::Display| Unsigned(format!("Signing failed: {error}"));
    let (digest, padding) = match hash {
        Hash::Sha1 => (Sha1::digest(content).to_vec(), Pkcs1v15Sign::new::<Sha1>()),
        Hash::Sha256 => (Sha256::digest(content).to_vec(), Pkcs1v15Sign::new::<Sha256>()),
    };
    let arn = job.certificate_arn.as_deref().unwrap_or_default();
    let ecdsa = |key: &SigningKey| {
        let signature: Result<DerSignature, _> = key.sign_prehash(&digest);
        signature.map(|signature| signature.as_bytes().to_vec()).map_err(|error| failed(&error))
    };
    let rsa = |key: &RsaPrivateKey| key.sign(padding, &digest).map_err(|error| failed(&error));
    match (encryption, signer.certificates.key(arn)?.as_deref()) {
        (Encryption::Rsa, Some(DeviceKey::Rsa(key))) => rsa(key),
        (Encryption::Rsa, None) => rsa(&*signer.device_keys.rsa()?),
        (Encryption::Ecdsa, Some(DeviceKey::Ecdsa(key))) => ecdsa(key),
        (Encryption::Ecdsa, None) => ecdsa(&signer.device_keys.ecdsa(arn)?),
        (Encryption::Rsa, Some(DeviceKey::Ecdsa(_))) => {
            Err(Unsigned(format!("{arn} has a P-256 key, and the profile signs with RSA")))
        }
        // In the words of the real service.
        (Encryption::Ecdsa, Some(DeviceKey::Rsa(_))) => {
            Err(Unsigned("can't identify EC private key.".to_owned()))
        }
    }
}
