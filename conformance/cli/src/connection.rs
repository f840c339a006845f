//! Whom to ask, and as whom: the options that `certify` and `replay` share.

mod identities;
mod reference;
mod replayed;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::{ArgMatches, Command};
use signer_conformance::transport::{
    HttpEndpoint, HttpSettings, MAX_RESPONSE_BYTES, TransportError, Trust, is_aws,
};
use signer_conformance::{Buckets, Endpoint, Second};
use signer_schemas::Edition;

use crate::failure::Failure;
use crate::values::{bucket, bytes, positive_duration, rate};
use crate::{embedded, show};

/// The default region to sign for.
const DEFAULT_REGION: &str = "us-east-1";

/// The variable that names the endpoint.
pub(crate) const ENDPOINT: &str = "SIGNER_ENDPOINT";

/// The variable that names certificates, as the AWS CLI and the AWS SDKs read it.
const CA_BUNDLE: &str = "AWS_CA_BUNDLE";

/// The options that mean nothing to the reference implementation in this process, which has identities and an
/// S3 of its own.
const FOR_AN_ENDPOINT: [&str; 14] = [
    "access_key",
    "secret_key",
    "session_token",
    "other_access_key",
    "other_secret_key",
    "denied_access_key",
    "denied_secret_key",
    "region",
    "second_region",
    "no_sign_request",
    "s3_endpoint",
    "ca_file",
    "insecure",
    "yes_i_will_be_billed",
];

/// The options that have no effect beside these arguments; none for a command without a target.
pub(crate) fn idle_options(command: &Command, matches: &ArgMatches) -> &'static [&'static str] {
    // clap itself knows options that the command does not have only where it is built for debugging.
    let asks = command.get_arguments().any(|arg| arg.get_id() == "endpoint");
    if asks && !matches.contains_id("endpoint") { &FOR_AN_ENDPOINT } else { &[] }
}

/// Whom to ask, and as whom.
#[derive(Clone, Debug, clap::Args)]
pub struct Connection {
    /// The endpoint to ask, for instance <http://127.0.0.1:8770>; without one, the reference implementation
    /// in this process.
    #[arg(long, env = ENDPOINT, value_name = "URL", value_parser = url)]
    endpoint: Option<String>,
    /// The access key to sign with; without one, the reference implementation's test identities are used.
    #[arg(long, env = "AWS_ACCESS_KEY_ID", value_name = "ID", hide_env_values = true)]
    access_key: Option<String>,
    /// The secret of --access-key.
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", value_name = "SECRET", hide_env_values = true)]
    secret_key: Option<String>,
    /// The session token, if --access-key is a temporary one.
    #[arg(long, env = "AWS_SESSION_TOKEN", value_name = "TOKEN", hide_env_values = true)]
    session_token: Option<String>,
    /// An access key of a second account, for the rules between accounts.
    #[arg(long, env = "SIGNER_OTHER_ACCESS_KEY_ID", value_name = "ID", hide_env_values = true)]
    other_access_key: Option<String>,
    /// The secret of --other-access-key.
    #[arg(long, env = "SIGNER_OTHER_SECRET_ACCESS_KEY", value_name = "SECRET", hide_env_values = true)]
    other_secret_key: Option<String>,
    /// An access key of the first account whose policies permit nothing; its calls must be refused.
    #[arg(long, env = "SIGNER_DENIED_ACCESS_KEY_ID", value_name = "ID", hide_env_values = true)]
    denied_access_key: Option<String>,
    /// The secret of --denied-access-key.
    #[arg(long, env = "SIGNER_DENIED_SECRET_ACCESS_KEY", value_name = "SECRET", hide_env_values = true)]
    denied_secret_key: Option<String>,
    /// The region to sign for.
    #[arg(long, env = "AWS_REGION", default_value = DEFAULT_REGION, value_parser = signer_reference::cli::region)]
    region: String,
    /// Another Region that the endpoint serves, to be asked whether the two are apart; without one, the
    /// endpoint is asked whether it knows another.
    #[arg(long, value_name = "REGION", value_parser = signer_reference::cli::region)]
    second_region: Option<String>,
    /// Sends requests without a signature.
    #[arg(long)]
    no_sign_request: bool,
    /// How long an answer may take.
    #[arg(long, default_value = "10s", value_name = "TIME", value_parser = positive_duration)]
    request_timeout: Duration,
    /// How large an answer may be; a larger one is as good as lost. No answer of the API comes near the
    /// default.
    #[arg(long, default_value_t = MAX_RESPONSE_BYTES, value_name = "BYTES", value_parser = bytes::<usize>)]
    max_response_bytes: usize,
    /// At most so many requests a second, for instance 5/s.
    #[arg(long, value_name = "N/s", value_parser = rate)]
    rate: Option<f64>,
    /// The S3 that jobs read from and write to; by default it is looked for on the same endpoint.
    #[arg(long, value_name = "URL")]
    s3_endpoint: Option<String>,
    /// The certificates to trust, in PEM form: those of the endpoint and of the S3 themselves, or their
    /// issuers'. Without it the file that `AWS_CA_BUNDLE` names, else the one that `SSL_CERT_FILE` names,
    /// else what this system trusts.
    #[arg(long, value_name = "FILE")]
    ca_file: Option<PathBuf>,
    /// Takes any certificate, of any issuer and for any name.
    #[arg(long, conflicts_with = "ca_file")]
    insecure: bool,
    /// A bucket that is there already, for the objects to sign; they are put under the run's prefix, and
    /// stay.
    #[arg(long, value_name = "NAME", value_parser = bucket)]
    source_bucket: Option<String>,
    /// A bucket that is there already, for signed objects; they are put under the run's prefix, and stay.
    #[arg(long, value_name = "NAME", value_parser = bucket)]
    destination_bucket: Option<String>,
    /// Agrees that an endpoint of AWS itself is asked, which makes profiles that cannot be deleted, and may
    /// cost money.
    #[arg(long)]
    yes_i_will_be_billed: bool,
    /// Deliberate mistakes of the reference implementation in this process; `faults` lists them.
    #[arg(long, value_name = "ID", num_args = 1..)]
    fault: Vec<String>,
    /// Answers to open points of the reference implementation in this process; `faults` lists them.
    #[arg(long, value_name = "ID=CHOICE", num_args = 1..)]
    freedom: Vec<String>,
    /// Draws the answers to all open points that are not named, of the reference implementation in this
    /// process.
    #[arg(long, value_name = "N")]
    freedom_seed: Option<u64>,
}

impl Connection {
    /// The URL asked for; none for the reference implementation in this process.
    pub fn url(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }

    /// The second Region that has to be served: the one that the user names, and one of its own for the
    /// reference in this process.
    pub(crate) fn second_region(&self) -> Option<String> {
        let own = || self.url().is_none().then(|| embedded::SECOND_REGION.to_owned());
        self.second_region.clone().or_else(own)
    }

    /// The region that requests are signed for.
    pub(crate) fn region(&self) -> &str {
        &self.region
    }

    /// The buckets that the user names.
    pub(crate) fn buckets(&self) -> Buckets {
        Buckets { source: self.source_bucket.clone(), destination: self.destination_bucket.clone() }
    }

    /// Where the second identity comes from.
    pub(crate) fn second(&self) -> Second {
        if self.no_sign_request {
            Second::Missing
        } else if self.url().is_some() && self.other_access_key.is_some() {
            Second::Given
        } else if self.url().is_none() || self.access_key.is_none() {
            Second::Assumed
        } else {
            Second::Missing
        }
    }

    /// Whether an endpoint of AWS itself is asked for without the user's consent.
    pub fn needs_agreement(&self) -> bool {
        self.is_aws() && !self.yes_i_will_be_billed
    }

    /// Refuses to go on to AWS itself before the user has agreed.
    pub(crate) fn agreed(&self) -> Result<(), Failure> {
        if self.needs_agreement() {
            let option = if self.url().is_some_and(is_aws) { "--endpoint" } else { "--s3-endpoint" };
            let what = "this is AWS itself; nothing was sent. Read the plan that `certify` shows and add \
                --yes-i-will-be-billed to go on";
            return Err(Failure::option(option, what));
        }
        Ok(())
    }

    /// Whether an endpoint is one of AWS itself.
    pub fn is_aws(&self) -> bool {
        self.url().into_iter().chain(self.s3_endpoint.as_deref()).any(is_aws)
    }

    /// Prepares the endpoint; for the reference implementation in this process, starts it.
    pub async fn open(&self, edition: Edition) -> Result<Arc<dyn Endpoint>, Failure> {
        let Some(url) = self.url() else { return self.start_reference(edition).await };
        for (name, given) in [
            ("--fault", !self.fault.is_empty()),
            ("--freedom", !self.freedom.is_empty()),
            ("--freedom-seed", self.freedom_seed.is_some()),
        ] {
            if given {
                return Err(Failure::option(
                    name,
                    "works on the reference implementation in this process, so not with --endpoint",
                ));
            }
        }
        let identities = self.identities()?;
        let settings = HttpSettings {
            region: self.region.clone(),
            identities,
            request_timeout: self.request_timeout,
            rate_per_s: self.rate,
            s3_endpoint: self.s3_endpoint.clone(),
            trust: self.trust()?,
            max_response_bytes: self.max_response_bytes,
        };
        if self.insecure {
            show::err(
                "warning: --insecure takes any certificate: whoever is on the way can read and change what \
                 is sent\n",
            );
        }
        let endpoint = HttpEndpoint::new(url, settings).map_err(|error| self.unusable(&error))?;
        Ok(Arc::new(endpoint))
    }

    /// Whose certificates are taken: as the options say, else as the environment does.
    fn trust(&self) -> Result<Trust, Failure> {
        if self.insecure {
            return Ok(Trust::Anyone);
        }
        let urls = self.url().into_iter().chain(self.s3_endpoint.as_deref());
        let by_tls = urls.into_iter().any(|url| url.trim().to_ascii_lowercase().starts_with("https:"));
        let of_variable = || std::env::var_os(CA_BUNDLE).filter(|path| by_tls && !path.is_empty());
        if let Some(path) = &self.ca_file {
            Trust::file(path).map_err(|error| Failure::option("--ca-file", error))
        } else if let Some(path) = of_variable() {
            let advice = "mend the variable, or name a file with --ca-file";
            Trust::file(Path::new(&path))
                .map_err(|error| Failure::option(CA_BUNDLE, format!("{error}; {advice}")))
        } else {
            Ok(Trust::System)
        }
    }

    fn unusable(&self, error: &TransportError) -> Failure {
        match error {
            TransportError::Url { url, .. } if self.s3_endpoint.as_deref() == Some(url) => {
                Failure::option("--s3-endpoint", error)
            }
            TransportError::Url { .. } => Failure::option("--endpoint", error),
            TransportError::Client(_) | TransportError::Trust(_) => Failure::Inconclusive(error.to_string()),
        }
    }
}

fn url(text: &str) -> Result<String, String> {
    if text.is_empty() {
        return Err(format!(
            "an empty URL names no target; give one, or neither --endpoint nor {ENDPOINT} for the reference \
             implementation"
        ));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests;
