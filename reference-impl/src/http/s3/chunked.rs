//! Bodies in chunks, `aws-chunked`: how SDKs send what they do not want to hash twice.
//!
//! `x-amz-content-sha256` says which of three forms it is: signed chunks, signed chunks with a signed trailer, or unsigned ones
//! with a trailer. The trailer brings checksums, which from then on count as headers.

use super::refusal::{Refused, refused};
use crate::http::sigv4::{Seed, hash};
use axum::http::StatusCode;
use bytes::{Bytes, BytesMut};
use subtle::ConstantTimeEq as _;

/// The forms, by the value of `x-amz-content-sha256`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Signed,
    SignedWithTrailer,
    UnsignedWithTrailer,
}

impl Form {
    /// The form of a body that says this about itself; nothing if it is no body in chunks.
    pub(super) fn of(content_sha256: &str) -> Result<Option<Self>, Refused> {
        match content_sha256 {
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Ok(Some(Self::Signed)),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => Ok(Some(Self::SignedWithTrailer)),
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Ok(Some(Self::UnsignedWithTrailer)),
            other if other.starts_with("STREAMING-") => {
                let message = format!("x-amz-content-sha256: {other} is not understood here");
                Err(refused(StatusCode::NOT_IMPLEMENTED, "NotImplemented", message))
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

/// A body put together again.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Whole {
    pub(super) content: Bytes,
    pub(super) trailer: Headers,
}

/// Puts a body together again. The signatures are checked if there is something to check them by.
pub(super) fn whole(form: Form, body: &Bytes, seed: Option<&Seed>) -> Result<Whole, Refused> {
    let seed = seed.filter(|_| form.is_signed());
    let mut previous = seed.map(|seed| seed.signature.clone()).unwrap_or_default();
    let mut rest = body.clone();
    let mut content = BytesMut::with_capacity(body.len());
    loop {
        let line = take_line(&mut rest).ok_or_else(|| incomplete("a chunk has no first line"))?;
        let (size, extension) = line.split_once(';').unwrap_or((&line, ""));
        let size = usize::from_str_radix(size.trim(), 16).map_err(|_| incomplete("the size of a chunk is not a number"))?;
        if rest.len() < size {
            return Err(incomplete("the body ends within a chunk"));
        }
        let chunk = rest.split_to(size);
        if let Some(seed) = seed {
            let told = extension.strip_prefix("chunk-signature=").unwrap_or_default();
            let expected = seed.next("PAYLOAD", &previous, &[hash(b""), hash(&chunk)]);
            previous = check(told, expected)?;
        }
        if size == 0 {
            break;
        }
        content.extend_from_slice(&chunk);
        if take_line(&mut rest).is_none_or(|line| !line.is_empty()) {
            return Err(incomplete("a chunk is longer than it says"));
        }
    }
    let (trailer, told) = trailer(&mut rest)?;
    if let Some(seed) = seed.filter(|_| form == Form::SignedWithTrailer) {
        let mut sorted: Vec<_> = trailer.iter().collect();
        sorted.sort();
        let lines: Vec<String> = sorted.into_iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        check(&told.unwrap_or_default(), seed.next("TRAILER", &previous, &[hash(lines.concat().as_bytes())]))?;
    }
    Ok(Whole { content: content.freeze(), trailer })
}

/// What follows the last chunk: headers, and the signature of them if there is one.
fn trailer(rest: &mut Bytes) -> Result<(Headers, Option<String>), Refused> {
    let mut lines = Vec::new();
    let mut signature = None;
    while let Some(line) = take_line(rest) {
        if line.is_empty() {
            break;
        }
        let Some((name, value)) = line.split_once(':') else {
            let message = "a line of the trailer is not a header";
            return Err(refused(StatusCode::BAD_REQUEST, "MalformedTrailerError", message.to_owned()));
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
    Err(refused(StatusCode::FORBIDDEN, "SignatureDoesNotMatch", message.to_owned()))
}

/// A line without its end, which is a line feed with or without a carriage return.
fn take_line(rest: &mut Bytes) -> Option<String> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let line = rest.split_to(end + 1);
    let line = line.strip_suffix(b"\n").unwrap_or(&line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    Some(String::from_utf8_lossy(line).into_owned())
}

fn incomplete(message: &str) -> Refused {
    refused(StatusCode::BAD_REQUEST, "IncompleteBody", format!("The body in chunks is damaged: {message}"))
}
