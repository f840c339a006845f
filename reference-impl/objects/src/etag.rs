//! Entity tags, as S3 makes them.

use crate::parts::Part;
use base16ct::lower::{decode_vec, encode_string};
use md5::{Digest as _, Md5};
use std::sync::Arc;

/// The MD5 of the content, in quotes.
pub(crate) fn of(content: &[u8]) -> String {
    format!("\"{}\"", encode_string(&Md5::digest(content)))
}

/// As S3 has it: the MD5 over the parts' MD5s, and how many there are.
pub(crate) fn of_parts(parts: &[Arc<Part>]) -> String {
    let mut hash = Md5::new();
    for part in parts {
        // The tag of a part is one that was made above.
        hash.update(decode_vec(part.etag.trim_matches('"')).unwrap_or_default());
    }
    format!("\"{}-{}\"", encode_string(&hash.finalize()), parts.len())
}
