//! A small path-style S3 on the same port: enough to give jobs their sources and to read results.

use super::{Arrived, query, route, sigv4};
use crate::error::{Outcome, Refusal};
use crate::objects::Object;
use crate::service::Service;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ETAG, HeaderValue, LAST_MODIFIED};
use axum::http::{Method, Request, Response, StatusCode};
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// An answer, not yet on the wire.
struct Reply {
    status: StatusCode,
    headers: Vec<(&'static str, String)>,
    body: axum::body::Bytes,
}

/// Whether a request is for S3: its signature says so, or it is for nothing of the API. A request
/// that was signed for the API stays with the API.
pub(super) fn is_meant(request: &Request<Body>) -> bool {
    let (parts, ()) = parts_of(request);
    match sigv4::scope_service(&parts).as_deref() {
        Some("s3") => true,
        Some(_) => false,
        None => !route::is_of_the_api(request.uri().path()),
    }
}

/// Method, URI and headers without the body, which has not arrived yet.
fn parts_of(request: &Request<Body>) -> (axum::http::request::Parts, ()) {
    let mut copy = Request::new(());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy.into_parts()
}

pub(super) fn answer(service: &Service, arrived: Outcome<Arrived>, request_id: &str) -> Response<Body> {
    let reply = match arrived {
        Ok(arrived) => allowed(service, &arrived).unwrap_or_else(|| serve(service, arrived)),
        Err(Refusal { message, .. }) => error(StatusCode::BAD_REQUEST, "EntityTooLarge", &message),
    };
    let mut response = Response::new(Body::from(reply.body));
    *response.status_mut() = reply.status;
    for (name, value) in reply.headers.into_iter().chain([("x-amz-request-id", request_id.to_owned())]) {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}

/// Nothing when the request may pass, else the answer.
fn allowed(service: &Service, arrived: &Arrived) -> Option<Reply> {
    if !service.config.authenticate {
        return None;
    }
    match sigv4::verify(&service.config, &arrived.parts, &arrived.body) {
        Ok(_) => None,
        Err(refusal) => Some(error(StatusCode::FORBIDDEN, "AccessDenied", &refusal.message)),
    }
}

fn serve(service: &Service, arrived: Arrived) -> Reply {
    let path = arrived.parts.uri.path().trim_start_matches('/');
    let (bucket, key) = path.split_once('/').unwrap_or((path, ""));
    let (Some(bucket), Some(key)) = (query::decode_segment(bucket), query::decode_segment(key)) else {
        return error(StatusCode::BAD_REQUEST, "InvalidURI", "the path is not UTF-8");
    };
    let query = query::pairs(arrived.parts.uri.query().unwrap_or_default());
    let method = arrived.parts.method.clone();
    match (bucket.is_empty(), key.is_empty()) {
        (true, _) => list_buckets(service, &method),
        (false, true) => on_bucket(service, &method, &bucket, &query),
        (false, false) => on_object(service, &method, &bucket, &key, &query, arrived),
    }
}

fn list_buckets(service: &Service, method: &Method) -> Reply {
    if *method != Method::GET {
        return not_allowed();
    }
    let mut buckets = String::new();
    service.with_objects(|objects| {
        for name in objects.bucket_names() {
            let _ = write!(buckets, "<Bucket><Name>{}</Name></Bucket>", escaped(name));
        }
    });
    xml(StatusCode::OK, &format!("<ListAllMyBucketsResult><Buckets>{buckets}</Buckets></ListAllMyBucketsResult>"))
}

fn on_bucket(service: &Service, method: &Method, bucket: &str, query: &[(String, String)]) -> Reply {
    let exists = service.with_objects(|objects| objects.has_bucket(bucket));
    let asks = |name: &str| query::first(query, name).is_some();
    match *method {
        // Versioning and the like are always as one would set them.
        Method::PUT if exists && !query.is_empty() && !asks("x-id") => empty(StatusCode::OK),
        Method::PUT => {
            service.with_objects(|objects| objects.create_bucket(bucket));
            Reply { headers: vec![("location", format!("/{bucket}"))], ..empty(StatusCode::OK) }
        }
        _ if !exists => no_bucket(),
        Method::HEAD => empty(StatusCode::OK),
        Method::GET if asks("versioning") => {
            xml(StatusCode::OK, "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
        }
        Method::GET if asks("location") => xml(StatusCode::OK, "<LocationConstraint/>"),
        Method::GET => list_objects(service, bucket, query::first(query, "prefix").unwrap_or_default()),
        Method::DELETE if service.with_objects(|objects| objects.delete_bucket(bucket)) => empty(StatusCode::NO_CONTENT),
        Method::DELETE => error(StatusCode::CONFLICT, "BucketNotEmpty", "the bucket still holds objects"),
        _ => not_allowed(),
    }
}

/// The whole list on one page.
fn list_objects(service: &Service, bucket: &str, prefix: &str) -> Reply {
    let mut entries = String::new();
    let mut count = 0;
    service.with_objects(|objects| {
        for (key, object) in objects.list(bucket, prefix).into_iter().flatten() {
            count += 1;
            let _ = write!(
                entries,
                "<Contents><Key>{}</Key><LastModified>{}</LastModified><ETag>{}</ETag><Size>{}</Size></Contents>",
                escaped(key),
                object.written_at,
                escaped(&etag(&object.content)),
                object.content.len()
            );
        }
    });
    let (bucket, prefix) = (escaped(bucket), escaped(prefix));
    let body = format!(
        "<ListBucketResult><Name>{bucket}</Name><Prefix>{prefix}</Prefix><KeyCount>{count}</KeyCount>\
         <MaxKeys>{count}</MaxKeys><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"
    );
    xml(StatusCode::OK, &body)
}

fn on_object(service: &Service, method: &Method, bucket: &str, key: &str, query: &[(String, String)], arrived: Arrived) -> Reply {
    let version = query::first(query, "versionId");
    match *method {
        Method::PUT => put_object(service, bucket, key, arrived),
        Method::GET | Method::HEAD => {
            let found = service.with_objects(|objects| {
                let exists = objects.has_bucket(bucket);
                exists.then(|| objects.get(bucket, key, version).cloned())
            });
            match found {
                None => no_bucket(),
                Some(None) => error(StatusCode::NOT_FOUND, "NoSuchKey", "The specified key does not exist."),
                Some(Some(object)) => read_object(object, *method == Method::HEAD),
            }
        }
        Method::DELETE => {
            service.with_objects(|objects| objects.delete(bucket, key));
            empty(StatusCode::NO_CONTENT)
        }
        _ => not_allowed(),
    }
}

fn put_object(service: &Service, bucket: &str, key: &str, arrived: Arrived) -> Reply {
    let hash = arrived.parts.headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok());
    if hash.is_some_and(|hash| hash.starts_with("STREAMING-")) {
        return error(StatusCode::NOT_IMPLEMENTED, "NotImplemented", "chunked uploads are not understood here");
    }
    let tag = etag(&arrived.body);
    let version = service.fresh_uuid().replace('-', "");
    let object = Object { version: version.clone(), written_at: service.now(), content: arrived.body };
    let written = service.with_objects(|objects| objects.put(bucket, key, object).then_some(version));
    match written {
        Some(version) => Reply { headers: vec![(ETAG.as_str(), tag), ("x-amz-version-id", version)], ..empty(StatusCode::OK) },
        None => no_bucket(),
    }
}

fn read_object(object: Object, is_head: bool) -> Reply {
    let written = object.written_at.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string();
    let mut headers = vec![
        (ETAG.as_str(), etag(&object.content)),
        (LAST_MODIFIED.as_str(), written),
        ("x-amz-version-id", object.version),
        (CONTENT_TYPE.as_str(), "application/octet-stream".to_owned()),
    ];
    if is_head {
        headers.push(("content-length", object.content.len().to_string()));
    }
    Reply { status: StatusCode::OK, headers, body: if is_head { axum::body::Bytes::new() } else { object.content } }
}

/// A tag that changes with the content; S3's own is an MD5.
fn etag(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    let mut tag = String::from("\"");
    for byte in digest.iter().take(16) {
        let _ = write!(tag, "{byte:02x}");
    }
    tag + "\""
}

fn empty(status: StatusCode) -> Reply {
    Reply { status, headers: Vec::new(), body: axum::body::Bytes::new() }
}

fn xml(status: StatusCode, body: &str) -> Reply {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{body}");
    let headers = vec![(CONTENT_TYPE.as_str(), "application/xml".to_owned())];
    Reply { status, headers, body: body.into() }
}

fn error(status: StatusCode, code: &str, message: &str) -> Reply {
    xml(status, &format!("<Error><Code>{code}</Code><Message>{}</Message></Error>", escaped(message)))
}

fn no_bucket() -> Reply {
    error(StatusCode::NOT_FOUND, "NoSuchBucket", "The specified bucket does not exist")
}

fn not_allowed() -> Reply {
    error(StatusCode::METHOD_NOT_ALLOWED, "MethodNotAllowed", "The specified method is not allowed against this resource.")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
