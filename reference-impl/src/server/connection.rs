//! One connection: requests in, answers out, and the answers that are given before a request is whole.

use std::convert::Infallible;
use std::fmt::{self, Write as _};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::header::{CONNECTION, CONTENT_TYPE, HeaderName, HeaderValue};
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use serde_json::json;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::timeout;
use tokio_io_timeout::TimeoutStream;
use tower_service::Service as _;

use crate::server::framing::Framed;
use crate::server::limits::Limits;
use crate::server::paced::Paced;

/// How long a client that was refused in the middle of its request may go on sending before it reads the
/// answer.
const LINGER: Duration = Duration::from_secs(5);

/// The longest pause of such a client.
const LINGER_PAUSE: Duration = Duration::from_millis(500);

/// An extension of a response: it is not sent, and the connection is closed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NoAnswer;

impl fmt::Display for NoAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the connection is closed without an answer")
    }
}

impl std::error::Error for NoAnswer {}

type Answering = Pin<Box<dyn Future<Output = Result<Response<Body>, NoAnswer>> + Send>>;

/// Serves one connection until either side ends it.
pub(super) async fn serve(
    stream: TcpStream,
    router: Router,
    limits: Arc<Limits>,
    mut stopped: watch::Receiver<bool>,
) {
    let mut stream = TimeoutStream::new(stream);
    stream.set_write_timeout(Some(limits.client_timeout));
    let mut builder = http1::Builder::new();
    // The answers to what is too large are ours; the parser's own wall stands a little behind them.
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_timeout)
        .max_headers(limits.max_headers.saturating_mul(2))
        .max_buf_size(limits.max_header_bytes.saturating_mul(2).max(64 << 10))
        .max_header_size(limits.max_header_bytes.saturating_mul(2));
    let service = service_fn(move |request| answer(request, router.clone(), &limits));
    let mut connection = builder.serve_connection(TokioIo::new(Framed::new(Box::pin(stream))), service);
    let mut is_stopping = false;
    let ended = loop {
        tokio::select! {
            // A request that has arrived when the server is asked to end is still read.
            biased;
            ended = poll_fn(|context| connection.poll_without_shutdown(context)) => break ended,
            _ = stopped.wait_for(|stopped| *stopped), if !is_stopping => {
                is_stopping = true;
                Pin::new(&mut connection).graceful_shutdown();
            }
        }
    };
    let parts = connection.into_parts();
    let (mut io, malformed) = parts.io.into_inner().into_inner();
    match ended {
        // Dropped as it is: that is what was asked for.
        Err(error) if error.is_user() => return,
        _ if let Some(malformed) = malformed => {
            write_refusal(
                &mut io,
                StatusCode::BAD_REQUEST,
                "MalformedHttpRequestException",
                &malformed.to_string(),
            )
            .await;
        }
        Err(error) if error.is_timeout() => {
            // A connection that was idle only is closed without a word.
            if !parts.read_buf.is_empty() {
                let message = "the request line and headers did not arrive in time";
                write_refusal(&mut io, StatusCode::REQUEST_TIMEOUT, "RequestTimeoutException", message).await;
            }
        }
        Err(error) if error.is_parse() => tracing::warn!(%error, "what arrived is not an HTTP request"),
        Err(error) => {
            tracing::debug!(%error, "a connection broke off");
            return;
        }
        Ok(()) if is_stopping => return,
        Ok(()) => {}
    }
    linger(&mut io).await;
}

/// Answers that there are too many connections.
pub(super) async fn refuse(mut stream: TcpStream) {
    let message =
        "too many connections are open; close one, or start the server with a larger --max-connections";
    write_refusal(&mut stream, StatusCode::SERVICE_UNAVAILABLE, "ServiceUnavailable", message).await;
    linger(&mut stream).await;
}

fn answer(request: Request<Incoming>, mut router: Router, limits: &Limits) -> Answering {
    if let Some(message) = beyond(&request, limits) {
        let refused =
            refusal(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "MalformedHttpRequestException", &message);
        return Box::pin(async { Ok(refused) });
    }
    let pause = limits.client_timeout;
    let answering = router.call(request.map(|body| Body::new(Paced::new(body, pause))));
    Box::pin(async {
        let response = answering.await.unwrap_or_else(|never: Infallible| match never {});
        if response.extensions().get::<NoAnswer>().is_some() { Err(NoAnswer) } else { Ok(response) }
    })
}

/// Which limit of the headers a request breaks.
fn beyond(request: &Request<Incoming>, limits: &Limits) -> Option<String> {
    let headers = request.headers();
    let (max, max_bytes) = (limits.max_headers, limits.max_header_bytes);
    if headers.len() > max {
        return Some(format!("the request has more than {max} headers"));
    }
    let uri = request.uri();
    let line = request.method().as_str().len() + uri.path().len() + uri.query().map_or(0, str::len);
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len() + 4).sum();
    (line + bytes > max_bytes)
        .then(|| format!("the request line and headers are larger than {max_bytes} bytes"))
}

/// An answer to what never became a request of the API, and a line in the log with the same id.
fn refusal(status: StatusCode, error: &'static str, message: &str) -> Response<Body> {
    let id = uuid::Uuid::new_v4().to_string();
    tracing::warn!(request_id = id, status = status.as_u16(), error, message);
    let mut response = Response::new(Body::from(json!({"message": message}).to_string()));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(CONNECTION, HeaderValue::from_static("close"));
    headers.insert(HeaderName::from_static("x-amzn-errortype"), HeaderValue::from_static(error));
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(HeaderName::from_static("x-amzn-requestid"), id);
    }
    response
}

/// Writes a refusal past the parser, which has no request to answer.
async fn write_refusal(
    io: &mut (impl AsyncWrite + Unpin),
    status: StatusCode,
    error: &'static str,
    message: &str,
) {
    let body = json!({"message": message}).to_string();
    let refusal = refusal(status, error, message);
    let mut text = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in refusal.headers() {
        let _ = write!(text, "{name}: {}\r\n", value.to_str().unwrap_or_default());
    }
    let _ = write!(text, "\r\n{body}");
    // A client that is gone already misses nothing.
    let _ = timeout(LINGER_PAUSE, io.write_all(text.as_bytes())).await;
}

/// Ends our side and reads on for a while: closing with unread bytes would take the answer away from the
/// client.
async fn linger(io: &mut (impl AsyncRead + AsyncWrite + Unpin)) {
    let _ = timeout(LINGER, async {
        io.shutdown().await?;
        let mut rest = vec![0; 16 << 10];
        while let Ok(Ok(1..)) = timeout(LINGER_PAUSE, io.read(&mut rest)).await {}
        Ok::<_, std::io::Error>(())
    })
    .await;
}
