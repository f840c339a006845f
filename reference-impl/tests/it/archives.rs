//! Archives of all sorts of tools, and malformed ones: signed without a change to what came, or refused in
//! words.

mod kept;
mod pieces;
mod refused;

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::Value;

use crate::archives::pieces::{Piece, zip64};
use crate::server::{LAMBDA, Server, start_body};

const SIGNATURE: &str = "META_INF/aws_signer_signature_v1.0.SF";

/// Signs an archive; the job, and the object that it wrote.
async fn sign(server: &Server, source: &[u8], token: &str) -> (Value, Vec<u8>) {
    assert_eq!(server.s3("PUT", "/sources/any.zip", source.to_vec()).await.status, 200);
    let started = server.post("/signing-jobs", start_body("lambda", "any.zip", token)).await.ok();
    server.pass_ms(50);
    let job = server.get(&format!("/signing-jobs/{}", started["jobId"].as_str().expect("an id"))).await.ok();
    let object = match job["signedObject"]["s3"]["key"].as_str() {
        Some(key) => server.s3("GET", &format!("/results/{key}"), "").await.bytes.to_vec(),
        None => Vec::new(),
    };
    (job, object)
}

async fn lambda() -> Server {
    let server = Server::new();
    server.source().await;
    server.profile("lambda", LAMBDA).await;
    server
}

/// Directory and comment of an archive, by its end record.
fn parts(archive: &[u8]) -> (usize, &[u8], &[u8]) {
    let end = archive.windows(4).rposition(|window| window == b"PK\x05\x06").expect("an end record");
    let locator = archive[..end].len().checked_sub(20).filter(|at| archive[*at..].starts_with(b"PK\x06\x07"));
    let long = |at: usize| u64::from_le_bytes(*archive[at..].first_chunk().expect("a number"));
    let (after, bytes) = match locator {
        // Something may lie before the archive, so that the place counts from there.
        Some(at) => {
            let record =
                archive[..at].windows(4).rposition(|window| window == b"PK\x06\x06").expect("a record");
            (record, long(record + 40))
        }
        None => (end, u64::from(u32::from_le_bytes(*archive[end + 12..].first_chunk().expect("a number")))),
    };
    let start = after - usize::try_from(bytes).expect("a length");
    (start, &archive[start..after], &archive[end + 22..])
}

#[tokio::test]
async fn any_damaged_archive_is_signed_as_it_came_or_refused_with_a_reason() {
    let server = lambda().await;
    let whole = zip64(
        &[Piece::deflated("index.js", b"the code the code").later(), Piece::stored("a", b"b").large()],
        b"",
        true,
    );
    for seed in 0..400 {
        let mut random = StdRng::seed_from_u64(seed);
        let mut source = whole.clone();
        for _ in 0..random.random_range(1..4) {
            let at = random.random_range(0..source.len());
            source[at] = if random.random() { 0xff } else { random.random() };
        }
        let (job, signed) = sign(&server, &source, &format!("damaged-{seed}")).await;
        let told = job["statusReason"].as_str().unwrap_or_default();
        if job["status"] == "Succeeded" {
            let ((start, records, comment), (_, new_records, new_comment)) = (parts(&source), parts(&signed));
            assert!(
                signed[..start] == source[..start]
                    && new_records.starts_with(records)
                    && comment == new_comment,
                "{seed}"
            );
        } else {
            assert!(told.starts_with("The source archive "), "seed {seed}: {told}");
        }
    }
}
