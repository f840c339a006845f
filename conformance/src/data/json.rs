//! Bodies as JSON, as the grammar has it: half of a surrogate pair, spelt as an escape, is well formed (RFC
//! 8259, section 8.2), though no text of Rust holds it.

use serde_json::Value;

/// The body as JSON. Half a pair is read as the replacement character, so that what stands beside it can be
/// read.
pub(crate) fn read(body: &[u8]) -> Result<Value, serde_json::Error> {
    serde_json::from_slice(body).or_else(|error| {
        let mended = without_halves(body);
        mended.map_or(Err(error), |mended| serde_json::from_slice(&mended))
    })
}

/// The body with the replacement character in the place of each half of a pair; none if there is no half.
fn without_halves(body: &[u8]) -> Option<Vec<u8>> {
    let mut mended = Vec::with_capacity(body.len());
    let (mut at, mut is_mended) = (0, false);
    while let Some(&byte) = body.get(at) {
        let unit = unit_at(body, at);
        let is_pair = unit.is_some_and(is_high) && unit_at(body, at + 6).is_some_and(is_low);
        // An escape is passed over whole: what follows its backslash begins none.
        let length = if is_pair { 12 } else { unit.map_or(if byte == b'\\' { 2 } else { 1 }, |_| 6) };
        if !is_pair && unit.is_some_and(|unit| is_high(unit) || is_low(unit)) {
            mended.extend(b"\\ufffd");
            is_mended = true;
        } else {
            mended.extend(body.get(at..at + length).unwrap_or(&body[at..]));
        }
        at += length;
    }
    is_mended.then_some(mended)
}

/// The unit of UTF-16 that is spelt there as an escape.
fn unit_at(body: &[u8], at: usize) -> Option<u16> {
    let digits = body.get(at..at + 6)?.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits)
        .ok()
        .filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u16::from_str_radix(digits, 16).ok()
}

const fn is_high(unit: u16) -> bool {
    matches!(unit, 0xd800..=0xdbff)
}

const fn is_low(unit: u16) -> bool {
    matches!(unit, 0xdc00..=0xdfff)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::read;

    #[track_caller]
    fn is_read(body: &str, text: &str) {
        assert_eq!(read(body.as_bytes()).expect("it is JSON"), json!({ "a": text, "b": 1 }), "{body}");
    }

    #[test]
    fn half_a_pair_is_read_and_so_is_what_stands_beside_it() {
        is_read(r#"{"a":"\ud83d","b":1}"#, "\u{fffd}");
        is_read(r#"{"a":"x\uDE00y","b":1}"#, "x\u{fffd}y");
        is_read(r#"{"a":"\ud83d\ud83d\ude00","b":1}"#, "\u{fffd}\u{1f600}");
        is_read(r#"{"a":"\ud83d\n","b":1}"#, "\u{fffd}\n");
    }

    #[test]
    fn whole_pairs_and_escaped_backslashes_stay() {
        is_read(r#"{"a":"\ud83d\ude00","b":1}"#, "\u{1f600}");
        is_read(r#"{"a":"\\ud83d \udc00","b":1}"#, "\\ud83d \u{fffd}");
        is_read(r#"{"a":"\\\ud83d","b":1}"#, "\\\u{fffd}");
    }

    #[test]
    fn what_is_no_json_stays_none() {
        for body in ["", "{", r#"{"a":"\ud83"}"#, r#"{"a":"\ud83d"#, "{\"a\":\"\u{1}\"}", "<html>"] {
            assert!(read(body.as_bytes()).is_err(), "{body:?}");
        }
        assert!(read(b"{\"a\":\"\xff\"}").is_err(), "bytes that no UTF-8 has");
    }
}
