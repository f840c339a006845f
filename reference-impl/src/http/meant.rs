//! Which service a request is for: its credential's scope says so, or how it is written.

use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::http::request::Parts;
use axum::http::{Method, Uri};

use crate::http::sigv4::claim;
use crate::http::{own, query, route};

/// The service that a request is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meant {
    /// The server itself: its health and its clock.
    Server,
    /// AWS Signer.
    Signer,
    /// The S3 beside it.
    S3,
    /// The calls that tell who calls.
    Sts,
    /// What is not served here.
    Elsewhere(Other),
}

/// A service that is not served here, as far as a request tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Other {
    /// Its name, if the request tells it.
    pub(super) service: Option<String>,
    /// What its clients understand.
    pub(super) protocol: Protocol,
}

/// How a service of AWS is talked to, as far as its errors differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// XML, as of the query protocol and of restXml.
    Xml,
    /// The XML of EC2.
    Ec2,
    /// JSON with the operation in a header, version 1.0.
    Json10,
    /// The same, version 1.1.
    Json11,
    /// JSON with the operation in method and path.
    RestJson,
    /// RPC v2 with CBOR.
    Cbor,
}

impl Meant {
    pub(super) fn by(parts: &Parts) -> Self {
        let path = parts.uri.path();
        if own::is_meant(path) {
            return Self::Server;
        }
        match claim::scope_service(parts) {
            Some(service) if service == "s3" => Self::S3,
            // The scope of such a request is wrong, which is for the Signer to say.
            Some(service) if service == "signer" || route::is_of_the_api(path) => Self::Signer,
            Some(service) if service == "sts" && is_query(parts) => Self::Sts,
            Some(service) => Self::elsewhere(parts, Some(service)),
            None if route::is_of_the_api(path) => Self::Signer,
            None if is_query(parts) && path == "/" => Self::Sts,
            None if parts.headers.contains_key(TARGET) || parts.headers.contains_key(SMITHY) => {
                Self::elsewhere(parts, None)
            }
            None => Self::S3,
        }
    }

    fn elsewhere(parts: &Parts, service: Option<String>) -> Self {
        let target = parts.headers.get(TARGET).and_then(|value| value.to_str().ok());
        let protocol = match service.as_deref() {
            _ if parts.headers.contains_key(SMITHY) => Protocol::Cbor,
            _ if target.is_some() && media_type(&parts.headers) == "application/x-amz-json-1.1" => {
                Protocol::Json11
            }
            _ if target.is_some() => Protocol::Json10,
            Some("ec2") => Protocol::Ec2,
            Some("sts" | "route53" | "cloudfront" | "s3express" | "s3-outposts" | "s3-object-lambda") => {
                Protocol::Xml
            }
            _ if is_query(parts) => Protocol::Xml,
            _ => Protocol::RestJson,
        };
        let service =
            service.or_else(|| target.and_then(|target| target.split('.').next()).map(str::to_owned));
        Self::Elsewhere(Other { service, protocol })
    }
}

/// Where the JSON protocols name the operation.
const TARGET: &str = "x-amz-target";

/// Where RPC v2 names itself.
const SMITHY: &str = "smithy-protocol";

/// Whether a request is of the query protocol: a form, or an action in the query.
fn is_query(parts: &Parts) -> bool {
    let is_form =
        parts.method == Method::POST && media_type(&parts.headers) == "application/x-www-form-urlencoded";
    is_form || action(&parts.uri).is_some()
}

/// The action in a query.
pub(super) fn action(uri: &Uri) -> Option<String> {
    let pairs = query::pairs(uri.query()?);
    query::first(&pairs, "Action").map(str::to_owned)
}

fn media_type(headers: &HeaderMap) -> String {
    let told = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    told.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
