//! An endpoint inside the test, whose clock stands still, and what it answers.

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use jiff::Timestamp;
use signer_objects::s3::{BodyForm, Endpoint};
use signer_objects::{Asker, Objects, Versioning};

use crate::folder::Folder;

pub(crate) const OWNER: Asker<'static> = Asker { account: "111122223333", region: "us-east-1" };
pub(crate) const OTHER: Asker<'static> = Asker { account: "444455556666", region: "us-east-1" };
pub(crate) const OWNER_IN_EUROPE: Asker<'static> = Asker { account: "111122223333", region: "eu-west-1" };

pub(crate) struct Server(Endpoint);

/// An answer, read whole.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Server {
    pub(crate) fn new() -> Self {
        Self::of(Objects::in_memory(Some(7)))
    }

    /// A server that goes on with what is in the folder.
    pub(crate) fn kept(folder: &Folder) -> Self {
        Self::of(folder.open().expect("the folder can be used"))
    }

    fn of(objects: Objects) -> Self {
        Self(Endpoint { objects, versioning: Versioning::Implied })
    }

    /// The answer to an unsigned request.
    pub(crate) async fn by(
        &self,
        asker: Asker<'_>,
        (method, uri): (&str, &str),
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Reply {
        // 2026-01-02T03:04:05Z.
        let now = Timestamp::from_second(1_767_323_045).expect("a time");
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (mut parts, ()) = request.body(()).expect("a request").into_parts();
        let mut body = body.into().into();
        let unpacked =
            BodyForm::announced(&parts, false).and_then(|form| form.unpack(&mut parts, &mut body, None));
        let response = match unpacked {
            Ok(()) => self.0.serve(asker, Request::from_parts(parts, body.freeze()), now).await,
            Err(refused) => refused.response(),
        };
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body is whole").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Reply { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// The answer to the owner.
    pub(crate) async fn s3(&self, method: &str, uri: &str, body: impl Into<Bytes>) -> Reply {
        self.by(OWNER, (method, uri), &[], body).await
    }
}

/// The answer to a request with headers of its own.
pub(crate) async fn send(
    server: &Server,
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
    body: impl Into<Bytes>,
) -> Reply {
    server.by(OWNER, (method, uri), headers, body).await
}

/// The text of each such element, in order.
pub(crate) fn all(reply: &Reply, element: &str) -> Vec<String> {
    let (open, close) = (format!("<{element}>"), format!("</{element}>"));
    let pieces = reply.text.split(&open).skip(1);
    pieces.map(|rest| rest.split(&close).next().unwrap_or_default().to_owned()).collect()
}

pub(crate) fn one(reply: &Reply, element: &str) -> String {
    let found = all(reply, element);
    assert_eq!(found.len(), 1, "{element} in {reply:?}");
    found.into_iter().next().unwrap_or_default()
}

#[track_caller]
pub(crate) fn refused(reply: &Reply, status: u16, code: &str) {
    assert_eq!((reply.status, all(reply, "Code")), (status, vec![code.to_owned()]), "{reply:?}");
}
