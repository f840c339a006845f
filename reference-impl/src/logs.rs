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

/// What is logged by default.
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
        let lines = Lines::start(self.log_format);
        let layer =
            tracing_subscriber::fmt::layer().with_ansi(false).with_target(false).with_writer(lines.clone());
        let layer = match self.log_format {
            LogFormat::Text => layer.boxed(),
            LogFormat::Json => layer.json().flatten_event(true).boxed(),
        };
        // Fails only where another subscriber is there, which is then the one to be heard.
        let _ = tracing_subscriber::registry().with(layer.with_filter(self.log_level.clone())).try_init();
        Guard(lines)
    }
}

/// What is logged. A word that is no level would be taken for a target, and nothing would be logged; an empty
/// variable is as good as none.
fn level(text: &str) -> Result<Targets, String> {
    let text = if text.is_empty() { DEFAULT_LEVEL } else { text };
    let known = |part: &str| part.contains('=') || part.parse::<LevelFilter>().is_ok();
    text.split(',').all(known).then(|| text.parse().ok()).flatten().ok_or_else(|| {
        "--log-level and RUST_LOG take error, warn, info, debug, trace or off, or a list of TARGET=LEVEL"
            .to_owned()
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
    format: LogFormat,
}

impl Lines {
    fn start(format: LogFormat) -> Self {
        let (queue, entries) = sync_channel(QUEUE);
        let lost = Arc::new(AtomicU64::new(0));
        let lines = Self { queue, lost: Arc::clone(&lost), format };
        std::thread::spawn(move || write_all(&entries, &lost));
        lines
    }
}

/// How long a line waits for others, to be written together with them. A thread that sleeps need not be woken
/// by each request.
const GATHERING: Duration = Duration::from_millis(2);

fn write_all(entries: &Receiver<Entry>, lost: &AtomicU64) {
    let mut text = Vec::new();
    while let Ok(first) = entries.recv() {
        let mut flushed = Vec::new();
        for entry in std::iter::once(first).chain(entries.try_iter().take(QUEUE)) {
            match entry {
                Entry::Line(line) => text.extend_from_slice(&line),
                Entry::Flush(done) => flushed.push(done),
            }
        }
        let lost = lost.swap(0, Ordering::Relaxed);
        if lost > 0 {
            let told =
                format!("{lost} lines of the log were lost: standard error was not read fast enough\n");
            text.extend_from_slice(told.as_bytes());
        }
        // That the log cannot be written has no place to be reported.
        let _ = io::stderr().lock().write_all(&text);
        text.clear();
        for done in flushed {
            let _ = done.try_send(());
        }
        std::thread::sleep(GATHERING);
    }
}

/// A line with what clients have put into it spelt out, where it would move a terminal, turn text around or
/// hide.
pub fn visible(line: &str, format: LogFormat) -> String {
    let (text, end) = line.strip_suffix('\n').map_or((line, ""), |text| (text, "\n"));
    // Nearly every line has nothing to spell out.
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    for character in text.chars() {
        match (is_hidden(character), format) {
            (false, _) => out.push(character),
            (true, LogFormat::Text) => out.extend(character.escape_unicode()),
            // In JSON such a character can stand in a string only.
            (true, LogFormat::Json) => {
                out.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
            }
        }
    }
    out + end
}

/// Controls, marks of direction, and what has no width: Unicode's `Default_Ignorable_Code_Point` and the ends
/// of lines among them.
const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
        | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

impl io::Write for Lines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let visible = visible(&String::from_utf8_lossy(line), self.format);
        if self.queue.try_send(Entry::Line(visible.into_bytes())).is_err() {
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

#[cfg(test)]
mod tests {
    use super::LogFormat;
    use super::visible;

    #[test]
    fn no_client_moves_the_terminal_of_who_reads_the_log() {
        let line = "path=/a\u{1b}[2J\u{9b}2J\u{202e}\u{e0041}\nforged ä\n";
        assert_eq!(
            visible(line, LogFormat::Text),
            "path=/a\\u{1b}[2J\\u{9b}2J\\u{202e}\\u{e0041}\\u{a}forged ä\n"
        );
        let line = "{\"path\":\"\u{9b}\u{7f}\u{202e}\u{e0041}\"}\n";
        assert_eq!(visible(line, LogFormat::Json), "{\"path\":\"\\u009b\\u007f\\u202e\\udb40\\udc41\"}\n");
    }
}
