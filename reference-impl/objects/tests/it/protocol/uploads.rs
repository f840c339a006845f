//! Content on its way into the store: with checksums, in parts, in chunks.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::server;
use crate::server::{all, one, refused, send};

#[tokio::test]
async fn checksums_are_checked_kept_and_told() {
    let server = server().await;
    // CRC32, CRC32C, CRC64NVME, SHA-1 and SHA-256 of "123456789", as their catalogues have them.
    let right = [
        ("x-amz-checksum-crc32", "y/Q5Jg=="),
        ("x-amz-checksum-crc32c", "4waSgw=="),
        ("x-amz-checksum-crc64nvme", "rosUhgp5mIg="),
        ("x-amz-checksum-sha1", "98O8HYCOBHMq32eZZczDTKeuNEE="),
        ("x-amz-checksum-sha256", "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU="),
    ];
    for (name, value) in right {
        let put = send(&server, "PUT", "/bucket/k", &[(name, value)], "123456789").await;
        assert_eq!((put.status, put.header(name)), (200, value), "{put:?}");
        let got = send(&server, "HEAD", "/bucket/k", &[("x-amz-checksum-mode", "ENABLED")], "").await;
        assert_eq!((got.header(name), got.header("x-amz-checksum-type")), (value, "FULL_OBJECT"));
        assert_eq!(server.s3("HEAD", "/bucket/k", "").await.header(name), "");
        refused(&send(&server, "PUT", "/bucket/k", &[(name, value)], "12345678").await, 400, "BadDigest");
    }
    let md5 = STANDARD.encode([0; 16]);
    refused(&send(&server, "PUT", "/bucket/k", &[("content-md5", &md5)], "x").await, 400, "BadDigest");
    refused(&send(&server, "PUT", "/bucket/k", &[("content-md5", "junk")], "x").await, 400, "InvalidDigest");
}

#[tokio::test]
async fn an_upload_in_parts_goes_the_way_of_the_aws_cli() {
    let server = server().await;
    let announced = [("x-amz-checksum-algorithm", "CRC32"), ("content-type", "application/zip")];
    let begun = send(&server, "POST", "/bucket/big?uploads", &announced, "").await;
    let id = one(&begun, "UploadId");
    assert_eq!(all(&server.s3("GET", "/bucket?uploads", "").await, "UploadId"), [id.as_str()]);
    let large = vec![b'x'; 5 << 20];
    let mut listed = Vec::new();
    for (number, content) in [(1, large.as_slice()), (2, b"tail")] {
        let uri = format!("/bucket/big?uploadId={id}&partNumber={number}");
        let put =
            send(&server, "PUT", &uri, &[("x-amz-sdk-checksum-algorithm", "CRC32")], content.to_vec()).await;
        assert_eq!(put.status, 200, "{put:?}");
        let (tag, sum) = (put.header("etag"), put.header("x-amz-checksum-crc32"));
        assert_eq!(sum.len(), 8, "{put:?}");
        let sum = format!("<ChecksumCRC32>{sum}</ChecksumCRC32>");
        listed.push(format!("<Part><PartNumber>{number}</PartNumber><ETag>{tag}</ETag>{sum}</Part>"));
    }
    let listed = listed.concat();
    let parts = server.s3("GET", &format!("/bucket/big?uploadId={id}&max-parts=1"), "").await;
    assert_eq!(
        (all(&parts, "PartNumber"), one(&parts, "IsTruncated")),
        (vec!["1".to_owned()], "true".to_owned())
    );
    let uri = format!("/bucket/big?uploadId={id}");
    let complete = |parts: &str| format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>");
    let wrong = complete("<Part><PartNumber>1</PartNumber><ETag>\"0\"</ETag></Part>");
    refused(&server.s3("POST", &uri, wrong).await, 400, "InvalidPart");
    let done = server.s3("POST", &uri, complete(&listed)).await;
    assert_eq!(done.status, 200, "{done:?}");
    assert!(one(&done, "ETag").contains("-2"), "{done:?}");
    assert!(one(&done, "ChecksumCRC32").ends_with("-2"), "{done:?}");
    let got = server.s3("GET", "/bucket/big", "").await;
    assert_eq!((got.text.len(), got.header("content-type")), ((5 << 20) + 4, "application/zip"));
    refused(&server.s3("POST", &uri, complete(&listed)).await, 404, "NoSuchUpload");
    let id = one(&server.s3("POST", "/bucket/copied?uploads", "").await, "UploadId");
    let uri = format!("/bucket/copied?uploadId={id}");
    let range = [("x-amz-copy-source", "/bucket/big"), ("x-amz-copy-source-range", "bytes=5242878-5242880")];
    let part = send(&server, "PUT", &format!("{uri}&partNumber=1"), &range, "").await;
    let listed = format!("<Part><PartNumber>1</PartNumber><ETag>{}</ETag></Part>", one(&part, "ETag"));
    assert_eq!(server.s3("POST", &uri, complete(&listed)).await.status, 200);
    assert_eq!(server.s3("GET", "/bucket/copied", "").await.text, "xxt");
    let id = one(&server.s3("POST", "/bucket/dropped?uploads", "").await, "UploadId");
    let uri = format!("/bucket/dropped?uploadId={id}");
    assert_eq!(server.s3("DELETE", &uri, "").await.status, 204);
    refused(&server.s3("DELETE", &uri, "").await, 404, "NoSuchUpload");
}

#[tokio::test]
async fn a_body_in_chunks_without_signatures_is_put_together() {
    let server = server().await;
    let body = "5\r\n12345\r\n4\r\n6789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n";
    let headers = [
        ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
        ("content-encoding", "aws-chunked"),
        ("x-amz-decoded-content-length", "9"),
        ("x-amz-trailer", "x-amz-checksum-crc32"),
    ];
    let put = send(&server, "PUT", "/bucket/k", &headers, body).await;
    assert_eq!((put.status, put.header("x-amz-checksum-crc32")), (200, "y/Q5Jg=="), "{put:?}");
    let got = server.s3("GET", "/bucket/k", "").await;
    assert_eq!((got.text.as_str(), got.header("content-encoding")), ("123456789", ""));
    refused(
        &send(&server, "PUT", "/bucket/k", &headers, body.replace("y/Q5", "y/Q6")).await,
        400,
        "BadDigest",
    );
    for damaged in [
        "",
        "5\r\n12345",
        "5\r\n123456\r\n0\r\n\r\n",
        "x\r\n",
        "9\r\n1234567\r\n0\r\n\r\n",
        "1\r\nx\r\n0\r\n\r\n",
    ] {
        refused(&send(&server, "PUT", "/bucket/k", &headers, damaged).await, 400, "IncompleteBody");
    }
    let unknown = [("x-amz-content-sha256", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD")];
    refused(&send(&server, "PUT", "/bucket/k", &unknown, body).await, 501, "NotImplemented");
}
