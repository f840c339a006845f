//! What the program says on standard error: a line per request, and what an operator should know.
//!
//! A line holds neither payloads nor headers nor a query, so no secret gets into it.

use std::io::{self, Write as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum LogFormat {
    /// One line of text.
    Text,
    /// One JSON object a line.
    Json,
}

/// What is logged unless told otherwise.
const DEFAULT_LEVEL: &str = "info";

/// What is logged, and how.
#[derive(Debug, Clone, PartialEq, clap::Args)]
pub struct LogArgs {
    /// How the lines on standard error look.
    #[arg(long, value_enum, default_value = "text")]
    pub log_format: LogFormat,
    /// What is logged: error, warn, info, debug, trace or off, or a list of TARGET=LEVEL.
    #[arg(long, env = "RUST_LOG", default_value = DEFAULT_LEVEL, value_name = "LEVEL", value_parser = level)]
    pub log_level: Targets,
}

/// Keeps what was logged until it is written.
#[derive(Debug)]
pub(crate) struct Guard(Lines);

impl LogArgs {
    /// Starts to log. A program that logs already goes on as it does.
    pub(crate) fn start(&self) -> Guard {
        let lines = Lines::start();
        let layer = tracing_subscriber::fmt::layer().with_ansi(false).with_target(false).with_writer(lines.clone());
        let layer = match self.log_format {
            LogFormat::Text => layer.boxed(),
            LogFormat::Json => layer.json().flatten_event(true).boxed(),
        };
        // Fails only where another subscriber is there, which is then the one to be heard.
        let _ = tracing_subscriber::registry().with(layer.with_filter(self.log_level.clone())).try_init();
        Guard(lines)
    }
}

/// What is logged. A word that is no level would be taken for a target, and nothing would be logged; an empty variable is as good
/// as none.
fn level(text: &str) -> Result<Targets, String> {
    let text = if text.is_empty() { DEFAULT_LEVEL } else { text };
    let known = |part: &str| part.contains('=') || part.parse::<LevelFilter>().is_ok();
    text.split(',').all(known).then(|| text.parse().ok()).flatten().ok_or_else(|| {
        "--log-level and RUST_LOG take error, warn, info, debug, trace or off, or a list of TARGET=LEVEL".to_owned()
    })
}

impl Drop for Guard {
    fn drop(&mut self) {
        let (done, wait) = sync_channel(1);
        if self.0.queue.try_send(Entry::Flush(done)).is_ok() {
            let _ = wait.recv_timeout(FLUSH);
        }
    }
}

/// How many lines may wait for a reader of standard error.
const QUEUE: usize = 1 << 12;
/// How long the end of the program waits for them.
const FLUSH: Duration = Duration::from_secs(1);

enum Entry {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

/// Lines on their way to standard error. A reader that has stopped reading must not stop the server, so
/// lines beyond the queue are lost, and counted.
#[derive(Debug, Clone)]
struct Lines {
    queue: SyncSender<Entry>,
    lost: Arc<AtomicU64>,
}

impl Lines {
    fn start() -> Self {
        let (queue, entries) = sync_channel(QUEUE);
        let lost = Arc::new(AtomicU64::new(0));
        let lines = Self { queue, lost: Arc::clone(&lost) };
        std::thread::spawn(move || write_all(&entries, &lost));
        lines
    }
}

fn write_all(entries: &Receiver<Entry>, lost: &AtomicU64) {
    while let Ok(entry) = entries.recv() {
        let mut out = io::stderr().lock();
        // There is nobody to tell that the log cannot be written.
        match entry {
            Entry::Line(line) => drop(out.write_all(&line)),
            Entry::Flush(done) => drop(done.try_send(())),
        }
        let lost = lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            drop(writeln!(out, "{lost} lines of the log were lost: standard error was not read fast enough"));
        }
    }
}

impl io::Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.queue.try_send(Entry::Line(line.to_vec())).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
