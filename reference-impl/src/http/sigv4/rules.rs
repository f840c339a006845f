//! What differs between the services whose requests are signed.

use crate::error::{ErrorName, Refusal};

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// A service's rules for signatures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rules {
    /// The name in the scope of the credential.
    pub(crate) service: &'static str,
    /// Whether the canonical path is the path as it stands on the wire; else it is encoded once more.
    pub(crate) path_as_sent: bool,
    /// Whether double slashes and dot segments are taken out of it.
    pub(crate) is_normalised: bool,
    /// Whether the body may be left out of the signature, and a URL must tell how long it is valid.
    pub(crate) is_s3: bool,
}

/// The rules of the Signer.
pub(crate) const SIGNER: Rules =
    Rules { service: "signer", path_as_sent: false, is_normalised: true, is_s3: false };

/// The rules of S3.
pub(crate) const S3: Rules = Rules { service: "s3", path_as_sent: true, is_normalised: false, is_s3: true };

/// The rules of STS.
pub(crate) const STS: Rules =
    Rules { service: "sts", path_as_sent: false, is_normalised: true, is_s3: false };

pub(crate) fn incomplete(message: &str) -> Refusal {
    Refusal::new(ErrorName::IncompleteSignature, message)
}
