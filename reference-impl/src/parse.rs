//! How the values of options are written.

use std::time::Duration;

use signer_objects::Versioning;
use signer_schemas::Edition;

pub(crate) fn versioning(text: &str) -> Result<Versioning, String> {
    match text {
        "on" => Ok(Versioning::Implied),
        "off" => Ok(Versioning::Off),
        _ => Err("it is neither on nor off".to_owned()),
    }
}

/// The name of a region, as it stands in ARNs and in what a signature is for.
pub fn region(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    if !text.is_empty() && text.bytes().all(fits) {
        Ok(text.to_owned())
    } else {
        Err("a region has lower-case letters, digits and hyphens, such as us-east-1".to_owned())
    }
}

/// The name of a host, without a port.
pub(crate) fn host(text: &str) -> Result<String, String> {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    let name = text.strip_suffix('.').unwrap_or(text);
    if !name.is_empty() && name.bytes().all(fits) {
        Ok(name.to_ascii_lowercase())
    } else {
        Err("it is the name of a host without a port, such as signer.test".to_owned())
    }
}

pub(crate) fn edition(text: &str) -> Result<Edition, String> {
    Edition::from_id(text)
        .ok_or_else(|| format!("it is neither {} nor {}", Edition::Current.id(), Edition::May2019.id()))
}

/// A time such as 50ms.
pub(crate) fn duration(text: &str) -> Result<Duration, String> {
    let parse = |number: &str, unit: f64| {
        let seconds = number.trim().parse::<f64>().ok()? * unit;
        Duration::try_from_secs_f64(seconds).ok()
    };
    let parsed = if let Some(number) = text.strip_suffix("ms") {
        parse(number, 0.001)
    } else if let Some(number) = text.strip_suffix('s') {
        parse(number, 1.0)
    } else if let Some(number) = text.strip_suffix('m') {
        parse(number, 60.0)
    } else {
        None
    };
    parsed.ok_or_else(|| format!("{text:?} is not a time such as 50ms, 2s or 1m"))
}
