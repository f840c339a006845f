//! Bodies in chunks, `aws-chunked`: how SDKs send what they do not want to hash twice.
//!
//! `x-amz-content-sha256` says which of three forms it is: signed chunks, signed chunks with a signed
//! trailer, or unsigned ones with a trailer. The trailer brings checksums, which from then on count as
//! headers.

use crate::s3::refusal::Refused;
use bytes::BytesMut;
use http::StatusCode;
use subtle::ConstantTimeEq as _;

/// The signatures of a body that is sent in chunks. Each is made from the one before, the first from that of
/// the request, by the key that only those who check signatures have.
pub trait SignatureChain: Send + Sync {
    /// The signature of the request.
    fn first(&self) -> &str;
    /// The signature that follows `previous`: of what `kind` names (`PAYLOAD` or `TRAILER`), with these
    /// pieces.
    fn next(&self, kind: &str, previous: &str, pieces: &[&[u8]]) -> String;
}

/// The forms, by the value of `x-amz-content-sha256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Signed,
    SignedWithTrailer,
    UnsignedWithTrailer,
}

impl Form {
    /// How the forms are called.
    pub(super) const NAMES: [&str; 3] = [
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    ];

    /// The form of a body that says this about itself; nothing if it is no body in chunks.
    pub(super) fn of(content_sha256: &str) -> Result<Option<Self>, Refused> {
        match content_sha256 {
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Ok(Some(Self::Signed)),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => Ok(Some(Self::SignedWithTrailer)),
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Ok(Some(Self::UnsignedWithTrailer)),
            other if other.starts_with("STREAMING-") => {
                let message = format!("x-amz-content-sha256: {other} is not understood here");
                Err(Refused::new(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message))
            }
            _ => Ok(None),
        }
    }

    fn is_signed(self) -> bool {
        match self {
            Self::Signed | Self::SignedWithTrailer => true,
            Self::UnsignedWithTrailer => false,
        }
    }
}

/// Names in lower case, and values.
type Headers = Vec<(String, String)>;

/// Puts a body together again, in its place, and gives what follows it. The signatures are checked if there
/// is something to check them by.
pub(super) fn put_together(
    form: Form,
    body: &mut BytesMut,
    chain: Option<&dyn SignatureChain>,
) -> Result<Headers, Refused> {
    let chain = chain.filter(|_| form.is_signed());
    let mut previous = chain.map(|chain| chain.first().to_owned()).unwrap_or_default();
    // What lies before `end` is put together, what lies from `next` on is not read yet.
    let (mut end, mut next) = (0, 0);
    loop {
        let line = take_line(body, &mut next).ok_or_else(|| incomplete("a chunk has no first line"))?;
        let (size, extension) = line.split_once(';').unwrap_or((&line, ""));
        let size = size_of(size).ok_or_else(|| incomplete("the size of a chunk is not a number"))?;
        if body.len() - next < size {
            return Err(incomplete("the body ends within a chunk"));
        }
        let chunk = next..next + size;
        if let Some(chain) = chain {
            let told = extension.strip_prefix("chunk-signature=").unwrap_or_default();
            let expected = chain.next("PAYLOAD", &previous, &[b"", &body[chunk.clone()]]);
            previous = check(told, expected)?;
        }
        if size == 0 {
            break;
        }
        body.copy_within(chunk, end);
        (end, next) = (end + size, next + size);
        if take_line(body, &mut next).is_none_or(|line| !line.is_empty()) {
            return Err(incomplete("a chunk is longer than it says"));
        }
    }
    let (trailer, told) = trailer(body, &mut next)?;
    if let Some(chain) = chain.filter(|_| form == Form::SignedWithTrailer) {
        let mut sorted: Vec<_> = trailer.iter().collect();
        sorted.sort();
        let lines: Vec<String> =
            sorted.into_iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        check(&told.unwrap_or_default(), chain.next("TRAILER", &previous, &[lines.concat().as_bytes()]))?;
    }
    body.truncate(end);
    Ok(trailer)
}

/// The size of a chunk, in hexadecimal digits and nothing else.
fn size_of(text: &str) -> Option<usize> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    usize::from_str_radix(text, 16).ok().filter(|_| is_number)
}

/// What follows the last chunk: headers, and the signature of them if there is one.
fn trailer(body: &[u8], next: &mut usize) -> Result<(Headers, Option<String>), Refused> {
    let mut lines = Vec::new();
    let mut signature = None;
    while let Some(line) = take_line(body, next) {
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            let message = "a line of the trailer is not a header";
            return Err(Refused::new(StatusCode::BAD_REQUEST, "MalformedTrailerError", message));
        };
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_owned());
        if name == "x-amz-trailer-signature" {
            signature = Some(value);
        } else {
            lines.push((name, value));
        }
    }
    Ok((lines, signature))
}

/// The signature, if it is the one that was expected.
fn check(told: &str, expected: String) -> Result<String, Refused> {
    if bool::from(told.as_bytes().ct_eq(expected.as_bytes())) {
        return Ok(expected);
    }
    let message = "The signature of a chunk or of the trailer does not match what was sent";
    Err(Refused::new(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message))
}

/// The line that begins at `next`, which goes on to the line after it. It ends with a line feed, with or
/// without a carriage return before it, and is given without.
fn take_line(body: &[u8], next: &mut usize) -> Option<String> {
    let rest = body.get(*next..)?;
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    *next += end + 1;
    let line = &rest[..end];
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Some(String::from_utf8_lossy(line).into_owned())
}

fn incomplete(message: &str) -> Refused {
    Refused::new(
        StatusCode::BAD_REQUEST,
        "IncompleteBody",
        format!("The body in chunks is damaged: {message}"),
    )
}
