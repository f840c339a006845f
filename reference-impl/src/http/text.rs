//! Values as a query spells them: the grammar of the protocol by hand, since general parsers take far more.

use jiff::Timestamp;

/// A decimal integer of 32 bits: a sign only if it is a minus, and digits.
pub(super) fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_decimal = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    text.parse::<i32>().ok().filter(|_| is_decimal).map(i64::from)
}

/// `true` or `false`, in lower case.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// A date and time as RFC 3339 has it, in UTC: `1985-04-12T23:20:50.52Z`.
pub(super) fn date_time(text: &str) -> Option<Timestamp> {
    const FORM: &[u8] = b"dddd-dd-ddtdd:dd:dd";
    let bytes = text.as_bytes();
    let (head, rest) = bytes.split_at_checked(FORM.len())?;
    let fits = head.iter().zip(FORM).all(|(byte, form)| match form {
        b'd' => byte.is_ascii_digit(),
        form => byte.eq_ignore_ascii_case(form),
    });
    let fraction = rest.strip_suffix(b"Z").or_else(|| rest.strip_suffix(b"z"))?;
    let is_fraction = fraction.is_empty()
        || fraction
            .strip_prefix(b".")
            .is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_digit));
    // More than nanoseconds is cut off.
    let kept = &fraction[..fraction.len().min(".123456789".len())];
    let kept = std::str::from_utf8(kept).ok()?;
    let second = text.get(..FORM.len())?;
    (fits && is_fraction).then(|| format!("{second}{kept}Z").parse().ok())?
}

/// Seconds since the epoch: digits, with or without a sign and a fraction.
pub(super) fn epoch_seconds(text: &str) -> Option<f64> {
    let number = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_digits(whole) && is_digits(fraction) { text.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::boolean;
    use super::date_time;
    use super::epoch_seconds;
    use super::integer;

    #[test]
    fn an_integer_is_decimal_and_fits_in_32_bits() {
        for (text, value) in [("0", 0), ("25", 25), ("-7", -7), ("007", 7), ("2147483647", 2_147_483_647)] {
            assert_eq!(integer(text), Some(value), "{text}");
        }
        for text in [
            "",
            "-",
            "+5",
            "2147483648",
            "-9223372000000000000",
            "1.001",
            "2ABC",
            "0x12",
            " 5",
            "5 ",
            "١",
            "true",
            "NaN",
        ] {
            assert_eq!(integer(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_boolean_is_a_word_in_lower_case() {
        assert_eq!((boolean("true"), boolean("false")), (Some(true), Some(false)));
        for text in ["True", "TRUE", "1", "0", "y", "yes", "on", "", " true"] {
            assert_eq!(boolean(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_date_and_time_is_that_of_rfc_3339_in_utc() {
        for text in [
            "1985-04-12T23:20:50Z",
            "1985-04-12T23:20:50.52Z",
            "1985-04-12t23:20:50z",
            "1985-04-12T23:20:50.1234567890123Z",
        ] {
            assert!(date_time(text).is_some_and(|time| time.as_second() == 482_196_050), "{text}");
        }
        for text in [
            "1985-04-12T23:20:50",
            "1985-04-12T23:20:50+00:00",
            "1985-04-12T23:20:50+00",
            "1985-04-12T23:20:50-08:00",
            "1985-04-12T23:20:50+00Z",
            "19850412T232050Z",
            "19850412T23:20:50Z",
            "1985-04-12T23:20Z",
            "1985-04-12T23Z",
            "1985-04-12 23:20:50Z",
            "1985-04-12T23:20:50.Z",
            "1985-04-12T23:20:50,5Z",
            "1985-02-30T23:20:50Z",
            "1985-04-12T24:20:50Z",
            "1985-04-12T23:20:50Z[Europe/Paris]",
            "+01985-04-12T23:20:50Z",
            "482196050",
            "",
            "é",
        ] {
            assert_eq!(date_time(text), None, "{text:?}");
        }
    }

    #[test]
    fn seconds_are_digits() {
        assert_eq!(epoch_seconds("1515531081"), Some(1_515_531_081.0));
        assert_eq!(epoch_seconds("-1.25"), Some(-1.25));
        for text in [
            "",
            "Infinity",
            "inf",
            "NaN",
            "0x42",
            "1e5",
            "1515531081ABC",
            "1515531081.123.456",
            "1.",
            ".5",
            "+5",
        ] {
            assert_eq!(epoch_seconds(text), None, "{text:?}");
        }
    }
}
