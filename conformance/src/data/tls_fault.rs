//! Why no connection by TLS was made.

use rustls::{CertificateError, Error};
use serde::{Deserialize, Serialize};

/// Why no connection by TLS was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TlsFault {
    /// The certificate has no trusted issuer.
    UnknownIssuer,
    /// The certificate's time is over.
    Expired,
    /// The certificate's time has not come.
    NotYetValid,
    /// The certificate is for other names.
    OtherName,
    /// Something else is wrong with the certificate.
    Certificate,
    /// Whatever listens there does not speak TLS.
    NotTls,
    /// The two cannot agree, or the other one broke off.
    Handshake,
}

impl TlsFault {
    /// What an error of TLS means.
    pub(crate) const fn of(error: &Error) -> Self {
        match error {
            Error::InvalidCertificate(certificate) => match certificate {
                CertificateError::UnknownIssuer => Self::UnknownIssuer,
                CertificateError::Expired | CertificateError::ExpiredContext { .. } => Self::Expired,
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                    Self::NotYetValid
                }
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => {
                    Self::OtherName
                }
                _ => Self::Certificate,
            },
            Error::InvalidMessage(_) => Self::NotTls,
            _ => Self::Handshake,
        }
    }

    /// What is wrong, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::UnknownIssuer => "the issuer of its certificate is unknown",
            Self::Expired => "its certificate has expired",
            Self::NotYetValid => "its certificate is not valid yet",
            Self::OtherName => "its certificate is for another name",
            Self::Certificate => "its certificate cannot be used",
            Self::NotTls => "it does not speak TLS",
            Self::Handshake => "the handshake fails",
        }
    }
}
