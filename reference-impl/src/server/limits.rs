//! What one client may take from the others: connections, bytes and time.

use std::time::Duration;

use crate::parse::duration;

/// What one client may take from the others.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct Limits {
    /// How many connections are served at once; those beyond it are answered with 503.
    #[arg(long, default_value_t = 512, value_name = "N", value_parser = within::<1_000_000>)]
    pub max_connections: usize,
    /// The longest request line and headers, in bytes; beyond it: 431.
    #[arg(long, default_value_t = 128 << 10, value_name = "BYTES", value_parser = within::<16_777_216>)]
    pub max_header_bytes: usize,
    /// The largest number of headers; beyond it: 431.
    #[arg(long, default_value_t = 100, value_name = "N", value_parser = within::<10_000>)]
    pub max_headers: usize,
    /// How long a client may take for request line and headers, and how long a connection may be idle; beyond
    /// it: 408.
    #[arg(long, default_value = "30s", value_name = "TIME", value_parser = duration)]
    pub header_timeout: Duration,
    /// The longest pause of a client within the body of a request (beyond it: 408) or while it reads an
    /// answer.
    #[arg(long, default_value = "30s", value_name = "TIME", value_parser = duration)]
    pub client_timeout: Duration,
    /// How many bytes of uploads to S3 may be in memory at once while they arrive and are stored; one that
    /// would go beyond waits as long as --client-timeout: then 503.
    #[arg(long, default_value_t = 512 << 20, value_name = "BYTES", value_parser = within::<1_099_511_627_776>)]
    pub max_upload_bytes: usize,
    /// How long requests may go on when the server is asked to end.
    #[arg(long, default_value = "10s", value_name = "TIME", value_parser = duration)]
    pub shutdown_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 512,
            max_header_bytes: 128 << 10,
            max_headers: 100,
            header_timeout: Duration::from_secs(30),
            client_timeout: Duration::from_secs(30),
            max_upload_bytes: 512 << 20,
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}

/// A number that is neither nothing nor more than a machine bears.
fn within<const MAX: usize>(text: &str) -> Result<usize, String> {
    let number = text.parse().ok().filter(|number| (1..=MAX).contains(number));
    number.ok_or_else(|| format!("{text:?} is not a number from 1 to {MAX}"))
}
