//! The Signer of winterbaume over HTTP: each request is handed to the service as an SDK's would be, and its
//! response is sent as it is. Nothing is added, and nothing put right.

use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use winterbaume_core::auth::extract_region_from_headers;
use winterbaume_core::{MockRequest, MockService};
use winterbaume_signer::SignerService;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let port: u16 = std::env::var("PORT").map_err(|_| "PORT says where to listen")?.parse()?;
    let listener = TcpListener::bind(("127.0.0.1", port)).await?;
    let signer = Arc::new(SignerService::new());
    loop {
        let (stream, _) = listener.accept().await?;
        let signer = Arc::clone(&signer);
        tokio::spawn(async move {
            let answers = service_fn(|request| answer(&signer, request));
            // A client that goes away is no fault of the service.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answers).await;
        });
    }
}

async fn answer(signer: &SignerService, request: Request<Incoming>) -> Result<Response<Full<Bytes>>, Infallible> {
    let (parts, body) = request.into_parts();
    let Ok(body) = body.collect().await else {
        return Ok(response(400, Bytes::new()));
    };
    let region = extract_region_from_headers(&parts.headers).unwrap_or_else(|| "us-east-1".to_owned());
    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
    let request = MockRequest {
        method: parts.method.to_string(),
        uri: format!("https://signer.{region}.amazonaws.com{path}"),
        headers: parts.headers,
        body: body.to_bytes(),
    };
    let answered = signer.handle(request).await;
    let mut sent = response(answered.status, answered.body);
    *sent.headers_mut() = answered.headers;
    Ok(sent)
}

fn response(status: u16, body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(body));
    if let Ok(status) = status.try_into() {
        *response.status_mut() = status;
    }
    response
}
