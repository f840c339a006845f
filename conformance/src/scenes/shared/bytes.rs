//! Texts, bytes and times, as answers and objects hold them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Whether base64 somewhere in the bytes holds that text.
pub(crate) fn base64_holds(bytes: &[u8], text: &[u8]) -> bool {
    let words = bytes.split(|byte| !byte.is_ascii_alphanumeric() && !b"+/=".contains(byte));
    let mut decoded = words.filter(|word| word.len() > 16).filter_map(|word| STANDARD.decode(word).ok());
    decoded.any(|decoded| holds(&decoded, text))
}

/// Whether the bytes hold that text.
pub(crate) fn holds(bytes: &[u8], text: &[u8]) -> bool {
    bytes.windows(text.len()).any(|window| window == text)
}

/// The text without its last character.
pub(crate) fn shorter(text: &str) -> String {
    text.chars().take(text.chars().count().saturating_sub(1)).collect()
}

/// The first half of the text.
pub(crate) fn half(text: &str) -> String {
    text.chars().take(text.chars().count() / 2).collect()
}

/// Seconds since 1970 as the API tells them.
#[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
pub(crate) const fn seconds(whole: i64) -> f64 {
    whole as f64
}

/// The second that a time lies in.
#[expect(clippy::cast_possible_truncation, reason = "seconds of this century fit")]
pub(crate) const fn whole(seconds: f64) -> i64 {
    seconds as i64
}

/// The time after a span of the calendar, in epoch seconds, and the day of the month from which it is
/// reckoned.
pub(crate) fn later(from_s: f64, span: jiff::Span) -> Option<(f64, i8)> {
    #[expect(clippy::cast_possible_truncation, reason = "a run's times lie within this century")]
    let from =
        jiff::Timestamp::from_millisecond((from_s * 1000.0) as i64).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of this century fit")]
    let end = from.checked_add(span).ok()?.timestamp().as_millisecond() as f64 / 1000.0;
    Some((end, from.day()))
}
