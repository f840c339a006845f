//! Whose certificates are taken, and what is wrong with those that are not.

use std::io::Read as _;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{WebPkiServerVerifier, verify_server_name};
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::Verifier as SystemVerifier;

use crate::data::given;

/// The variable that names a system's certificates, also for other programs.
const SYSTEM_FILE: &str = "SSL_CERT_FILE";

/// No bundle of certificates is larger.
const CERTIFICATES_BYTES: u64 = 16 << 20;

/// Whose certificates are taken.
#[derive(Clone, Debug, Default)]
pub enum Trust {
    /// Those that this system vouches for, and the very certificates that `SSL_CERT_FILE` names.
    #[default]
    System,
    /// The certificates of a file, and those that they vouch for; no others.
    Named(Vec<CertificateDer<'static>>),
    /// All of them, with any content, of any account.
    Anyone,
}

impl Trust {
    /// Reads the certificates of a PEM file.
    pub fn file(path: &Path) -> Result<Self, String> {
        let shown = path.display();
        let unreadable = |error: std::io::Error| format!("{shown} cannot be read: {error}");
        let mut text = Vec::new();
        given::open(path, CERTIFICATES_BYTES)
            .and_then(|mut file| file.read_to_end(&mut text))
            .map_err(unreadable)?;
        let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
        let found = found.map_err(|error| format!("{shown} is damaged: {error}"))?;
        if found.is_empty() {
            let hint =
                if text.first() == Some(&0x30) { "; `openssl x509 -inform der` makes it PEM" } else { "" };
            return Err(format!("{shown} holds no certificate in PEM form{hint}"));
        }
        for (number, certificate) in (1..).zip(&found) {
            ParsedCertificate::try_from(certificate)
                .map_err(|error| format!("certificate {number} of {shown} cannot be used: {error}"))?;
        }
        Ok(Self::Named(found))
    }

    /// How TLS is spoken by a client that trusts so.
    pub(super) fn config(&self) -> Result<ClientConfig, Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let verifier = Verifier::new(self, &provider)?;
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions()?;
        let mut config =
            config.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(config)
    }
}

/// Takes a certificate that is named itself, though it be its own issuer, as OpenSSL and curl do; asks others
/// about all others.
#[derive(Debug)]
struct Verifier {
    named: Vec<CertificateDer<'static>>,
    /// Who knows the issuers; none if there are none to be known.
    issuers: Option<Arc<dyn ServerCertVerifier>>,
    /// Every list that is shown is accepted.
    credulous: bool,
    algorithms: WebPkiSupportedAlgorithms,
}

impl Verifier {
    fn new(trust: &Trust, provider: &Arc<CryptoProvider>) -> Result<Self, Error> {
        let algorithms = provider.signature_verification_algorithms;
        let (named, issuers): (Vec<_>, Option<Arc<dyn ServerCertVerifier>>) = match trust {
            Trust::System => (of_the_system(), Some(Arc::new(SystemVerifier::new(Arc::clone(provider))?))),
            Trust::Named(named) => {
                let mut roots = RootCertStore::empty();
                roots.add_parsable_certificates(named.iter().cloned());
                // Without a single root there is no such verifier.
                let issuers =
                    WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
                        .build();
                (named.clone(), issuers.ok().map(|issuers| issuers as Arc<dyn ServerCertVerifier>))
            }
            Trust::Anyone => (Vec::new(), None),
        };
        Ok(Self { named, issuers, credulous: matches!(trust, Trust::Anyone), algorithms })
    }
}

/// The certificates that the environment names; whether they can be read is the system's affair.
fn of_the_system() -> Vec<CertificateDer<'static>> {
    match std::env::var_os(SYSTEM_FILE).map(|path| Trust::file(Path::new(&path))) {
        Some(Ok(Trust::Named(named))) => named,
        Some(_) | None => Vec::new(),
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        if self.credulous {
            return Ok(ServerCertVerified::assertion());
        }
        if self.named.iter().any(|named| named.as_ref() == end_entity.as_ref()) {
            verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
            in_its_time(end_entity, now)?;
            return Ok(ServerCertVerified::assertion());
        }
        let unknown = Error::InvalidCertificate(CertificateError::UnknownIssuer);
        let issuers = self.issuers.as_ref().ok_or_else(|| unknown.clone())?;
        let verified = issuers.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        // A certificate that is its own issuer is refused for that reason, before its issuer is looked up.
        verified.map_err(|error| match &error {
            Error::InvalidCertificate(CertificateError::Other(other))
                if other.to_string().contains("CaUsedAsEndEntity") =>
            {
                unknown
            }
            _ => error,
        })
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.credulous {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify_tls12_signature(message, certificate, signed, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        if self.credulous {
            return Ok(HandshakeSignatureValid::assertion());
        }
        verify_tls13_signature(message, certificate, signed, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

/// A certificate that is named is no better than another when its time is over.
fn in_its_time(certificate: &CertificateDer<'_>, now: UnixTime) -> Result<(), Error> {
    let (_, parsed) = x509_parser::parse_x509_certificate(certificate)
        .map_err(|_| Error::InvalidCertificate(CertificateError::BadEncoding))?;
    let now = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
    let validity = parsed.validity();
    if now < validity.not_before.timestamp() {
        return Err(Error::InvalidCertificate(CertificateError::NotValidYet));
    }
    if now > validity.not_after.timestamp() {
        return Err(Error::InvalidCertificate(CertificateError::Expired));
    }
    Ok(())
}
