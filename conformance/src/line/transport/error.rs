//! Why an endpoint cannot be talked to at all.

/// The endpoint cannot be talked to at all.
#[derive(Debug, thiserror::Error)]
pub enum TransportError {
    /// Not a URL, or not one of HTTP.
    #[error("`{url}` is not the URL of an endpoint: {reason}; give one like http://127.0.0.1:8770")]
    Url {
        /// What was given.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There are no certificates to trust.
    #[error(
        "cannot set up HTTPS: {0}; install the certificates that this system trusts (often the package \
         ca-certificates), or name a file of certificates with --ca-file, AWS_CA_BUNDLE or SSL_CERT_FILE"
    )]
    Trust(#[from] rustls::Error),
    /// The client cannot be made.
    #[error("cannot set up HTTP: {}", root_cause(.0))]
    Client(#[from] reqwest::Error),
}

pub(crate) fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}
