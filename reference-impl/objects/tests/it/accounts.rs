//! Each account has buckets of its own, and each bucket a Region.

use bytes::Bytes;
use serde_json::json;
use signer_objects::Asker;

use crate::server::{OTHER, OWNER, OWNER_IN_EUROPE, Reply, Server, all, one, refused};

async fn by(server: &Server, asker: Asker<'_>, method: &str, uri: &str, body: impl Into<Bytes>) -> Reply {
    server.by(asker, (method, uri), &[], body).await
}

async fn copied(server: &Server, asker: Asker<'_>, uri: &str, source: &str) -> Reply {
    server.by(asker, ("PUT", uri), &[("x-amz-copy-source", source)], "").await
}

async fn owned() -> Server {
    let server = Server::new();
    for (uri, body) in [("/bucket", ""), ("/bucket/k", "secret")] {
        assert_eq!(by(&server, OWNER, "PUT", uri, body).await.status, 200);
    }
    server
}

#[tokio::test]
async fn another_account_may_do_nothing_with_a_bucket() {
    let server = owned().await;
    let id = one(&by(&server, OWNER, "POST", "/bucket/big?uploads", "").await, "UploadId");
    let upload = format!("/bucket/big?uploadId={id}");
    let part = format!("{upload}&partNumber=1");
    let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
    let versioning = "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>";
    let delete = "<Delete><Object><Key>k</Key></Object></Delete>";
    let complete = "<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>";
    let policy = r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}}"#;
    for (method, uri, body) in [
        ("GET", "/bucket/k", ""),
        ("GET", "/bucket/none", ""),
        ("PUT", "/bucket/k", "x"),
        ("DELETE", "/bucket/k", ""),
        ("GET", "/bucket", ""),
        ("GET", "/bucket?list-type=2", ""),
        ("GET", "/bucket?versions", ""),
        ("GET", "/bucket?uploads", ""),
        ("GET", "/bucket?location", ""),
        ("GET", "/bucket?versioning", ""),
        ("PUT", "/bucket?versioning", versioning),
        ("GET", "/bucket?policy", ""),
        ("PUT", "/bucket?policy", policy),
        ("DELETE", "/bucket?policy", ""),
        ("PUT", "/bucket?tagging", tags),
        ("GET", "/bucket?encryption", ""),
        ("GET", "/bucket?cors", ""),
        ("GET", "/bucket?acl", ""),
        ("GET", "/bucket/k?acl", ""),
        ("GET", "/bucket/k?tagging", ""),
        ("PUT", "/bucket/k?tagging", tags),
        ("DELETE", "/bucket/k?tagging", ""),
        ("DELETE", "/bucket", ""),
        ("POST", "/bucket/other?uploads", ""),
        ("PUT", part.as_str(), "x"),
        ("GET", upload.as_str(), ""),
        ("POST", upload.as_str(), complete),
        ("DELETE", upload.as_str(), ""),
    ] {
        refused(&by(&server, OTHER, method, uri, body).await, 403, "AccessDenied");
    }
    assert_eq!(by(&server, OTHER, "HEAD", "/bucket", "").await.status, 403);
    assert_eq!(by(&server, OTHER, "HEAD", "/bucket/k", "").await.status, 403);
    let many = by(&server, OTHER, "POST", "/bucket?delete", delete).await;
    assert_eq!(all(&many, "Code"), ["AccessDenied"], "{many:?}");
    refused(&by(&server, OTHER, "PUT", "/bucket", "").await, 409, "BucketAlreadyExists");
    assert_eq!(by(&server, OTHER, "PUT", "/theirs", "").await.status, 200);
    let copy = copied(&server, OTHER, "/theirs/k", "/bucket/k").await;
    refused(&copy, 403, "AccessDenied");
    let id = one(&by(&server, OTHER, "POST", "/theirs/big?uploads", "").await, "UploadId");
    let uri = format!("/theirs/big?uploadId={id}&partNumber=1");
    refused(&copied(&server, OTHER, &uri, "/bucket/k").await, 403, "AccessDenied");
    assert_eq!(all(&by(&server, OTHER, "GET", "/", "").await, "Name"), ["theirs"]);
    assert_eq!(all(&by(&server, OWNER, "GET", "/", "").await, "Name"), ["bucket"]);
    assert_eq!(by(&server, OWNER, "GET", "/bucket/k", "").await.text, "secret", "nothing was changed");
}

fn policy(action: &str, resource: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": action, "Resource": resource,
    }]})
    .to_string()
}

#[tokio::test]
async fn a_policy_lets_another_account_do_what_it_says_and_no_more() {
    let server = owned().await;
    let set = async |policy: String| by(&server, OWNER, "PUT", "/bucket?policy", policy).await;
    refused(&set("{".to_owned()).await, 400, "MalformedPolicy");
    assert!(set(policy("s3:GetObject", "arn:aws:s3:::bucket/*")).await.status < 300);
    assert_eq!(by(&server, OTHER, "GET", "/bucket/k", "").await.text, "secret");
    refused(&by(&server, OTHER, "PUT", "/bucket/k", "x").await, 403, "AccessDenied");
    refused(&by(&server, OTHER, "GET", "/bucket", "").await, 403, "AccessDenied");
    assert!(set(policy("s3:*", "*")).await.status < 300);
    assert_eq!(by(&server, OTHER, "PUT", "/bucket/k", "x").await.status, 200);
    refused(&by(&server, OTHER, "PUT", "/bucket?policy", policy("s3:*", "*")).await, 403, "AccessDenied");
    by(&server, OWNER, "DELETE", "/bucket?policy", "").await;
    refused(&by(&server, OTHER, "GET", "/bucket/k", "").await, 403, "AccessDenied");
}

#[tokio::test]
async fn a_bucket_tells_its_region_wherever_it_is_asked() {
    let server = Server::new();
    let constraint = |region: &str| {
        format!(
            "<CreateBucketConfiguration><LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>"
        )
    };
    assert_eq!(by(&server, OWNER_IN_EUROPE, "PUT", "/europe", constraint("eu-west-1")).await.status, 200);
    assert_eq!(by(&server, OWNER, "PUT", "/asia", constraint("ap-south-1")).await.status, 200);
    assert_eq!(by(&server, OWNER, "PUT", "/america", "").await.status, 200);
    let elsewhere = by(&server, OWNER_IN_EUROPE, "PUT", "/elsewhere", constraint("eu-west-2")).await;
    refused(&elsewhere, 400, "IllegalLocationConstraintException");
    refused(
        &by(&server, OWNER_IN_EUROPE, "PUT", "/europe", constraint("eu-west-1")).await,
        409,
        "BucketAlreadyOwnedByYou",
    );
    for who in [OWNER, OWNER_IN_EUROPE] {
        for (bucket, region) in [("europe", "eu-west-1"), ("asia", "ap-south-1"), ("america", "us-east-1")] {
            let head = by(&server, who, "HEAD", &format!("/{bucket}"), "").await;
            assert_eq!((head.status, head.header("x-amz-bucket-region")), (200, region), "{bucket}");
            let place = by(&server, who, "GET", &format!("/{bucket}?location"), "").await;
            assert_eq!(place.text.contains(region), region != "us-east-1", "{bucket}: {place:?}");
        }
    }
}
