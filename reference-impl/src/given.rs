//! Files that a user names. What a file is, and how large, is looked at before any of it is read, so that
//! neither a pipe without an end nor a device keeps the server from its start.

use std::fs::{File, Metadata, OpenOptions};
use std::io::{self, ErrorKind, Read as _};
use std::path::Path;
use std::time::{Duration, Instant};

/// The most that is read of a list of identities.
pub(crate) const IDENTITIES_BYTES: u64 = 4 << 20;

/// The most that is read of a key, or of a chain of certificates.
pub(crate) const PEM_BYTES: u64 = 1 << 20;

/// How long the other end of a pipe may take, and how long is between two looks.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

const A_MOMENT: Duration = Duration::from_millis(5);

/// The whole text of a file, without a byte order mark; of standard input for `-`. Errors say what is wrong
/// with the file, and not which one it is.
pub(crate) fn text(path: &Path, most: u64) -> io::Result<String> {
    let bytes = if path == Path::new("-") { whole(io::stdin(), most) } else { bytes(path, most) }?;
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(invalid("it is text in UTF-16; save it as UTF-8"));
    }
    let text = String::from_utf8(bytes).map_err(|_| invalid("it is not text in UTF-8"))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The whole content of a file.
pub(crate) fn bytes(path: &Path, most: u64) -> io::Result<Vec<u8>> {
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
    match odd(&found) {
        // What the shell has opened for this process, as `<(…)` does.
        Some(_) if is_pipe(&found) && is_of_this_process(path) => whole(Patient(file), most),
        Some(error) => Err(error),
        None if found.len() > most => Err(too_large(most)),
        None => whole(file, most),
    }
}

/// All that comes, which must not be more than that: a file can grow, and a pipe has no size.
fn whole(source: impl io::Read, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most { Err(too_large(most)) } else { Ok(bytes) }
}

/// A pipe whose other end may take its time, up to a limit.
struct Patient(File);

impl io::Read for Patient {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let since = Instant::now();
        loop {
            match self.0.read(buffer) {
                Err(error) if error.kind() == ErrorKind::WouldBlock && since.elapsed() < LONGEST_WAIT => {
                    std::thread::sleep(A_MOMENT);
                }
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    let what = format!("nothing came through the pipe for {} s", LONGEST_WAIT.as_secs());
                    return Err(io::Error::new(ErrorKind::TimedOut, what));
                }
                read => return read,
            }
        }
    }
}

/// Why something that is there is not read as a file.
fn odd(found: &Metadata) -> Option<io::Error> {
    let what = match found.file_type() {
        kind if kind.is_file() => return None,
        kind if kind.is_dir() => "a folder and no file",
        _ if is_pipe(found) => {
            "a FIFO and no file; to read what comes through it, name - and put it on standard input"
        }
        _ => "a device or a socket and no file",
    };
    Some(invalid(&format!("it is {what}")))
}

#[cfg(unix)]
fn is_pipe(found: &Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&found.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &Metadata) -> bool {
    false
}

/// Whether the path is a name of something that was open when this process began.
fn is_of_this_process(path: &Path) -> bool {
    path == Path::new("/dev/stdin") || path.starts_with("/dev/fd") || path.starts_with("/proc/self/fd")
}

fn too_large(most: u64) -> io::Error {
    io::Error::new(
        ErrorKind::FileTooLarge,
        format!("it has more than {} MB, and no such file is read", most >> 20),
    )
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(ErrorKind::InvalidData, what)
}
