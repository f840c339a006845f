//! The reference as a function from requests to answers, without a socket.

use std::error::Error;
use std::hint::black_box;
use std::time::SystemTime;

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::http;
use signer_conformance::Request;
use signer_conformance::wire::sign;
use signer_conformance_cli::embedded::identities;
use signer_reference::Config;
use signer_schemas::Edition;
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

use crate::sample::config;

/// A request that is ready to be answered.
pub(crate) type Made = Result<http::Request<Body>, Box<dyn Error>>;

const HOST: &str = "localhost";

/// The service, and what it runs on.
pub(crate) struct Service {
    router: Router,
    runtime: Runtime,
    is_signed: bool,
}

impl Service {
    /// One that checks signatures, or does not.
    pub(crate) fn new(is_signed: bool) -> std::io::Result<Self> {
        let config = Config { authenticate: is_signed, ..config(Edition::Current) };
        Ok(Self { router: signer_reference::router(config), runtime: runtime()?, is_signed })
    }

    /// Makes profiles of these names.
    pub(crate) fn make(&self, names: impl Iterator<Item = String>) -> Result<(), Box<dyn Error>> {
        for name in names {
            self.answer(self.put(&name)?)?;
        }
        Ok(())
    }

    /// A request to make a profile.
    pub(crate) fn put(&self, name: &str) -> Made {
        let body = r#"{"platformId":"Notation-OCI-SHA384-ECDSA","tags":{"a":"b"}}"#;
        self.request("PUT", &format!("/signing-profiles/{name}"), body)
    }

    /// A request, signed if need be.
    pub(crate) fn request(&self, method: &str, target: &str, body: &str) -> Made {
        let (method, target) = (method.to_owned(), target.to_owned());
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        let mut request = Request { method, target, headers, body: body.into(), ..Request::default() };
        if self.is_signed {
            let url = format!("http://{HOST}{}", request.target);
            let signed = sign(&request, &url, &identities().0, "us-east-1", "signer", SystemTime::now())?;
            request.headers.extend(signed.headers);
        }
        let builder = http::Request::builder().method(request.method.as_str()).uri(&request.target);
        let headers = request
            .headers
            .iter()
            .fold(builder.header("host", HOST), |builder, (name, value)| builder.header(name, value));
        Ok(headers.body(Body::from(request.body))?)
    }

    /// The whole body of an answer, which is a success.
    pub(crate) fn answer(&self, request: http::Request<Body>) -> Result<Bytes, Box<dyn Error>> {
        self.runtime.block_on(async {
            let response = self.router.clone().oneshot(request).await?;
            let status = response.status();
            let body = black_box(to_bytes(response.into_body(), usize::MAX).await?);
            if status.is_success() {
                Ok(body)
            } else {
                Err(format!("{status}: {}", String::from_utf8_lossy(&body)).into())
            }
        })
    }
}

/// A runtime of one thread.
pub(crate) fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
