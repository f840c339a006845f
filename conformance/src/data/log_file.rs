//! The log as a file: NDJSON that gzip has compressed. A long body is written once: where it comes again, the
//! exchange names the line on which it stands.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest as _, Sha256};

use crate::data::body::Body;
use crate::data::case::StepExchange;
use crate::data::exchange::{Exchange, Response};
use crate::data::log::{Line, LogSink};
use crate::data::log_lines::{LONG_BODY, Referring, Shortened};
use crate::data::{given, visible};

/// How large a log may become unless told otherwise: a full run of a target that answers as it should needs a
/// hundredth of it.
pub const MAX_LOG_BYTES: u64 = 512 << 20;

/// After so much text, what was written can be read even if no more comes.
const FLUSHED_BYTES: u64 = 32 << 10;

/// A file that takes a log.
#[derive(Debug)]
pub struct NdjsonLog {
    file: GzEncoder<BufWriter<Counting<File>>>,
    max_bytes: u64,
    lines: usize,
    /// The text that may not have reached the file yet, in bytes.
    unflushed: u64,
    /// The text that a reader gets, with every body in its place, in bytes.
    in_full: u64,
    /// The line on which a body stands, by its SHA-256.
    bodies: HashMap<[u8; 32], usize>,
    failure: Option<io::Error>,
}

impl NdjsonLog {
    /// Begins a new file, which becomes no larger than so many bytes: what lies there, and what a link there
    /// leads to, is not written over.
    pub fn create(path: &Path, max_bytes: u64) -> io::Result<Self> {
        let file = BufWriter::new(Counting { inner: File::create_new(path)?, written: 0 });
        Ok(Self {
            file: GzEncoder::new(file, Compression::default()),
            max_bytes,
            lines: 0,
            unflushed: 0,
            in_full: 0,
            bodies: HashMap::new(),
            failure: None,
        })
    }

    /// Writes what is buffered; an error is the first that any line met.
    pub fn finish(mut self) -> io::Result<()> {
        match self.failure.take() {
            Some(failure) => Err(failure),
            None => self.file.finish()?.flush(),
        }
    }

    fn write(&mut self, line: &Line) -> io::Result<()> {
        self.lines += 1;
        let known = self.known_body(line);
        let text = match (line, known) {
            (Line::Exchange(sent), Some(known)) => visible::json(&shortened(sent, known))?,
            _ => visible::json(line)?,
        };
        let length = text.len() as u64 + 1;
        self.in_full += length + if known.is_some() { body(line).len() as u64 } else { 0 };
        self.unflushed += length;
        self.file.write_all(text.as_bytes())?;
        self.file.write_all(b"\n")?;
        // The first line tells whose log it is.
        if self.unflushed > FLUSHED_BYTES || self.lines == 1 {
            self.file.flush()?;
            self.unflushed = 0;
        }
        Ok(())
    }

    /// The line that holds the body of this exchange's response already. A long one that comes for the first
    /// time is remembered.
    fn known_body(&mut self, line: &Line) -> Option<usize> {
        let body = body(line);
        if body.len() < LONG_BODY {
            return None;
        }
        let first = *self.bodies.entry(Sha256::digest(body).into()).or_insert(self.lines);
        (first < self.lines).then_some(first)
    }
}

impl LogSink for NdjsonLog {
    fn line(&mut self, line: &Line) {
        if self.failure.is_none() {
            self.failure = self.write(line).err();
        }
    }

    fn has_room_for(&self, exchanges: &[StepExchange], more: u64) -> bool {
        // Compressed, text takes no more room than as it is.
        let written = self.file.get_ref().get_ref().written + self.unflushed;
        let left = self
            .max_bytes
            .saturating_sub(written)
            .min(given::LOG_BYTES.saturating_sub(self.in_full))
            .saturating_sub(more);
        // A byte becomes six at most, and what stands around it is far from a kilobyte.
        let most: u64 = exchanges.iter().map(|sent| 6 * sent.exchange.size() as u64 + 1024).sum();
        most <= left || serialized(exchanges) <= left
    }
}

/// The body of a line's response; empty if there is none.
fn body(line: &Line) -> &[u8] {
    match line {
        Line::Exchange(sent) => sent.exchange.outcome.as_ref().map_or(&[], |response| &response.body),
        Line::Run { .. } | Line::Case { .. } | Line::Shared { .. } | Line::End(_) => &[],
    }
}

/// The exchange without the body of its response, which stands on that line.
fn shortened(sent: &StepExchange, line: usize) -> Shortened<StepExchange> {
    let Exchange { by, to, request, outcome } = sent.exchange.as_ref();
    let without = |response: &Response| Response {
        body: Body::default(),
        headers: response.headers.clone(),
        status: response.status,
    };
    let outcome = outcome.as_ref().map(without).map_err(Clone::clone);
    let exchange = Arc::new(Exchange { by: *by, to: *to, request: request.clone(), outcome });
    Shortened { exchange: Referring { sent: StepExchange { exchange, ..*sent }, body_on_line: Some(line) } }
}

/// How many bytes the exchanges take in a log.
fn serialized(exchanges: &[StepExchange]) -> u64 {
    let mut counting = Counting { inner: io::sink(), written: 0 };
    for exchange in exchanges {
        // Nothing can fail that is thrown away.
        let _ = serde_json::to_writer(&mut counting, &Line::Exchange(exchange.clone()));
    }
    counting.written + exchanges.len() as u64
}

/// Counts what it hands on.
#[derive(Debug)]
struct Counting<W> {
    inner: W,
    written: u64,
}

impl<W: Write> Write for Counting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.written += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
