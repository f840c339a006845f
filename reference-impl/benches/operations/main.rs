//! What an answer costs: each operation over HTTP on the built server, beside a handler that does nothing.
//!
//! `cargo bench -p signer-reference` starts both as processes of their own, and asks over as many connections
//! as `CONNECTIONS` says (default 4), `REQUESTS` times per operation (default 2000). With
//! `SIGNER_ENDPOINT=http://HOST:PORT` that endpoint is asked the same; an operation that it does not have is
//! left out.
//!
//! Requests are made and signed beforehand, so that the time is that of the server and the socket.

mod client;
mod requests;
mod server;

use client::{Address, Figures};
use requests::Maker;
use server::Process;
use signer_schemas::Operation;

fn main() {
    // `cargo test --benches` asks for one round to see that it works.
    let is_test = std::env::args().any(|argument| argument == "--test")
        || !std::env::args().any(|argument| argument == "--bench");
    let number = |name: &str, default: usize| {
        std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
    };
    let requests = number("REQUESTS", if is_test { 4 } else { 2000 });
    let connections = number("CONNECTIONS", 4).max(1);
    if std::env::var_os(server::BARE).is_some() {
        return server::bare();
    }
    println!("{requests} requests per operation over {connections} connections");
    println!("{:<28}{:>34}{:>34}", "", "unsigned", "signed");
    println!(
        "{:<28}{:>12}{:>11}{:>11}{:>12}{:>11}{:>11}",
        "", "requests/s", "median ms", "p99 ms", "requests/s", "median ms", "p99 ms"
    );
    if let Ok(bare) = Process::bare() {
        for (name, request) in requests::bare(&bare.address) {
            print_row(name, client::measure(&bare.address, &vec![request; requests], connections), None);
        }
    }
    let open = Process::program(&["--no-auth"]).expect("the server starts");
    let checking = Process::program(&[]).expect("the server starts");
    report("signer-reference", &open.address, &checking.address, requests, connections);
    if let Ok(url) = std::env::var("SIGNER_ENDPOINT") {
        let address: Address = url.parse().expect("SIGNER_ENDPOINT is http://HOST:PORT");
        report(&url, &address, &address, requests, connections);
    }
}

/// Both columns of each operation.
fn report(name: &str, open: &Address, checking: &Address, requests: usize, connections: usize) {
    println!("{name}");
    let (open, checking) = (Maker::new(open, false), Maker::new(checking, true));
    for operation in Operation::ALL {
        let figures = |maker: &Maker| {
            let requests = maker.requests(operation, requests)?;
            client::measure(maker.address(), &requests, connections)
        };
        print_row(operation.name(), figures(&open), figures(&checking));
    }
}

fn print_row(name: &str, unsigned: Option<Figures>, signed: Option<Figures>) {
    let columns = |figures: Option<Figures>| match figures {
        Some(Figures { per_second, median_ms, p99_ms }) => {
            format!("{per_second:>12.0}{median_ms:>11.3}{p99_ms:>11.3}")
        }
        None => format!("{:>12}{:>11}{:>11}", "-", "-", "-"),
    };
    println!("{name:<28}{}{}", columns(unsigned), columns(signed));
}
