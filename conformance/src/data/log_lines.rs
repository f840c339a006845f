//! The lines of a log, from the compressed form or from the plain one, with every body in its place.

use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::data::body::Body;
use crate::data::exchange::Exchange;
use crate::data::given;
use crate::data::log::Line;

/// Why a line of a log cannot be used.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Unusable {
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(io::Error),
    /// It has so many whole lines, and no end: the run that wrote it was stopped.
    #[error("it breaks off after line {0}")]
    BreaksOff(usize),
    /// That line is none.
    #[error("line {0}: {1}")]
    Malformed(usize, String),
}

/// The lines of a log, each with its number.
pub(crate) type Lines = Box<dyn Iterator<Item = Result<(usize, Line), Unusable>> + Send>;

/// The lines of a log, with every body in its place.
pub(crate) fn read(path: &Path) -> io::Result<Lines> {
    let mut bodies = Bodies::default();
    let lines = given::lines(path, given::LOG_BYTES)?;
    let mut read = 0;
    Ok(Box::new(lines.map(move |line| {
        let (number, text) = line.map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => Unusable::BreaksOff(read),
            _ => Unusable::Unreadable(error),
        })?;
        let malformed = |reason| Unusable::Malformed(number, reason);
        read = number;
        let mut line =
            serde_json::from_str(&text).map_err(|error: serde_json::Error| malformed(error.to_string()))?;
        if let Line::Exchange(sent) = &mut line {
            bodies.put_back(number, &text, Arc::make_mut(&mut sent.exchange)).map_err(malformed)?;
        }
        Ok((number, line))
    })))
}

/// The bodies that later lines may refer to.
#[derive(Debug, Default)]
pub(crate) struct Bodies {
    by_line: BTreeMap<usize, Body>,
    in_full: u64,
}

impl Bodies {
    /// Gives the exchange that was read from this line the body that stands on an earlier one, if it refers
    /// to it. A few lines can refer to a long body again and again, so what comes of them has the limit of a
    /// log, too.
    pub(crate) fn put_back(
        &mut self,
        number: usize,
        text: &str,
        exchange: &mut Exchange,
    ) -> Result<(), String> {
        let Ok(response) = &mut exchange.outcome else { return Ok(()) };
        if response.body.is_empty()
            && let Some(line) = referred(text)
        {
            let body = self.by_line.get(&line);
            response
                .body
                .clone_from(body.ok_or_else(|| format!("line {line}, which it refers to, holds no body"))?);
        } else if response.body.len() >= LONG_BODY {
            self.by_line.insert(number, response.body.clone());
        }
        self.in_full += response.body.len() as u64;
        let most = given::LOG_BYTES;
        if self.in_full > most {
            Err(format!("the bodies up to here have more than {} GB", most >> 30))
        } else {
            Ok(())
        }
    }
}

/// The line that an exchange refers to for its body.
fn referred(text: &str) -> Option<usize> {
    #[derive(Deserialize)]
    struct Nothing {}
    let read: Shortened<Nothing> = serde_json::from_str(text).ok()?;
    read.exchange.body_on_line
}

/// A shorter body is written out each time: a number in its place would hide more than it saves.
pub(crate) const LONG_BODY: usize = 256;

/// An exchange whose response has a body that an earlier line holds.
#[derive(Serialize, Deserialize)]
pub(crate) struct Shortened<E> {
    pub(crate) exchange: Referring<E>,
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Referring<E> {
    #[serde(flatten)]
    pub(crate) sent: E,
    /// The number of that line, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) body_on_line: Option<usize>,
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use signer_model::Account;

    use super::*;
    use crate::data::case::StepExchange;
    use crate::data::exchange::{Request, Response, Service, Silence};
    use crate::data::log::{End, LogSink as _};
    use crate::data::log_file::{MAX_LOG_BYTES, NdjsonLog};

    fn exchange(step: usize, body: &[u8]) -> Line {
        let response = Response {
            status: 200,
            headers: vec![("date".to_owned(), "x".to_owned())],
            body: body.to_vec().into(),
        };
        Line::Exchange(StepExchange::new(step, Exchange { outcome: Ok(response), ..silent(step) }))
    }

    fn silent(step: usize) -> Exchange {
        let request = Request { target: format!("/{step}"), ..Request::default() };
        Exchange { by: Account::Owner, to: Service::S3, request, outcome: Err(Silence::RunOver) }
    }

    /// Bodies that come again, are short, are no text, or are none at all.
    fn lines() -> Vec<Line> {
        let (long, binary) = ("a body ".repeat(1000), [0xff, 0, 1].repeat(200));
        let bodies: [&[u8]; 7] =
            [long.as_bytes(), b"short", &binary, long.as_bytes(), b"", &binary, b"short"];
        let mut lines: Vec<Line> =
            bodies.iter().enumerate().map(|(step, body)| exchange(step, body)).collect();
        lines.push(Line::Exchange(StepExchange::new(7, silent(7))));
        lines.push(Line::End(End::default()));
        lines
    }

    fn path(name: &str) -> PathBuf {
        let path = std::env::temp_dir().join(format!("signer-log-{}-{name}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        path
    }

    fn written(name: &str, lines: &[Line]) -> Vec<u8> {
        let path = path(name);
        let mut log = NdjsonLog::create(&path, MAX_LOG_BYTES).expect("a file");
        for line in lines {
            log.line(line);
        }
        log.finish().expect("it is written");
        let bytes = std::fs::read(&path).expect("it is there");
        std::fs::remove_file(path).expect("it is ours");
        bytes
    }

    /// The lines of a file with these bytes, up to the first that cannot be used.
    fn lines_of(name: &str, bytes: &[u8]) -> (Vec<Line>, Option<Unusable>) {
        let path = path(name);
        std::fs::write(&path, bytes).expect("a file");
        let (mut lines, mut end) = (Vec::new(), None);
        for line in read(&path).expect("it can be opened") {
            match line {
                Ok((_, line)) => lines.push(line),
                Err(unusable) => {
                    end = Some(unusable);
                    break;
                }
            }
        }
        std::fs::remove_file(path).expect("it is ours");
        (lines, end)
    }

    fn unpacked(name: &str, bytes: &[u8]) -> String {
        let path = path(name);
        std::fs::write(&path, bytes).expect("a file");
        let text: String =
            given::lines(&path, 1 << 20).expect("a file").map(|line| line.expect("text").1 + "\n").collect();
        std::fs::remove_file(path).expect("it is ours");
        text
    }

    #[test]
    fn every_line_is_read_as_it_was_written_from_the_compressed_form_and_from_the_plain_one() {
        let (lines, bytes) = (lines(), written("whole", &lines()));
        let text = unpacked("whole-text", &bytes);
        for (name, form) in [("packed", bytes.as_slice()), ("plain", text.as_bytes())] {
            let (read, end) = lines_of(name, form);
            assert!(end.is_none(), "{name}: {end:?}");
            assert_eq!(read, lines, "{name}");
        }
        assert_eq!(
            text.matches("a body a body").count(),
            text.lines().next().map_or(0, |line| line.matches("a body a body").count())
        );
        assert!(text.contains("\"body_on_line\":1}") && text.contains("\"body_on_line\":3}"), "{text}");
    }

    #[test]
    fn a_log_that_breaks_off_anywhere_is_read_up_to_there() {
        let lines: Vec<Line> = (0..200).flat_map(|_| lines()).collect();
        let bytes = written("long", &lines);
        let mut most = 0;
        for end in (20..bytes.len()).step_by(97) {
            let (read, unusable) = lines_of("cut-off", &bytes[..end]);
            assert_eq!(read, lines[..read.len()], "cut off after {end} bytes");
            assert!(
                matches!(unusable, Some(Unusable::BreaksOff(line)) if line == read.len()),
                "{unusable:?}"
            );
            most = most.max(read.len());
        }
        assert!(
            most > lines.len() / 2,
            "what was written can be read before the end: {most} of {} lines",
            lines.len()
        );
    }

    #[test]
    fn a_line_that_refers_to_no_body_is_malformed() {
        let text = unpacked("referring", &written("referring-packed", &lines()))
            .replace("\"body_on_line\":1}", "\"body_on_line\":2}");
        let (read, unusable) = lines_of("referred", text.as_bytes());
        assert_eq!(read.len(), 3);
        assert!(
            matches!(unusable, Some(Unusable::Malformed(4, what)) if what.contains("line 2")),
            "line 2 has a short body"
        );
    }
}
