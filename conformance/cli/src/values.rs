//! Times, sizes, rates and names as options give them.

use std::time::Duration;

/// A time such as `500ms`, `10s`, `2m` or `1h`.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let units = [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0)];
    let seconds = units.iter().find_map(|(unit, seconds)| {
        let number = text.strip_suffix(unit)?;
        number
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
            .then(|| number.parse::<f64>().ok())?
            .map(|n| n * seconds)
    });
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "write a number with its unit, such as 500ms, 10s or 2m".to_owned())
}

/// A time that is not nothing.
pub(crate) fn positive_duration(text: &str) -> Result<Duration, String> {
    duration(text).and_then(|time| {
        if time.is_zero() { Err("it must be more than nothing".to_owned()) } else { Ok(time) }
    })
}

/// The name of a bucket.
pub(crate) fn bucket(text: &str) -> Result<String, String> {
    let fits =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.' | b'_');
    if (3..=63).contains(&text.len()) && text.bytes().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("a bucket's name has 3 to 63 lower-case letters, digits, dots and hyphens".to_owned())
    }
}

/// A number of bytes, such as `65536`, `64k` or `1m`.
pub(crate) fn bytes<N: TryFrom<u64>>(text: &str) -> Result<N, String> {
    let units = [("k", 10), ("m", 20), ("g", 30)];
    let lower = text.to_ascii_lowercase();
    let (number, shift) = units
        .iter()
        .find_map(|(unit, shift)| Some((lower.strip_suffix(unit)?, *shift)))
        .unwrap_or((&lower, 0));
    let plain = number.bytes().all(|byte| byte.is_ascii_digit());
    let number =
        plain.then(|| number.parse::<u64>().ok()).flatten().and_then(|number| number.checked_mul(1 << shift));
    number
        .filter(|number| *number > 0)
        .and_then(|number| N::try_from(number).ok())
        .ok_or_else(|| "write how many bytes, more than none, such as 65536, 64k or 1m".to_owned())
}

/// A number of requests a second, such as `5/s`.
pub(crate) fn rate(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix("/s").unwrap_or(text);
    match number.parse::<f64>() {
        Ok(rate) if rate.is_finite() && rate > 0.0 => Ok(rate),
        _ => Err("write how many requests a second, such as 5/s or 0.5/s".to_owned()),
    }
}
