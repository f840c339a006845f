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
