//! What the server holds in memory: for each thing that is kept, and after requests that keep nothing.

use std::io;

use signer_schemas::Operation;

use crate::client::Connection;
use crate::requests::{Maker, bytes};
use crate::server::Process;

/// How many of each thing are made.
const COUNT: usize = 10_000;

/// Large uploads: how many, and of how many bytes.
const LARGE: (usize, usize) = (40, 100 << 20);

/// Measures each kind on a server of its own, and prints what is held.
pub(crate) fn print() -> io::Result<()> {
    println!("{:<58}{:>12}{:>14}", "", "MiB in all", "bytes each");
    for (name, operation) in [
        ("profiles", Operation::PutSigningProfile),
        ("jobs of SignPayload", Operation::SignPayload),
        ("jobs of StartSigningJob, each with its signed archive", Operation::StartSigningJob),
        ("reads of a profile", Operation::GetSigningProfile),
        ("reads of a list", Operation::ListSigningProfiles),
    ] {
        let server = Process::program(&["--no-auth"])?;
        let maker = Maker::new(&server.address, false);
        let requests = maker.requests(operation, COUNT).ok_or(io::ErrorKind::InvalidData)?;
        held(&server, name, &requests)?;
    }
    let kilobyte = vec![b'x'; 1 << 10];
    let megabyte = vec![b'x'; 1 << 20];
    for (name, versioning, method, body, distinct) in [
        ("objects of 1 KiB", "on", "PUT", &kilobyte, COUNT),
        ("versions of 1 KiB of one object", "on", "PUT", &kilobyte, 1),
        ("writes of 1 KiB over one object, versions off", "off", "PUT", &kilobyte, 1),
        ("writes of 1 MiB over one object, versions off", "off", "PUT", &megabyte, 1),
        ("reads of an object of 1 MiB", "on", "GET", &megabyte, 1),
    ] {
        let server = bucket(versioning)?;
        if method == "GET" {
            ask(&server, "PUT", "/held/key0", &megabyte)?;
        }
        let body = if method == "GET" { &[][..] } else { body };
        let target = |nth: usize| format!("/held/key{}", nth % distinct);
        let requests = (0..COUNT).map(|nth| bytes(&server.address, method, &target(nth), &[], body));
        each(&server, name, COUNT, requests)?;
    }
    large()
}

/// Uploads over one object, then its deletion: the worst case for what an allocator gives back.
fn large() -> io::Result<()> {
    let (count, size) = LARGE;
    let body = vec![b'x'; size];
    let server = bucket("off")?;
    let requests = (0..count).map(|_| bytes(&server.address, "PUT", "/held/large", &[], &body));
    each(&server, "writes of 100 MiB over one object, versions off", count, requests)?;
    let deletion = std::iter::once(bytes(&server.address, "DELETE", "/held/large", &[], b""));
    each(&server, "and its deletion", 1, deletion)
}

fn bucket(versioning: &str) -> io::Result<Process> {
    let server = Process::program(&["--no-auth", "--bucket-versioning", versioning])?;
    ask(&server, "PUT", "/held", b"")?;
    Ok(server)
}

fn ask(server: &Process, method: &str, target: &str, body: &[u8]) -> io::Result<()> {
    answered(&mut Connection::new(&server.address), &bytes(&server.address, method, target, &[], body))
}

fn answered(connection: &mut Connection<'_>, request: &[u8]) -> io::Result<()> {
    let (status, body) = connection.ask(request)?;
    if (200..300).contains(&status) {
        return Ok(());
    }
    Err(io::Error::other(format!("{status}: {}", String::from_utf8_lossy(&body))))
}

fn held(server: &Process, name: &str, requests: &[Vec<u8>]) -> io::Result<()> {
    each(server, name, requests.len(), requests.iter().cloned())
}

/// Sends the requests, and prints by how much that makes the server larger.
fn each(
    server: &Process,
    name: &str,
    count: usize,
    requests: impl Iterator<Item = Vec<u8>>,
) -> io::Result<()> {
    let before = server.resident_bytes()?;
    let mut connection = Connection::new(&server.address);
    for request in requests {
        answered(&mut connection, &request)?;
    }
    // Jobs end within this time.
    std::thread::sleep(std::time::Duration::from_secs(1));
    let after = server.resident_bytes()?;
    #[expect(clippy::cast_precision_loss, reason = "no process is that large")]
    let (grown, count) = (after as f64 - before as f64, count as f64);
    println!("{name:<58}{:>12.1}{:>14.0}", grown / f64::from(1 << 20), grown / count);
    Ok(())
}
