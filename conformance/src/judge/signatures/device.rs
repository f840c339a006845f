//! Signatures for devices. Their documents carry no certificate, so the public key is recovered: a signature
//! of ECDSA admits two keys or a few, and a second one by the same key leaves only that.

use ecdsa::RecoveryId;
use p256::ecdsa::{Signature, VerifyingKey};
use ring::digest::{SHA256, digest};
use ring::signature::{ECDSA_P256_SHA256_ASN1, UnparsedPublicKey};

use crate::judge::signatures::Wrong;

/// A message and its signature, ECDSA over P-256 with SHA-256 as DER.
pub(crate) type Signed<'a> = (&'a [u8], &'a [u8]);

/// There is a key that has signed both.
pub(crate) fn one_key(first: Signed<'_>, second: Signed<'_>) -> Result<(), Wrong> {
    let (message, signature) = first;
    let signature = Signature::from_der(signature).map_err(|_| "no DER of an ECDSA signature over P-256")?;
    let hash = digest(&SHA256, message);
    let keys = (0..4).filter_map(RecoveryId::from_byte);
    let mut keys =
        keys.filter_map(|id| VerifyingKey::recover_from_prehash(hash.as_ref(), &signature, id).ok());
    let (message, signature) = second;
    let fits = |key: VerifyingKey| {
        let point = key.to_encoded_point(false);
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point.as_bytes()).verify(message, signature).is_ok()
    };
    if keys.any(fits) { Ok(()) } else { Err("no key has signed both objects".to_owned()) }
}
