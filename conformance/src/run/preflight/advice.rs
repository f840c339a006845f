//! What to do about what `doctor` meets.

use crate::data::exchange::{Response, Silence};
use crate::data::tls_fault::TlsFault;
use crate::run::preflight::recognise::excerpt;

pub(super) const THROTTLED: &str = "it is asked too often: wait a while, or ask less often with --rate 1/s";
pub(super) const BREAKS_DOWN: &str = "the target itself fails: look into its log, and start it anew";
const AWAY: &str = "what stands before the service cannot reach it, or keeps it from being asked too often: \
    start the service, or wait a while and ask less often with --rate 1/s";

/// About an answer that does not come, by way of a proxy if there is one.
pub(super) fn of_silence(silence: &Silence, proxy: Option<&str>) -> String {
    let advice = match silence {
        Silence::Unresolved(_) => {
            "the host name does not resolve: mend --endpoint, or the resolver (in a container, use the \
             service's name)"
        }
        Silence::Tls { fault, .. } => of_tls(*fault),
        Silence::Connect(told) if proxy.is_none() && told.to_lowercase().contains("refused") => {
            "nobody listens on that port: start the server, or mend the port of --endpoint (in a container, \
             127.0.0.1 is the container itself)"
        }
        Silence::Connect(_) => "mend --endpoint, or the network on the way",
        Silence::Timeout(_) => {
            "a firewall may swallow it, or the server hangs; --request-timeout waits longer"
        }
        Silence::Broken(_) => {
            "that is not HTTP: does the port speak TLS (https://), or is it another service's?"
        }
        Silence::TooLarge(_)
        | Silence::TooMany(_)
        | Silence::TooMuch(_)
        | Silence::Endless(_)
        | Silence::Crowded(_) => {
            "no answer of a Signer is that large: mend --endpoint, or raise --max-response-bytes"
        }
        Silence::Gateway(_) => AWAY,
        Silence::Throttled(_) | Silence::RunOver => "ask again later, or less often (--rate)",
    };
    proxy.map_or_else(|| advice.to_owned(), |proxy| format!("{advice}; {}", of_proxy(proxy)))
}

/// About a proxy that stands between.
pub(super) fn of_proxy(proxy: &str) -> String {
    format!("it is asked through {proxy}: where that is not wanted, name the host in NO_PROXY")
}

const fn of_tls(fault: TlsFault) -> &'static str {
    match fault {
        TlsFault::UnknownIssuer => {
            "name its certificate, or its issuer's, with --ca-file FILE (PEM; AWS_CA_BUNDLE and \
             SSL_CERT_FILE do, too), or take any certificate with --insecure"
        }
        TlsFault::Expired | TlsFault::NotYetValid => {
            "give it a new certificate, or set the clocks right, or take any certificate with --insecure"
        }
        TlsFault::OtherName => {
            "ask for a name that the certificate has, or give it one that has the host of --endpoint among \
             its alternative names, or take any certificate with --insecure"
        }
        TlsFault::Certificate => "give it another certificate, or take any with --insecure",
        TlsFault::NotTls => "use http:// if the server speaks plain HTTP",
        TlsFault::Handshake => {
            "use http:// if the server speaks plain HTTP; else see which versions of TLS it speaks (1.2 and \
             1.3 are spoken here), and whether it asks for a client's certificate"
        }
    }
}

/// Who answers instead of a Signer, and what to do about it.
pub(super) fn of_stranger(response: &Response) -> (&'static str, &'static str) {
    let content_type = response.header("content-type").unwrap_or_default();
    let body = excerpt(response);
    let xml = body.contains("<?xml") || body.contains("<Error>") || content_type.contains("xml");
    if response.status == 407 {
        ("a proxy that wants credentials", "put user and password into the proxy's variable")
    } else if response.is_of_a_gateway() {
        ("a gateway without the service behind it", AWAY)
    } else if response.status >= 500 {
        ("it breaks down, whatever it is", BREAKS_DOWN)
    } else if (300..400).contains(&response.status) {
        ("a redirect", "give the address that it leads to as --endpoint")
    } else if body.contains("ListAllMyBuckets")
        || body.contains("NoSuchBucket")
        || response.header("server") == Some("AmazonS3")
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
        "UnrecognizedClientException" | "InvalidClientTokenId" => {
            "give an access key that the target knows with --access-key"
        }
        "ExpiredTokenException" => "the session has ended: get new credentials",
        _ => "give --access-key and --secret-key, or --no-sign-request if the target wants no signatures",
    }
}
