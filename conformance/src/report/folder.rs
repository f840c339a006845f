//! The folder of a report: what a run removes from it, how files come into it, and which do not belong there.
//!
//! Only what a run made is removed or written over, and nothing behind a link.

use std::fs::{self, File, FileType};
use std::io::{self, BufReader, Read as _, Write as _};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::IgnoredAny;

use crate::data::given;
use crate::data::visible::on_one_line;

/// The files of a report in the order in which they are removed: a removal that is cut short leaves the proof
/// of their origin.
const NAMES: [&str; 7] = ["report.html", "junit.xml", "summary.md", LEDGER_LINES, REPORT, PLAIN_LOG, LOG];

/// What each log begins with.
const LOG_BEGINS: &[u8] = br#"{"run":"#;

/// Why a folder cannot hold the report.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The system refuses.
    #[error("{} cannot be written: {error}", path.display())]
    System {
        /// The file or folder.
        path: PathBuf,
        /// What it says.
        error: io::Error,
    },
    /// Where a file of the report goes lies something else.
    #[error("{} is {what}, and nothing is written or removed there: remove it, or name another folder", path.display())]
    NoFile {
        /// Where.
        path: PathBuf,
        /// What lies there.
        what: &'static str,
    },
    /// A file of that name is there that no run made, as far as is known.
    #[error(
        "{} would be lost: neither a report nor a log of ours is beside it that would tell that a run made \
         it; name another folder, or remove it by hand",
        path.display()
    )]
    Foreign {
        /// The file.
        path: PathBuf,
    },
}

/// Removes what an earlier run has left in a folder, so that nobody takes its verdict for that of a run which
/// comes to none. The ledger stays: it tells no verdict, and may be the one that the user gives, whose path
/// is `ledger`.
pub fn clear(folder: &Path, ledger: Option<&Path>) -> Result<(), WriteError> {
    let earlier = Earlier::of(folder);
    let beside = folder.join(LEDGER);
    if let Some(given) = ledger
        && plain_file(&beside)?.is_some()
        && !earlier.had_ledger
        && beside.canonicalize().ok() != given.canonicalize().ok()
    {
        return Err(WriteError::Foreign { path: beside });
    }
    remove(&earlier, there(folder)?)
}

/// Makes the folders of a report, and removes what an earlier one has left but for the log.
pub(super) fn make_room(folder: &Path) -> Result<(), WriteError> {
    let mut left = there(folder)?;
    left.retain(|(path, _)| *path != log_in(folder));
    remove(&Earlier::of(folder), left)?;
    let counterexamples = folder.join(COUNTEREXAMPLES);
    at(&counterexamples, fs::create_dir_all(&counterexamples))
}

/// Writes a file that is not there.
pub(super) fn put(path: &Path, text: &str) -> Result<(), WriteError> {
    at(path, File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes())))
}

/// Writes the ledger, unless it lies there already.
pub(super) fn put_ledger(path: &Path, text: &str) -> Result<(), WriteError> {
    if plain_file(path)?.is_some() {
        if fs::read_to_string(path).is_ok_and(|old| old == text) {
            return Ok(());
        }
        at(path, fs::remove_file(path))?;
    }
    put(path, text)
}

pub(crate) fn at<T>(path: &Path, result: io::Result<T>) -> Result<T, WriteError> {
    result.map_err(|error| WriteError::System { path: path.to_owned(), error })
}

/// What an earlier run has left.
#[derive(Clone, Copy, Default)]
struct Earlier {
    /// There is a report or a log, so that files of these names are a run's.
    is_there: bool,
    /// The report was made with a ledger, which lies beside it.
    had_ledger: bool,
}

/// What only our reports begin with.
#[derive(Deserialize)]
struct Head {
    #[serde(rename = "report_version")]
    _version: u32,
    #[serde(rename = "suite_version")]
    _suite: String,
    #[serde(default)]
    ledger: Option<IgnoredAny>,
}

impl Earlier {
    fn of(folder: &Path) -> Self {
        let open = |name: &str| {
            let path = folder.join(name);
            plain_file(&path).ok().flatten().and_then(|_| File::open(path).ok())
        };
        let report =
            open(REPORT).and_then(|file| serde_json::from_reader::<_, Head>(BufReader::new(file)).ok());
        let begins = |name: &&str| {
            let mut begin = [0; LOG_BEGINS.len()];
            let text = open(name).and_then(|_| given::unpacked(&folder.join(name), given::LOG_BYTES).ok());
            text.is_some_and(|mut text| text.read_exact(&mut begin).is_ok() && begin == LOG_BEGINS)
        };
        Self {
            is_there: report.is_some() || [LOG, PLAIN_LOG].iter().any(begins),
            had_ledger: report.is_some_and(|report| report.ledger.is_some()),
        }
    }
}

/// The files of a report that are in a folder, with their sizes.
fn there(folder: &Path) -> Result<Vec<(PathBuf, u64)>, WriteError> {
    let mut there = Vec::new();
    let counterexamples = folder.join(COUNTEREXAMPLES);
    match kind(&counterexamples)? {
        None => {}
        Some(kind) if kind.is_dir() => {
            for entry in at(&counterexamples, fs::read_dir(&counterexamples))? {
                let path = at(&counterexamples, entry)?.path();
                if is_counterexample(&path) {
                    there.extend(plain_file(&path)?.map(|size| (path, size)));
                }
            }
        }
        Some(kind) => return Err(WriteError::NoFile { path: counterexamples, what: words(kind) }),
    }
    for path in NAMES.map(|name| folder.join(name)) {
        there.extend(
            plain_file(&path)?.map(|size| (path.clone(), if is_packed_nothing(&path) { 0 } else { size })),
        );
    }
    Ok(there)
}

/// Whether it is the log of a run that came to no line.
fn is_packed_nothing(path: &Path) -> bool {
    let text = path.ends_with(LOG).then(|| given::unpacked(path, given::LOG_BYTES).ok()).flatten();
    text.is_some_and(|mut text| text.read(&mut [0]).is_ok_and(|read| read == 0))
}

/// Removes them if a run made them. One that is empty, as a log is at first, is no loss.
fn remove(earlier: &Earlier, files: Vec<(PathBuf, u64)>) -> Result<(), WriteError> {
    if !earlier.is_there
        && let Some((path, _)) = files.iter().find(|(_, size)| *size > 0)
    {
        return Err(WriteError::Foreign { path: path.clone() });
    }
    files.into_iter().try_for_each(|(path, _)| at(&path, fs::remove_file(&path)))
}

/// `F001.json`, or a script of that finding.
fn is_counterexample(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    let (stem, ending) = name.split_once('.').unwrap_or((name, ""));
    let is_id = |digits: &str| digits.len() >= 3 && digits.bytes().all(|byte| byte.is_ascii_digit());
    stem.strip_prefix('F').is_some_and(is_id) && matches!(ending, "json" | "sh" | "aws.sh" | "rs")
}

/// What lies there, if anything; links are not followed.
fn kind(path: &Path) -> Result<Option<FileType>, WriteError> {
    match path.symlink_metadata() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        metadata => Ok(Some(at(path, metadata)?.file_type())),
    }
}

/// The size of the file that lies there, if there is one. Anything else is refused.
fn plain_file(path: &Path) -> Result<Option<u64>, WriteError> {
    match kind(path)? {
        None => Ok(None),
        Some(kind) if kind.is_file() => Ok(Some(at(path, path.symlink_metadata())?.len())),
        Some(kind) => Err(WriteError::NoFile { path: path.to_owned(), what: words(kind) }),
    }
}

fn words(kind: FileType) -> &'static str {
    if kind.is_symlink() {
        "a link"
    } else if kind.is_dir() {
        "a folder"
    } else if kind.is_file() {
        "a file"
    } else {
        "no file"
    }
}

/// What lies in a folder beside these files of its report, a line for each. A ledger stays where it lay.
pub(crate) fn strangers(folder: &Path, files: &[PathBuf]) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    let log = if log_in(folder).ends_with(LOG) { LOG } else { PLAIN_LOG };
    for below in [Path::new(""), Path::new(COUNTEREXAMPLES)] {
        let place = folder.join(below);
        if below != Path::new("") && !place.symlink_metadata().is_ok_and(|kind| kind.is_dir()) {
            continue;
        }
        for entry in fs::read_dir(place)? {
            let entry = entry?;
            let (path, kind) = (below.join(entry.file_name()), entry.file_type()?);
            let known =
                [REPORT, log, LEDGER].iter().any(|name| path == Path::new(name)) || files.contains(&path);
            let is_ours = kind.is_file() && known || kind.is_dir() && path == Path::new(COUNTEREXAMPLES);
            if !is_ours {
                found.push(format!(
                    "{}: {} that the report does not have",
                    on_one_line(&path.display().to_string()),
                    words(kind)
                ));
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Where the log of a report lies: what gzip has compressed, or the plain text if there is only that.
pub(crate) fn log_in(folder: &Path) -> PathBuf {
    let (packed, plain) = (folder.join(LOG), folder.join(PLAIN_LOG));
    if packed.symlink_metadata().is_err() && plain.symlink_metadata().is_ok() { plain } else { packed }
}

/// The name of the log in a report's folder.
pub const LOG: &str = "exchanges.ndjson.gz";

/// The name of the same log, unpacked.
pub const PLAIN_LOG: &str = "exchanges.ndjson";

/// The name of the target's ledger in a report's folder, if there was one.
pub const LEDGER: &str = "ledger.toml";

/// The name of the lines for the target's ledger in a report's folder, if there is something new.
pub const LEDGER_LINES: &str = "ledger-lines.toml";

/// The name of the report itself.
pub(crate) const REPORT: &str = "report.json";

/// The name of the folder of minimal programs.
pub(crate) const COUNTEREXAMPLES: &str = "counterexamples";
