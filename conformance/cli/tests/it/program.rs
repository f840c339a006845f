//! Runs the built program.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use flate2::read::MultiGzDecoder;
use signer_conformance::report::LOG;
use signer_conformance::visible::is_hidden;

/// How the program ended.
pub(crate) struct Ended {
    /// Its exit code.
    pub(crate) code: Option<i32>,
    /// What it printed.
    pub(crate) stdout: String,
    /// What it complained of.
    pub(crate) stderr: String,
}

/// What it takes from its environment.
pub(crate) const VARIABLES: [&str; 7] = [
    "SIGNER_ENDPOINT",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_REGION",
    "AWS_CA_BUNDLE",
    "NO_COLOR",
];

/// Runs it with these arguments, and none of its variables set in the environment.
#[track_caller]
pub(crate) fn run(arguments: &[&str]) -> Ended {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
    for name in VARIABLES {
        command.env_remove(name);
    }
    let output = command
        .current_dir(env!("CARGO_TARGET_TMPDIR"))
        .args(arguments)
        .output()
        .expect("the program is built");
    let ended = Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    };
    assert!(!ended.stderr.contains("panicked"), "{arguments:?} panics: {}", ended.stderr);
    for text in [&ended.stdout, &ended.stderr] {
        let hidden = text.chars().find(|character| is_hidden(*character));
        assert_eq!(hidden, None, "{arguments:?} shows it as it came: {}", text.escape_debug());
    }
    ended
}

/// It ends with that code, and its complaint holds those texts.
#[track_caller]
pub(crate) fn refused(arguments: &[&str], code: i32, expected: &[&str]) {
    let ended = run(arguments);
    assert_eq!(ended.code, Some(code), "{arguments:?}: {}", ended.stderr);
    for text in expected {
        assert!(ended.stderr.contains(text), "{arguments:?}: no {text:?} in {}", ended.stderr);
    }
}

/// A folder of that name, which is not there yet.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = std::fs::remove_dir_all(&folder);
    folder
}

/// The log in a report's folder, which is left there as plain text instead, as `gunzip` does it.
pub(crate) fn unpacked_log(folder: &Path) -> PathBuf {
    let (packed, plain) = (folder.join(LOG), folder.join("exchanges.ndjson"));
    let mut text = String::new();
    let file = std::fs::File::open(&packed).expect("there is a log");
    MultiGzDecoder::new(file).read_to_string(&mut text).expect("it is text that gzip has compressed");
    std::fs::write(&plain, text).expect("it is ours");
    std::fs::remove_file(packed).expect("it is ours");
    plain
}

/// A server that answers every connection with these bytes, whatever it is asked; gives its URL.
pub(crate) fn server(answer: &'static [u8]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a loopback port is free");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let _ = speak(connection, answer);
        }
    });
    url
}

fn speak(mut connection: TcpStream, answer: &[u8]) -> std::io::Result<()> {
    let mut request = [0; 8192];
    let _ = connection.read(&mut request)?;
    connection.write_all(answer)
}

/// A reference.
pub(crate) struct Served {
    child: Child,
    /// Host and port.
    pub(crate) address: String,
    // It goes on writing, and would end if the pipe had no reader.
    _stdout: BufReader<ChildStdout>,
}

impl Served {
    /// Starts one that takes every caller, with these arguments more.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::serve(&[&["--no-auth"], arguments].concat())
    }

    /// Starts one that knows the two test identities and no others.
    pub(crate) fn authenticating() -> Self {
        Self::serve(&[])
    }

    /// Starts one that knows the identities of that file.
    pub(crate) fn knowing(identities: &str) -> Self {
        Self::serve(&["--identities", identities])
    }

    fn serve(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signer-conformance"));
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("the program is built");
        let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
        let mut line = String::new();
        stdout.read_line(&mut line).expect("it says where it listens");
        let address = line.trim().rsplit("http://").next().unwrap_or_default().to_owned();
        Self { child, address, _stdout: stdout }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The most memory that the program has held so far, in kB; none where the system does not tell it.
pub(crate) fn peak_kb(process: u32) -> u64 {
    let process = PathBuf::from(format!("/proc/{process}"));
    // For a moment after it was spawned, a process still shows the memory of the one that spawned it.
    let runs = |program: PathBuf| program.ends_with("signer-conformance");
    let is_begun = std::fs::read_link(process.join("exe")).is_ok_and(runs);
    let told = std::fs::read_to_string(process.join("status")).ok().filter(|_| is_begun).unwrap_or_default();
    let peak = told.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    peak.trim().trim_end_matches(" kB").parse().unwrap_or(0)
}
