//! Entity tags, as S3 makes them.

use crate::parts::Part;
use md5::{Digest as _, Md5};
use std::fmt::Write as _;
use std::sync::Arc;

/// The MD5 of the content, in quotes.
pub(crate) fn of(content: &[u8]) -> String {
    format!("\"{}\"", hex(&Md5::digest(content)))
}

/// As S3 has it: the MD5 over the parts' MD5s, and how many there are.
pub(crate) fn of_parts(parts: &[Arc<Part>]) -> String {
    let mut hash = Md5::new();
    for part in parts {
        let digits = part.etag.trim_matches('"').as_bytes();
        for pair in digits.chunks_exact(2) {
            let byte = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
            hash.update([byte.unwrap_or(0)]);
        }
    }
    format!("\"{}-{}\"", hex(&hash.finalize()), parts.len())
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
