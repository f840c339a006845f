//! Asks a running server how it does; for containers and supervisors that have no client of their own.

use std::time::Duration;

use anyhow::{Context as _, bail};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// How long the server may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// More than any answer has.
const MAX_ANSWER_BYTES: u64 = 64 << 10;

/// Whom to ask.
#[derive(Debug, clap::Args)]
pub struct HealthArgs {
    /// Where the server listens.
    #[arg(default_value = "127.0.0.1:8770", value_name = "HOST:PORT")]
    pub address: String,
}

impl HealthArgs {
    /// The server's own words, if it is well.
    pub async fn run(&self) -> anyhow::Result<String> {
        let asked = timeout(PATIENCE, self.ask()).await;
        let answer = asked.map_err(|_| anyhow::anyhow!("{} does not answer", self.address))??;
        let (head, body) =
            answer.split_once("\r\n\r\n").with_context(|| format!("{} is no HTTP server", self.address))?;
        let status = head.lines().next().unwrap_or_default();
        if status.split(' ').nth(1) != Some("200") {
            bail!("{}: {status}: {body}", self.address);
        }
        Ok(body.to_owned())
    }

    async fn ask(&self) -> anyhow::Result<String> {
        let address = &self.address;
        let mut stream =
            TcpStream::connect(address).await.with_context(|| format!("{address} cannot be reached"))?;
        let request = format!("GET /_signer/health HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.take(MAX_ANSWER_BYTES).read_to_end(&mut answer).await?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }
}
