//! An archive put into the embedded S3 and signed by a job.

use crate::conversation::HOST;
use crate::witness::{Answer, Witness};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use signer_schemas::Edition;
use std::cell::RefCell;
use std::io::Cursor;
use zip::ZipArchive;
use zip::result::ZipResult;

/// What a signature may add to an archive.
const MOST_ADDED_BYTES: usize = 1 << 16;

/// After so many jobs a new server is asked, so that what an input does hardly depends on those before it.
const JOBS_OF_A_SERVER: u32 = 100;

thread_local! {
    static SERVER: RefCell<Option<(Witness, u32)>> = const { RefCell::new(None) };
}

/// A job fails with a reason, or adds the signature and nothing else; what it writes is no larger than what
/// it read, but for that.
pub fn check(data: &[u8]) {
    SERVER.with_borrow_mut(|server| {
        let (witness, jobs) = server.get_or_insert_with(|| (prepared(), 0));
        sign(witness, data, *jobs);
        *jobs += 1;
        if *jobs == JOBS_OF_A_SERVER {
            *server = None;
        }
    });
}

fn prepared() -> Witness {
    let witness = Witness::new(false, Edition::Current);
    api(&witness, "PUT", "/signing-profiles/archives", &json!({"platformId": "AWSLambda-SHA384-ECDSA"}));
    for bucket in ["/sources", "/results"] {
        assert_eq!(s3(&witness, "PUT", bucket, b"").status, 200, "the bucket {bucket} is made");
    }
    witness
}

fn sign(witness: &Witness, source: &[u8], number: u32) {
    let put = s3(witness, "PUT", "/sources/code.zip", source);
    assert_eq!(put.status, 200, "any object can be put: {}", put.text());
    let version = put.header("x-amz-version-id");
    let started = api(
        witness,
        "POST",
        "/signing-jobs",
        &json!({
            "profileName": "archives",
            "source": {"s3": {"bucketName": "sources", "key": "code.zip", "version": version}},
            "destination": {"s3": {"bucketName": "results"}},
            "clientRequestToken": number.to_string(),
        }),
    );
    let id = started["jobId"].as_str().unwrap_or_else(|| panic!("a job is started: {started}"));
    let job = api(witness, "GET", &format!("/signing-jobs/{id}"), &Value::Null);
    if job["status"] == "Failed" {
        assert!(
            job["statusReason"].as_str().is_some_and(|reason| !reason.is_empty()),
            "a reason is given: {job}"
        );
        return;
    }
    let key = job["signedObject"]["s3"]["key"].as_str().unwrap_or_else(|| panic!("the job has ended: {job}"));
    let signed = s3(witness, "GET", &format!("/results/{key}"), b"").body;
    assert!(
        signed.len() <= source.len() + MOST_ADDED_BYTES,
        "{} bytes became {}",
        source.len(),
        signed.len()
    );
    // Where readers of archives do not agree, there is nothing to compare.
    let Ok(before) = entries(source) else { return };
    let mut after = entries(&signed).unwrap_or_else(|error| panic!("what was signed is no archive: {error}"));
    let signature = after.pop();
    assert!(
        signature.is_some_and(|entry| entry.name.starts_with("META_INF/aws_signer_")),
        "the signature is the last entry"
    );
    assert_eq!(after.get(..before.len()), Some(before.as_slice()), "what was there is there");
}

/// The record of an entry that was packed.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    name: String,
    size: u64,
    crc: u32,
}

fn entries(archive: &[u8]) -> ZipResult<Vec<Entry>> {
    let mut archive = ZipArchive::new(Cursor::new(archive))?;
    let count = archive.len();
    let entry = |index| {
        let entry = archive.by_index_raw(index)?;
        Ok(Entry {
            name: String::from_utf8_lossy(entry.name_raw()).into_owned(),
            size: entry.size(),
            crc: entry.crc32(),
        })
    };
    (0..count).map(entry).collect()
}

fn api(witness: &Witness, method: &str, target: &str, body: &Value) -> Value {
    let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
    send(witness, method, target, &body).json()
}

fn s3(witness: &Witness, method: &str, target: &str, body: &[u8]) -> Answer {
    send(witness, method, target, body)
}

fn send(witness: &Witness, method: &str, target: &str, body: &[u8]) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(target)
        .header("host", HOST)
        .header("content-type", "application/json");
    witness.send(request.body(Body::from(body.to_vec())).expect("a request"))
}
