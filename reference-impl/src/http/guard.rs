//! Pages of other origins: a browser lets them ask a server on this machine. Unsigned requests are not for
//! them.
//!
//! A page cannot make a signature, so where requests are signed, any host name may be used and any origin be
//! named.

use std::net::{IpAddr, Ipv6Addr};

use axum::http::header::{
    CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, ORIGIN, TRANSFER_ENCODING,
};
use axum::http::request::Parts;
use axum::http::{Method, Uri};

use crate::config::Config;
use crate::error::{ErrorName, Outcome, Refusal};
use crate::http::own::is_meant;

const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// What clients put before a host for `GetRevocationStatus`.
const PREFIXES: [&str; 2] = ["data-", "verification."];

/// Open to all who ask whether the server lives, under whichever name.
const HEALTH: &str = "/_signer/health";

/// Refuses what a page of another origin may have sent, where no signature would keep it out.
pub(super) fn check(config: &Config, parts: &Parts) -> Outcome<()> {
    let is_own = is_meant(parts.uri.path());
    let is_reading = matches!(parts.method, Method::GET | Method::HEAD);
    if config.authenticate && !is_own || parts.uri.path() == HEALTH && is_reading {
        return Ok(());
    }
    check_host(config, parts)?;
    check_origin(&parts.headers)?;
    if is_own && !is_reading { check_form(&parts.headers) } else { Ok(()) }
}

/// A page whose name was pointed at this machine names itself as the host.
fn check_host(config: &Config, parts: &Parts) -> Outcome<()> {
    let hosts = parts.headers.get_all(HOST).iter().map(|value| value.to_str().unwrap_or_default());
    for host in hosts.chain(parts.uri.authority().map(axum::http::uri::Authority::as_str)) {
        let name = name_of(host);
        let is_known = |name: &str| {
            is_local(name) || config.allowed_hosts.iter().any(|known| name.eq_ignore_ascii_case(known))
        };
        if !is_known(&name) && !PREFIXES.iter().any(|prefix| name.strip_prefix(prefix).is_some_and(is_known))
        {
            let message = format!(
                "the host {host:?} is neither an address nor localhost, so a page of another site may be \
                 asking; start the server with --allow-host {name} if that is its name"
            );
            return Err(Refusal::new(ErrorName::AccessDenied, message));
        }
    }
    Ok(())
}

/// The host without its port, in lower case.
fn name_of(host: &str) -> String {
    let name = match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((name, port)) if port.is_empty() || port.starts_with(':') => name,
        _ => host.split(':').next().unwrap_or_default(),
    };
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Names that no other client can have.
fn is_local(name: &str) -> bool {
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<IpAddr>().is_ok()
        || name.parse::<Ipv6Addr>().is_ok()
}

/// What browsers say of the page that asks.
fn check_origin(headers: &HeaderMap) -> Outcome<()> {
    let host = headers.get(HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let is_ours = |origin: &str| {
        let uri = origin.parse::<Uri>().ok();
        uri.as_ref()
            .and_then(Uri::authority)
            .is_some_and(|authority| authority.as_str().eq_ignore_ascii_case(host))
    };
    let mut origins = headers.get_all(ORIGIN).iter().map(|value| value.to_str().unwrap_or_default());
    if let Some(origin) = origins.find(|origin| !is_ours(origin)) {
        let message = format!(
            "the request comes from a page of {origin:?}, and what is not signed is for no other origin \
             than {host:?}"
        );
        return Err(Refusal::new(ErrorName::AccessDenied, message));
    }
    let mut sites = headers.get_all(FETCH_SITE).iter().map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = sites.find(|site| !matches!(*site, "same-origin" | "none")) {
        let message = format!(
            "the request comes from a page of another origin (sec-fetch-site: {site}), and is not signed"
        );
        return Err(Refusal::new(ErrorName::AccessDenied, message));
    }
    Ok(())
}

/// What a form can send is refused: a body is JSON, and says so.
fn check_form(headers: &HeaderMap) -> Outcome<()> {
    let told = headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    let media_type = told.map(|told| told.split(';').next().unwrap_or_default().trim());
    let has_body = headers.contains_key(TRANSFER_ENCODING)
        || headers.get(CONTENT_LENGTH).is_some_and(|length| length != "0");
    let is_json = headers.get_all(CONTENT_TYPE).iter().count() == 1
        && media_type.is_some_and(|media_type| media_type.eq_ignore_ascii_case("application/json"));
    if is_json || told.is_none() && !has_body {
        return Ok(());
    }
    let told = told.unwrap_or("none");
    let message = format!("the content-type of a request to /_signer/ is application/json, not {told}");
    Err(Refusal::new(ErrorName::UnsupportedMediaType, message))
}

#[cfg(test)]
mod tests {
    use super::is_local;
    use super::name_of;

    #[test]
    fn only_addresses_and_local_names_are_local() {
        for host in [
            "localhost",
            "localhost:8770",
            "LOCALHOST.:1",
            "a.localhost:80",
            "127.0.0.1:8770",
            "10.1.2.3",
            "[::1]:8770",
            "[::1]",
        ] {
            assert!(is_local(&name_of(host)), "{host}");
        }
        for host in [
            "",
            ":8770",
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "notlocalhost",
            "127.1",
            "0x7f.0.0.1",
            "[::1].evil.example.",
            "[evil.example]",
            "evil.example:127.0.0.1",
            "a@localhost",
        ] {
            assert!(!is_local(&name_of(host)), "{host}");
        }
    }
}
