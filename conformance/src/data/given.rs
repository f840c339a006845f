//! Files that a user names, or that lie where one names a folder. What a file is, and how large, is looked at
//! before any of it is read: a pipe without an end, a device or a file of gigabytes is refused at once and
//! takes neither time nor memory.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, BufRead as _, BufReader, ErrorKind, Read, Stdin};
use std::path::Path;
use std::time::{Duration, Instant};

use flate2::bufread::MultiGzDecoder;

/// The most that is read of a program, a counterexample or a regression.
pub const PROGRAM_BYTES: u64 = 16 << 20;
/// The most that is read of a ledger.
pub const LEDGER_BYTES: u64 = 4 << 20;
/// The most that is read of a report, and of each file that was made from it.
pub const REPORT_BYTES: u64 = 256 << 20;
/// The most that is read of a log, or of other traffic with one exchange a line.
pub const LOG_BYTES: u64 = 2 << 30;
/// The most that is read of an HTTP Archive, which is one document.
pub const ARCHIVE_BYTES: u64 = 64 << 20;
/// The longest line of a log: more than the largest answer takes.
pub const LINE_BYTES: u64 = 64 << 20;

/// What each file begins with that gzip has compressed.
pub(crate) const GZIP: [u8; 2] = [0x1f, 0x8b];

/// How long a pipe may be silent, and how long is between two looks.
const LONGEST_SILENCE: Duration = Duration::from_mins(1);
const A_MOMENT: Duration = Duration::from_millis(5);

/// The whole text of a file, without a byte order mark; of standard input for `-`. Errors say what is wrong
/// with the file, and not which one it is.
pub fn text(path: &Path, most: u64) -> io::Result<String> {
    let mut bytes = Vec::new();
    open(path, most)?.read_to_end(&mut bytes)?;
    decoded(bytes, true)
}

/// A file of text line by line, compressed by gzip or not; standard input for `-`. No line is longer than
/// [`LINE_BYTES`]. An error of the kind [`ErrorKind::UnexpectedEof`] comes after the last whole line of a compressed file that breaks off.
pub fn lines(path: &Path, most: u64) -> io::Result<Lines> {
    Ok(Lines { reader: BufReader::new(unpacked(path, most)?), number: 0 })
}

/// What a file holds, unpacked if gzip has compressed it; standard input for `-`. Reading fails where that is
/// more than `most` bytes.
pub fn unpacked(path: &Path, most: u64) -> io::Result<Unpacked> {
    let mut file = BufReader::new(open(path, most)?);
    let is_compressed = file.fill_buf()?.starts_with(&GZIP);
    let source = if is_compressed { Packed::Gzip(MultiGzDecoder::new(file)) } else { Packed::Not(file) };
    Ok(Unpacked { source, read: 0, most })
}

/// A file to read from; standard input for `-`. Reading fails where it holds more than `most` bytes.
pub fn open(path: &Path, most: u64) -> io::Result<Given> {
    if path == Path::new("-") {
        return Ok(Given { source: Source::Stdin(io::stdin()), read: 0, most });
    }
    let mut options = OpenOptions::new();
    options.read(true);
    // Opening a pipe must not block until it has a writer.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(&mut options, libc::O_NONBLOCK | libc::O_NOCTTY);
    // What cannot be opened at all, such as a socket, is named by its kind.
    let what_it_is = |error| std::fs::metadata(path).ok().and_then(|found| odd(&found)).unwrap_or(error);
    let file = options.open(path).map_err(what_it_is)?;
    // Of what is open: the path may lead elsewhere by now.
    let found = file.metadata()?;
    let is_pipe = is_pipe(&found) && is_of_this_process(path);
    if let Some(error) = odd(&found).filter(|_| !is_pipe) {
        return Err(error);
    }
    if found.len() > most {
        return Err(too_large(&format!("{} bytes", found.len()), most));
    }
    Ok(Given { source: if is_pipe { Source::Pipe(file) } else { Source::File(file) }, read: 0, most })
}

/// A file that is unpacked while it is read, and how much may come of it.
#[derive(Debug)]
pub struct Unpacked {
    source: Packed,
    read: u64,
    most: u64,
}

#[derive(Debug)]
enum Packed {
    Not(BufReader<Given>),
    Gzip(MultiGzDecoder<BufReader<Given>>),
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = match &mut self.source {
            Packed::Not(file) => file.read(buffer)?,
            Packed::Gzip(file) => file.read(buffer).map_err(|error| match error.kind() {
                ErrorKind::UnexpectedEof => {
                    io::Error::new(ErrorKind::UnexpectedEof, "it breaks off: gzip did not come to its end")
                }
                ErrorKind::InvalidInput | ErrorKind::InvalidData => {
                    invalid(&format!("it is damaged: {error}"))
                }
                _ => error,
            })?,
        };
        self.read += length as u64;
        if self.read > self.most { Err(too_large("more", self.most)) } else { Ok(length) }
    }
}

/// A file that is read, and how much of it may be.
#[derive(Debug)]
pub struct Given {
    source: Source,
    read: u64,
    most: u64,
}

#[derive(Debug)]
enum Source {
    File(File),
    /// One that the shell has opened for this process, as `<(…)` does.
    Pipe(File),
    Stdin(Stdin),
}

impl Read for Given {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = match &mut self.source {
            Source::File(file) => file.read(buffer),
            Source::Pipe(file) => patiently(file, buffer),
            Source::Stdin(stdin) => stdin.read(buffer),
        }?;
        self.read += length as u64;
        // A file can grow, and a pipe has no size.
        if self.read > self.most { Err(too_large("more", self.most)) } else { Ok(length) }
    }
}

/// Waits for the writer of a pipe, up to a limit.
fn patiently(file: &mut File, buffer: &mut [u8]) -> io::Result<usize> {
    let since = Instant::now();
    loop {
        match file.read(buffer) {
            Err(error) if error.kind() == ErrorKind::WouldBlock && since.elapsed() < LONGEST_SILENCE => {
                std::thread::sleep(A_MOMENT);
            }
            Err(error) if error.kind() == ErrorKind::WouldBlock => {
                let what = format!("nothing came through the pipe for {} s", LONGEST_SILENCE.as_secs());
                return Err(io::Error::new(ErrorKind::TimedOut, what));
            }
            read => return read,
        }
    }
}

/// The lines of a file, each with its number, without its end.
#[derive(Debug)]
pub struct Lines {
    reader: BufReader<Unpacked>,
    number: usize,
}

impl Iterator for Lines {
    type Item = io::Result<(usize, String)>;

    fn next(&mut self) -> Option<Self::Item> {
        self.number += 1;
        let mut line = Vec::new();
        match self.reader.by_ref().take(LINE_BYTES + 1).read_until(b'\n', &mut line) {
            Ok(0) => return None,
            Ok(_) => {}
            Err(error) => return Some(Err(error)),
        }
        if line.len() as u64 > LINE_BYTES {
            return Some(Err(invalid(&format!("line {} is longer than {}", self.number, size(LINE_BYTES)))));
        }
        while line.last().is_some_and(|byte| matches!(byte, b'\n' | b'\r')) {
            line.pop();
        }
        let text = decoded(line, self.number == 1);
        Some(text.map(|text| (self.number, text)).map_err(|error| match self.number {
            1 => error,
            number => invalid(&format!("line {number}: {error}")),
        }))
    }
}

/// Text of UTF-8, at whose beginning a byte order mark is passed over.
fn decoded(mut bytes: Vec<u8>, is_beginning: bool) -> io::Result<String> {
    if is_beginning && (bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff])) {
        return Err(invalid("it is text in UTF-16; save it as UTF-8"));
    }
    if is_beginning && bytes.starts_with("\u{feff}".as_bytes()) {
        bytes.drain(..3);
    }
    String::from_utf8(bytes).map_err(|error| {
        invalid(&format!(
            "it is not text in UTF-8: byte {} does not belong there",
            error.utf8_error().valid_up_to() + 1
        ))
    })
}

/// Why something that is there is not read as a file.
fn odd(found: &Metadata) -> Option<io::Error> {
    let kind = found.file_type();
    let what = if kind.is_file() {
        return None;
    } else if kind.is_dir() {
        "a folder"
    } else if is_pipe(found) {
        return Some(invalid(
            "it is a FIFO and no file; to read what comes through it, name - and put it on standard input",
        ));
    } else if is_socket(found) {
        "a socket"
    } else {
        "a device"
    };
    Some(invalid(&format!("it is {what} and no file")))
}

#[cfg(unix)]
fn is_pipe(found: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&found.file_type())
}

#[cfg(unix)]
fn is_socket(found: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_socket(&found.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &Metadata) -> bool {
    false
}

#[cfg(not(unix))]
fn is_socket(_: &Metadata) -> bool {
    false
}

/// Whether the path is a name of something that was open when this process began.
fn is_of_this_process(path: &Path) -> bool {
    path == Path::new("/dev/stdin") || path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd")
}

fn too_large(has: &str, most: u64) -> io::Error {
    let most = size(most);
    io::Error::new(
        ErrorKind::FileTooLarge,
        format!("it has {has}, and at most {most} of such a file are read"),
    )
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}

/// A limit in words; all of them are whole megabytes.
fn size(bytes: u64) -> String {
    let megabytes = bytes >> 20;
    if megabytes.is_multiple_of(1 << 10) {
        format!("{} GB", megabytes >> 10)
    } else {
        format!("{megabytes} MB")
    }
}
