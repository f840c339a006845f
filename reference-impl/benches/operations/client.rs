//! A client that writes what it is given and reads the answer, and nothing else.

use hdrhistogram::Histogram;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::str::FromStr;
use std::time::{Duration, Instant};

/// Where a server listens.
#[derive(Debug, Clone)]
pub(crate) struct Address {
    pub(crate) host: String,
}

impl FromStr for Address {
    type Err = String;

    fn from_str(url: &str) -> Result<Self, String> {
        let host = url.strip_prefix("http://").ok_or_else(|| format!("{url} does not begin with http://"))?;
        Ok(Self { host: host.trim_end_matches('/').to_owned() })
    }
}

/// What was measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figures {
    pub(crate) per_second: f64,
    pub(crate) p99_ms: f64,
}

/// Sends each request once; nothing when one of them is not answered with success, or there is none.
pub(crate) fn measure(address: &Address, requests: &[Vec<u8>], connections: usize) -> Option<Figures> {
    let share = requests.len().div_ceil(connections).max(1);
    let started = Instant::now();
    let parts: Vec<Option<Histogram<u64>>> = std::thread::scope(|scope| {
        let threads: Vec<_> =
            requests.chunks(share).map(|part| scope.spawn(|| timed(address, part))).collect();
        threads.into_iter().map(|thread| thread.join().ok().flatten()).collect()
    });
    let elapsed = started.elapsed();
    let mut all = Histogram::<u64>::new(3).ok()?;
    for part in parts {
        all.add(part?).ok()?;
    }
    #[expect(clippy::cast_precision_loss, reason = "no measurement is that exact")]
    let ms = |ns: u64| ns as f64 / 1e6;
    #[expect(clippy::cast_precision_loss, reason = "there are far fewer requests")]
    let per_second = requests.len() as f64 / elapsed.as_secs_f64();
    Some(Figures { per_second, p99_ms: ms(all.value_at_quantile(0.99)) })
}

/// How large the body of the answer is.
pub(crate) fn answer_bytes(address: &Address, request: &[u8]) -> Option<usize> {
    Some(Connection::new(address).ask(request).ok()?.1.len())
}

fn timed(address: &Address, requests: &[Vec<u8>]) -> Option<Histogram<u64>> {
    let mut times = Histogram::new(3).ok()?;
    let mut connection = Connection::new(address);
    for request in requests {
        let started = Instant::now();
        let (status, _) = connection.ask(request).ok()?;
        if !(200..300).contains(&status) {
            return None;
        }
        times.record(u64::try_from(started.elapsed().as_nanos()).ok()?).ok()?;
    }
    Some(times)
}

/// A connection that is opened when it is needed, and again when the server has closed it.
pub(crate) struct Connection<'a> {
    address: &'a Address,
    stream: Option<BufReader<TcpStream>>,
}

impl<'a> Connection<'a> {
    pub(crate) fn new(address: &'a Address) -> Self {
        Self { address, stream: None }
    }

    /// Status and body of the answer.
    pub(crate) fn ask(&mut self, request: &[u8]) -> io::Result<(u16, Vec<u8>)> {
        let mut stream = if let Some(stream) = self.stream.take() {
            stream
        } else {
            let stream = TcpStream::connect(&self.address.host)?;
            stream.set_nodelay(true)?;
            stream.set_read_timeout(Some(Duration::from_mins(1)))?;
            BufReader::new(stream)
        };
        stream.get_mut().write_all(request)?;
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if stream.read_line(&mut head)? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        let status =
            head.get(9..12).and_then(|status| status.parse().ok()).ok_or(io::ErrorKind::InvalidData)?;
        let header = |wanted: &str| {
            let mut pairs = head.lines().filter_map(|line| line.split_once(':'));
            pairs.find(|(name, _)| name.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.trim())
        };
        let mut body = vec![0; header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0)];
        stream.read_exact(&mut body)?;
        let closes = header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"));
        if !closes && head.starts_with("HTTP/1.1") {
            self.stream = Some(stream);
        }
        Ok((status, body))
    }
}
