//! Files that are no files, or too large ones, are refused at once by whatever reads files: named, with what
//! they are, in little memory.

#![cfg(target_os = "linux")]

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::symlink;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use crate::program::{folder, peak_kb, run};

/// Far more than any of these takes, on a busy machine too.
const PATIENCE: Duration = Duration::from_mins(1);
/// The program without a file takes a tenth of it.
const MOST_MEMORY_KB: u64 = 400 << 10;

/// How the program ended, and the most memory that it was seen to hold.
struct Ended {
    code: Option<i32>,
    said: String,
    memory_kb: u64,
}

/// Runs it with something on its standard input, and ends it when it hangs.
fn run_with(arguments: &[&str], stdin: Stdio) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
    command.current_dir(env!("CARGO_TARGET_TMPDIR")).args(arguments).stdin(stdin);
    let mut child =
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program is built");
    let (mut out, mut complaint) =
        (child.stdout.take().expect("it is piped"), child.stderr.take().expect("it is piped"));
    let reader = std::thread::spawn(move || {
        let mut said = String::new();
        complaint.read_to_string(&mut said).expect("text");
        said
    });
    let drain = std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
    let since = Instant::now();
    let mut memory_kb = 0;
    let code = loop {
        memory_kb = peak_kb(child.id()).max(memory_kb);
        if let Some(ended) = child.try_wait().expect("it can be asked") {
            break ended.code();
        }
        if since.elapsed() > PATIENCE || memory_kb > 2 * MOST_MEMORY_KB {
            child.kill().expect("it can be ended");
            let _ = child.wait();
            break None;
        }
        std::thread::sleep(Duration::from_millis(2));
    };
    drain.join().expect("it is read").expect("it is read");
    Ended { code, said: reader.join().expect("it is read"), memory_kb }
}

#[track_caller]
fn refused(arguments: &[&str], words: &[&str]) {
    let ended = run_with(arguments, Stdio::null());
    let Ended { code, said, memory_kb } = &ended;
    assert_eq!(*code, Some(2), "{arguments:?} took {memory_kb} kB: {said}");
    for word in words {
        assert!(said.contains(word), "{arguments:?}: no {word:?} in {said}");
    }
    assert!(*memory_kb < MOST_MEMORY_KB, "{arguments:?} takes {memory_kb} kB");
    assert!(!said.contains("panicked") && !said.contains('\0'), "{arguments:?}: {said}");
}

/// Odd files, each with what is to be said of it. Sparse ones take no room.
struct Odd {
    _folder: PathBuf,
    files: Vec<(PathBuf, &'static str)>,
    /// These connections are open, and silent.
    _held: (File, UnixListener),
}

static ODD: LazyLock<Odd> = LazyLock::new(|| {
    let folder = folder("given-odd");
    std::fs::create_dir_all(folder.join("folder")).expect("a folder");
    let at = |name: &str| folder.join(name);
    let fifo =
        |name: &str| assert!(Command::new("mkfifo").arg(at(name)).status().expect("mkfifo runs").success());
    fifo("fifo");
    fifo("silent");
    let held = OpenOptions::new().read(true).write(true).open(at("silent")).expect("both ends");
    let socket = UnixListener::bind(at("socket")).expect("a socket");
    File::create(at("large")).and_then(|file| file.set_len(3 << 30)).expect("a sparse file");
    let utf16 = "\u{feff}{}".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
    std::fs::write(at("utf16"), utf16).expect("a file");
    std::fs::write(at("latin1"), b"\xe9").expect("a file");
    symlink(at("fifo"), at("link")).expect("a link");
    let files = [
        ("fifo", "it is a FIFO"),
        ("silent", "it is a FIFO"),
        ("link", "it is a FIFO"),
        ("socket", "socket"),
        ("folder", "it is a folder"),
        ("/dev/zero", "device"),
        ("/dev/null", "device"),
        ("large", "it has "),
        ("utf16", "UTF-16; save it as UTF-8"),
        ("latin1", "not text in UTF-8"),
        ("absent", "No such file"),
    ];
    let files = files.map(|(name, what)| (at(name), what)).to_vec();
    Odd { _folder: folder, files, _held: (held, socket) }
});

/// 300 MB of zeros in one line.
fn zeros() -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("given-zeros");
    File::create(&path).and_then(|file| file.set_len(300 << 20)).expect("a sparse file");
    path
}

/// Each command that reads a file that is named.
const READERS: [&[&str]; 5] = [
    &["replay"],
    &["judge"],
    &["certify", "--suite", "smoke", "--quiet", "--out", "given-out", "--ledger"],
    &["serve", "--listen", "127.0.0.1:0", "--identities"],
    &["replay", "--save", "x"],
];

#[test]
fn what_is_no_file_of_text_is_named_at_once_by_each_command() {
    for (path, what) in &ODD.files {
        let shown = path.display().to_string();
        for reader in READERS {
            refused(&[reader, &[shown.as_str()]].concat(), &[&shown, what]);
        }
    }
    let zeros = zeros().display().to_string();
    refused(&["judge", &zeros], &[&zeros, "line 1 is longer than 64 MB"]);
    refused(&["replay", &zeros], &[&zeros, "it has 314572800 bytes, and at most 16 MB"]);
    refused(&["serve", "--listen", "127.0.0.1:0", "--identities", &zeros], &[&zeros, "more than 4 MB"]);
}

/// A folder with the files of a report, one of which is another thing.
fn with_odd(report: &Path, name: &str, odd: &Path) -> String {
    let folder = folder("given-report");
    std::fs::create_dir_all(&folder).expect("a folder");
    for file in ["report.json", "exchanges.ndjson.gz"] {
        let path = if file == name { odd.to_owned() } else { report.join(file) };
        symlink(path, folder.join(file)).expect("a link");
    }
    folder.display().to_string()
}

#[test]
fn a_folder_whose_files_are_none_is_refused_at_once() {
    let report = folder("given-shard");
    let shown = report.display().to_string();
    let ended = run(&["certify", "--quiet", "--suite", "smoke", "--shard", "1/1", "--out", &shown]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let zeros = [(zeros(), "314572800 bytes", "line 1 is longer than 64 MB")];
    let odd = ODD.files.iter().map(|(path, what)| (path.clone(), *what, *what));
    for (path, what, what_of_log) in odd.chain(zeros) {
        let folder = with_odd(&report, "report.json", &path);
        for command in ["verify", "compare"] {
            refused(&[command, &folder], &["report.json", what]);
        }
        refused(&["merge", &folder, "--out", "given-merged"], &["report.json", what]);
        let folder = with_odd(&report, "exchanges.ndjson.gz", &path);
        // A log of other bytes is no log that the report was made from.
        if !matches!(what, "314572800 bytes") && !what.contains("UTF") {
            refused(&["merge", &folder, "--out", "given-merged"], &["exchanges.ndjson", what]);
        }
        refused(&["verify", &folder], &["exchanges.ndjson", what_of_log]);
    }
}

const PROGRAM: &str = include_str!("../../../regressions/cancel-of-nothing.json");

#[test]
fn a_byte_order_mark_and_ends_of_lines_are_passed_over_by_all() {
    let folder = folder("given-marked");
    std::fs::create_dir_all(&folder).expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        std::fs::write(&path, format!("\u{feff}{}", text.replace('\n', "\r\n"))).expect("a file");
        path.display().to_string()
    };
    let program = write("program.json", PROGRAM);
    let ended = run(&["replay", &program]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let ledger = write("ledger.toml", "name = \"x\"\nedition = \"current\"\n");
    let ended =
        run(&["certify", "--suite", "smoke", "--quiet", "--out", "given-marked-out", "--ledger", &ledger]);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let identities = write("identities.json", "[\n]\n");
    refused(&["serve", "--listen", "127.0.0.1:0", "--identities", &identities], &["the list is empty"]);
    let traffic = write("traffic.har", "{\n\"log\": {\"entries\": []}\n}\n");
    assert_eq!(run_with(&["judge", &traffic], Stdio::null()).code, Some(3));
}

/// The program with this text in a pipe.
fn piped(arguments: &[&str], text: &str) -> Ended {
    let (reader, mut writer) = std::io::pipe().expect("a pipe");
    let text = text.to_owned();
    let writing = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        let _ = writer.write_all(text.as_bytes());
    });
    let ended = run_with(arguments, Stdio::from(reader));
    writing.join().expect("it is written");
    ended
}

#[test]
fn a_hyphen_and_what_the_shell_has_opened_are_read_to_their_ends() {
    for name in ["-", "/dev/stdin", "/dev/fd/0", "/proc/self/fd/0"] {
        let ended = piped(&["replay", name], PROGRAM);
        assert_eq!(ended.code, Some(0), "{name}: {}", ended.said);
        let ended = piped(&["judge", name], r#"{"log":{"entries":[]}}"#);
        assert_eq!(ended.code, Some(3), "{name}: {}", ended.said);
        let ended = piped(&["serve", "--listen", "127.0.0.1:0", "--identities", name], "[]");
        assert!(ended.code == Some(2) && ended.said.contains("the list is empty"), "{name}: {}", ended.said);
        let ended = piped(
            &["certify", "--suite", "smoke", "--quiet", "--out", "given-out", "--ledger", name],
            "name = 1",
        );
        assert!(ended.code == Some(2) && ended.said.contains("--ledger"), "{name}: {}", ended.said);
    }
    let zero = || Stdio::from(File::open("/dev/zero").expect("it is there"));
    for arguments in READERS {
        let ended = run_with(&[arguments, &["-"]].concat(), zero());
        assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.said);
        let is_little = (1..MOST_MEMORY_KB).contains(&ended.memory_kb);
        assert!(is_little, "{arguments:?} takes {} kB", ended.memory_kb);
    }
}
