//! What to do about what `doctor` meets.

use super::recognise::excerpt;
use crate::{Response, Silence};

pub(super) const THROTTLED: &str = "it is asked too often: wait a while, or ask less often with --rate 1/s";
pub(super) const BREAKS_DOWN: &str = "the target itself fails: look into its log, and start it anew";

/// About an answer that does not come.
pub(super) fn of_silence(silence: &Silence) -> String {
    let text = silence.to_string().to_lowercase();
    let says = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let advice = match silence {
        Silence::Connect(_) if says(&["dns", "lookup", "name or service", "nodename", "resolve"]) => {
            "the host name does not resolve: mend --endpoint, or the resolver (in a container, use the service's name)"
        }
        Silence::Connect(_) if says(&["certificate", "tls", "handshake", "corrupt message"]) => {
            "TLS fails: use http:// if the server speaks plain HTTP; its certificate must be one that this system trusts"
        }
        Silence::Connect(_) if says(&["proxy", "tunnel"]) => {
            "the proxy refuses: see HTTP_PROXY, HTTPS_PROXY and NO_PROXY in the environment"
        }
        Silence::Connect(_) if says(&["refused"]) => {
            "nobody listens on that port: start the server, or mend the port of --endpoint (in a container, 127.0.0.1 is the \
             container itself)"
        }
        Silence::Connect(_) => "mend --endpoint, or the network on the way",
        Silence::Timeout(_) => "a firewall may swallow it, or the server hangs; --request-timeout waits longer",
        Silence::Broken(_) => "that is not HTTP: does the port speak TLS (https://), or is it another service's?",
        Silence::TooLarge(_) => "no answer of a Signer is that large: mend --endpoint",
        Silence::Throttled(_) | Silence::RunOver => "ask again later, or less often (--rate)",
    };
    let proxies = ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
    let has_one = proxies.into_iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    if has_one { format!("{advice}; a proxy is set in the environment") } else { advice.to_owned() }
}

/// Who answers instead of a Signer, and what to do about it.
pub(super) fn of_stranger(response: &Response) -> (&'static str, &'static str) {
    let content_type = response.header("content-type").unwrap_or_default();
    let body = excerpt(response);
    let xml = body.contains("<?xml") || body.contains("<Error>") || content_type.contains("xml");
    if response.status >= 500 {
        ("it breaks down, whatever it is", BREAKS_DOWN)
    } else if (300..400).contains(&response.status) {
        ("a redirect", "give the address that it leads to as --endpoint")
    } else if body.contains("ListAllMyBuckets") || body.contains("NoSuchBucket") || response.header("server") == Some("AmazonS3")
    {
        ("an S3", "give it as --s3-endpoint, and the Signer as --endpoint")
    } else if content_type.contains("html") || body.to_lowercase().contains("<html") {
        ("a web page", "mend the port or the path of --endpoint")
    } else if xml || response.error_type().is_some_and(|name| name.ends_with("Exception")) {
        ("another AWS service, or an emulator without Signer", "mend --endpoint, or switch the service on")
    } else {
        ("something else", "mend --endpoint")
    }
}

/// About credentials that are refused with that error.
pub(super) fn of_refusal(error: &str) -> &'static str {
    match error {
        "InvalidSignatureException" | "SignatureDoesNotMatch" => {
            "the secret is wrong, or a proxy changes the request, or --region is another one"
        }
        "UnrecognizedClientException" | "InvalidClientTokenId" => "give an access key that the target knows with --access-key",
        "ExpiredTokenException" => "the session has ended: get new credentials",
        _ => "give --access-key and --secret-key, or --no-sign-request if the target wants no signatures",
    }
}
