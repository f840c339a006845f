//! The reference implementation within the process, and what every answer of it must be.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::Value;
use signer_reference::{Clock, Config, router};
use signer_schemas::{Edition, common_errors, declared_errors};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::runtime::Runtime;
use tower::ServiceExt as _;

/// When every server starts: 2026-01-02T03:04:05Z.
pub const START_S: i64 = 1_767_323_045;

/// Where the paths of the API begin.
const ROOTS: [&str; 5] =
    ["/signing-profiles", "/signing-jobs", "/signing-platforms", "/tags/", "/revocations"];

/// Errors of what stands before an operation: HTTP, JSON, signatures, other services. No document of the
/// Signer has them all.
const BESIDE: [&str; 7] = [
    "IncompleteSignatureException",
    "InvalidSignatureException",
    "MissingAuthenticationTokenException",
    "RequestEntityTooLargeException",
    "SerializationException",
    "UnknownOperationException",
    "UnsupportedMediaTypeException",
];

thread_local! {
    static RUNTIME: Runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
}

/// A server of its own, whose clock goes on by a second with each request.
pub struct Witness {
    router: Router,
    edition: Edition,
    now_s: Arc<AtomicI64>,
}

/// An answer, read whole.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

impl Witness {
    /// A server that checks signatures, or one that takes everybody for the first account.
    pub fn new(authenticate: bool, edition: Edition) -> Self {
        let now_s = Arc::new(AtomicI64::new(START_S));
        let now = Arc::clone(&now_s);
        let clock =
            Clock::new(move || Timestamp::from_second(now.load(Ordering::Relaxed)).unwrap_or_default());
        let config =
            Config { authenticate, edition, clock, control: true, seed: Some(7), ..Config::default() };
        Self { router: router(config), edition, now_s }
    }

    /// Sends a request and holds the answer against what every answer must be.
    pub fn send(&self, request: Request<Body>) -> Answer {
        let asked = format!("{} {}", request.method(), request.uri());
        let (path, has_body) = (request.uri().path().to_owned(), request.method() != Method::HEAD);
        let answer = RUNTIME.with(|runtime| {
            runtime.block_on(async {
                let Ok(response) = self.router.clone().oneshot(request).await;
                let (parts, body) = response.into_parts();
                let body = body
                    .collect()
                    .await
                    .unwrap_or_else(|error| panic!("{asked}: the answer breaks off: {error}"));
                Answer {
                    status: parts.status.as_u16(),
                    headers: parts.headers,
                    body: body.to_bytes().to_vec(),
                }
            })
        });
        self.now_s.fetch_add(1, Ordering::Relaxed);
        if let Err(wrong) = self.well_formed(&path, has_body, &answer) {
            panic!("{asked} is answered with {} {:?}: {wrong}", answer.status, answer.text());
        }
        answer
    }

    fn well_formed(&self, path: &str, has_body: bool, answer: &Answer) -> Result<(), String> {
        if answer.status == 500 || !(200..600).contains(&answer.status) {
            return Err("the status is none to be sent".to_owned());
        }
        let media_type = answer.header("content-type");
        // An object, or a part of one, is what its owner put there.
        let is_object = !answer.header("etag").is_empty();
        let is_json = has_body && !is_object && media_type.starts_with("application/json");
        let json = is_json.then(|| serde_json::from_slice::<Value>(&answer.body));
        let json = json.transpose().map_err(|error| format!("the body is no JSON: {error}"))?;
        if media_type.ends_with("/xml") && !answer.body.is_empty() && !is_object {
            well_formed_xml(&answer.body)?;
        }
        if answer.header("x-amz-request-id").is_empty() && answer.header("x-amzn-requestid").is_empty() {
            return Err("there is no request id".to_owned());
        }
        let is_api = ROOTS.iter().any(|root| path.starts_with(root)) && media_type == "application/json";
        if is_api && has_body && answer.status >= 400 { self.declared(answer, json.as_ref()) } else { Ok(()) }
    }

    /// An error of the API has a name and a status that belong together, and a body with a message.
    fn declared(&self, answer: &Answer, body: Option<&Value>) -> Result<(), String> {
        let name = answer.header("x-amzn-errortype");
        let mut known = declared_errors(self.edition).iter().chain(common_errors(self.edition));
        if !BESIDE.contains(&name) && !known.any(|error| error.name == name && error.status == answer.status)
        {
            return Err(format!("{name:?} with that status is no error of the edition"));
        }
        let members = body.and_then(Value::as_object).ok_or("the body is no object")?;
        let fits = members
            .iter()
            .all(|(name, value)| matches!(name.as_str(), "message" | "code") && value.is_string());
        if fits && members.contains_key("message") {
            Ok(())
        } else {
            Err("the body is none of an error".to_owned())
        }
    }
}

fn well_formed_xml(body: &[u8]) -> Result<(), String> {
    let mut reader = Reader::from_reader(body);
    reader.config_mut().check_end_names = true;
    loop {
        match reader.read_event().map_err(|error| format!("the body is no XML: {error}"))? {
            Event::Eof => return Ok(()),
            Event::Text(text) => {
                let text = text.decode().map_err(|error| format!("the body is no XML: {error}"))?;
                let is_none_of_xml = |letter| matches!(letter, '\0'..='\x08' | '\x0b' | '\x0c' | '\x0e'..='\x1f' | '\u{fffe}' | '\u{ffff}');
                if let Some(letter) = text.chars().find(|letter| is_none_of_xml(*letter)) {
                    return Err(format!("the body is no XML: it holds {letter:?}"));
                }
            }
            _ => {}
        }
    }
}

impl Answer {
    /// A header's value, empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The body, as far as it is text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}
