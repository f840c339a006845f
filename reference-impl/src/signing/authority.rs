//! The certificate chain: a root, an intermediate authority, one of the region, and the leaf that signs.
//!
//! The shape is that of the real service's chain: P-384 throughout, lives of 100 years, five years, one year
//! and three days. The names are this program's own.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use der::asn1::{
    BitString, GeneralizedTime, ObjectIdentifier, OctetString, SetOfVec, UtcTime, Utf8StringRef,
};
use der::oid::AssociatedOid;
use der::pem::LineEnding;
use der::{Any, DateTime, DecodePem as _, Encode as _, EncodePem as _};
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};
use p384::PublicKey;
use p384::ecdsa::signature::{Signer as _, Verifier as _};
use p384::ecdsa::{DerSignature, SigningKey};
use sha2::{Digest as _, Sha256};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, KeyUsages, SubjectKeyIdentifier,
};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::{AlgorithmIdentifierOwned, SubjectPublicKeyInfoOwned};
use x509_cert::time::{Time, Validity};
use x509_cert::{Certificate, TbsCertificate, Version};

use crate::signing::keys::Secret;
use crate::signing::unsigned::Unsigned;

/// ecdsa-with-SHA384, which takes no parameters.
pub(super) const ECDSA_WITH_SHA384: AlgorithmIdentifierOwned =
    AlgorithmIdentifierOwned { oid: ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.3"), parameters: None };

const CODE_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.3");

/// Makes the chain, and a new leaf when the old one ends.
pub(crate) struct Authority {
    secret: Secret,
    root: OnceLock<Certificate>,
    /// By Region.
    chains: Mutex<BTreeMap<String, Arc<Chain>>>,
}

/// A chain, and the key of its leaf.
pub(crate) struct Chain {
    /// The leaf first, the root last.
    pub(crate) certificates: [Certificate; 4],
    /// The same as DER.
    pub(crate) encoded: [Vec<u8>; 4],
    /// Signs for the leaf.
    pub(crate) key: SigningKey,
    not_before: Timestamp,
    renew_at: Timestamp,
}

/// The members of a chain.
#[derive(Debug, Clone, Copy)]
enum Level {
    Leaf,
    Regional,
    Intermediate,
    Root,
}

impl Level {
    const fn issuer(self) -> Self {
        match self {
            Self::Leaf => Self::Regional,
            Self::Regional => Self::Intermediate,
            Self::Intermediate | Self::Root => Self::Root,
        }
    }

    fn life(self) -> Span {
        match self {
            Self::Leaf => Span::new().days(3),
            Self::Regional => Span::new().years(1),
            Self::Intermediate => Span::new().years(5),
            Self::Root => Span::new().years(100),
        }
    }

    fn common_name(self, region: &str) -> String {
        match self {
            Self::Leaf => "Local Signer".to_owned(),
            Self::Regional => format!("Local Signer {region} Code Signing CA G1"),
            Self::Intermediate => "Local Signer Code Signing Int CA G1".to_owned(),
            Self::Root => "Local Signer Code Signing Root CA G1".to_owned(),
        }
    }

    /// How many authorities may follow; the root does not say.
    const fn path_length(self) -> Option<u8> {
        match self {
            Self::Leaf | Self::Root => None,
            Self::Regional => Some(0),
            Self::Intermediate => Some(1),
        }
    }
}

impl Authority {
    pub(super) fn new(secret: Secret) -> Self {
        Self { secret, root: OnceLock::new(), chains: Mutex::default() }
    }

    /// The chain for a signature in that Region at that time.
    pub(crate) fn chain(&self, region: &str, at: Timestamp) -> Result<Arc<Chain>, Unsigned> {
        // The chain is replaced as a whole, so one that a panic left behind is whole, too.
        let mut kept = self.chains.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(chain) = kept.get(region).filter(|chain| (chain.not_before..chain.renew_at).contains(&at))
        {
            return Ok(Arc::clone(chain));
        }
        let chain = Arc::new(self.make(region, at)?);
        kept.insert(region.to_owned(), Arc::clone(&chain));
        Ok(chain)
    }

    pub(crate) fn root_pem(&self, now: Timestamp) -> Result<String, Unsigned> {
        Ok(self.root(now)?.to_pem(LineEnding::LF)?)
    }

    /// Takes this root, which the secret has made before.
    pub(super) fn keep_root(&self, pem: &str) -> Result<(), Unsigned> {
        let root =
            Certificate::from_pem(pem).map_err(|error| Unsigned(format!("it is no certificate: {error}")))?;
        if root.tbs_certificate.subject_public_key_info != public_key(&self.key(Level::Root, NO_REGION)?)? {
            return Err(Unsigned("its key is not the one that secret.key makes".to_owned()));
        }
        let signature = root.signature.as_bytes().and_then(|bytes| DerSignature::from_bytes(bytes).ok());
        let key = self.key(Level::Root, NO_REGION)?;
        let signed = root.tbs_certificate.to_der()?;
        if signature.is_none_or(|signature| key.verifying_key().verify(&signed, &signature).is_err()) {
            return Err(Unsigned("its signature is not that of its content".to_owned()));
        }
        let _ = self.root.set(root);
        Ok(())
    }

    /// The key of a member of the Region's chain.
    fn key(&self, level: Level, region: &str) -> Result<SigningKey, Unsigned> {
        self.secret.p384(&level.common_name(region))
    }

    fn root(&self, now: Timestamp) -> Result<&Certificate, Unsigned> {
        if let Some(root) = self.root.get() {
            return Ok(root);
        }
        let key = self.key(Level::Root, NO_REGION)?;
        let root = certificate(Level::Root, NO_REGION, &key, &key, now)?;
        Ok(self.root.get_or_init(|| root))
    }

    fn make(&self, region: &str, now: Timestamp) -> Result<Chain, Unsigned> {
        let [leaf, regional, intermediate, root] =
            [Level::Leaf, Level::Regional, Level::Intermediate, Level::Root]
                .map(|level| self.key(level, region));
        let (leaf, regional, intermediate, root) = (leaf?, regional?, intermediate?, root?);
        let certificates = [
            certificate(Level::Leaf, region, &leaf, &regional, now)?,
            certificate(Level::Regional, region, &regional, &intermediate, now)?,
            certificate(Level::Intermediate, region, &intermediate, &root, now)?,
            self.root(now)?.clone(),
        ];
        let [a, b, c, d] = &certificates;
        let encoded = [a.to_der()?, b.to_der()?, c.to_der()?, d.to_der()?];
        let not_before = now - AN_HOUR;
        // Long enough before its end that no signature outlives the leaf that makes it.
        let renew_at = now + 2 * A_DAY;
        Ok(Chain { certificates, encoded, key: leaf, not_before, renew_at })
    }
}

fn certificate(
    level: Level,
    region: &str,
    own: &SigningKey,
    issuer: &SigningKey,
    now: Timestamp,
) -> Result<Certificate, Unsigned> {
    let public = public_key(own)?;
    let validity = Validity {
        not_before: time(now - AN_HOUR)?,
        not_after: time(now.to_zoned(TimeZone::UTC).saturating_add(level.life()).timestamp())?,
    };
    let tbs = TbsCertificate {
        version: Version::V3,
        serial_number: serial(&public, &validity)?,
        signature: ECDSA_WITH_SHA384,
        issuer: name(level.issuer(), region)?,
        validity,
        subject: name(level, region)?,
        extensions: Some(extensions(level, &public, &public_key(issuer)?)?),
        subject_public_key_info: public,
        issuer_unique_id: None,
        subject_unique_id: None,
    };
    let signature: DerSignature = issuer.sign(&tbs.to_der()?);
    Ok(Certificate {
        tbs_certificate: tbs,
        signature_algorithm: ECDSA_WITH_SHA384,
        signature: BitString::from_bytes(signature.as_bytes())?,
    })
}

fn name(level: Level, region: &str) -> Result<Name, Unsigned> {
    const COUNTRY: &str = "2.5.4.6";
    const STATE: &str = "2.5.4.8";
    const ORGANIZATION: &str = "2.5.4.10";
    const COMMON_NAME: &str = "2.5.4.3";
    let common_name = level.common_name(region);
    // `notation` wants country, state and organization in the names that it is told to trust.
    let parts = [
        (COUNTRY, "US"),
        (STATE, "WA"),
        (ORGANIZATION, "signer-conformance"),
        (COMMON_NAME, common_name.as_str()),
    ];
    let mut names = Vec::new();
    for (oid, value) in parts {
        let value = Any::encode_from(&Utf8StringRef::new(value)?)?;
        let part = AttributeTypeAndValue { oid: ObjectIdentifier::new_unwrap(oid), value };
        names.push(RelativeDistinguishedName(SetOfVec::try_from(vec![part])?));
    }
    Ok(RdnSequence(names))
}

/// Where the name of a member tells no Region.
const NO_REGION: &str = "";

const AN_HOUR: Duration = Duration::from_hours(1);

const A_DAY: Duration = Duration::from_hours(24);

fn public_key(key: &SigningKey) -> Result<SubjectPublicKeyInfoOwned, Unsigned> {
    let public = PublicKey::from(*key.verifying_key());
    SubjectPublicKeyInfoOwned::from_key(public).map_err(|error| Unsigned(format!("Signing failed: {error}")))
}

/// Two-digit years end with 2049.
fn time(time: Timestamp) -> der::Result<Time> {
    let since = Duration::from_secs(u64::try_from(time.as_second()).unwrap_or_default());
    let date = DateTime::from_unix_duration(since)?;
    Ok(match UtcTime::from_date_time(date) {
        Ok(time) => Time::UtcTime(time),
        Err(_) => Time::GeneralTime(GeneralizedTime::from_date_time(date)),
    })
}

/// A number of 128 bits, another one for each certificate.
fn serial(public: &SubjectPublicKeyInfoOwned, validity: &Validity) -> der::Result<SerialNumber> {
    let digest = Sha256::digest([public.to_der()?, validity.to_der()?].concat());
    let mut number: [u8; 16] = std::array::from_fn(|index| digest[index]);
    // Positive, and as long as all others.
    number[0] = (number[0] & 0x3f) | 0x40;
    SerialNumber::new(&number)
}

fn key_id(public: &SubjectPublicKeyInfoOwned) -> der::Result<OctetString> {
    OctetString::new(&Sha256::digest(public.subject_public_key.raw_bytes())[..20])
}

fn extensions(
    level: Level,
    own: &SubjectPublicKeyInfoOwned,
    issuer: &SubjectPublicKeyInfoOwned,
) -> der::Result<Vec<Extension>> {
    let mut extensions = match level {
        Level::Leaf => vec![
            extension(false, &BasicConstraints { ca: false, path_len_constraint: None })?,
            extension(true, &KeyUsage(KeyUsages::DigitalSignature.into()))?,
            extension(true, &ExtendedKeyUsage(vec![CODE_SIGNING]))?,
        ],
        Level::Regional | Level::Intermediate | Level::Root => vec![
            extension(true, &BasicConstraints { ca: true, path_len_constraint: level.path_length() })?,
            extension(
                true,
                &KeyUsage(KeyUsages::DigitalSignature | KeyUsages::KeyCertSign | KeyUsages::CRLSign),
            )?,
        ],
    };
    extensions.push(extension(false, &SubjectKeyIdentifier(key_id(own)?))?);
    let authority = AuthorityKeyIdentifier { key_identifier: Some(key_id(issuer)?), ..Default::default() };
    extensions.push(extension(false, &authority)?);
    Ok(extensions)
}

fn extension<T: AssociatedOid + der::Encode>(critical: bool, value: &T) -> der::Result<Extension> {
    Ok(Extension { extn_id: T::OID, critical, extn_value: OctetString::new(value.to_der()?)? })
}
