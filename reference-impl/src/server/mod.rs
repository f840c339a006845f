//! The socket side: accepts connections, keeps them within limits, and ends without cutting requests off.
//!
//! - `limits`: what one client may take.
//! - `connection`: one connection, and the answers that are given before a request is whole.
//! - `framing`: requests that are none are refused before the parser sees them; `head` knows their first
//!   lines and headers.
//! - `paced`: a request body with a deadline.

pub(crate) mod connection;
mod framing;
pub(crate) mod head;
pub(crate) mod limits;
pub(crate) mod paced;

use std::io::{self, ErrorKind};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::server::limits::Limits;

/// How many connections beyond the limit get a response at once; the rest is closed.
const MAX_REFUSALS: usize = 64;

/// How long to wait when the process has no descriptor left for another connection.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Serves until `shutdown` is done, then lets what is in flight finish, within the limit.
pub(crate) async fn run(
    router: Router,
    limits: Limits,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (stop, stopped) = watch::channel(false);
    let limits = Arc::new(limits);
    let slots = Arc::new(Semaphore::new(limits.max_connections));
    let refusals = Arc::new(Semaphore::new(MAX_REFUSALS));
    let mut connections = JoinSet::new();
    let begin = |connections: &mut JoinSet<()>, stream: TcpStream| {
        if let Ok(slot) = Arc::clone(&slots).try_acquire_owned() {
            let serving = connection::serve(stream, router.clone(), Arc::clone(&limits), stopped.clone());
            connections.spawn(held(slot, serving));
        } else if let Ok(slot) = Arc::clone(&refusals).try_acquire_owned() {
            connections.spawn(held(slot, connection::refuse(stream)));
        }
    };
    let mut shutdown = std::pin::pin!(shutdown);
    loop {
        tokio::select! {
            () = &mut shutdown => break,
            Some(_) = connections.join_next() => {}
            accepted = listener.accept() => {
                if let Some(stream) = usable(accepted).await {
                    begin(&mut connections, stream);
                }
            }
        }
    }
    // Connections that the system has accepted already may bring requests.
    while let Ok(Ok((stream, _))) = timeout(Duration::ZERO, listener.accept()).await {
        begin(&mut connections, stream);
    }
    drop(listener);
    stop.send_replace(true);
    let ended =
        timeout(limits.shutdown_timeout, async { while connections.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        tracing::warn!(
            connections = connections.len(),
            "the time to finish is over; what is left is cut off"
        );
    }
    Ok(())
}

/// Does something while it holds a place.
async fn held(slot: OwnedSemaphorePermit, work: impl Future<Output = ()>) {
    work.await;
    drop(slot);
}

/// A connection to serve. One that failed already, or for which there is no descriptor, ends nothing but
/// itself.
async fn usable(accepted: io::Result<(TcpStream, std::net::SocketAddr)>) -> Option<TcpStream> {
    match accepted {
        Ok((stream, _)) => {
            // An answer is written at once; waiting for more to send would only delay it.
            stream.set_nodelay(true).ok()?;
            Some(stream)
        }
        Err(error) => {
            let of_the_client =
                [ErrorKind::ConnectionRefused, ErrorKind::ConnectionAborted, ErrorKind::ConnectionReset];
            if !of_the_client.contains(&error.kind()) {
                tracing::warn!(%error, "a connection cannot be accepted");
                sleep(ACCEPT_PAUSE).await;
            }
            None
        }
    }
}
