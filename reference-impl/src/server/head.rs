//! The head of a request: its first line and its headers, as far as they say where the request ends and for
//! whom it is.

use std::fmt;

/// Why what arrived is no request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Malformed(pub(crate) &'static str);

impl fmt::Display for Malformed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for Malformed {}

/// How a body is delimited.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Length {
    Known(u64),
    Chunked,
}

/// What is known of a head so far.
#[derive(Debug, Default)]
pub(super) struct Head {
    first: Option<First>,
    host: Option<String>,
    length: Option<u64>,
    is_chunked: bool,
}

/// What matters of the first line.
#[derive(Debug)]
struct First {
    /// The authority of a target that has one.
    authority: Option<String>,
    is_http_1_0: bool,
}

impl Head {
    /// Takes a line, without its end; the empty one is the last and tells how long the body is.
    pub(super) fn line(&mut self, line: &[u8]) -> Result<Option<Length>, Malformed> {
        match (&self.first, line) {
            // An empty line before a request is a leftover of the one before it.
            (None, []) => Ok(None),
            (None, line) => {
                self.first = Some(first(line)?);
                Ok(None)
            }
            (Some(first), []) => self.end(first).map(Some),
            (Some(_), line) => self.header(line).map(|()| None),
        }
    }

    fn header(&mut self, line: &[u8]) -> Result<(), Malformed> {
        let (name, value) = field(line)?;
        let text = || std::str::from_utf8(value).map(str::trim_ascii).unwrap_or_default();
        match name.as_str() {
            "host" => match self.host.replace(text().to_owned()) {
                Some(_) => return Err(Malformed("there is more than one Host header")),
                None if !is_host(text()) => {
                    return Err(Malformed("the Host header is not a host with or without a port"));
                }
                None => {}
            },
            "content-length" => {
                let text = text();
                let length = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
                let length = length.ok_or(Malformed("Content-Length is not a number"))?;
                if self.length.replace(length).is_some() {
                    return Err(Malformed("there is more than one Content-Length header"));
                }
            }
            "transfer-encoding"
                if std::mem::replace(&mut self.is_chunked, true)
                    || !text().eq_ignore_ascii_case("chunked") =>
            {
                return Err(Malformed("Transfer-Encoding is not chunked, or is there more than once"));
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&self, first: &First) -> Result<Length, Malformed> {
        match (&self.host, &first.authority) {
            (None, _) if !first.is_http_1_0 => return Err(Malformed("there is no Host header")),
            (Some(host), Some(authority)) if !is_same(host, authority) => {
                return Err(Malformed("the Host header names another host than the target"));
            }
            _ => {}
        }
        match (self.length, self.is_chunked) {
            (Some(_), true) => Err(Malformed("there are both Content-Length and Transfer-Encoding")),
            (None, true) if first.is_http_1_0 => Err(Malformed("HTTP/1.0 has no Transfer-Encoding")),
            (None, true) => Ok(Length::Chunked),
            (length, false) => Ok(Length::Known(length.unwrap_or(0))),
        }
    }
}

/// The method, the target and the version, with one space between them.
fn first(line: &[u8]) -> Result<First, Malformed> {
    const NO_REQUEST: Malformed = Malformed("the first line is not METHOD TARGET HTTP/1.1");
    let text = std::str::from_utf8(line).map_err(|_| NO_REQUEST)?;
    let words: Vec<&str> = text.split(' ').collect();
    let [method, target, version @ ("HTTP/1.1" | "HTTP/1.0")] = words.as_slice() else {
        return Err(NO_REQUEST);
    };
    if method.is_empty()
        || !method.bytes().all(is_token)
        || target.bytes().any(|byte| byte.is_ascii_control())
    {
        return Err(NO_REQUEST);
    }
    let authority = match target.split_once("://") {
        _ if target.starts_with('/') || *target == "*" => None,
        Some((scheme, rest)) if ["http", "https"].iter().any(|known| scheme.eq_ignore_ascii_case(known)) => {
            Some(rest.split(['/', '?', '#']).next().unwrap_or_default().to_owned())
        }
        _ => return Err(Malformed("the target is neither a path nor an http URL")),
    };
    Ok(First { authority, is_http_1_0: *version == "HTTP/1.0" })
}

/// The name, in lower case, and the value of a header.
pub(super) fn field(line: &[u8]) -> Result<(String, &[u8]), Malformed> {
    if line.starts_with(b" ") || line.starts_with(b"\t") {
        return Err(Malformed("a header goes on in the next line"));
    }
    let colon = line.iter().position(|byte| *byte == b':').ok_or(Malformed("a header has no colon"))?;
    let (name, value) = line.split_at(colon);
    if name.is_empty() || !name.iter().copied().all(is_token) {
        return Err(Malformed("the name of a header is empty or holds what no name can"));
    }
    Ok((String::from_utf8_lossy(name).to_ascii_lowercase(), &value[1..]))
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// A name or an address, perhaps with a port.
fn is_host(text: &str) -> bool {
    let (name, port) = match text.strip_prefix('[').map(|rest| rest.split_once(']')) {
        Some(None) => return false,
        Some(Some((address, rest))) => {
            if address.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            ("v6", if rest.is_empty() { None } else { Some(rest.strip_prefix(':').unwrap_or("no port")) })
        }
        None => text.split_once(':').map_or((text, None), |(name, port)| (name, Some(port))),
    };
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit()) && port.parse::<u16>().is_ok();
    let is_name =
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte));
    is_name && port.is_none_or(is_port)
}

/// Whether two authorities are the same, where 80 is the port that need not be named.
fn is_same(one: &str, other: &str) -> bool {
    let bare = |text: &str| text.strip_suffix(":80").unwrap_or(text).to_ascii_lowercase();
    bare(one) == bare(other)
}
