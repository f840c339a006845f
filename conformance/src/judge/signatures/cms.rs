//! The signature in a signed archive: CMS `SignedData` without its content (RFC 5652).

use std::collections::BTreeMap;

use jiff::Timestamp;
use ring::digest::{SHA384, digest};
use x509_parser::asn1_rs::{BitString, Oid};
use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::{FromDer as _, Pem};
use x509_parser::verify::verify_signature;
use x509_parser::x509::AlgorithmIdentifier;

use crate::judge::signatures::der::Node;
use crate::judge::signatures::{Wrong, certificates, wrong};

/// The attribute with the job's ARN.
pub(crate) const JOB: &str = "1.3.187.137.1.2";
/// The attribute with the time at which the signature expires.
pub(crate) const EXPIRY: &str = "1.3.187.137.1.3";
/// The attribute with the ARN of the profile's version.
pub(crate) const PROFILE_VERSION: &str = "1.3.187.137.1.4";
const MESSAGE_DIGEST: &str = "1.2.840.113549.1.9.4";
const SIGNING_TIME: &str = "1.2.840.113549.1.9.5";
const SET: u8 = 0x31;
const CONTEXT_0: u8 = 0xa0;

/// A signature that is valid, and what it says.
pub(crate) struct Signed {
    attributes: BTreeMap<String, Vec<u8>>,
}

impl Signed {
    /// The attribute as text; empty if it is not there.
    pub(crate) fn text(&self, attribute: &str) -> String {
        self.attributes
            .get(attribute)
            .map(|value| String::from_utf8_lossy(value).into_owned())
            .unwrap_or_default()
    }

    /// The attribute as a time.
    pub(crate) fn time(&self, attribute: &str) -> Option<Timestamp> {
        let text = self.text(attribute);
        // Whole seconds are enough for all that is compared.
        let whole = text.trim_end_matches('Z').split('.').next().unwrap_or_default();
        let whole = if whole.len() == 12 { format!("20{whole}") } else { whole.to_owned() };
        let time = jiff::civil::DateTime::strptime("%Y%m%d%H%M%S", whole).ok()?;
        Some(time.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp())
    }

    /// The signature is over this content.
    pub(crate) fn covers(&self, content: &[u8]) -> bool {
        self.attributes.get(MESSAGE_DIGEST).is_some_and(|told| told == digest(&SHA384, content).as_ref())
    }
}

/// Reads a signature; it is valid, and so is its chain at the time of signing.
pub(crate) fn verified(pem: &[u8]) -> Result<Signed, Wrong> {
    let (pem, _) = Pem::read(std::io::Cursor::new(pem)).map_err(|error| wrong("no PEM")(&error))?;
    let (content_info, _) = Node::read(&pem.contents)?;
    let [_, content] = members(&content_info)?;
    let [signed_data] = members(&content)?;
    let parts = signed_data.children()?;
    let certificates =
        parts.iter().find(|part| part.tag == CONTEXT_0).ok_or("no certificates")?.children()?;
    let certificates =
        certificates.iter().map(|node| certificates::read(node.raw)).collect::<Result<Vec<_>, _>>()?;
    let signers = parts.last().filter(|part| part.tag == SET).ok_or("no signers")?;
    let [only] = members(signers)?;
    let [_, sid, _, attributes, algorithm, signature] = members(&only)?;
    let leaf = leaf(&sid, &certificates)?;
    let (_, algorithm) =
        AlgorithmIdentifier::from_der(algorithm.raw).map_err(|error| wrong("algorithm")(&error))?;
    let signature = BitString::new(0, signature.content);
    verify_signature(leaf.public_key(), &algorithm, &signature, &attributes.under(SET))
        .map_err(|error| format!("the key of {} has not signed this: {error}", leaf.subject()))?;
    let signed = Signed { attributes: read(&attributes)? };
    let path = certificates::path(leaf, &certificates);
    certificates::linked(&path)?;
    certificates::valid_at(&path, signed.time(SIGNING_TIME).ok_or("no signing time")?)?;
    Ok(signed)
}

/// The certificate whose issuer and number are named.
fn leaf<'a, 'b>(
    sid: &Node<'_>,
    certificates: &'b [X509Certificate<'a>],
) -> Result<&'b X509Certificate<'a>, Wrong> {
    let [issuer, number] = members(sid)?;
    let named = |certificate: &&X509Certificate<'_>| {
        certificate.issuer().as_raw() == issuer.raw && certificate.raw_serial() == number.content
    };
    certificates.iter().find(named).ok_or_else(|| "the signer's certificate is not there".to_owned())
}

/// Attributes by their identifiers, with their first values.
fn read(attributes: &Node<'_>) -> Result<BTreeMap<String, Vec<u8>>, Wrong> {
    let mut read = BTreeMap::new();
    for attribute in attributes.children()? {
        let [name, values] = members(&attribute)?;
        let (_, name) = Oid::from_der(name.raw).map_err(|error| wrong("attribute")(&error))?;
        let value = values.children()?.first().map(|value| value.content.to_vec()).unwrap_or_default();
        read.insert(name.to_id_string(), value);
    }
    Ok(read)
}

/// The members of a node, which has so many.
fn members<'a, const N: usize>(node: &Node<'a>) -> Result<[Node<'a>; N], Wrong> {
    let children = node.children()?;
    let count = children.len();
    children.try_into().map_err(|_| format!("{count} members instead of {N}"))
}
