//! Requests as text, so that a corpus can be read and written by hand: a request line, headers, an empty
//! line, a body; a line `---` separates one request from the next.

use axum::body::Body;
use axum::http::Request;

/// Where requests go that do not say it.
pub(crate) const HOST: &str = "127.0.0.1:8770";

/// So many requests of a conversation are sent.
const MOST_REQUESTS: usize = 12;

/// One request, before it is one of HTTP.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// The method.
    pub method: &'a str,
    /// Path and query.
    pub target: &'a str,
    /// The header lines, as they stand.
    headers: &'a str,
    /// The body.
    pub body: &'a [u8],
}

/// The requests of a conversation. What follows the last separator may be cut off anywhere.
pub fn requests(bytes: &[u8]) -> impl Iterator<Item = Text<'_>> {
    split(bytes, b"\n---\n").take(MOST_REQUESTS).filter_map(text)
}

fn split<'a>(bytes: &'a [u8], separator: &'static [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = Some(bytes);
    std::iter::from_fn(move || {
        let bytes = rest?;
        let (head, tail) = cut(bytes, separator).map_or((bytes, None), |(head, tail)| (head, Some(tail)));
        rest = tail;
        Some(head)
    })
}

/// What stands before and after a separator.
pub(crate) fn cut<'a>(bytes: &'a [u8], separator: &[u8]) -> Option<(&'a [u8], &'a [u8])> {
    let at = bytes.windows(separator.len()).position(|window| window == separator)?;
    Some((&bytes[..at], &bytes[at + separator.len()..]))
}

fn text(bytes: &[u8]) -> Option<Text<'_>> {
    let (head, body) = cut(bytes, b"\n\n").unwrap_or((bytes, b""));
    let head = std::str::from_utf8(head).ok()?;
    let (line, headers) = head.split_once('\n').unwrap_or((head, ""));
    let (method, target) = line.split_once(' ')?;
    Some(Text { method, target, headers, body })
}

impl<'a> Text<'a> {
    /// Names and values.
    pub fn headers(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        self.headers.lines().filter_map(|line| line.split_once(": "))
    }

    /// The request, if HTTP can carry it.
    pub fn request(&self) -> Option<Request<Body>> {
        let mut request = Request::builder().method(self.method).uri(self.target);
        if !self.headers().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            request = request.header("host", HOST);
        }
        for (name, value) in self.headers() {
            request = request.header(name, value);
        }
        request.body(Body::from(self.body.to_vec())).ok()
    }
}
