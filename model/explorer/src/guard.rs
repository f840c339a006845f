//! What a browser asks: requests that a page of another origin has made, or that came by a name that is not
//! this machine's, are refused, and every answer says what its page may do.

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// What a page may do: nothing but what this server gives it.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src \
    'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Who is let in.
#[derive(Clone, Debug)]
pub(crate) struct Guard {
    /// The host that the explorer was told to listen at.
    pub(crate) named: Arc<str>,
}

impl Guard {
    /// Why a request is not answered.
    fn refusal(
        &self,
        method: &Method,
        headers: &HeaderMap,
        asked: Option<&Authority>,
    ) -> Option<(StatusCode, &'static str)> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Some((StatusCode::BAD_REQUEST, "a request has one Host"));
        };
        let Some(host) = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()) else {
            return Some((StatusCode::BAD_REQUEST, "the Host is none"));
        };
        if !self.is_here(&host) || asked.is_some_and(|asked| *asked != host) {
            let why = "this machine is not known by that name; ask by its address, by localhost or by the \
                name that --listen has";
            return Some((StatusCode::FORBIDDEN, why));
        }
        let same = |origin: &HeaderValue| {
            let origin = origin.to_str().unwrap_or_default();
            let authority =
                origin.strip_prefix("http://").and_then(|origin| origin.parse::<Authority>().ok());
            authority.is_some_and(|authority| authority == host)
        };
        let is_foreign =
            |site: &HeaderValue| !matches!(site.as_bytes(), b"same-origin" | b"same-site" | b"none");
        let from_elsewhere =
            headers.get_all("sec-fetch-site").iter().any(is_foreign) && !is_followed_link(method, headers);
        if !headers.get_all(ORIGIN).iter().all(same) || from_elsewhere {
            let why = "a page of another origin asks; open the address in a tab of its own";
            return Some((StatusCode::FORBIDDEN, why));
        }
        None
    }

    /// Whether the name cannot be one that a third party made to lead here.
    fn is_here(&self, host: &Authority) -> bool {
        let name = host.host().to_ascii_lowercase();
        let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
        let is_local = name == "localhost" || name.ends_with(".localhost");
        !host.as_str().contains('@')
            && (address.parse::<IpAddr>().is_ok() || is_local || *name == *self.named)
    }
}

/// Whether somebody followed a link: then the page that had it sees nothing of the answer.
fn is_followed_link(method: &Method, headers: &HeaderMap) -> bool {
    let all = |name: &str, value: &str| {
        let mut values = headers.get_all(name).iter().peekable();
        values.peek().is_some() && values.all(|one| one == value)
    };
    method == Method::GET && all("sec-fetch-mode", "navigate") && all("sec-fetch-dest", "document")
}

/// Lets a request in, or says why not.
pub(crate) async fn guard(guard: Guard, request: Request, next: Next) -> Response {
    let refusal = guard.refusal(request.method(), request.headers(), request.uri().authority());
    let mut response = match refusal {
        Some(refusal) => refusal.into_response(),
        None => next.run(request).await,
    };
    let rules: [(HeaderName, &str); 4] = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (CACHE_CONTROL, "no-store"),
    ];
    for (name, value) in rules {
        response.headers_mut().entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}
