//! The signature in a signed archive: CMS `SignedData` without its content, as PEM.

use std::sync::Arc;

use cms::cert::{CertificateChoices, IssuerAndSerialNumber};
use cms::content_info::{CmsVersion, ContentInfo};
use cms::signed_data::{
    CertificateSet, EncapsulatedContentInfo, SignedData, SignerIdentifier, SignerInfo, SignerInfos,
};
use der::asn1::{Null, ObjectIdentifier, OctetString, OctetStringRef, SetOfVec, Utf8StringRef};
use der::pem::{LineEnding, encode_string};
use der::{Any, Encode as _, Sequence, Tag};
use jiff::Timestamp;
use p384::ecdsa::signature::Signer as _;
use p384::ecdsa::{DerSignature, SigningKey};
use sha2::{Digest as _, Sha384};
use x509_cert::attr::{Attribute, Attributes};
use x509_cert::spki::AlgorithmIdentifierOwned;

use crate::signing::authority::{Chain, ECDSA_WITH_SHA384};
use crate::signing::signer::Signer;
use crate::signing::unsigned::Unsigned;
use crate::store::job::Job;

const DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.1");

const SIGNED_DATA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.7.2");

const CONTENT_TYPE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3");

const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");

const SIGNING_TIME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5");

const ALGORITHM_PROTECTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.52");

const SHA384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");

const JOB: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.187.137.1.2");

const EXPIRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.187.137.1.3");

const PROFILE_VERSION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.187.137.1.4");

/// The attribute that keeps others from naming weaker algorithms (RFC 6211).
#[derive(Sequence)]
struct AlgorithmProtection {
    digest: AlgorithmIdentifierOwned,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT")]
    signature: AlgorithmIdentifierOwned,
}

/// What a signature will say besides the digest, and what makes it.
pub(crate) struct MessagePlan {
    chain: Arc<Chain>,
    /// The key of the chain's leaf.
    pub(crate) key: SigningKey,
    pub(crate) job_arn: String,
    profile_version_arn: String,
    signed_at: Timestamp,
    expires_at: Timestamp,
}

impl MessagePlan {
    pub(super) fn of(signer: &Signer, job: &Job) -> Result<Self, Unsigned> {
        let chain = signer.authority.chain(job.region(), job.created_at)?;
        Ok(Self {
            key: chain.key.clone(),
            chain,
            job_arn: job.arn(),
            profile_version_arn: job.profile_version_arn.clone(),
            signed_at: job.created_at,
            expires_at: job.signature_expires_at,
        })
    }

    /// Signs the digest of an archive, which is the content of the message.
    pub(super) fn sign(&self, digest: &[u8]) -> Result<String, Unsigned> {
        let attributes = self.attributes(digest)?;
        let signature: DerSignature = self.key.sign(&attributes.to_der()?);
        let message = message(&self.chain, attributes, signature.as_bytes())?;
        let content = ContentInfo { content_type: SIGNED_DATA, content: Any::encode_from(&message)? };
        let pem = encode_string("PKCS7", LineEnding::LF, &content.to_der()?);
        pem.map_err(|error| Unsigned(format!("Signing failed: {error}")))
    }

    fn attributes(&self, digest: &[u8]) -> der::Result<Attributes> {
        let text = |text: &str| Any::encode_from(&Utf8StringRef::new(text)?);
        let protection = AlgorithmProtection {
            digest: AlgorithmIdentifierOwned { oid: SHA384, parameters: None },
            signature: ECDSA_WITH_SHA384,
        };
        let attribute = |oid, value| SetOfVec::try_from(vec![value]).map(|values| Attribute { oid, values });
        SetOfVec::try_from(vec![
            attribute(CONTENT_TYPE, Any::encode_from(&DATA)?)?,
            attribute(SIGNING_TIME, time(self.signed_at)?)?,
            attribute(MESSAGE_DIGEST, Any::encode_from(&OctetStringRef::new(&Sha384::digest(digest))?)?)?,
            attribute(ALGORITHM_PROTECTION, Any::encode_from(&protection)?)?,
            attribute(JOB, text(&self.job_arn)?)?,
            attribute(EXPIRY, time(self.expires_at)?)?,
            attribute(PROFILE_VERSION, text(&self.profile_version_arn)?)?,
        ])
    }
}

/// A four-digit year, also where two would do, and the milliseconds, as the real service has it. DER writes a
/// fraction without zeros at its end, and none that is zero.
fn time(time: Timestamp) -> der::Result<Any> {
    Any::new(Tag::GeneralizedTime, time.strftime("%Y%m%d%H%M%S%.fZ").to_string().into_bytes())
}

fn message(chain: &Chain, attributes: Attributes, signature: &[u8]) -> der::Result<SignedData> {
    let digest = AlgorithmIdentifierOwned { oid: SHA384, parameters: Some(Any::encode_from(&Null)?) };
    let leaf = &chain.certificates[0].tbs_certificate;
    let sid =
        IssuerAndSerialNumber { issuer: leaf.issuer.clone(), serial_number: leaf.serial_number.clone() };
    let certificates =
        chain.certificates.iter().cloned().map(CertificateChoices::Certificate).collect::<Vec<_>>();
    let signed_by = SignerInfo {
        version: CmsVersion::V1,
        sid: SignerIdentifier::IssuerAndSerialNumber(sid),
        digest_alg: digest.clone(),
        signed_attrs: Some(attributes),
        signature_algorithm: ECDSA_WITH_SHA384,
        signature: OctetString::new(signature)?,
        unsigned_attrs: None,
    };
    Ok(SignedData {
        version: CmsVersion::V1,
        digest_algorithms: SetOfVec::try_from(vec![digest])?,
        encap_content_info: EncapsulatedContentInfo { econtent_type: DATA, econtent: None },
        certificates: Some(CertificateSet(SetOfVec::try_from(certificates)?)),
        crls: None,
        signer_infos: SignerInfos(SetOfVec::try_from(vec![signed_by])?),
    })
}
