//! The way to a host: straight, or through a proxy that the environment names.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::Url;

/// Whether the host of that URL is this machine, however it is spelt. It is asked directly, whatever the
/// environment says.
pub(super) fn is_this_machine(url: &str) -> bool {
    let Ok(parsed) = Url::parse(url) else { return false };
    let host = parsed.host_str().unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    match address.map(|address| address.to_canonical()) {
        // Who connects to the unspecified address reaches this machine.
        Ok(address) => address.is_loopback() || address.is_unspecified(),
        Err(_) => is_name_of_this_machine(host),
    }
}

/// Where this machine is found by name; the port is the URL's.
pub(super) const THIS_MACHINE: [SocketAddr; 2] = [
    SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0),
    SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), 0),
];

/// The name in that URL, if it is one of those that are always this machine's.
pub(super) fn name_of_this_machine(url: &str) -> Option<String> {
    let name = Url::parse(url).ok()?.host_str()?.to_owned();
    is_name_of_this_machine(&name).then_some(name)
}

fn is_name_of_this_machine(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    name == "localhost" || name.ends_with(".localhost")
}

/// The proxy that requests to that URL go through, with the variable that names it; none if they go straight
/// there.
pub(super) fn proxy(url: &str) -> Option<String> {
    if is_this_machine(url) {
        return None;
    }
    let intercept = Matcher::from_env().intercept(&url.parse().ok()?)?;
    let names =
        if url.starts_with("https:") { ["HTTPS_PROXY", "https_proxy"] } else { ["HTTP_PROXY", "http_proxy"] };
    let authority = intercept.uri().authority()?.as_str();
    let names_it = |name: &&str| std::env::var(name).is_ok_and(|value| value.contains(authority));
    let name =
        names.into_iter().chain(["ALL_PROXY", "all_proxy"]).find(names_it).unwrap_or("the environment");
    let scheme = intercept.uri().scheme_str().unwrap_or("http");
    Some(format!("the proxy {scheme}://{authority} of {name}"))
}

#[cfg(test)]
mod tests {
    use super::is_this_machine;

    #[test]
    fn this_machine_is_recognized_in_every_spelling() {
        for here in [
            "http://127.0.0.1:8770",
            "http://127.1",
            "http://0x7f000001:1/x",
            "http://127.255.255.254",
            "http://0.0.0.0:8770",
            "http://[::1]:8770",
            "http://[::]:1",
            "http://[::ffff:127.0.0.1]",
            "http://[0:0:0:0:0:ffff:7f00:0001]:1",
            "HTTPS://LocalHost:8443/base",
            "http://localhost.",
            "http://signer.localhost:80",
            "http://Data-Signer.LOCALHOST.:80",
            "http://user:password@localhost:1",
        ] {
            assert!(is_this_machine(here), "{here}");
        }
        for elsewhere in [
            "http://128.0.0.1",
            "http://10.0.0.1",
            "http://[::2]",
            "http://[::ffff:10.0.0.1]",
            "http://localhost.example.org",
            "http://notlocalhost",
            "http://127.0.0.1.example.org",
            "http://localhost@example.org",
        ] {
            assert!(!is_this_machine(elsewhere), "{elsewhere}");
        }
    }
}
