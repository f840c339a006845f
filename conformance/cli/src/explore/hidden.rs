//! The Explorer itself, at an address that nobody else knows.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::{Duration, Instant};

use signer_explorer::{ExploreError, serve};
use tokio::net::TcpStream;

use crate::failure::Failure;

/// How long it may take to begin, and how long is between two looks.
const LONGEST_START: Duration = Duration::from_secs(20);
const A_MOMENT: Duration = Duration::from_millis(10);

/// Starts the Explorer over a scope; where it listens.
pub(super) async fn start(scope: &str) -> Result<SocketAddr, Failure> {
    let nowhere = |error: std::io::Error| Failure::Inconclusive(format!("the explorer cannot be started: {error}"));
    let listen = address().map_err(nowhere)?;
    let name = scope.to_owned();
    // It brings threads of its own and returns when it ends.
    let served = std::thread::spawn(move || serve(&name, listen));
    let since = Instant::now();
    while TcpStream::connect(listen).await.is_err() {
        if served.is_finished() {
            return Err(match served.join() {
                Ok(Err(error @ ExploreError::UnknownScope { .. })) => Failure::option("--scope", error),
                Ok(Err(error @ ExploreError::Address { .. })) => Failure::Inconclusive(error.to_string()),
                Ok(Ok(())) | Err(_) => Failure::Inconclusive("the explorer ended in an error of ours".to_owned()),
            });
        }
        if since.elapsed() > LONGEST_START {
            return Err(Failure::Inconclusive("the explorer does not start".to_owned()));
        }
        tokio::time::sleep(A_MOMENT).await;
    }
    Ok(listen)
}

/// A free port of one of the sixteen million addresses that are this machine, drawn by chance: a page that can make a
/// browser ask for addresses of this machine would have to know which. Where there is only one, its port is drawn.
fn address() -> std::io::Result<SocketAddr> {
    // Keyed by what the system has of randomness.
    let [first, second, third, ..] = RandomState::new().build_hasher().finish().to_le_bytes();
    let drawn = Ipv4Addr::new(127, first, second, third.clamp(1, 254));
    let free = TcpListener::bind((drawn, 0)).or_else(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))?;
    free.local_addr()
}
