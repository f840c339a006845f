//! An S3 elsewhere: objects are read and written by signed requests, path-style, over plain HTTP.
//!
//! There is no TLS: the crates that could do it either bring the judge's cryptography into the witness or
//! compile for longer than all the rest. A proxy on the same machine that speaks TLS outwards does for an S3
//! that insists on it.

use crate::failure::too_large;
use bytes::Bytes;
use rusty_s3::{Bucket, Credentials, S3Action, UrlStyle};
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use ureq::Agent;
use ureq::http::{Response, StatusCode};

/// No wait is longer than this.
const CALL_TIMEOUT: Duration = Duration::from_mins(1);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a signature holds; it is used at once.
const SIGNATURE_LIFETIME: Duration = Duration::from_mins(5);
/// How often a request is retried without a response, or with a server error.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// An S3 elsewhere. Clones share their connections.
#[derive(Clone)]
pub struct Remote {
    inner: Arc<Inner>,
}

struct Inner {
    endpoint: String,
    region: String,
    credentials: Credentials,
    agent: Agent,
}

impl fmt::Debug for Remote {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Remote").field(&self.inner.endpoint).finish()
    }
}

/// What an S3 elsewhere did not do, in words for a job's `statusReason`.
type Told = String;

impl Remote {
    /// The S3 at this URL, with these keys: access key, secret key and possibly a session token.
    pub fn new(endpoint: &str, region: &str, keys: (&str, &str, Option<&str>)) -> Result<Self, Told> {
        if endpoint.starts_with("https://") {
            return Err(format!(
                "{endpoint}: TLS is not spoken here; name an http:// URL, for example of a proxy that \
                 speaks it"
            ));
        }
        let (access, secret, token) = keys;
        let credentials = match token {
            Some(token) => Credentials::new_with_token(access, secret, token),
            None => Credentials::new(access, secret),
        };
        let config = Agent::config_builder()
            .timeout_global(Some(CALL_TIMEOUT))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .http_status_as_error(false)
            .max_redirects(0)
            .proxy(None)
            .build();
        let agent = Agent::new_with_config(config);
        let inner = Inner { endpoint: endpoint.to_owned(), region: region.to_owned(), credentials, agent };
        let remote = Self { inner: Arc::new(inner) };
        remote.bucket("any")?;
        Ok(remote)
    }

    /// Where it is.
    pub fn endpoint(&self) -> &str {
        &self.inner.endpoint
    }

    fn bucket(&self, name: &str) -> Result<Bucket, Told> {
        let endpoint = &self.inner.endpoint;
        let url = endpoint.parse().map_err(|error| format!("{endpoint} is not a URL: {error}"))?;
        Bucket::new(url, UrlStyle::Path, name.to_owned(), self.inner.region.clone())
            .map_err(|error| format!("{endpoint}: {error}"))
    }

    fn checked_key(key: &str) -> Result<&str, Told> {
        // They would mean other keys in a URL.
        let is_clear = !key.is_empty() && key.split('/').all(|segment| segment != "." && segment != "..");
        if is_clear { Ok(key) } else { Err(format!("The key {key:?} cannot be written as a URL")) }
    }

    /// The content of a version of an object.
    pub fn get(&self, bucket: &str, key: &str, version: Option<&str>, max_bytes: u64) -> Result<Bytes, Told> {
        let bucket = self.bucket(bucket)?;
        let mut action = bucket.get_object(Some(&self.inner.credentials), Self::checked_key(key)?);
        if let Some(version) = version {
            action.query_mut().insert("versionId", version.to_owned());
        }
        let url = action.sign(SIGNATURE_LIFETIME);
        let mut response = self.asked(|agent| agent.get(url.as_str()).call())?;
        if response.status() != StatusCode::OK {
            return Err(refusal(&mut response));
        }
        if let Some(size) = response.body().content_length().filter(|size| *size > max_bytes) {
            return Err(too_large(size, max_bytes));
        }
        match response.body_mut().with_config().limit(max_bytes).read_to_vec() {
            Ok(content) => Ok(content.into()),
            Err(ureq::Error::BodyExceedsLimit(_)) => Err(too_large(max_bytes + 1, max_bytes)),
            Err(error) => Err(self.silent(&error)),
        }
    }

    /// Whether a version of an object is there. An S3 that cannot be reached has none.
    pub fn has_object(&self, bucket: &str, key: &str, version: Option<&str>) -> bool {
        let (Ok(bucket), Ok(key)) = (self.bucket(bucket), Self::checked_key(key)) else { return false };
        let mut action = bucket.head_object(Some(&self.inner.credentials), key);
        if let Some(version) = version {
            action.query_mut().insert("versionId", version.to_owned());
        }
        self.is_there(action.sign(SIGNATURE_LIFETIME).as_str())
    }

    /// Whether a bucket is there. An S3 that cannot be reached has none.
    pub fn has_bucket(&self, bucket: &str) -> bool {
        let Ok(bucket) = self.bucket(bucket) else { return false };
        self.is_there(bucket.head_bucket(Some(&self.inner.credentials)).sign(SIGNATURE_LIFETIME).as_str())
    }

    fn is_there(&self, url: &str) -> bool {
        self.asked(|agent| agent.head(url).call()).is_ok_and(|response| response.status() == StatusCode::OK)
    }

    /// Writes an object.
    pub fn put(&self, bucket: &str, key: &str, content: &[u8]) -> Result<(), Told> {
        let bucket = self.bucket(bucket)?;
        let action = bucket.put_object(Some(&self.inner.credentials), Self::checked_key(key)?);
        let url = action.sign(SIGNATURE_LIFETIME);
        let mut response = self.asked(|agent| agent.put(url.as_str()).send(content))?;
        if response.status() == StatusCode::OK { Ok(()) } else { Err(refusal(&mut response)) }
    }

    /// Asks until there is an answer that will not change by asking again.
    fn asked(
        &self,
        ask: impl Fn(&Agent) -> Result<Response<ureq::Body>, ureq::Error>,
    ) -> Result<Response<ureq::Body>, Told> {
        for _ in 1..TRIES {
            match ask(&self.inner.agent) {
                Ok(response) if !response.status().is_server_error() => return Ok(response),
                Ok(_) | Err(_) => std::thread::sleep(PAUSE),
            }
        }
        ask(&self.inner.agent).map_err(|error| self.silent(&error))
    }

    fn silent(&self, error: &ureq::Error) -> Told {
        format!("The S3 at {} does not answer: {error}", self.inner.endpoint)
    }
}

/// What an error of S3 says.
fn refusal(response: &mut Response<ureq::Body>) -> Told {
    const LIMIT: u64 = 64 << 10;
    let text = response.body_mut().with_config().limit(LIMIT).read_to_vec().unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let element = |name: &str| {
        let (_, rest) = text.split_once(&format!("<{name}>"))?;
        Some(rest.split_once("</")?.0.to_owned())
    };
    match (element("Code"), element("Message")) {
        (Some(code), Some(message)) => format!("The S3 answers {code}: {message}"),
        (Some(code), None) => format!("The S3 answers {code}"),
        (None, _) => format!("The S3 answers with status {}", response.status().as_u16()),
    }
}
