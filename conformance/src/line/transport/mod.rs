//! The only socket: requests over HTTP with limits on time, size and rate.

mod address;
mod error;
mod pace;
mod route;
mod secrets;
mod trust;

pub use address::{is_aws, without_userinfo};
pub use error::TransportError;
pub use trust::Trust;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use signer_model::Account;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::data::exchange::{Request, Response, Service, Silence};
use crate::data::signature::Signature;
use crate::data::tls_fault::TlsFault;
use crate::data::visible::printable;
use crate::line::endpoint::{Endpoint, Sending};
use crate::line::transport::address::base;
use crate::line::transport::error::root_cause;
use crate::line::transport::pace::Pace;
use crate::line::transport::secrets::Known;
use crate::line::wire::sign::{Identities, Identity, sign};

/// No answer of the API comes near this size.
pub const MAX_RESPONSE_BYTES: usize = 1 << 20;

/// No answer of the API that is nearly as large as it may be has a value in so few bytes.
const BYTES_PER_VALUE: usize = 16;

/// How to talk to an endpoint.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// The region to sign for.
    pub region: String,
    /// Who requests are signed as.
    pub identities: Identities,
    /// How long an answer may take, from the first byte sent to the last one received.
    pub request_timeout: Duration,
    /// At most so many requests a second.
    pub rate_per_s: Option<f64>,
    /// The URL of an S3, if it is not on the same endpoint.
    pub s3_endpoint: Option<String>,
    /// Whose certificates are taken.
    pub trust: Trust,
    /// How large an answer may be, headers and body together.
    pub max_response_bytes: usize,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            identities: Identities::default(),
            request_timeout: Duration::from_secs(10),
            rate_per_s: None,
            s3_endpoint: None,
            trust: Trust::System,
            max_response_bytes: MAX_RESPONSE_BYTES,
        }
    }
}

/// An endpoint at a URL. Clones share connections and rate.
#[derive(Clone, Debug)]
pub struct HttpEndpoint {
    signer: Peer,
    s3: Peer,
    settings: HttpSettings,
    pace: Arc<Mutex<Pace>>,
    known: Known,
}

/// A server, and what talks to it.
#[derive(Clone, Debug)]
struct Peer {
    url: String,
    client: reqwest::Client,
}

impl Peer {
    fn new(url: String, settings: &HttpSettings) -> Result<Self, TransportError> {
        let builder = reqwest::Client::builder()
            .timeout(settings.request_timeout)
            .connect_timeout(settings.request_timeout)
            .redirect(reqwest::redirect::Policy::none());
        let direct = route::is_this_machine(&url);
        let builder = match route::name_of_this_machine(&url) {
            // Not every resolver knows all the names.
            Some(name) => builder.no_proxy().resolve_to_addrs(&name, &route::THIS_MACHINE),
            None if direct => builder.no_proxy(),
            None => builder,
        };
        let by_tls = url.starts_with("https:");
        let trust = if direct && !by_tls { &Trust::Named(Vec::new()) } else { &settings.trust };
        let config = match trust.config() {
            // A system without any certificate to trust can do without TLS.
            Err(_) if !by_tls => Trust::Named(Vec::new()).config()?,
            config => config?,
        };
        let client = builder.tls_backend_preconfigured(config).build()?;
        Ok(Self { url, client })
    }
}

impl HttpEndpoint {
    /// Prepares to talk to `url`; nothing is sent yet.
    pub fn new(url: &str, settings: HttpSettings) -> Result<Self, TransportError> {
        let url = base(url)?;
        let s3_url = settings.s3_endpoint.as_deref().map(base).transpose()?;
        let signer = Peer::new(url, &settings)?;
        let s3 = s3_url.map_or_else(|| Ok(signer.clone()), |url| Peer::new(url, &settings))?;
        let pace = Pace::new(settings.rate_per_s);
        Ok(Self { signer, s3, settings, pace: Arc::new(Mutex::new(pace)), known: Known::default() })
    }

    async fn exchange(
        &self,
        Peer { url: base, client }: &Peer,
        request: &Request,
        identity: Option<&Identity>,
        service: Service,
    ) -> Result<Response, Silence> {
        self.wait_for_slot().await;
        // A signature takes the place of a user and a password in the URL: both travel in one header.
        let base = if identity.is_some() { without_userinfo(base) } else { base.clone() };
        let region = request.region.as_deref().unwrap_or(&self.settings.region);
        let mut secrets = self.known.secrets(identity, &base, region, request);
        let request = self.known.named_back(request);
        let url = format!("{base}{}", request.target);
        let signed = identity.map(|identity| {
            sign(&request, &url, identity, region, service.id(), SystemTime::now()).map_err(broken)
        });
        let signed = signed.transpose()?.unwrap_or_default();
        secrets.add_signature(&signed);
        let method = reqwest::Method::from_bytes(request.method.as_bytes()).map_err(broken)?;
        let mut builder = client.request(method, signed.url(&url)).body(request.sent_body().into_owned());
        for (name, value) in request.headers.iter().chain(&signed.headers) {
            builder = builder.header(name, value);
        }
        let response = builder.send().await.map_err(|error| self.silence(&error))?;
        let response = secrets.redact(self.whole(response).await?);
        if response.is_throttled() {
            self.pace.lock().await.slow_down(Instant::now(), response.retry_after());
        }
        Ok(response)
    }

    /// All of an answer, if it is no larger than it may be.
    async fn whole(&self, mut response: reqwest::Response) -> Result<Response, Silence> {
        let most = self.settings.max_response_bytes;
        let headers: Vec<(String, String)> = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
            })
            .collect();
        let mut length: usize = headers.iter().map(|(name, value)| name.len() + value.len()).sum();
        let mut body = Vec::new();
        while length <= most
            && let Some(chunk) = response.chunk().await.map_err(|error| self.silence(&error))?
        {
            length += chunk.len();
            body.extend_from_slice(&chunk);
        }
        if length > most {
            return Err(Silence::TooLarge(most));
        }
        let response = Response { status: response.status().as_u16(), headers, body: body.into() };
        let most_values = most.div_ceil(BYTES_PER_VALUE);
        if response.body.values() > most_values { Err(Silence::TooMany(most_values)) } else { Ok(response) }
    }

    /// Each request takes the next free slot and waits for it; the lock is not held meanwhile.
    async fn wait_for_slot(&self) {
        let now = Instant::now();
        let slot = self.pace.lock().await.slot(now);
        // A timer goes off on whole milliseconds: one that is due at once would cost as much as an answer.
        if slot > now {
            tokio::time::sleep_until(slot).await;
        }
    }

    fn silence(&self, error: &reqwest::Error) -> Silence {
        let told = printable(&root_cause(error));
        if let Some(error) = cause::<rustls::Error>(error) {
            Silence::Tls { fault: TlsFault::of(error), told: printable(&error.to_string()) }
        } else if error.is_timeout() {
            Silence::Timeout(self.settings.request_timeout)
        } else if error.is_dns() {
            Silence::Unresolved(told)
        } else if !error.is_connect() {
            Silence::Broken(told)
        } else if cause::<std::io::Error>(error)
            .is_some_and(|error| error.kind() == std::io::ErrorKind::UnexpectedEof)
        {
            // Nothing else is read while a connection is made.
            Silence::Tls { fault: TlsFault::Handshake, told }
        } else {
            Silence::Connect(told)
        }
    }
}

impl Endpoint for HttpEndpoint {
    fn describe(&self) -> String {
        without_userinfo(&self.signer.url)
    }

    fn host(&self) -> String {
        let url = without_userinfo(&self.signer.url);
        url.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default().to_owned()
    }

    fn proxy(&self, to: Service) -> Option<String> {
        route::proxy(match to {
            Service::Signer => &self.signer.url,
            Service::S3 => &self.s3.url,
        })
    }

    fn can_sign(&self, by: Account, signature: Signature) -> bool {
        self.settings.identities.signer(by, signature).is_some()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        let identity = self.settings.identities.signer(by, request.signature);
        Box::pin(self.exchange(&self.signer, request, identity, Service::Signer))
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        Box::pin(self.exchange(&self.s3, request, self.settings.identities.owner.as_ref(), Service::S3))
    }
}

fn broken(error: impl std::fmt::Display) -> Silence {
    Silence::Broken(error.to_string())
}

/// The deepest cause of that kind. What an I/O error carries is looked at, too: it does not count it among
/// its sources.
fn cause<'a, E: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a E> {
    let carried = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let deeper =
        carried.map(|carried| carried as &(dyn std::error::Error + 'static)).or_else(|| error.source());
    deeper.and_then(cause::<E>).or_else(|| error.downcast_ref::<E>())
}
