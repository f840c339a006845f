//! XML, as far as it is written by hand.

use std::borrow::Cow;
use std::fmt::Write as _;

/// A text between tags.
pub fn text(text: &str) -> String {
    readable(&text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")).into_owned()
}

/// A document that any parser reads. XML 1.0 has no way to write most control characters, nor U+FFFE and
/// U+FFFF, which keys of objects may hold: they are percent-encoded. The carriage return, which parsers would
/// read as a line feed, is written as a reference.
pub fn readable(text: &str) -> Cow<'_, str> {
    let is_plain = |sign: char| matches!(sign, '\t' | '\n' | ' '..='\u{fffd}' | '\u{10000}'..);
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut readable = String::with_capacity(text.len() + 16);
    for sign in text.chars() {
        match sign {
            '\r' => readable.push_str("&#13;"),
            sign if is_plain(sign) => readable.push(sign),
            sign => {
                for byte in sign.encode_utf8(&mut [0; 4]).bytes() {
                    let _ = write!(readable, "%{byte:02X}");
                }
            }
        }
    }
    Cow::Owned(readable)
}
