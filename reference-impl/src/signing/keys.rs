//! Keys. All come from one secret, so that a seed repeats them.

use super::Unsigned;
use p256::ecdsa::SigningKey as P256Key;
use p384::ecdsa::SigningKey as P384Key;
use rand::{RngCore as _, SeedableRng as _, rngs::StdRng};
use rsa::RsaPrivateKey;
use sha2::{Digest as _, Sha256, Sha384};
use std::sync::{Once, OnceLock};

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

/// The RSA key of all servers in this process, since one takes seconds to find. It is not repeated by a seed.
static RSA: OnceLock<RsaPrivateKey> = OnceLock::new();

impl DeviceKeys {
    pub(super) const fn new(secret: Secret) -> Self {
        Self { secret }
    }

    /// The key of a certificate; each certificate has one of its own.
    pub(super) fn ecdsa(&self, certificate_arn: &str) -> Result<P256Key, Unsigned> {
        self.secret.p256(certificate_arn)
    }
}

/// The RSA key, which all certificates share, once it is there. Whoever asks first has it made, meanwhile.
pub(super) fn rsa() -> Option<&'static RsaPrivateKey> {
    static MAKING: Once = Once::new();
    MAKING.call_once(|| {
        std::thread::spawn(|| {
            // Without a key no job ends; to find none has a probability of nothing.
            if let Ok(key) = RsaPrivateKey::new(&mut Random(StdRng::from_os_rng()), 2048) {
                RSA.get_or_init(|| key);
            }
        });
    });
    RSA.get()
}

/// The generator as the `rsa` crate's generation of traits has it.
struct Random(StdRng);

impl rsa::rand_core::RngCore for Random {
    fn next_u32(&mut self) -> u32 {
        self.0.next_u32()
    }

    fn next_u64(&mut self) -> u64 {
        self.0.next_u64()
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rsa::rand_core::Error> {
        self.0.fill_bytes(bytes);
        Ok(())
    }
}

impl rsa::rand_core::CryptoRng for Random {}
