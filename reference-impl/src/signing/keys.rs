//! Keys. All come from one secret, so that a seed repeats them.

use super::Unsigned;
use p256::ecdsa::SigningKey as P256Key;
use p384::ecdsa::SigningKey as P384Key;
use rand::{RngCore as _, SeedableRng as _, rngs::StdRng};
use rsa::{BigUint, RsaPrivateKey};
use sha2::{Digest as _, Sha256, Sha384};
use std::sync::OnceLock;

/// What all keys of a server are derived from.
#[derive(Clone)]
pub(super) struct Secret([u8; 32]);

impl Secret {
    pub(super) fn new(seed: Option<u64>) -> Self {
        let mut random = seed.map_or_else(StdRng::from_os_rng, StdRng::seed_from_u64);
        let mut secret = [0; 32];
        random.fill_bytes(&mut secret);
        Self(secret)
    }

    /// As it is kept in a file.
    pub(super) fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).chain(["\n".to_owned()]).collect()
    }

    /// As it was kept; nothing when the text is something else.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        let mut secret = [0; 32];
        if text.len() != 2 * secret.len() || !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return None;
        }
        for (index, byte) in secret.iter_mut().enumerate() {
            *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
        }
        Some(Self(secret))
    }

    /// The P-384 key of that name.
    pub(super) fn p384(&self, name: &str) -> Result<P384Key, Unsigned> {
        // Nearly every value is a key; the few beyond the curve's order are drawn again.
        let mut attempts = (0_u8..=255).map(|attempt| Sha384::digest(self.named(name, attempt)));
        attempts.find_map(|scalar| P384Key::from_slice(&scalar).ok()).ok_or_else(no_key)
    }

    /// The P-256 key of that name.
    fn p256(&self, name: &str) -> Result<P256Key, Unsigned> {
        let mut attempts = (0_u8..=255).map(|attempt| Sha256::digest(self.named(name, attempt)));
        attempts.find_map(|scalar| P256Key::from_slice(&scalar).ok()).ok_or_else(no_key)
    }

    fn named(&self, name: &str, attempt: u8) -> Vec<u8> {
        [&self.0, name.as_bytes(), &[attempt]].concat()
    }
}

fn no_key() -> Unsigned {
    Unsigned("Signing failed: no key could be made".to_owned())
}

/// The keys that sign for devices. They stand in for those of the customer's certificates in ACM.
pub(super) struct DeviceKeys {
    secret: Secret,
}

impl DeviceKeys {
    pub(super) const fn new(secret: Secret) -> Self {
        Self { secret }
    }

    /// The key of a certificate; each certificate has one of its own.
    pub(super) fn ecdsa(&self, certificate_arn: &str) -> Result<P256Key, Unsigned> {
        self.secret.p256(certificate_arn)
    }
}

/// The primes of the RSA key, in hexadecimal. They are the same in every server, and so no secret: to find others takes up to
/// half a minute in a build that is not optimised. No certificate that anybody trusts is of this key.
const PRIMES: [&str; 2] = [
    "d84bd72c210366cffcf4910709921364f4ab29455b64242c220f2a07b808de24\
    5f8bffe235939b029f54d78e57df661a60f8e86229dfe0db7af537f21b79242e\
    d11ed46c8388eaa0ff55fa580a5ce160fc73c32e35ca52e92bed240031d045f7\
    f0ec5a7a660a65fde8be41e84eb686dce31d27f0dfc2f3b80b0347d2c63883c7",
    "c45a1b03015ba80327fa7e5588b23b0738f9066aebdeb74065ba89f4db643565\
    6338643b5208922beafdddf9dc774bba44213df857ac430afeaeb95a6231ff2b\
    9caaee920990da5175c1ab225e42aa7f610ac00558a2894b451d1d49acf98aa3\
    1d03aa0d74d0fd68257ef2e2de2ff16729c7947ffbe18523afaab8bf768fd4d1",
];

/// The RSA key, which all certificates share.
pub(super) fn rsa() -> Result<&'static RsaPrivateKey, Unsigned> {
    static KEY: OnceLock<Option<RsaPrivateKey>> = OnceLock::new();
    let key = KEY.get_or_init(|| {
        let [p, q] = PRIMES.map(|prime| BigUint::parse_bytes(prime.as_bytes(), 16));
        RsaPrivateKey::from_p_q(p?, q?, BigUint::from(65_537_u32)).ok()
    });
    key.as_ref().ok_or_else(no_key)
}
