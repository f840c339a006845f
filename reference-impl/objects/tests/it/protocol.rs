//! The embedded S3 as AWS CLI and SDKs use it.

mod uploads;

use crate::server::{OWNER_IN_EUROPE, Server, all, one, refused, send};

async fn server() -> Server {
    let server = Server::new();
    assert_eq!(server.s3("PUT", "/bucket", "").await.status, 200);
    server
}

#[tokio::test]
async fn an_object_comes_back_with_what_was_told_about_it() {
    let server = server().await;
    let headers = [
        ("content-type", "application/zip"),
        ("cache-control", "no-store"),
        ("x-amz-meta-who", "me"),
        ("content-encoding", "aws-chunked,gzip"),
    ];
    let put = send(&server, "PUT", "/bucket/a%20b/ü", &headers, "hello").await;
    assert_eq!((put.status, put.header("etag")), (200, "\"5d41402abc4b2a76b9719d911017c592\""));
    for method in ["GET", "HEAD"] {
        let got = send(&server, method, "/bucket/a%20b/%C3%BC", &[], "").await;
        assert_eq!((got.status, got.header("content-length")), (200, "5"));
        assert_eq!(got.header("x-amz-version-id"), put.header("x-amz-version-id"));
        assert_eq!(got.header("last-modified"), "Fri, 02 Jan 2026 03:04:05 GMT");
        for (name, value) in &headers[..3] {
            assert_eq!(got.header(name), *value);
        }
        assert_eq!((got.header("content-encoding"), got.header("accept-ranges")), ("gzip", "bytes"));
        assert_eq!(got.text, if method == "GET" { "hello" } else { "" });
    }
    let named = server.s3("GET", "/bucket/a%20b/%C3%BC?response-content-type=text%2Fplain", "").await;
    assert_eq!(named.header("content-type"), "text/plain");
    send(&server, "PUT", "/bucket/bare", &[], "x").await;
    assert_eq!(server.s3("GET", "/bucket/bare", "").await.header("content-type"), "binary/octet-stream");
}

#[tokio::test]
async fn ranges_and_conditions_are_those_of_http() {
    let server = server().await;
    let put = server.s3("PUT", "/bucket/k", "0123456789").await;
    let tag = put.header("etag").to_owned();
    for (range, text, told) in [
        ("bytes=2-4", "234", "bytes 2-4/10"),
        ("bytes=8-99", "89", "bytes 8-9/10"),
        ("bytes=-3", "789", "bytes 7-9/10"),
    ] {
        let got = send(&server, "GET", "/bucket/k", &[("range", range)], "").await;
        assert_eq!((got.status, got.text.as_str(), got.header("content-range")), (206, text, told));
    }
    refused(&send(&server, "GET", "/bucket/k", &[("range", "bytes=10-")], "").await, 416, "InvalidRange");
    let before = "Fri, 02 Jan 2026 03:04:04 GMT";
    let then = "Fri, 02 Jan 2026 03:04:05 GMT";
    for (name, value, status) in [
        ("if-match", tag.as_str(), 200),
        ("if-match", "\"other\"", 412),
        ("if-none-match", tag.as_str(), 304),
        ("if-none-match", "\"other\"", 200),
        ("if-modified-since", before, 200),
        ("if-modified-since", then, 304),
        ("if-unmodified-since", before, 412),
        ("if-unmodified-since", then, 200),
    ] {
        assert_eq!(
            send(&server, "GET", "/bucket/k", &[(name, value)], "").await.status,
            status,
            "{name}: {value}"
        );
    }
}

#[tokio::test]
async fn lists_of_both_kinds_have_pages_and_fold_folders() {
    let server = server().await;
    for key in ["a b", "dir/1", "dir/2", "z"] {
        server.s3("PUT", &format!("/bucket/{}", key.replace(' ', "%20")), "text").await;
    }
    for (uri, marker, next) in [
        (
            "/bucket?list-type=2&delimiter=%2F&max-keys=1&encoding-type=url",
            "continuation-token",
            "NextContinuationToken",
        ),
        ("/bucket?delimiter=%2F&max-keys=1&encoding-type=url", "marker", "NextMarker"),
    ] {
        let (mut shown, mut at) = (Vec::new(), String::new());
        loop {
            let page = server.s3("GET", &format!("{uri}{at}"), "").await;
            assert_eq!(page.status, 200, "{page:?}");
            shown.extend(all(&page, "Key"));
            shown.extend(all(&page, "CommonPrefixes"));
            if one(&page, "IsTruncated") == "false" {
                break;
            }
            at = format!("&{marker}={}", one(&page, next));
            assert!(shown.len() < 9, "the list never ends: {shown:?}");
        }
        assert_eq!(shown, ["a%20b", "<Prefix>dir/</Prefix>", "z"]);
    }
    let after = server.s3("GET", "/bucket?list-type=2&start-after=dir%2F1&prefix=d", "").await;
    assert_eq!((all(&after, "Key"), one(&after, "KeyCount")), (vec!["dir/2".to_owned()], "1".to_owned()));
    assert_eq!(one(&after, "Size"), "4");
    refused(
        &server.s3("GET", "/bucket?list-type=2&continuation-token=junk!", "").await,
        400,
        "InvalidArgument",
    );
    refused(&server.s3("GET", "/absent?list-type=2", "").await, 404, "NoSuchBucket");
    assert_eq!(all(&server.s3("GET", "/", "").await, "Name"), ["bucket"]);
}

#[tokio::test]
async fn versions_are_listed_deleted_and_suspended() {
    let server = server().await;
    let first = server.s3("PUT", "/bucket/k", "one").await.header("x-amz-version-id").to_owned();
    let second = server.s3("PUT", "/bucket/k", "two").await.header("x-amz-version-id").to_owned();
    let deleted = server.s3("DELETE", "/bucket/k", "").await;
    assert_eq!((deleted.status, deleted.header("x-amz-delete-marker")), (204, "true"));
    let marker = deleted.header("x-amz-version-id").to_owned();
    let gone = server.s3("GET", "/bucket/k", "").await;
    refused(&gone, 404, "NoSuchKey");
    assert_eq!(gone.header("x-amz-delete-marker"), "true");
    refused(&server.s3("GET", &format!("/bucket/k?versionId={marker}"), "").await, 405, "MethodNotAllowed");
    refused(&server.s3("GET", "/bucket/k?versionId=none", "").await, 404, "NoSuchVersion");
    let mut shown = Vec::new();
    let mut at = String::new();
    loop {
        let page = server.s3("GET", &format!("/bucket?versions=&max-keys=1{at}"), "").await;
        shown.extend(all(&page, "VersionId"));
        if one(&page, "IsTruncated") == "false" {
            break;
        }
        at = format!(
            "&key-marker={}&version-id-marker={}",
            one(&page, "NextKeyMarker"),
            one(&page, "NextVersionIdMarker")
        );
        assert!(shown.len() < 9, "the list never ends: {shown:?}");
    }
    assert_eq!(shown, [marker.clone(), second, first.clone()]);
    assert_eq!(server.s3("DELETE", &format!("/bucket/k?versionId={marker}"), "").await.status, 204);
    assert_eq!(server.s3("GET", "/bucket/k", "").await.text, "two");
    assert_eq!(one(&server.s3("GET", "/bucket?versioning", "").await, "Status"), "Enabled");
    let set = |status: &str| {
        format!("<VersioningConfiguration><Status>{status}</Status></VersioningConfiguration>")
    };
    assert_eq!(server.s3("PUT", "/bucket?versioning", set("Suspended")).await.status, 200);
    assert_eq!(one(&server.s3("GET", "/bucket?versioning", "").await, "Status"), "Suspended");
    assert_eq!(server.s3("PUT", "/bucket/k", "three").await.header("x-amz-version-id"), "null");
    assert_eq!(server.s3("GET", "/bucket/k?versionId=null", "").await.text, "three");
    refused(
        &server.s3("PUT", "/bucket?versioning", set("Maybe")).await,
        400,
        "IllegalVersioningConfigurationException",
    );
    refused(&server.s3("DELETE", "/bucket", "").await, 409, "BucketNotEmpty");
    let body = format!(
        "<Delete><Object><Key>k</Key></Object><Object><Key>k</Key><VersionId>{first}</VersionId></Object></Delete>"
    );
    let many = server.s3("POST", "/bucket?delete", body).await;
    assert_eq!(
        (many.status, all(&many, "Key"), all(&many, "Error").len()),
        (200, vec!["k".to_owned(); 2], 0),
        "{many:?}"
    );
    assert_eq!(server.s3("GET", &format!("/bucket/k?versionId={first}"), "").await.status, 404);
}

#[tokio::test]
async fn a_copy_takes_or_replaces_what_is_told_about_the_object() {
    let server = server().await;
    let first = send(&server, "PUT", "/bucket/k", &[("x-amz-meta-a", "1")], "one").await;
    server.s3("PUT", "/bucket/k", "two").await;
    let source = format!("/bucket/k?versionId={}", first.header("x-amz-version-id"));
    let copy = send(&server, "PUT", "/bucket/c", &[("x-amz-copy-source", &source)], "").await;
    assert_eq!(
        (copy.status, one(&copy, "LastModified").as_str()),
        (200, "2026-01-02T03:04:05.000Z"),
        "{copy:?}"
    );
    let got = server.s3("GET", "/bucket/c", "").await;
    assert_eq!((got.text.as_str(), got.header("x-amz-meta-a")), ("one", "1"));
    let onto_itself = [("x-amz-copy-source", "bucket/c")];
    refused(&send(&server, "PUT", "/bucket/c", &onto_itself, "").await, 400, "InvalidRequest");
    let replaced = [onto_itself[0], ("x-amz-metadata-directive", "REPLACE"), ("x-amz-meta-b", "2")];
    assert_eq!(send(&server, "PUT", "/bucket/c", &replaced, "").await.status, 200);
    let got = server.s3("GET", "/bucket/c", "").await;
    assert_eq!((got.text.as_str(), got.header("x-amz-meta-a"), got.header("x-amz-meta-b")), ("one", "", "2"));
    refused(
        &send(&server, "PUT", "/bucket/c", &[("x-amz-copy-source", "bucket/none")], "").await,
        404,
        "NoSuchKey",
    );
}

#[tokio::test]
async fn buckets_are_made_found_and_placed() {
    let server = server().await;
    assert_eq!(server.s3("PUT", "/bucket", "").await.status, 200, "the first region takes it twice");
    assert_eq!(server.s3("HEAD", "/bucket", "").await.status, 200);
    assert_eq!(server.s3("HEAD", "/none", "").await.status, 404);
    let place = server.s3("GET", "/bucket?location", "").await;
    assert!(place.status == 200 && !place.text.contains("us-east-1"), "{place:?}");
    assert_eq!(server.s3("DELETE", "/bucket", "").await.status, 204);
    refused(&server.s3("DELETE", "/bucket", "").await, 404, "NoSuchBucket");
    refused(&server.s3("PUT", "/No_Bucket", "").await, 400, "InvalidBucketName");
    let elsewhere = async |method: &str, uri: &str| server.by(OWNER_IN_EUROPE, (method, uri), &[], "").await;
    elsewhere("PUT", "/bucket").await;
    assert!(elsewhere("GET", "/bucket?location").await.text.contains("eu-west-1"));
    refused(&elsewhere("PUT", "/bucket").await, 409, "BucketAlreadyOwnedByYou");
}

#[tokio::test]
async fn what_s3_has_and_this_one_has_not_is_said_to_be_so() {
    let server = server().await;
    server.s3("PUT", "/bucket/k", "text").await;
    for (method, uri) in
        [("GET", "/bucket?analytics&id=x"), ("PUT", "/bucket?accelerate"), ("GET", "/bucket/k?torrent")]
    {
        let body = "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>";
        refused(
            &server.s3(method, uri, if method == "PUT" { body } else { "" }).await,
            501,
            "NotImplemented",
        );
    }
    refused(&send(&server, "PUT", "/bucket/k", &[("if-none-match", "*")], "x").await, 501, "NotImplemented");
}
