//! Signatures of S3's own kinds, by the examples that AWS publishes: their key, their day, their signatures.

use crate::server::{Reply, Server};
use axum::body::Body;
use axum::http::Request;
use jiff::Timestamp;
use signer_reference::identity::Identity;
use signer_reference::{Clock, Config};

/// Names and values.
type Headers<'a> = &'a [(&'a str, &'a str)];

const CREDENTIAL: &str = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";
const DATE: &str = "20130524T000000Z";
const VIRTUAL_HOST: &str = "examplebucket.s3.amazonaws.com";
const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

fn server(authenticate: bool) -> Server {
    let identity = Identity {
        session_token: None,
        denied: false,
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        secret_access_key: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY".to_owned(),
        account: "111122223333".to_owned(),
        arn: "arn:aws:iam::111122223333:user/example".to_owned(),
    };
    let now: Timestamp = "2013-05-24T00:00:00Z".parse().expect("a time");
    Server::with(|config| Config {
        authenticate,
        identities: vec![identity],
        clock: Clock::new(move || now),
        ..config
    })
}

/// A request whose signed headers are these, in their order.
async fn send(
    server: &Server,
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
    signature: &str,
    body: &str,
) -> Reply {
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    let signed = names.join(";");
    let authorization =
        format!("AWS4-HMAC-SHA256 Credential={CREDENTIAL},SignedHeaders={signed},Signature={signature}");
    let mut request = Request::builder().method(method).uri(uri).header("authorization", authorization);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    server.send(request.body(Body::from(body.to_owned())).expect("a request")).await
}

/// The other way to send it must be refused as a wrong signature, and this one must not be refused for the
/// signature.
#[track_caller]
fn accepted(good: &Reply, bad: &Reply) {
    assert_ne!(good.status, 403, "{good:?}");
    assert!(bad.status == 403 && bad.text.contains("SignatureDoesNotMatch"), "{bad:?}");
}

#[tokio::test]
async fn the_published_examples_of_signed_headers_are_accepted() {
    let server = server(true);
    let common = [("host", VIRTUAL_HOST), ("x-amz-content-sha256", EMPTY), ("x-amz-date", DATE)];
    let ranged = [common[0], ("range", "bytes=0-9"), common[1], common[2]];
    let put = [
        ("date", "Fri, 24 May 2013 00:00:00 GMT"),
        common[0],
        ("x-amz-content-sha256", "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072"),
        common[2],
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
    ];
    let cases: [(&str, &str, Headers<'_>, &str, &str); 4] = [
        ("GET", "/test.txt", &ranged, "", "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"),
        (
            "PUT",
            "/test%24file.text",
            &put,
            "Welcome to Amazon S3.",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            "GET",
            "/?lifecycle",
            &common,
            "",
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            "GET",
            "/?max-keys=2&prefix=J",
            &common,
            "",
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
    ];
    for (method, uri, headers, body, signature) in cases {
        let good = send(&server, method, uri, headers, signature, body).await;
        let bad = send(&server, method, uri, headers, &signature.replace('0', "1"), body).await;
        accepted(&good, &bad);
    }
    let tampered = send(&server, "PUT", cases[1].1, cases[1].2, cases[1].4, "Welcome to Amazon S4.").await;
    assert!(tampered.status == 400 && tampered.text.contains("XAmzContentSHA256Mismatch"), "{tampered:?}");
}

#[tokio::test]
async fn the_published_example_of_a_presigned_url_is_accepted() {
    let server = server(true);
    let uri = |signature: &str| {
        let credential = CREDENTIAL.replace('/', "%2F");
        format!(
            "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={credential}&X-Amz-Date={DATE}&X-Amz-Expires=86400\
             &X-Amz-SignedHeaders=host&X-Amz-Signature={signature}"
        )
    };
    let signature = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let get = async |signature: &str| {
        let request = Request::builder().uri(uri(signature)).header("host", VIRTUAL_HOST);
        server.send(request.body(Body::empty()).expect("a request")).await
    };
    accepted(&get(signature).await, &get(&signature.replace('0', "1")).await);
}

#[tokio::test]
async fn a_url_signed_as_in_the_past_is_refused_with_the_way_out() {
    let uri = "/bucket/k?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&Signature=x&Expires=1369353600";
    let told = server(true).s3("GET", uri, "").await;
    assert!(told.status == 403 && told.text.contains("s3v4"), "{told:?}");
}

const SIGNED_CHUNKS: [&str; 3] = [
    "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
];
const CHUNKS_BEFORE_TRAILER: [&str; 3] = [
    "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
    "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
    "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
];

/// 65 KiB of one letter in the examples' two chunks, and the empty one.
fn chunked(signatures: [&str; 3], trailer: &str) -> String {
    let chunk = |size: usize, signature: &str| {
        format!("{size:x};chunk-signature={signature}\r\n{}\r\n", "a".repeat(size))
    };
    let [first, second, last] = signatures;
    format!("{}{}0;chunk-signature={last}\r\n{trailer}\r\n", chunk(65_536, first), chunk(1024, second))
}

#[tokio::test]
async fn the_published_examples_of_signed_chunks_are_accepted_and_put_together() {
    let server = server(true);
    let (place, host) = ("/examplebucket/chunkObject.txt", "s3.amazonaws.com");
    let signed = [
        ("content-encoding", "aws-chunked"),
        ("content-length", "66824"),
        ("host", host),
        ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"),
        ("x-amz-date", DATE),
        ("x-amz-decoded-content-length", "66560"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
    ];
    let with_trailer = [
        ("content-encoding", "aws-chunked"),
        ("host", host),
        ("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"),
        ("x-amz-date", DATE),
        ("x-amz-decoded-content-length", "66560"),
        ("x-amz-storage-class", "REDUCED_REDUNDANCY"),
        ("x-amz-trailer", "x-amz-checksum-crc32c"),
    ];
    let trailer = "x-amz-checksum-crc32c:sOO8/Q==\r\n\
        x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n";
    let cases: [(Headers<'_>, &str, String); 2] = [
        (
            &signed,
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
            chunked(SIGNED_CHUNKS, ""),
        ),
        (
            &with_trailer,
            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
            chunked(CHUNKS_BEFORE_TRAILER, trailer),
        ),
    ];
    for (headers, seed, body) in cases {
        // There is no such bucket, but that is found out after the signatures.
        let good = send(&server, "PUT", place, headers, seed, &body).await;
        assert!(good.status == 404 && good.text.contains("NoSuchBucket"), "{good:?}");
        for (place_in_body, letter) in [(100, "b"), (65_536 + 200, "b"), (body.len() - 6, "9")] {
            let mut tampered = body.clone();
            tampered.replace_range(place_in_body..=place_in_body, letter);
            let bad = send(&server, "PUT", place, headers, seed, &tampered).await;
            accepted(&good, &bad);
        }
    }
}

#[tokio::test]
async fn signed_chunks_are_put_together_where_nobody_has_to_sign() {
    let server = server(false);
    server.s3("PUT", "/examplebucket", "").await;
    let headers =
        [("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"), ("content-encoding", "aws-chunked")];
    let put = send(&server, "PUT", "/examplebucket/k", &headers, "0", &chunked(["0"; 3], "")).await;
    assert_eq!(put.status, 200, "{put:?}");
    let got = server.s3("GET", "/examplebucket/k", "").await;
    assert_eq!((got.bytes.len(), got.header("content-encoding")), (66_560, ""));
}
