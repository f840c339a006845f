//! Signatures that AWS's own signer does not make: by another date than X-Amz-Date in the basic format.

use std::time::SystemTime;

use aws_sigv4::sign::v4::{calculate_signature, generate_signing_key};
use sha2::{Digest as _, Sha256};

use crate::data::exchange::Request;

/// Who signs, and for which Region and service.
#[derive(Clone, Copy)]
pub(super) struct Signer<'a> {
    pub(super) access_key: &'a str,
    pub(super) secret_key: &'a str,
    pub(super) session_token: Option<&'a str>,
    pub(super) region: &'a str,
    pub(super) service: &'a str,
}

/// Which header tells the date, and in which form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dated {
    /// `Date`, in the basic format of ISO 8601.
    ByDate,
    /// `X-Amz-Date`, in the extended format.
    InExtendedFormat,
}

impl Dated {
    const fn header(self) -> &'static str {
        match self {
            Self::ByDate => "date",
            Self::InExtendedFormat => "x-amz-date",
        }
    }

    const fn format(self) -> &'static str {
        match self {
            Self::ByDate => "%Y%m%dT%H%M%SZ",
            Self::InExtendedFormat => "%Y-%m-%dT%H:%M:%SZ",
        }
    }
}

/// The headers that sign a request whose path is plain and that has no query, when it is sent to `url`.
pub(super) fn headers(
    request: &Request,
    url: &str,
    by: Signer<'_>,
    time: SystemTime,
    dated: Dated,
) -> Result<Vec<(String, String)>, String> {
    let at = jiff::Timestamp::try_from(time).map_err(|error| error.to_string())?;
    let url: http::Uri = url.parse().map_err(|error: http::uri::InvalidUri| error.to_string())?;
    let authority = url.authority().ok_or("the URL names no host")?;
    let (date, day) = (at.strftime(dated.format()).to_string(), at.strftime("%Y%m%d").to_string());
    let mut headers = vec![("host", authority.to_string()), (dated.header(), date.clone())];
    headers.extend(by.session_token.map(|token| ("x-amz-security-token", token.to_owned())));
    headers.sort_unstable();
    let names = headers.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(";");
    let lines: String =
        headers.iter().fold(String::new(), |lines, (name, value)| lines + name + ":" + value + "\n");
    let canonical =
        format!("{}\n{}\n\n{lines}\n{names}\n{}", request.method, url.path(), hash(&request.sent_body()));
    let scope = format!("{day}/{}/{}/aws4_request", by.region, by.service);
    let to_sign = format!("AWS4-HMAC-SHA256\n{date}\n{scope}\n{}", hash(canonical.as_bytes()));
    let key = generate_signing_key(by.secret_key, time, by.region, by.service);
    let signature = calculate_signature(key, to_sign.as_bytes());
    let key = by.access_key;
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}");
    let mut headers: Vec<_> = headers.into_iter().filter(|(name, _)| *name != "host").collect();
    headers.push(("authorization", authorization));
    Ok(headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

fn hash(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}
