//! The same of S3, where headers and trailers say what is done.

use super::with;
use crate::server::{Reply, Server};
use crate::signed::{OWNER, Signing, signed, signed_payload};

fn s3() -> Signing<'static> {
    Signing { service: "s3", ..OWNER }
}

#[track_caller]
fn refused_by_s3(reply: &Reply, status: u16, code: &str) {
    assert!(reply.status == status && reply.text.contains(&format!("<Code>{code}</Code>")), "{reply:?}");
}

#[tokio::test]
async fn a_header_that_was_not_signed_does_not_reach_s3() {
    let server = Server::strict();
    assert_eq!(server.send(signed(&s3(), "PUT", "/bucket", "")).await.status, 200);
    assert_eq!(server.send(signed(&s3(), "PUT", "/bucket/secret", "secret")).await.status, 200);
    let by_url = Signing { in_query: true, ..s3() };
    for who in [s3(), by_url] {
        let copy = with(signed(&who, "PUT", "/bucket/copy", ""), "x-amz-copy-source", "/bucket/secret");
        let reply = server.send(copy).await;
        refused_by_s3(&reply, 403, "AccessDenied");
        assert!(reply.text.contains("x-amz-copy-source"), "{reply:?}");
    }
    assert_eq!(server.send(signed(&s3(), "GET", "/bucket/copy", "")).await.status, 404);
}

#[tokio::test]
async fn a_trailer_brings_checksums_that_were_announced_and_nothing_else() {
    let server = Server::strict();
    assert_eq!(server.send(signed(&s3(), "PUT", "/bucket", "")).await.status, 200);
    assert_eq!(server.send(signed(&s3(), "PUT", "/bucket/secret", "secret")).await.status, 200);
    let chunked = |trailer: &str| format!("4\r\ntext\r\n0\r\n{trailer}\r\n\r\n");
    let put = |announced: &str, trailer: &str| {
        let headers = [
            ("content-encoding", "aws-chunked"),
            ("x-amz-decoded-content-length", "4"),
            ("x-amz-trailer", announced),
        ];
        signed_payload(
            &s3(),
            "PUT",
            "/bucket/k",
            &headers,
            &chunked(trailer),
            Some("STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        )
    };
    let copy = "x-amz-copy-source:/bucket/secret";
    for (announced, trailer) in
        [("x-amz-copy-source", copy), ("x-amz-checksum-crc32", copy), ("", "x-amz-checksum-crc32:AAAAAA==")]
    {
        refused_by_s3(&server.send(put(announced, trailer)).await, 400, "MalformedTrailerError");
    }
    assert_eq!(server.send(put("x-amz-checksum-crc32", "x-amz-checksum-crc32:O4unxw==")).await.status, 200);
    assert_eq!(server.send(signed(&s3(), "GET", "/bucket/k", "")).await.text, "text");
}
