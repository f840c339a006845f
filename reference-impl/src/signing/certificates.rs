//! Certificates of the customer, with their keys: what stands in for ACM. The certificate with the ARN
//! `arn:aws:acm:us-east-1:111122223333:certificate/ID` lies in the folder `us-east-1/111122223333/ID`: its
//! key in `key.pem` (P-256 or RSA, not encrypted), itself and what is above it in `chain.pem`. Both are read
//! again after they were changed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;
use std::{fs, io};

use p256::SecretKey;
use p256::ecdsa::SigningKey;
use rsa::RsaPrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey as _;
use rsa::pkcs8::DecodePrivateKey as _;
use x509_cert::Certificate;
use x509_cert::spki::SubjectPublicKeyInfoOwned;

use crate::given;
use crate::signing::unsigned::Unsigned;

/// The folder of the certificates, and what was read of it.
pub(super) struct Certificates {
    folder: Option<PathBuf>,
    read: Mutex<BTreeMap<PathBuf, (Changed, Arc<DeviceKey>)>>,
}

/// When the key and the chain were changed.
type Changed = [SystemTime; 2];

/// A key that signs for devices.
pub(super) enum DeviceKey {
    Ecdsa(SigningKey),
    Rsa(Box<RsaPrivateKey>),
}

impl Certificates {
    pub(super) const fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, read: Mutex::new(BTreeMap::new()) }
    }

    /// The key of the certificate; nothing when there is no such certificate.
    pub(super) fn key(&self, arn: &str) -> Result<Option<Arc<DeviceKey>>, Unsigned> {
        let Some(folder) = self.folder.as_deref().zip(place(arn)).map(|(folder, place)| folder.join(place))
        else {
            return Ok(None);
        };
        let [key, chain] = ["key.pem", "chain.pem"].map(|name| folder.join(name));
        if !folder.is_dir() {
            return Ok(None);
        }
        let changed = |file: &Path| {
            fs::metadata(file).and_then(|file| file.modified()).map_err(|error| unreadable(file, &error))
        };
        let changed = [changed(&key)?, changed(&chain)?];
        // An entry is replaced as a whole, so one that a panic left behind is whole, too.
        if let Some((then, known)) = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&folder)
            && *then == changed
        {
            return Ok(Some(Arc::clone(known)));
        }
        let found = Arc::new(read(&key, &chain)?);
        self.read
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(folder, (changed, Arc::clone(&found)));
        Ok(Some(found))
    }
}

/// The folder of the certificate with this ARN; nothing for what is no such ARN.
fn place(arn: &str) -> Option<PathBuf> {
    let parts: Vec<&str> = arn.split(':').collect();
    let ["arn", _, "acm", region, account, resource] = parts.as_slice() else { return None };
    let id = resource.strip_prefix("certificate/")?;
    // Nothing that leads out of the folder.
    let is_plain = |part: &str| {
        !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    [*region, *account, id]
        .iter()
        .all(|part| is_plain(part))
        .then(|| [*region, *account, id].iter().collect())
}

fn read(key: &Path, chain: &Path) -> Result<DeviceKey, Unsigned> {
    let text = given::text(key, given::PEM_BYTES).map_err(|error| unreadable(key, &error))?;
    let found = parse(&text).ok_or_else(|| {
        let which =
            "it is neither a P-256 nor an RSA key in PEM (PKCS #8, SEC 1 or PKCS #1) without a password";
        Unsigned(format!("{}: {which}", key.display()))
    })?;
    let text = given::text(chain, given::PEM_BYTES).map_err(|error| unreadable(chain, &error))?;
    let certificates = Certificate::load_pem_chain(text.as_bytes());
    let certificates = certificates.map_err(|error| Unsigned(format!("{}: {error}", chain.display())))?;
    let leaf = certificates
        .first()
        .ok_or_else(|| Unsigned(format!("{}: it holds no certificate", chain.display())))?;
    if leaf.tbs_certificate.subject_public_key_info != found.public()? {
        return Err(Unsigned(format!(
            "{} is not the key of the first certificate in {}",
            key.display(),
            chain.display()
        )));
    }
    Ok(found)
}

fn parse(text: &str) -> Option<DeviceKey> {
    // `openssl` puts the curve's name into a block of its own.
    let text = text.get(text.find("-----BEGIN EC PRIVATE KEY").unwrap_or_default()..).unwrap_or(text);
    let ecdsa = SecretKey::from_pkcs8_pem(text).ok().or_else(|| SecretKey::from_sec1_pem(text).ok());
    if let Some(key) = ecdsa {
        return Some(DeviceKey::Ecdsa(key.into()));
    }
    let rsa = RsaPrivateKey::from_pkcs8_pem(text).ok().or_else(|| RsaPrivateKey::from_pkcs1_pem(text).ok());
    rsa.map(|key| DeviceKey::Rsa(Box::new(key)))
}

impl DeviceKey {
    fn public(&self) -> Result<SubjectPublicKeyInfoOwned, Unsigned> {
        let public = match self {
            Self::Ecdsa(key) => {
                SubjectPublicKeyInfoOwned::from_key(p256::PublicKey::from(key.verifying_key()))
            }
            Self::Rsa(key) => SubjectPublicKeyInfoOwned::from_key(key.to_public_key()),
        };
        public.map_err(|error| Unsigned(format!("Signing failed: {error}")))
    }
}

fn unreadable(file: &Path, error: &io::Error) -> Unsigned {
    Unsigned(format!("{}: {error}", file.display()))
}
