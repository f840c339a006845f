//! Certificate chains.

use x509_parser::certificate::X509Certificate;
use x509_parser::prelude::FromDer as _;

use crate::judge::signatures::{Wrong, wrong};

/// A certificate, and nothing after it.
pub(crate) fn read(der: &[u8]) -> Result<X509Certificate<'_>, Wrong> {
    let (rest, certificate) =
        X509Certificate::from_der(der).map_err(|error| wrong("no certificate")(&error))?;
    if rest.is_empty() { Ok(certificate) } else { Err(format!("{} bytes after a certificate", rest.len())) }
}

/// Each certificate is signed by the next, all but the first are authorities, and the last alone signs
/// itself.
pub(crate) fn linked(chain: &[X509Certificate<'_>]) -> Result<(), Wrong> {
    let Some((last, others)) = chain.split_last() else {
        return Err("a chain without certificates".to_owned());
    };
    for (index, certificate) in chain.iter().enumerate() {
        let issuer = chain.get(index + 1).unwrap_or(last);
        let (subject, wanted) = (issuer.subject(), certificate.issuer());
        if subject.as_raw() != wanted.as_raw() {
            return Err(format!(
                "certificate {index} is issued by {wanted}, and next in the chain is {subject}"
            ));
        }
        let verified = certificate.verify_signature(Some(issuer.public_key()));
        verified.map_err(|error| format!("certificate {index} is not signed by {subject}: {error}"))?;
        if index > 0 && !certificate.is_ca() {
            return Err(format!("certificate {index} is no authority"));
        }
    }
    match others
        .iter()
        .position(|certificate| certificate.subject().as_raw() == certificate.issuer().as_raw())
    {
        Some(index) => Err(format!("certificate {index} signs itself, and others follow")),
        None => Ok(()),
    }
}

/// All certificates are valid at that time.
pub(crate) fn valid_at(chain: &[X509Certificate<'_>], time: jiff::Timestamp) -> Result<(), Wrong> {
    for (index, certificate) in chain.iter().enumerate() {
        let (from, to) =
            (certificate.validity().not_before.timestamp(), certificate.validity().not_after.timestamp());
        if !(from..=to).contains(&time.as_second()) {
            return Err(format!("certificate {index} is not valid at {time}, but from {from} to {to}"));
        }
    }
    Ok(())
}

/// From a leaf to its root, as far as the certificates at hand go.
pub(crate) fn path<'a>(
    leaf: &X509Certificate<'a>,
    others: &[X509Certificate<'a>],
) -> Vec<X509Certificate<'a>> {
    let mut path = vec![leaf.clone()];
    while let Some(last) = path.last()
        && last.subject().as_raw() != last.issuer().as_raw()
        && path.len() <= others.len()
        && let Some(next) = others.iter().find(|other| other.subject().as_raw() == last.issuer().as_raw())
    {
        path.push(next.clone());
    }
    path
}
