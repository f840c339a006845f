//! The reference implementation inside this process: behind a real socket, or called as a function.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use jiff::fmt::rfc2822::DateTimePrinter;
use signer_conformance::transport::{HttpEndpoint, HttpSettings, TransportError};
use signer_conformance::wire::{Identities, Identity, sign};
use signer_conformance::{Endpoint, Request, Response, Sending, Signature, Silence, Starting};
use signer_model::Account;
use signer_reference::{Clock, Config, identity};
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tower::ServiceExt as _;

/// How long a job of the embedded reference stays in progress: long enough to be seen so, short enough to be
/// waited for.
pub const JOB_DELAY: Duration = Duration::from_millis(4);

/// Another Region than the one that requests are signed for: the reference serves them all.
pub const SECOND_REGION: &str = "eu-central-1";

/// The built-in identities of the reference implementation: those of its two accounts.
pub fn identities() -> (Identity, Identity) {
    (
        test_identity(identity::OWNER_ACCESS_KEY, identity::OWNER_SECRET_KEY, None),
        test_identity(identity::OTHER_ACCESS_KEY, identity::OTHER_SECRET_KEY, None),
    )
}

fn test_identity(access_key: &str, secret_key: &str, session_token: Option<&str>) -> Identity {
    Identity {
        access_key: access_key.to_owned(),
        secret_key: secret_key.to_owned(),
        session_token: session_token.map(str::to_owned),
    }
}

/// All of them.
fn all_identities() -> Identities {
    let (owner, other) = identities();
    let denied = test_identity(identity::DENIED_ACCESS_KEY, identity::DENIED_SECRET_KEY, None);
    let token = Some(identity::TEMPORARY_SESSION_TOKEN);
    let temporary = test_identity(identity::TEMPORARY_ACCESS_KEY, identity::TEMPORARY_SECRET_KEY, token);
    Identities { owner: Some(owner), other: Some(other), denied: Some(denied), temporary: Some(temporary) }
}

/// How to talk to the embedded reference over HTTP.
pub fn http_settings(request_timeout: Duration) -> HttpSettings {
    HttpSettings { identities: all_identities(), request_timeout, ..HttpSettings::default() }
}

/// The reference behind a socket of this process; it ends with the last clone.
#[derive(Clone)]
pub struct Embedded {
    http: HttpEndpoint,
    config: Config,
    settings: HttpSettings,
    /// Nothing is sent on it: the server ends when it is dropped.
    _running: Arc<oneshot::Sender<()>>,
}

/// The reference cannot be started in this process.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No port to listen on.
    #[error("the reference implementation cannot be started: {0}")]
    Listen(#[from] std::io::Error),
    /// Nothing to ask it with.
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl Embedded {
    /// Starts the reference on a free loopback port, as a task of the present runtime.
    pub async fn start(config: Config, settings: HttpSettings) -> Result<Self, StartError> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (running, ended) = oneshot::channel();
        let until = async {
            let _ = ended.await;
        };
        tokio::spawn(signer_reference::serve(config.clone(), listener, until));
        let http = HttpEndpoint::new(&url, settings.clone())?;
        Ok(Self { http, config, settings, _running: Arc::new(running) })
    }
}

impl Endpoint for Embedded {
    /// Its port is gone when the report is read.
    fn describe(&self) -> String {
        "in-process".to_owned()
    }

    fn name(&self) -> String {
        "the reference implementation".to_owned()
    }

    fn host(&self) -> String {
        self.http.host()
    }

    fn fresh(&self) -> Starting<'_> {
        Box::pin(async {
            let fresh = Self::start(self.config.clone(), self.settings.clone()).await.ok()?;
            Some(Arc::new(fresh) as Arc<dyn Endpoint>)
        })
    }

    fn can_sign(&self, by: Account, signature: Signature) -> bool {
        self.http.can_sign(by, signature)
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        self.http.send(by, request)
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        self.http.send_s3(request)
    }
}

/// The reference as a function from requests to responses: no socket, no waiting. Clones are the same
/// service.
///
/// Its time is simulated: every request takes a millisecond, a pause takes what it says and is over at once.
/// So what a program finds does not depend on how busy the machine is.
#[derive(Clone)]
pub struct InProcess {
    router: Router,
    config: Config,
    identities: Identities,
    clock: Clock,
    /// In microseconds, since the server was made.
    elapsed: Arc<AtomicU64>,
}

/// Where signatures of in-process requests say that they go.
const URL: &str = "http://in-process.invalid";

/// How long a request takes in simulated time.
const REQUEST_TIME: Duration = Duration::from_millis(1);

impl InProcess {
    /// A fresh reference, whose time begins at what the clock of `config` says.
    pub fn new(config: Config) -> Self {
        let (start, elapsed) = (config.clock.now(), Arc::new(AtomicU64::new(0)));
        let passed = Arc::clone(&elapsed);
        let clock = Clock::new(move || {
            let passed = Duration::from_micros(passed.load(Ordering::Relaxed));
            start.checked_add(passed).unwrap_or(start)
        });
        let router = signer_reference::router(Config { clock: clock.clone(), ..config.clone() });
        Self { router, config, identities: all_identities(), clock, elapsed }
    }

    fn pass(&self, time: Duration) {
        let time = u64::try_from(time.as_micros()).unwrap_or(u64::MAX);
        self.elapsed.fetch_add(time, Ordering::Relaxed);
    }

    async fn exchange(
        &self,
        request: &Request,
        identity: Option<&Identity>,
        service: &str,
    ) -> Result<Response, Silence> {
        let broken = |error: &dyn std::fmt::Display| Silence::Broken(error.to_string());
        self.pass(REQUEST_TIME);
        let url = format!("{URL}{}", request.target);
        let now = self.clock.unmoved().into();
        let region = request.region.as_deref().unwrap_or("us-east-1");
        let signed = identity.map(|identity| sign(request, &url, identity, region, service, now));
        let signed = signed.transpose().map_err(|error| broken(&error))?.unwrap_or_default();
        let url = signed.url(&url);
        let target = url.strip_prefix(URL).unwrap_or_default();
        let mut builder = axum::http::Request::builder().method(request.method.as_str()).uri(target);
        if !request.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            builder = builder.header("host", "in-process.invalid");
        }
        for (name, value) in request.headers.iter().chain(&signed.headers) {
            builder = builder.header(name, value);
        }
        let request =
            builder.body(Body::from(request.sent_body().into_owned())).map_err(|error| broken(&error))?;
        let Ok(response) = self.router.clone().oneshot(request).await;
        let status = response.status().as_u16();
        let headers = response.headers().iter();
        let headers = headers.map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        });
        // Behind a socket the server tells the time itself.
        let date = DateTimePrinter::new()
            .timestamp_to_rfc9110_string(&self.clock.now())
            .map_err(|error| broken(&error))?;
        let headers = headers.chain([("date".to_owned(), date)]).collect();
        let body = to_bytes(response.into_body(), usize::MAX).await.map_err(|error| broken(&error))?.to_vec();
        Ok(Response { status, headers, body: body.into() })
    }
}

impl Endpoint for InProcess {
    fn describe(&self) -> String {
        "in-process".to_owned()
    }

    fn fresh(&self) -> Starting<'_> {
        let fresh: Arc<dyn Endpoint> = Arc::new(Self::new(self.config.clone()));
        Box::pin(std::future::ready(Some(fresh)))
    }

    fn can_sign(&self, by: Account, signature: Signature) -> bool {
        self.identities.signer(by, signature).is_some()
    }

    fn send<'a>(&'a self, by: Account, request: &'a Request) -> Sending<'a> {
        let identity = self.identities.signer(by, request.signature);
        Box::pin(self.exchange(request, identity, "signer"))
    }

    fn send_s3<'a>(&'a self, request: &'a Request) -> Sending<'a> {
        Box::pin(self.exchange(request, self.identities.owner.as_ref(), "s3"))
    }

    fn pause(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.pass(time);
        Box::pin(tokio::task::yield_now())
    }
}
