//! What a browser asks: requests that a page of another origin has made, or that came by a name that is not this machine's,
//! are refused; the others go to the Explorer, one at a time on connections of their own.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, SocketAddr, TcpStream};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_TYPE, HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse as _, Response};

/// A search takes its time; this is longer than one of them.
const LONGEST_ANSWER: Duration = Duration::from_mins(10);

/// The way to the Explorer.
#[derive(Clone)]
pub(super) struct Front {
    pub(super) explorer: SocketAddr,
    /// The host that `--listen` names.
    pub(super) named: String,
}

impl Front {
    pub(super) fn router(self) -> Router {
        Router::new().fallback(answer).with_state(self)
    }

    /// Why a request is not answered.
    fn refusal(&self, headers: &HeaderMap, asked: Option<&Authority>) -> Option<(StatusCode, &'static str)> {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Some((StatusCode::BAD_REQUEST, "a request has one Host"));
        };
        let Some(host) = host.to_str().ok().and_then(|host| host.parse::<Authority>().ok()) else {
            return Some((StatusCode::BAD_REQUEST, "the Host is none"));
        };
        if !self.is_here(&host) || asked.is_some_and(|asked| *asked != host) {
            let why = "this machine is not known by that name; ask by its address, by localhost or by the name that --listen has";
            return Some((StatusCode::FORBIDDEN, why));
        }
        let same = |origin: &HeaderValue| {
            let origin = origin.to_str().unwrap_or_default();
            let authority = origin.strip_prefix("http://").and_then(|origin| origin.parse::<Authority>().ok());
            authority.is_some_and(|authority| authority == host)
        };
        let is_foreign = |site: &HeaderValue| !matches!(site.as_bytes(), b"same-origin" | b"same-site" | b"none");
        if !headers.get_all(ORIGIN).iter().all(same) || headers.get_all("sec-fetch-site").iter().any(is_foreign) {
            let why = "a page of another origin asks; open the address in a tab of its own, by hand";
            return Some((StatusCode::FORBIDDEN, why));
        }
        None
    }

    /// Whether the name cannot be one that somebody else has made to lead here.
    fn is_here(&self, host: &Authority) -> bool {
        let name = host.host().to_ascii_lowercase();
        let address = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(&name);
        let is_local = name == "localhost" || name.ends_with(".localhost");
        !host.as_str().contains('@') && (address.parse::<IpAddr>().is_ok() || is_local || name == self.named)
    }
}

async fn answer(State(front): State<Front>, request: Request) -> Response {
    if let Some(refusal) = front.refusal(request.headers(), request.uri().authority()) {
        return refusal.into_response();
    }
    let method = match *request.method() {
        Method::GET => "GET",
        Method::POST => "POST",
        _ => return StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    let path = request.uri().path().to_owned();
    // Read to its end whatever the browser does meanwhile: the Explorer has no way to be told that nobody listens any more.
    let asked = tokio::task::spawn_blocking(move || ask(front.explorer, method, &path)).await;
    match asked {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => (StatusCode::BAD_GATEWAY, format!("the explorer does not answer: {error}")).into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

/// Asks the Explorer. Nothing of the request reaches it but method and path.
fn ask(explorer: SocketAddr, method: &str, path: &str) -> std::io::Result<Response> {
    let mut stream = TcpStream::connect(explorer)?;
    stream.set_read_timeout(Some(LONGEST_ANSWER))?;
    write!(stream, "{method} {path} HTTP/1.0\r\nHost: {explorer}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.ok_or(std::io::ErrorKind::UnexpectedEof)?;
    let status = answer.get(9..12).and_then(|digits| StatusCode::from_bytes(digits).ok()).unwrap_or(StatusCode::BAD_GATEWAY);
    let kind = match path.rsplit_once('.') {
        _ if path == "/" => "text/html; charset=utf-8",
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        _ => "application/json",
    };
    Ok((status, [(CONTENT_TYPE, kind)], answer.split_off(end + 4)).into_response())
}
