//! The canonical request: what a signature is made over. It is built of bytes, so that no two requests share
//! one.

use axum::http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};

use crate::http::sigv4::claim::Claim;
use crate::http::sigv4::rules::Rules;

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// The canonical request, with what stands for the body at its end.
pub(super) fn request(parts: &Parts, payload: &str, claim: &Claim, rules: Rules) -> Vec<u8> {
    let path = if rules.is_normalised { normalised(parts.uri.path()) } else { parts.uri.path().to_owned() };
    let path = if rules.path_as_sent { path } else { percent_encode(path.as_bytes(), PATH).to_string() };
    let query = query(parts.uri.query().unwrap_or_default(), claim);
    let mut lines = format!("{}\n{path}\n{query}\n", parts.method).into_bytes();
    for name in claim.signed_headers.split(';') {
        lines.extend_from_slice(name.as_bytes());
        lines.push(b':');
        lines.extend_from_slice(&header_value(parts, name));
        lines.push(b'\n');
    }
    lines.extend_from_slice(format!("\n{}\n{payload}", claim.signed_headers).as_bytes());
    lines
}

/// The members of a query without the signature itself, each encoded in the one way, sorted.
fn query(query: &str, claim: &Claim) -> String {
    let encoded =
        |text: &str| percent_encode(&percent_decode_str(text).collect::<Vec<u8>>(), UNRESERVED).to_string();
    let pairs = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let mut pairs: Vec<_> = pairs.map(|(name, value)| (encoded(name), encoded(value))).collect();
    pairs.retain(|(name, _)| !claim.is_query || name != "X-Amz-Signature");
    pairs.sort();
    pairs.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}

/// The values of a header: inner blanks one, several joined with a comma.
fn header_value(parts: &Parts, name: &str) -> Vec<u8> {
    let values: Vec<Vec<u8>> =
        parts.headers.get_all(name).iter().map(|value| single_spaced(value.as_bytes())).collect();
    match parts.uri.authority() {
        Some(authority) if values.is_empty() && name == "host" => authority.as_str().as_bytes().to_vec(),
        _ => values.join(&b','),
    }
}

fn single_spaced(value: &[u8]) -> Vec<u8> {
    let words = value.trim_ascii().split(|byte| *byte == b' ').filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(&b' ')
}

/// Double slashes and dot segments are taken out.
fn normalised(path: &str) -> String {
    let mut segments: Vec<&str> = Vec::new();
    for segment in path.split('/').filter(|segment| !segment.is_empty() && *segment != ".") {
        if segment == ".." {
            segments.pop();
        } else {
            segments.push(segment);
        }
    }
    let slash = if path.ends_with('/') && !segments.is_empty() { "/" } else { "" };
    format!("/{}{slash}", segments.join("/"))
}
