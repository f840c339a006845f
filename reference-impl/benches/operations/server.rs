//! The servers that are measured, each a process of its own.

use crate::client::Address;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::routing::any;
use bytes::Bytes;
use std::io::{self, BufRead as _, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};

/// Tells this program that it is to be the handler that does nothing.
pub(crate) const BARE: &str = "SIGNER_BENCH_BARE";

/// The header that tells this handler how many bytes to answer with.
pub(crate) const ANSWER_BYTES: &str = "x-answer-bytes";

/// A server that ends with the measurement.
pub(crate) struct Process {
    child: Child,
    pub(crate) address: Address,
    /// What it prints besides; it would end if that were not taken.
    _out: BufReader<ChildStdout>,
}

impl Process {
    /// The built program with its defaults: with its log, which is discarded.
    pub(crate) fn program(arguments: &[&str]) -> io::Result<Self> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signer-reference"));
        command.args(["--listen", "127.0.0.1:0", "--job-delay", "0ms"]).args(arguments);
        Self::start(command)
    }

    /// The handler that does nothing.
    pub(crate) fn bare() -> io::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.env(BARE, "yes");
        Self::start(command)
    }

    /// What it has in memory.
    pub(crate) fn resident_bytes(&self) -> io::Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let kib = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:")?.strip_suffix("kB")?.trim().parse().ok());
        kib.map(|kib: u64| kib << 10).ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    fn start(mut command: Command) -> io::Result<Self> {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let mut line = String::new();
        let mut out = BufReader::new(child.stdout.take().ok_or(io::ErrorKind::BrokenPipe)?);
        out.read_line(&mut line)?;
        let address = line.trim_end().strip_prefix("listening on ").and_then(|url| url.parse().ok());
        Ok(Self { child, address: address.ok_or(io::ErrorKind::InvalidData)?, _out: out })
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Answers everything with so many bytes as the request asks for, once it has the whole request.
pub(crate) fn bare() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("threads");
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        println!("listening on http://{}", listener.local_addr().expect("it is bound"));
        let router = axum::Router::new().fallback(any(sized));
        axum::serve(listener, router).await.expect("it serves");
    });
}

async fn sized(headers: HeaderMap, _whole: Bytes) -> impl IntoResponse {
    let wanted = headers.get(ANSWER_BYTES).and_then(|value| value.to_str().ok()?.parse().ok());
    ([("content-type", "application/json")], " ".repeat(wanted.unwrap_or_default()))
}
