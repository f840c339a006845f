//! The only socket: requests over HTTP with limits on time, size and rate.

mod secrets;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use signer_model::Account;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::endpoint::{Endpoint, Sending};
use crate::wire::{Identity, sign};
use crate::{Request, Response, Silence};
use secrets::Secrets;

/// No answer of the API comes near this size.
const MOST_BYTES: usize = 16 * 1024 * 1024;

/// How to talk to an endpoint.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The region to sign for.
    pub region: String,
    /// The identity that owns the profiles; `None` = requests are not signed.
    pub owner: Option<Identity>,
    /// The identity of another account.
    pub other: Option<Identity>,
    /// How long an answer may take.
    pub request_timeout: Duration,
    /// At most so many requests a second.
    pub rate_per_s: Option<f64>,
    /// The URL of an S3, if it is not on the same endpoint.
    pub s3_endpoint: Option<String>,
}

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
    /// The client cannot be made: with TLS, most probably as there are no certificates to trust.
    #[error(
        "cannot set up HTTPS: {}; install the certificates that this system trusts (often the package ca-certificates), or name their \
         file in SSL_CERT_FILE",
        root_cause(.0)
    )]
    Client(#[from] reqwest::Error),
}

/// An endpoint at a URL. Clones share connections and rate.
#[derive(Clone, Debug)]
pub struct HttpEndpoint {
    client: reqwest::Client,
    url: String,
    s3_url: String,
    settings: HttpSettings,
    pace: Arc<Mutex<Pace>>,
}

/// When the next request may go out.
#[derive(Debug)]
struct Pace {
    next_slot: Instant,
    /// At most so many requests a second, as the user wants it.
    wanted_per_s: Option<f64>,
    /// What a target made of it that complained.
    slowed: Option<Slowed>,
}

/// A rate that was lowered, and rises again.
#[derive(Clone, Copy, Debug)]
struct Slowed {
    since: Instant,
    /// The rate then.
    from_per_s: f64,
    /// How much it rises in a second.
    gain_per_s: f64,
}

/// The longest that a target may ask us to wait.
const LONGEST_WAIT: Duration = Duration::from_mins(1);
/// A target that complains and was never asked for a rate gets this one.
const FIRST_RATE_PER_S: f64 = 20.0;
/// The rate is never lowered below this one: a run has to end.
const LOWEST_RATE_PER_S: f64 = 0.5;
/// How long a rate that was halved takes to be what it was.
const RECOVERY_S: f64 = 5.0;
/// Complaints that come this soon after one another are one: the requests were on their way already.
const ONE_COMPLAINT: Duration = Duration::from_millis(500);

impl Pace {
    fn new(wanted_per_s: Option<f64>) -> Self {
        Self { next_slot: Instant::now(), wanted_per_s, slowed: None }
    }

    /// At most so many requests a second at that time.
    fn rate_per_s(&self, now: Instant) -> Option<f64> {
        let risen = |slowed: Slowed| {
            let rate = slowed.from_per_s + slowed.gain_per_s * now.duration_since(slowed.since).as_secs_f64();
            rate.min(self.wanted_per_s.unwrap_or(f64::INFINITY))
        };
        self.slowed.map(risen).or(self.wanted_per_s)
    }

    /// The next free slot, which is taken.
    fn slot(&mut self, now: Instant) -> Instant {
        let slot = self.next_slot.max(now);
        if let Some(rate_per_s) = self.rate_per_s(now) {
            self.next_slot = slot + Duration::from_secs_f64(1.0 / rate_per_s.max(0.001));
        }
        slot
    }

    /// The target complains that it is asked too often: wait as long as it says, go on at half the rate, and ask more often
    /// again little by little.
    fn slow_down(&mut self, now: Instant, retry_after: Option<Duration>) {
        let wait = retry_after.unwrap_or_default().min(LONGEST_WAIT);
        self.next_slot = self.next_slot.max(now + wait);
        if self.slowed.is_some_and(|slowed| now < slowed.since + ONE_COMPLAINT) {
            return;
        }
        let before = self.rate_per_s(now).unwrap_or(2.0 * FIRST_RATE_PER_S);
        let from_per_s = (before / 2.0).max(LOWEST_RATE_PER_S.min(before));
        self.slowed = Some(Slowed { since: now + wait, from_per_s, gain_per_s: (before - from_per_s) / RECOVERY_S });
    }
}

impl HttpEndpoint {
    /// Prepares to talk to `url`; nothing is sent yet.
    pub fn new(url: &str, settings: HttpSettings) -> Result<Self, TransportError> {
        // A second installation is refused and harmless: the first one stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let url = base(url)?;
        let s3_url = settings.s3_endpoint.as_deref().map_or_else(|| Ok(url.clone()), base)?;
        let builder = || {
            reqwest::Client::builder()
                .timeout(settings.request_timeout)
                .connect_timeout(settings.request_timeout)
                .redirect(reqwest::redirect::Policy::none())
        };
        let client = match builder().build() {
            // A system without any certificate to trust can do without TLS.
            Err(_) if ![&url, &s3_url].iter().any(|url| url.starts_with("https:")) => builder().tls_certs_only([]).build()?,
            built => built?,
        };
        let pace = Pace::new(settings.rate_per_s);
        Ok(Self { client, url, s3_url, settings, pace: Arc::new(Mutex::new(pace)) })
    }

    async fn exchange(
        &self,
        base: &str,
        request: &Request,
        identity: Option<&Identity>,
        service: &str,
    ) -> Result<Response, Silence> {
        self.wait_for_slot().await;
        // A signature takes the place of a user and a password in the URL: both travel in one header.
        let base = if identity.is_some() { without_userinfo(base) } else { base.to_owned() };
        let url = format!("{base}{}", request.target);
        let region = request.region.as_deref().unwrap_or(&self.settings.region);
        let signed = identity.map(|identity| sign(request, &url, identity, region, service, SystemTime::now()).map_err(broken));
        let signed = signed.transpose()?.unwrap_or_default();
        let mut secrets = Secrets::of(identity, &base);
        secrets.add_signature(&signed);
        let method = reqwest::Method::from_bytes(request.method.as_bytes()).map_err(broken)?;
        let mut builder = self.client.request(method, signed.url(&url)).body(request.body.clone());
        for (name, value) in request.headers.iter().chain(&signed.headers) {
            builder = builder.header(name, value);
        }
        let mut response = builder.send().await.map_err(|error| self.silence(&error))?;
        let status = response.status().as_u16();
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned()))
            .collect();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.silence(&error))? {
            if body.len() + chunk.len() > MOST_BYTES {
                return Err(Silence::TooLarge(MOST_BYTES));
            }
            body.extend_from_slice(&chunk);
        }
        let response = secrets.redact(Response { status, headers, body });
        if response.is_throttled() {
            self.pace.lock().await.slow_down(Instant::now(), response.retry_after());
        }
        Ok(response)
    }

    /// Each request takes the next free slot and waits for it; nobody holds the lock meanwhile.
    async fn wait_for_slot(&self) {
        let slot = self.pace.lock().await.slot(Instant::now());
        tokio::time::sleep_until(slot).await;
    }

    fn silence(&self, error: &reqwest::Error) -> Silence {
        if error.is_timeout() {
            Silence::Timeout(self.settings.request_timeout)
        } else if error.is_connect() {
            Silence::Connect(root_cause(error))
        } else {
            Silence::Broken(root_cause(error))
        }
    }
}

impl Endpoint for HttpEndpoint {
    fn describe(&self) -> String {
        without_userinfo(&self.url)
    }

    fn host(&self) -> String {
        let url = without_userinfo(&self.url);
        url.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default().to_owned()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        let identity = match by {
            Account::Owner => self.settings.owner.as_ref(),
            Account::Other => self.settings.other.as_ref(),
        };
        Box::pin(self.exchange(&self.url, request, identity, "signer"))
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        Box::pin(self.exchange(&self.s3_url, request, self.settings.owner.as_ref(), "s3"))
    }
}

/// The URL in its usual spelling and without a trailing slash, if it can be an endpoint's.
fn base(url: &str) -> Result<String, TransportError> {
    let bad = |reason: String| TransportError::Url { url: without_userinfo(url), reason };
    let parsed = reqwest::Url::parse(url).map_err(|error| bad(error.to_string()))?;
    if !matches!(parsed.scheme(), "http" | "https") {
        return Err(bad(format!("the scheme is `{}`, not http or https", parsed.scheme())));
    }
    if parsed.host_str().is_none() || parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(bad("it must be a scheme, a host and perhaps a path".to_owned()));
    }
    Ok(parsed.as_str().trim_end_matches('/').to_owned())
}

/// The domains of AWS's partitions.
const AWS: [&str; 10] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "aws",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
];

/// Whether requests to that URL go to AWS itself, however it is spelt: by the host that they would be sent to.
pub fn is_aws(url: &str) -> bool {
    let Ok(parsed) = reqwest::Url::parse(url) else { return false };
    let host = parsed.host_str().unwrap_or_default().trim_end_matches('.');
    AWS.iter().any(|domain| host.strip_suffix(domain).is_some_and(|head| head.is_empty() || head.ends_with('.')))
}

/// The user and the password in a URL, as it spells them.
fn userinfo(url: &str) -> Option<(String, String)> {
    let url = reqwest::Url::parse(url).ok()?;
    Some((url.username().to_owned(), url.password().unwrap_or_default().to_owned()))
}

/// The URL as it may be shown: a user and a password in it are for the server only.
pub fn without_userinfo(url: &str) -> String {
    match reqwest::Url::parse(url) {
        Ok(mut parsed) if !parsed.username().is_empty() || parsed.password().is_some() => {
            let cleared = parsed.set_username("").and_then(|()| parsed.set_password(None));
            if cleared.is_ok() { parsed.to_string().trim_end_matches('/').to_owned() } else { "(hidden)".to_owned() }
        }
        Ok(_) | Err(_) => url.to_owned(),
    }
}

fn broken(error: impl std::fmt::Display) -> Silence {
    Silence::Broken(error.to_string())
}

fn root_cause(error: &dyn std::error::Error) -> String {
    let mut cause = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::{Duration, Instant, Pace};

    /// How many requests go out within that time, if each goes out as soon as it may.
    fn sent_within(pace: &mut Pace, begin: Instant, time: Duration) -> usize {
        std::iter::from_fn(|| Some(pace.slot(begin))).take_while(|slot| *slot < begin + time).count()
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_target_that_complains_is_asked_as_often_as_before() {
        let begin = Instant::now();
        let mut pace = Pace::new(Some(100.0));
        assert_eq!(sent_within(&mut pace, begin, SECOND), 100);
        let mut pace = Pace::new(Some(100.0));
        pace.slow_down(begin, None);
        // Of those who complain at once, the others were asked before.
        pace.slow_down(begin, None);
        assert_eq!(sent_within(&mut pace, begin, SECOND), 50);
        pace.slow_down(begin + SECOND, None);
        assert_eq!(pace.rate_per_s(begin + SECOND), Some(30.0));
    }

    #[test]
    fn a_rate_that_was_lowered_stays_low_or_rises_beyond_what_was_asked_for() {
        let begin = Instant::now();
        let mut pace = Pace::new(Some(100.0));
        pace.slow_down(begin, None);
        assert_eq!(pace.rate_per_s(begin + 2 * SECOND), Some(70.0));
        assert_eq!(pace.rate_per_s(begin + 60 * SECOND), Some(100.0));
        for number in 0..20 {
            pace.slow_down(begin + number * SECOND, None);
        }
        assert!(pace.rate_per_s(begin + 20 * SECOND) >= Some(0.5), "a run has to end");
    }

    #[test]
    fn a_target_is_asked_before_it_wants_to_be() {
        let begin = Instant::now();
        for (asked, waited) in [(7, 7), (3_600, 60)] {
            let mut pace = Pace::new(None);
            pace.slow_down(begin, Some(asked * SECOND));
            assert_eq!(pace.slot(begin), begin + waited * SECOND);
        }
    }
}
