//! What the process holds does not grow with the number of requests.

use crate::running::Running;

/// Far less than a hundred bytes a request would come to in all.
const SLACK_BYTES: u64 = 1 << 20;
const REQUESTS: usize = 12_000;

/// One round: reads of all kinds, refusals, and connections that come and go.
fn serve_some(server: &Running, count: usize) {
    let paths = [
        ("/signing-profiles/kept", 200),
        ("/signing-profiles", 200),
        ("/signing-platforms", 200),
        ("/signing-jobs", 200),
        ("/tags/arn%3Aaws%3Asigner%3Aus-east-1%3A111122223333%3A%2Fsigning-profiles%2Fkept", 200),
        ("/signing-profiles/absent", 404),
        ("/_signer/health", 200),
        ("/absent-bucket", 404),
    ];
    let mut client = server.connect();
    for n in 0..count {
        let (path, status) = paths[n % paths.len()];
        assert_eq!(client.ask("GET", path, "").status, status, "{path}");
        if n % 50 == 0 {
            client = server.connect();
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn memory_does_not_grow_with_the_number_of_requests() {
    let server = Running::start(&["--rate-limit", "GetSigningProfile=1000000/s", "--latency", "0ms"]);
    let body = r#"{"platformId":"Notation-OCI-SHA384-ECDSA","tags":{"a":"b"}}"#;
    assert_eq!(server.ask("PUT", "/signing-profiles/kept", body).status, 200);
    // The threads' own heaps and the buffers find their size, and so does the log, which is not read here.
    serve_some(&server, REQUESTS / 2);
    let before = server.resident_bytes();
    serve_some(&server, REQUESTS);
    let after = server.resident_bytes();
    assert!(after < before + SLACK_BYTES, "{REQUESTS} requests: from {before} to {after} bytes");
}

/// An object, and how often it is written.
const OBJECT_BYTES: usize = 4 << 20;
const WRITES: usize = 24;

#[cfg(target_os = "linux")]
#[test]
fn the_memory_of_an_object_that_is_replaced_or_deleted_is_given_back() {
    let server = Running::start(&["--bucket-versioning", "off"]);
    assert_eq!(server.ask("PUT", "/held", "").status, 200);
    let before = server.resident_bytes();
    let body = "x".repeat(OBJECT_BYTES);
    for _ in 0..WRITES {
        assert_eq!(server.ask("PUT", "/held/object", &body).status, 200);
    }
    assert_eq!(server.ask("DELETE", "/held/object", "").status, 204);
    let held = server.resident_bytes().saturating_sub(before);
    // What the allocator keeps for the next requests is a few of them.
    let most = (OBJECT_BYTES * WRITES / 2) as u64;
    assert!(held < most, "{WRITES} writes of {OBJECT_BYTES} bytes and a deletion: {held} bytes are held");
}
