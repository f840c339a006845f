//! What an answer costs: each operation over HTTP on the built server, beside a handler that only answers
//! with as many bytes, and `SignPayload` beside the bare signature.
//!
//! `cargo bench -p signer-reference --bench operations` starts the servers as processes of their own, and
//! asks each `REQUESTS` times per operation (default 2000) over as many connections as `CONNECTIONS` says
//! (default 4). Rounds of all servers take turns, so that whatever else the machine does meets all of them;
//! the median counts. With `SIGNER_ENDPOINT=http://HOST:PORT` that endpoint is asked the same; an operation
//! that it lacks is left out.
//!
//! Requests are made and signed beforehand, so that the time is that of the server and the socket.
//!
//! With the word `memory` at its end, the command prints what the server holds for each thing that it keeps.

mod client;
mod memory;
mod requests;
mod server;
mod signatures;

use client::{Address, Figures};
use requests::Maker;
use server::Process;
use signer_schemas::Operation;

/// In how many parts the requests of an operation are sent.
const ROUNDS: usize = 5;

fn main() {
    if std::env::var_os(server::BARE).is_some() {
        return server::bare();
    }
    if std::env::args().any(|argument| argument == "memory") {
        return memory::print().expect("the server answers");
    }
    // `cargo test --benches` asks for one round to see that it works.
    let is_test = std::env::args().any(|argument| argument == "--test")
        || !std::env::args().any(|argument| argument == "--bench");
    let number = |name: &str, default: usize| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let requests = number("REQUESTS", if is_test { ROUNDS } else { 2000 });
    let connections = number("CONNECTIONS", 4).max(1);
    let bare = Process::bare().expect("the handler starts");
    let open = Process::program(&["--no-auth"]).expect("the server starts");
    let checking = Process::program(&[]).expect("the server starts");
    let peer = std::env::var("SIGNER_ENDPOINT").ok().map(|url| {
        url.parse::<Address>().unwrap_or_else(|why| {
            eprintln!("SIGNER_ENDPOINT: {why}; it is http://HOST:PORT");
            std::process::exit(2)
        })
    });
    let bench = Bench {
        bare: &bare.address,
        open: Maker::new(&open.address, false),
        checking: Maker::new(&checking.address, true),
        peer: peer.as_ref().map(|peer| Maker::new(peer, true)),
        requests,
        connections,
    };
    bench.report();
}

struct Bench<'a> {
    bare: &'a Address,
    open: Maker<'a>,
    checking: Maker<'a>,
    peer: Option<Maker<'a>>,
    requests: usize,
    connections: usize,
}

impl Bench<'_> {
    fn report(&self) {
        println!("{} requests per operation over {} connections", self.requests, self.connections);
        println!(
            "Requests a second, and how many times those of the bare handler with as many bytes of answer."
        );
        print!("{:<26}{:>6}{:>8}", "", "bytes", "bare");
        println!("{:>9}{:>6}{:>9}{:>6}{:>11}{:>17}", "unsigned", "", "signed", "", "p99 ms", "peer: ours is");
        for operation in Operation::ALL {
            self.row(operation);
        }
    }

    fn row(&self, operation: Operation) {
        let name = operation.name();
        let Some(open) = self.open.requests(operation, self.requests + 1) else {
            return println!("{name:<26} cannot be prepared");
        };
        // The first one tells how large an answer is.
        let (first, open) = open.split_first().expect("there is one more than is measured");
        let bytes = client::answer_bytes(self.open.address(), first).unwrap_or_default();
        let bare = vec![requests::of_size(first, bytes); self.requests];
        let signed = self.checking.requests(operation, self.requests);
        let peer = self.peer.as_ref().and_then(|peer| peer.requests(operation, self.requests));
        let mut sides = [
            Side::new(self.bare, Some(bare)),
            Side::new(self.open.address(), Some(open.to_vec())),
            Side::new(self.checking.address(), signed),
            Side::new(self.peer.as_ref().map_or(self.bare, Maker::address), peer),
        ];
        let mut signatures = Vec::new();
        for round in 0..ROUNDS {
            for side in &mut sides {
                side.measure(round, self.connections);
            }
            if operation == Operation::SignPayload {
                signatures.push(signatures::per_second());
            }
        }
        let [bare, open, signed, peer] = sides.map(Side::median);
        let rate = |figures: Option<Figures>| figures.map_or(f64::NAN, |figures| figures.per_second);
        let (limit, ours) = (rate(bare), rate(signed));
        print!("{name:<26}{bytes:>6}{limit:>8.0}");
        print!("{:>9.0}{:>6.2}{ours:>9.0}{:>6.2}", rate(open), rate(open) / limit, ours / limit);
        print!("{:>11.2}", signed.map_or(f64::NAN, |figures| figures.p99_ms));
        println!("{}", peer.map_or_else(String::new, |peer| format!("{:>15.0} x", ours / peer.per_second)));
        signatures.sort_by(f64::total_cmp);
        if let Some(limit) = signatures.get(ROUNDS / 2) {
            println!(
                "{:>40} of {limit:.0} bare P-384 signatures on all cores: {:.2}",
                "",
                rate(open) / limit
            );
        }
    }
}

/// One server that an operation is measured on, and the requests that it is sent.
struct Side<'a> {
    address: &'a Address,
    requests: Option<Vec<Vec<u8>>>,
    measured: Vec<Figures>,
}

impl<'a> Side<'a> {
    fn new(address: &'a Address, requests: Option<Vec<Vec<u8>>>) -> Self {
        Self { address, requests, measured: Vec::new() }
    }

    /// Sends the part of a round.
    fn measure(&mut self, round: usize, connections: usize) {
        let Some(requests) = &self.requests else { return };
        let part = requests.len().div_ceil(ROUNDS);
        let part = requests.chunks(part).nth(round).unwrap_or_default();
        match client::measure(self.address, part, connections) {
            Some(figures) => self.measured.push(figures),
            None => self.requests = None,
        }
    }

    /// The round in the middle, if all of them were answered with success.
    fn median(mut self) -> Option<Figures> {
        self.requests?;
        self.measured.sort_by(|one, other| one.per_second.total_cmp(&other.per_second));
        self.measured.get(self.measured.len() / 2).copied()
    }
}
