//! A server inside the test, with a clock that stands still until it is moved.

use axum::body::Body;
use axum::http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use serde_json::{Value, json};
use signer_reference::identity::{OTHER_ACCESS_KEY, OWNER_ACCESS_KEY};
use signer_reference::{Clock, Config, DataFolder, router};
use signer_schemas::Edition;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tower::ServiceExt as _;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

pub(crate) const LAMBDA: &str = "AWSLambda-SHA384-ECDSA";
pub(crate) const NOTATION: &str = "Notation-OCI-SHA384-ECDSA";
pub(crate) const FREERTOS: &str = "AmazonFreeRTOS-Default";
pub(crate) const PAYLOAD_FORMAT: &str = "application/vnd.cncf.notary.payload.v1+json";
/// 2026-01-02T03:04:05Z.
pub(crate) const START: i64 = 1_767_323_045;

pub(crate) struct Server {
    router: axum::Router,
    now_ms: Arc<AtomicI64>,
}

/// An answer, read whole.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) bytes: bytes::Bytes,
}

impl Reply {
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body of a success.
    #[track_caller]
    pub(crate) fn ok(&self) -> Value {
        assert_eq!(self.status, 200, "{self:?}");
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// Asserts an error by status and type.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, error: &str) {
        assert_eq!((self.status, self.header("x-amzn-errortype")), (status, error), "{self:?}");
        assert!(self.json()["message"].is_string(), "{self:?}");
        assert_eq!(self.header("content-type"), "application/json");
    }
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::with(|config| config)
    }

    pub(crate) fn may_2019() -> Self {
        Self::with(|config| Config { edition: Edition::May2019, ..config })
    }

    pub(crate) fn with_freedom(id: &str, choice: &str) -> Self {
        Self::with(|config| config.with_freedom(id, choice).expect("the freedom is known"))
    }

    /// A server that needs no signatures, unless the change says so.
    pub(crate) fn with(change: impl FnOnce(Config) -> Config) -> Self {
        let (config, now_ms) = config();
        Self { router: router(change(config)), now_ms }
    }

    /// A server that takes no request without a good signature.
    pub(crate) fn strict() -> Self {
        Self::with(|config| Config { authenticate: true, ..config })
    }

    /// A server that goes on with what is in the folder.
    pub(crate) fn kept(folder: &Path) -> Result<Self, String> {
        Self::kept_with(folder, |config| config)
    }

    pub(crate) fn kept_with(folder: &Path, change: impl FnOnce(Config) -> Config) -> Result<Self, String> {
        let (config, now_ms) = config();
        let config = change(config);
        let folder = DataFolder::open(folder).map_err(|error| error.to_string())?;
        let server = signer_reference::Server::open(config, folder).map_err(|error| error.to_string())?;
        Ok(Self { router: server.router(), now_ms })
    }

    /// How the servers of these tests are configured.
    pub(crate) fn usual() -> Config {
        config().0
    }

    /// A server that has begun with its seed. Its clock stands still.
    pub(crate) async fn begun(config: Config) -> Result<Self, String> {
        let server = signer_reference::Server::new(config);
        server.begin().await?;
        Ok(Self::of(server.router()))
    }

    /// A server whose clock is not moved here.
    pub(crate) fn of(router: axum::Router) -> Self {
        Self { router, now_ms: Arc::default() }
    }

    pub(crate) fn pass_ms(&self, ms: i64) {
        self.now_ms.fetch_add(ms, Ordering::SeqCst);
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.expect("the router does not fail");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body is whole").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Reply { status: parts.status.as_u16(), headers: parts.headers, text, bytes }
    }

    async fn call(&self, (key, region): (&str, &str), method: &str, uri: &str, body: Body) -> Reply {
        let credential = format!(
            "AWS4-HMAC-SHA256 Credential={key}/20260102/{region}/signer/aws4_request, SignedHeaders=host, \
             Signature=0"
        );
        let request = Request::builder().method(method).uri(uri);
        let request = request.header("authorization", credential).header("x-amz-date", "20260102T030405Z");
        self.send(request.header("content-type", "application/json").body(body).expect("a request")).await
    }

    /// A request of the first account.
    pub(crate) async fn raw(&self, method: &str, uri: &str, body: impl Into<Body>) -> Reply {
        self.call((OWNER_ACCESS_KEY, "us-east-1"), method, uri, body.into()).await
    }

    pub(crate) async fn get(&self, uri: &str) -> Reply {
        self.raw("GET", uri, Body::empty()).await
    }

    pub(crate) async fn delete(&self, uri: &str) -> Reply {
        self.raw("DELETE", uri, Body::empty()).await
    }

    pub(crate) async fn put(&self, uri: &str, body: Value) -> Reply {
        self.raw("PUT", uri, body.to_string()).await
    }

    pub(crate) async fn post(&self, uri: &str, body: Value) -> Reply {
        self.raw("POST", uri, body.to_string()).await
    }

    /// A request of the second account.
    pub(crate) async fn other(&self, method: &str, uri: &str, body: Option<Value>) -> Reply {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.call((OTHER_ACCESS_KEY, "us-east-1"), method, uri, body).await
    }

    /// A request of the first account in another Region.
    pub(crate) async fn there(&self, method: &str, uri: &str, body: Option<Value>) -> Reply {
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        self.call((OWNER_ACCESS_KEY, "eu-central-1"), method, uri, body).await
    }

    /// A request to the embedded S3.
    pub(crate) async fn s3(&self, method: &str, uri: &str, body: impl Into<Body>) -> Reply {
        self.send(Request::builder().method(method).uri(uri).body(body.into()).expect("a request")).await
    }

    /// Creates a profile and answers its version.
    pub(crate) async fn profile(&self, name: &str, platform: &str) -> String {
        let mut body = json!({"platformId": platform});
        if platform != LAMBDA && platform != NOTATION {
            body["signingMaterial"] =
                json!({"certificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/x"});
        }
        let created = self.put(&format!("/signing-profiles/{name}"), body).await.ok();
        created["profileVersion"].as_str().unwrap_or_default().to_owned()
    }

    /// Puts a source into the embedded S3 and makes the bucket of the results.
    pub(crate) async fn source(&self) -> String {
        self.s3("PUT", "/sources", "").await;
        self.s3("PUT", "/results", "").await;
        let put = self.s3("PUT", "/sources/code.zip", archive(&[("index.js", "the code")])).await;
        assert_eq!(put.status, 200, "{put:?}");
        put.header("x-amz-version-id").to_owned()
    }

    /// Starts a job and answers its id.
    pub(crate) async fn start(&self, profile: &str, key: &str, token: &str) -> String {
        let started = self.post("/signing-jobs", start_body(profile, key, token)).await.ok();
        started["jobId"].as_str().expect("a job id").to_owned()
    }

    /// Signs a payload and answers the whole body.
    pub(crate) async fn sign(&self, profile: &str) -> Value {
        self.post("/signing-jobs/with-payload", payload_body(profile)).await.ok()
    }
}

fn config() -> (Config, Arc<AtomicI64>) {
    let now_ms = Arc::new(AtomicI64::new(START * 1000));
    let clock = {
        let now_ms = Arc::clone(&now_ms);
        Clock::new(move || Timestamp::from_millisecond(now_ms.load(Ordering::SeqCst)).expect("a time"))
    };
    (Config { authenticate: false, seed: Some(7), clock, ..Config::default() }, now_ms)
}

/// An archive of these files.
pub(crate) fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a file");
        writer.write_all(content.as_bytes()).expect("its content");
    }
    writer.finish().expect("an archive").into_inner()
}

pub(crate) fn start_body(profile: &str, key: &str, token: &str) -> Value {
    json!({
        "profileName": profile,
        "source": {"s3": {"bucketName": "sources", "key": key, "version": "null"}},
        "destination": {"s3": {"bucketName": "results", "prefix": "out-"}},
        "clientRequestToken": token,
    })
}

pub(crate) fn payload_body(profile: &str) -> Value {
    json!({"profileName": profile, "payload": "cGF5bG9hZA==", "payloadFormat": PAYLOAD_FORMAT})
}

/// The ARN of a profile of the first account, as clients put it into a path.
pub(crate) fn tags_uri(name: &str) -> String {
    format!("/tags/arn%3Aaws%3Asigner%3Aus-east-1%3A111122223333%3A%2Fsigning-profiles%2F{name}")
}
