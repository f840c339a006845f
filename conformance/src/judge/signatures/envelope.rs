//! The envelope of `SignPayload`: a flattened JWS whose certificates come with it.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use ring::signature::{ECDSA_P384_SHA384_FIXED, UnparsedPublicKey};
use serde_json::Value;

use crate::judge::signatures::{Wrong, certificates, wrong};

/// An envelope, taken apart.
pub(crate) struct Envelope {
    /// The certificates as DER, as they come.
    pub(crate) chain: Vec<Vec<u8>>,
    /// The protected header.
    pub(crate) protected: Value,
    signed: String,
    signature: Vec<u8>,
}

impl Envelope {
    pub(crate) fn read(json: &Value) -> Result<Self, Wrong> {
        let part = |name: &str| json[name].as_str().ok_or_else(|| format!("the envelope has no {name}"));
        let decoded = |name: &str| URL_SAFE_NO_PAD.decode(part(name)?).map_err(|error| wrong(name)(&error));
        let protected =
            serde_json::from_slice(&decoded("protected")?).map_err(|error| wrong("protected")(&error))?;
        let encoded = json["header"]["x5c"].as_array().ok_or("the envelope has no header.x5c")?.iter();
        let chain = encoded.map(|text| STANDARD.decode(text.as_str().unwrap_or_default()));
        Ok(Self {
            chain: chain.collect::<Result<_, _>>().map_err(|error| wrong("x5c")(&error))?,
            protected,
            signed: format!("{}.{}", part("protected")?, part("payload")?),
            signature: decoded("signature")?,
        })
    }

    /// The chain reaches from a leaf to a root that signs itself.
    pub(crate) fn has_chain(&self) -> Result<(), Wrong> {
        let chain = self.chain.iter().map(|der| certificates::read(der)).collect::<Result<Vec<_>, _>>()?;
        certificates::linked(&chain)
    }

    /// The first certificate's key has signed, at a time at which all of them were valid.
    pub(crate) fn verifies(&self) -> Result<(), Wrong> {
        let algorithm = &self.protected["alg"];
        if algorithm != "ES384" {
            return Err(format!("alg is {algorithm}"));
        }
        let chain = self.chain.iter().map(|der| certificates::read(der)).collect::<Result<Vec<_>, _>>()?;
        let leaf = chain.first().ok_or("no certificate")?;
        let key =
            UnparsedPublicKey::new(&ECDSA_P384_SHA384_FIXED, &leaf.public_key().subject_public_key.data);
        let verified = key.verify(self.signed.as_bytes(), &self.signature);
        verified.map_err(|_| format!("the key of {} has not signed this", leaf.subject()))?;
        let time = &self.protected["io.cncf.notary.authenticSigningTime"];
        let time = time
            .as_str()
            .and_then(|time| time.parse().ok())
            .ok_or_else(|| format!("authenticSigningTime is {time}"))?;
        certificates::valid_at(&chain, time)
    }
}
