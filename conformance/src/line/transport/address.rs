//! URLs of endpoints: which can be one, whose they are, what of them may be shown.

use reqwest::Url;

use crate::line::transport::error::TransportError;

/// The URL in its usual spelling and without a trailing slash, if it can be an endpoint's.
pub(super) fn base(url: &str) -> Result<String, TransportError> {
    let bad = |reason: String| TransportError::Url { url: without_userinfo(url), reason };
    let parsed = Url::parse(url).map_err(|error| bad(error.to_string()))?;
    // A user and a password without a scheme look like a scheme.
    if !matches!(parsed.scheme(), "http" | "https") && !parsed.cannot_be_a_base() {
        return Err(bad(format!("the scheme is `{}`, not http or https", parsed.scheme())));
    }
    if parsed.host_str().is_none() || parsed.query().is_some() || parsed.fragment().is_some() {
        return Err(bad("it must be a scheme, a host and perhaps a path".to_owned()));
    }
    Ok(parsed.as_str().trim_end_matches('/').to_owned())
}

/// The domains of AWS's partitions.
const AWS: [&str; 10] = [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "amazonwebservices.com.cn",
    "amazonwebservices.eu",
    "aws",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
];

/// Whether requests to that URL go to AWS itself, however it is spelt: by the host that they would be sent
/// to.
pub fn is_aws(url: &str) -> bool {
    let Ok(parsed) = Url::parse(url) else { return false };
    let host = parsed.host_str().unwrap_or_default().trim_end_matches('.');
    AWS.iter()
        .any(|domain| host.strip_suffix(domain).is_some_and(|head| head.is_empty() || head.ends_with('.')))
}

/// The user and the password in a URL, as it spells them.
pub(super) fn userinfo(url: &str) -> Option<(String, String)> {
    let url = Url::parse(url).ok()?;
    Some((url.username().to_owned(), url.password().unwrap_or_default().to_owned()))
}

/// The URL as it may be shown: a user and a password in it are for the server only.
pub fn without_userinfo(url: &str) -> String {
    match Url::parse(url).ok().filter(|parsed| !parsed.cannot_be_a_base()) {
        Some(mut parsed) if !parsed.username().is_empty() || parsed.password().is_some() => {
            let cleared = parsed.set_username("").and_then(|()| parsed.set_password(None));
            if cleared.is_ok() {
                parsed.to_string().trim_end_matches('/').to_owned()
            } else {
                "(hidden)".to_owned()
            }
        }
        Some(_) => url.to_owned(),
        // What is no URL may hold a password all the same.
        None => match (url.find("//"), url.rfind('@')) {
            (Some(start), Some(end)) if start < end => format!("{}{}", &url[..start + 2], &url[end + 1..]),
            (None, Some(end)) => url[end + 1..].to_owned(),
            _ => url.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::without_userinfo;

    #[test]
    fn a_password_is_hidden_in_what_is_no_url_too() {
        for (url, shown) in [
            ("http://user:pass@host:1/x", "http://host:1/x"),
            ("http://user:pass@host:99999", "http://host:99999"),
            ("http://us@er:pa@ss@ho st", "http://ho st"),
            ("user:pass@host", "host"),
            ("http://host", "http://host"),
        ] {
            assert_eq!(without_userinfo(url), shown);
        }
    }
}
