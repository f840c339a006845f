//! Keys. All come from one secret, so that a seed repeats them.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use p256::ecdsa::SigningKey as P256Key;
use p384::ecdsa::SigningKey as P384Key;
use rand::rngs::StdRng;
use rand::{RngCore as _, SeedableRng as _};
use rsa::pkcs8::{DecodePrivateKey as _, EncodePrivateKey as _, LineEnding};
use rsa::{BigUint, RsaPrivateKey};
use sha2::{Digest as _, Sha256, Sha384};
use signer_folder::{DataFolder, FolderError, RSA};

use crate::signing::unsigned::Unsigned;

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
        base16ct::lower::encode_string(&self.0) + "\n"
    }

    /// As it was kept; nothing when the text is something else.
    pub(super) fn from_hex(text: &str) -> Option<Self> {
        let mut secret = [0; 32];
        let is_whole = base16ct::mixed::decode(text, &mut secret).ok()?.len() == size_of::<Self>();
        is_whole.then_some(Self(secret))
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

    /// What binds databases to the folder of this secret, and does not tell it.
    pub(super) fn bond(&self) -> u64 {
        let digest = Sha256::digest(self.named("data folder", 0));
        digest.iter().take(8).fold(0, |bond, byte| bond << 8 | u64::from(*byte))
    }

    /// What marks a text as one of the folder of this secret.
    fn mark(&self, text: &str) -> String {
        let digest = Sha256::digest([self.named("file", 0).as_slice(), text.as_bytes()].concat());
        STANDARD.encode(digest)
    }

    fn named(&self, name: &str, attempt: u8) -> Vec<u8> {
        [&self.0, name.as_bytes(), &[attempt]].concat()
    }
}

fn no_key() -> Unsigned {
    Unsigned("Signing failed: no key could be made".to_owned())
}

/// The keys that sign for devices where the customer's certificate is not there.
pub(super) struct DeviceKeys {
    secret: Secret,
    source: RsaSource,
    rsa: Mutex<Option<Arc<RsaPrivateKey>>>,
}

/// Where the RSA key comes from, which all certificates share. To find one takes up to a second, so it is
/// sought when it is first needed.
pub(super) enum RsaSource {
    /// Known to everybody: a server that is to be repeated.
    Known,
    /// Sought once in a process.
    Process,
    /// Sought once for a data folder.
    Folder(Arc<DataFolder>),
}

impl DeviceKeys {
    pub(super) const fn new(secret: Secret, source: RsaSource) -> Self {
        Self { secret, source, rsa: Mutex::new(None) }
    }

    /// The key of a certificate; each certificate has one of its own.
    pub(super) fn ecdsa(&self, certificate_arn: &str) -> Result<P256Key, Unsigned> {
        self.secret.p256(certificate_arn)
    }

    /// The RSA key. Callers wait while it is being generated.
    pub(super) fn rsa(&self) -> Result<Arc<RsaPrivateKey>, Unsigned> {
        let mut kept = self.rsa.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(key) = kept.as_ref() {
            return Ok(Arc::clone(key));
        }
        let key = match &self.source {
            RsaSource::Known => Arc::new(known().ok_or_else(no_key)?),
            RsaSource::Process => of_process()?,
            RsaSource::Folder(folder) => Arc::new(of_folder(folder, &self.secret)?),
        };
        *kept = Some(Arc::clone(&key));
        Ok(key)
    }
}

fn of_process() -> Result<Arc<RsaPrivateKey>, Unsigned> {
    static KEY: Mutex<Option<Arc<RsaPrivateKey>>> = Mutex::new(None);
    let mut kept = KEY.lock().unwrap_or_else(PoisonError::into_inner);
    let key = match kept.take() {
        Some(key) => key,
        None => Arc::new(sought()?),
    };
    *kept = Some(Arc::clone(&key));
    Ok(key)
}

fn of_folder(folder: &DataFolder, secret: &Secret) -> Result<RsaPrivateKey, Unsigned> {
    let pem = |key: RsaPrivateKey| key.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string());
    let make = || {
        let pem = sought().and_then(|key| pem(key).map_err(|error| failed(&error)))?;
        Ok::<_, Unsigned>(format!("{}\n{pem}", secret.mark(&pem)))
    };
    let (text, file) = folder.kept(RSA, make)?;
    Ok(parsed(&text, secret, &file)?)
}

/// Whether the RSA key of the folder, if it has one, is as it was written.
pub(super) fn check(folder: &DataFolder, secret: &Secret) -> Result<(), FolderError> {
    match folder.text(RSA)? {
        Some((text, file)) => parsed(&text, secret, &file).map(drop),
        None => Ok(()),
    }
}

/// Before the key stands what marks it as this folder's; older ones have no mark.
fn parsed(text: &str, secret: &Secret, file: &Path) -> Result<RsaPrivateKey, FolderError> {
    let begin = text.find("-----BEGIN").unwrap_or_default();
    let (mark, pem) = text.split_at(begin);
    let key = RsaPrivateKey::from_pkcs8_pem(pem).map_err(|error| FolderError::damaged(file, error))?;
    key.validate().map_err(|error| FolderError::damaged(file, error))?;
    if !mark.is_empty() && mark.trim_end() != secret.mark(pem) {
        return Err(FolderError::Foreign { file: file.to_owned() });
    }
    Ok(key)
}

fn sought() -> Result<RsaPrivateKey, Unsigned> {
    const BITS: usize = 2048;
    RsaPrivateKey::new(&mut Randomness(StdRng::from_os_rng()), BITS).map_err(|error| failed(&error))
}

fn failed(error: &dyn std::fmt::Display) -> Unsigned {
    Unsigned(format!("Signing failed: {error}"))
}

/// The same numbers in the form in which `rsa` takes them.
struct Randomness(StdRng);

impl rsa::rand_core::CryptoRng for Randomness {}

impl rsa::rand_core::RngCore for Randomness {
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

/// The primes of a published key, in hexadecimal. No trusted certificate is of this key.
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

fn known() -> Option<RsaPrivateKey> {
    let [p, q] = PRIMES.map(|prime| BigUint::parse_bytes(prime.as_bytes(), 16));
    RsaPrivateKey::from_p_q(p?, q?, BigUint::from(65_537_u32)).ok()
}
