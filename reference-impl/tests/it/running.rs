//! The built program as a process, and requests byte by byte.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::{Duration, Instant};

/// How long a test waits for what must come; far more than it ever takes.
const PATIENCE: Duration = Duration::from_secs(30);

/// A program that serves. It ends with the test.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
    /// What it prints after its first line.
    out: BufReader<std::process::ChildStdout>,
}

pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signer-reference"));
    command.env_remove("RUST_LOG").args(arguments);
    command
}

/// Runs the program to its end, which must come: one that serves is ended, and fails the test.
pub(crate) fn run(arguments: &[&str]) -> Output {
    let mut child = program(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program is built");
    let started = Instant::now();
    while child.try_wait().expect("it can be asked").is_none() {
        if started.elapsed() > PATIENCE {
            child.kill().expect("it ends");
            panic!("{arguments:?}: it serves");
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    child.wait_with_output().expect("what it said")
}

impl Running {
    /// Starts it on a free port, without signatures.
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_with_auth(&[&["--no-auth"], arguments].concat())
    }

    pub(crate) fn start_with_auth(arguments: &[&str]) -> Self {
        Self::of(program(&[&["--listen", "127.0.0.1:0"], arguments].concat()))
    }

    /// Starts a server, and returns once it has printed its address.
    pub(crate) fn of(mut command: Command) -> Self {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program is built");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let mut line = String::new();
        out.read_line(&mut line).expect("a line");
        let address =
            line.trim_end().strip_prefix("listening on http://").and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("the first line is {line:?}"));
        Self { child, address, out }
    }

    pub(crate) fn connect(&self) -> Client {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time");
        Client { stream: BufReader::new(stream) }
    }

    /// One request on a connection of its own.
    pub(crate) fn ask(&self, method: &str, path: &str, body: &str) -> Answer {
        let mut client = self.connect();
        client.ask(method, path, body)
    }

    /// What the process holds in memory.
    #[cfg(target_os = "linux")]
    pub(crate) fn resident_bytes(&self) -> u64 {
        self.bytes("VmRSS:")
    }

    /// The most that the process has held in memory.
    #[cfg(target_os = "linux")]
    pub(crate) fn peak_bytes(&self) -> u64 {
        self.bytes("VmHWM:")
    }

    #[cfg(target_os = "linux")]
    fn bytes(&self, name: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("its size");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }

    pub(crate) fn signal(&self, signal: &str) {
        let told =
            Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill runs");
        assert!(told.success());
    }

    pub(crate) fn has_ended(&mut self) -> bool {
        self.child.try_wait().expect("it can be asked").is_some()
    }

    pub(crate) fn wait(&mut self) -> ExitStatus {
        self.child.wait().expect("it ends")
    }

    /// Tells it to end; gives what it said on standard output after its first line, and on standard error.
    pub(crate) fn end(mut self) -> (String, String) {
        self.signal("-TERM");
        let (mut out, mut log) = (String::new(), String::new());
        self.child.stderr.take().expect("its complaints").read_to_string(&mut log).expect("text");
        self.out.read_to_string(&mut out).expect("text");
        assert!(self.wait().success(), "{log}");
        (out, log)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One connection.
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
}

/// An answer, as far as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let mut headers = self.head.lines().filter_map(|line| line.split_once(": "));
        headers.find(|(found, _)| found.eq_ignore_ascii_case(name)).map_or("", |(_, value)| value)
    }

    /// Asserts an error by status and type, with a request id.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, error: &str) {
        assert_eq!((self.status, self.header("x-amzn-errortype")), (status, error), "{self:?}");
        assert_eq!(self.header("x-amzn-requestid").len(), 36, "{self:?}");
        assert!(self.body.contains("\"message\":"), "{self:?}");
    }
}

impl Client {
    pub(crate) fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.stream.get_mut().write_all(bytes)
    }

    /// A whole request, and its answer.
    pub(crate) fn ask(&mut self, method: &str, path: &str, body: &str) -> Answer {
        self.write(request(method, path, body).as_bytes()).expect("it reads");
        self.answer().expect("it answers")
    }

    /// The next answer; nothing when the connection is closed before one.
    pub(crate) fn answer(&mut self) -> Option<Answer> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            match self.stream.read_line(&mut head) {
                Ok(0) => return None,
                Ok(_) => {}
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => return None,
                Err(error) => panic!("{error} after {head:?}"),
            }
        }
        let mut answer = Answer { status: head[9..12].parse().expect("a status"), head, body: String::new() };
        let mut body = vec![0; answer.header("content-length").parse().unwrap_or(0)];
        self.stream.read_exact(&mut body).expect("the whole body");
        answer.body = String::from_utf8_lossy(&body).into_owned();
        Some(answer)
    }

    /// A whole request and its answer, if the connection lives that long.
    pub(crate) fn answers(&mut self, method: &str, path: &str) -> Option<Answer> {
        self.write(request(method, path, "").as_bytes()).ok()?;
        self.answer()
    }

    /// Whether something can be read already.
    pub(crate) fn has_answer(&mut self) -> bool {
        let stream = self.stream.get_ref();
        stream.set_nonblocking(true).expect("it can be told");
        let found = stream.peek(&mut [0]);
        stream.set_nonblocking(false).expect("it can be told");
        found.is_ok()
    }

    /// Whether the server has closed the connection, once it has said all it has to say.
    pub(crate) fn is_closed(&mut self) -> bool {
        match self.stream.read(&mut [0]) {
            Ok(0) => true,
            Err(error) => error.kind() == std::io::ErrorKind::ConnectionReset,
            Ok(_) => false,
        }
    }
}

pub(crate) fn request(method: &str, path: &str, body: &str) -> String {
    format!(
        "{method} {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}
