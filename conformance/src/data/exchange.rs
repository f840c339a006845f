//! Requests, responses and exchanges as plain values, without secrets: requests are signed on their way out.

use std::borrow::Cow;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signer_model::Account;

use crate::data::body::{self, Body, Json};
use crate::data::signature::Signature;
use crate::data::tls_fault::TlsFault;

/// What a request is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Service {
    /// The Signer.
    #[default]
    Signer,
    /// The S3 that jobs read from and write to.
    S3,
}

impl Service {
    /// The name in a signature's scope.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Signer => "signer",
            Self::S3 => "s3",
        }
    }

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
    fn is_signer(&self) -> bool {
        *self == Self::Signer
    }
}

/// An HTTP request before it is signed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// Path and query as they go over the wire, percent-encoded.
    pub target: String,
    /// Headers beside `Host`, `Content-Length` and those that the signature adds.
    pub headers: Vec<(String, String)>,
    /// The body, empty for none.
    #[serde(with = "body", default, skip_serializing_if = "Vec::is_empty")]
    pub body: Vec<u8>,
    /// How often the digit 0 stands behind the body. They are made on the way out, and kept nowhere.
    #[serde(default, skip_serializing_if = "is_none")]
    pub filler_bytes: usize,
    /// How it is signed on its way out.
    #[serde(default, skip_serializing_if = "Signature::is_valid")]
    pub signature: Signature,
    /// The Region that it is signed for, if it is another one than that of the run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub region: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
const fn is_none(count: &usize) -> bool {
    *count == 0
}

impl Request {
    /// The body as it is sent.
    pub fn sent_body(&self) -> Cow<'_, [u8]> {
        if self.filler_bytes == 0 {
            return Cow::Borrowed(&self.body);
        }
        let mut body = self.body.clone();
        body.resize(body.len().saturating_add(self.filler_bytes), b'0');
        Cow::Owned(body)
    }
}

/// An HTTP response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body.
    #[serde(default, skip_serializing_if = "<[u8]>::is_empty")]
    pub body: Body,
}

impl Response {
    /// The first header of that name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// Whether the status tells success.
    pub const fn is_success(&self) -> bool {
        self.status >= 200 && self.status < 300
    }

    /// How many bytes its headers and its body have.
    pub fn size(&self) -> usize {
        self.headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>() + self.body.len()
    }

    /// The body as JSON, if it is.
    pub fn json(&self) -> Option<Json> {
        self.body.json()
    }

    /// A gateway gives it in place of the service: it carries neither a request id nor an error as AWS's
    /// services spell it.
    pub fn is_of_a_gateway(&self) -> bool {
        let has_id = || self.header("x-amzn-requestid").is_some_and(|id| !id.trim().is_empty());
        let has_type = || {
            self.header("x-amzn-errortype").is_some()
                || self.error_type().is_some_and(|name| name.ends_with("Exception"))
        };
        matches!(self.status, 429 | 502..=504) && !has_id() && !has_type()
    }

    /// It says nothing of the service, but that it is not to be had just now: no rule of the API applies to
    /// it.
    pub fn is_beside_the_api(&self) -> bool {
        self.is_of_a_gateway() || self.status == 503 && self.is_throttled()
    }

    /// The caller is told to slow down: by the service, or by a gateway, which says so by 503 as well.
    pub fn is_throttled(&self) -> bool {
        self.status == 429
            || self.status == 503 && (self.is_of_a_gateway() || self.header("retry-after").is_some())
            || !self.is_success()
                && matches!(
                    self.error_type().as_deref(),
                    Some("ThrottlingException" | "TooManyRequestsException")
                )
    }

    /// How long it asks the caller to wait: the seconds of its header, or the time until the date that stands
    /// there.
    pub fn retry_after(&self) -> Option<Duration> {
        let text = self.header("retry-after")?.trim();
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date = |text: &str| Some(jiff::fmt::rfc2822::parse(text).ok()?.timestamp());
        let now = self.header("date").and_then(date).unwrap_or_else(Timestamp::now);
        // A date that is past asks for no wait.
        Some(Duration::try_from(date(text)?.duration_since(now)).unwrap_or_default())
    }

    /// The error's type as clients read it: `x-amzn-ErrorType`, then `code`, then `__type`; cut at the first
    /// `:`, after the last `#`.
    pub fn error_type(&self) -> Option<String> {
        let raw = self.header("x-amzn-errortype").map(str::to_owned).or_else(|| {
            let body = self.json()?;
            ["code", "__type"].into_iter().find_map(|member| body.get(member)?.as_str().map(str::to_owned))
        })?;
        let name = raw.split(':').next().unwrap_or_default();
        let name = name.rsplit('#').next().unwrap_or_default().trim();
        (!name.is_empty()).then(|| cut(name, LONGEST_NAME))
    }
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
pub enum Silence {
    /// No connection is made.
    #[error("cannot connect: {0}")]
    Connect(String),
    /// The host's name has no address.
    #[error("the host name does not resolve: {0}")]
    Unresolved(String),
    /// A connection is made, but none by TLS.
    #[error("TLS fails: {}: {told}", fault.words())]
    Tls {
        /// Why.
        fault: TlsFault,
        /// The same, as those who speak TLS say it.
        told: String,
    },
    /// No answer within the time allowed.
    #[error("no answer within {0:?}")]
    Timeout(Duration),
    /// The connection broke, or what came is not HTTP.
    #[error("the connection broke: {0}")]
    Broken(String),
    /// The answer is larger than anything the API can send.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(usize),
    /// A gateway answers in place of the service, whose answer it did not get.
    #[error("a gateway answers {0} in place of the service")]
    Gateway(u16),
    /// The answer has more values than anything the API can send: in memory each takes far more than its
    /// text.
    #[error("the answer has more than {0} values")]
    TooMany(usize),
    /// It was not asked: what was answered before is more than a run keeps of one case.
    #[error("the answers to one case are larger than {0} bytes together")]
    TooMuch(usize),
    /// It was not asked: the list has gone on for so many pages, and is followed no further.
    #[error("the list goes on after {0} pages")]
    Endless(usize),
    /// The same: the account holds more than is worth reading in such pages.
    #[error("the account holds too much for this list to be followed beyond {0} pages")]
    Crowded(usize),
    /// The caller was throttled, and again after every wait.
    #[error("throttled {0} times in a row")]
    Throttled(u32),
    /// The run is over: it was not sent, or its answer is not waited for any longer.
    #[error("the run was over")]
    RunOver,
}

impl Silence {
    /// The service may have done what it was asked, or may still do so.
    pub const fn may_have_been_heard(&self) -> bool {
        matches!(
            self,
            Self::Timeout(_) | Self::Broken(_) | Self::TooLarge(_) | Self::TooMany(_) | Self::Gateway(_)
        )
    }
}

/// One request and what came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Who called.
    pub by: Account,
    /// Whom: the Signer, or the S3 beside it.
    #[serde(default, skip_serializing_if = "Service::is_signer")]
    pub to: Service,
    /// What was sent.
    pub request: Request,
    /// What came back.
    pub outcome: Result<Response, Silence>,
}

impl Exchange {
    /// How many bytes it keeps in memory.
    pub(crate) fn size(&self) -> usize {
        let Request { target, headers, body, .. } = &self.request;
        let sent = target.len()
            + body.len()
            + headers.iter().map(|(name, value)| name.len() + value.len()).sum::<usize>();
        sent + self.outcome.as_ref().map_or(0, Response::size)
    }

    /// How many bytes it may keep in memory while it is judged: each value of a JSON document takes so many
    /// more than its text.
    pub(crate) fn weight(&self) -> usize {
        const VALUE: usize = size_of::<Value>();
        self.size() + VALUE * self.outcome.as_ref().map_or(0, |response| response.body.values())
    }
}

/// No error's name is longer.
const LONGEST_NAME: usize = 128;

/// The text, cut where it gets longer than so many characters.
pub(crate) fn cut(text: &str, longest: usize) -> String {
    match text.char_indices().nth(longest) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, Duration, Response};

    fn wait(retry_after: &str) -> Option<Duration> {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let headers =
            vec![header("date", "Wed, 21 Oct 2026 07:28:00 GMT"), header("retry-after", retry_after)];
        Response { status: 429, headers, body: Body::default() }.retry_after()
    }

    #[test]
    fn retry_after_is_read_in_each_of_its_forms() {
        assert_eq!(wait("120"), Some(Duration::from_mins(2)));
        assert_eq!(wait("Wed, 21 Oct 2026 07:28:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(wait("Wed, 21 Oct 2026 07:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(wait("soon"), None);
    }
}
