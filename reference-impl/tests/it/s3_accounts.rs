//! Each account has buckets of its own, and each bucket a Region.

use crate::s3::{all, one, refused};
use crate::server::{LAMBDA, Reply, Server, archive, start_body};
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};
use signer_reference::identity::{OTHER_ACCESS_KEY, OWNER_ACCESS_KEY};

/// A caller: an access key and a Region.
type Who = (&'static str, &'static str);

const OWNER: Who = (OWNER_ACCESS_KEY, "us-east-1");
const OTHER: Who = (OTHER_ACCESS_KEY, "us-east-1");
const OWNER_IN_EUROPE: Who = (OWNER_ACCESS_KEY, "eu-west-1");

async fn by(server: &Server, (key, region): Who, method: &str, uri: &str, body: impl Into<Body>) -> Reply {
    with(server, (key, region), method, uri, ("x-amz-date", "20260102T030405Z"), body).await
}

async fn with(
    server: &Server,
    (key, region): Who,
    method: &str,
    uri: &str,
    header: (&str, &str),
    body: impl Into<Body>,
) -> Reply {
    let credential =
        format!("AWS4-HMAC-SHA256 Credential={key}/20260102/{region}/s3/aws4_request, SignedHeaders=host, Signature=0");
    let request = Request::builder().method(method).uri(uri).header("authorization", credential).header(header.0, header.1);
    server.send(request.body(body.into()).expect("a request")).await
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
    let copy = with(&server, OTHER, "PUT", "/theirs/k", ("x-amz-copy-source", "/bucket/k"), "").await;
    refused(&copy, 403, "AccessDenied");
    let id = one(&by(&server, OTHER, "POST", "/theirs/big?uploads", "").await, "UploadId");
    let uri = format!("/theirs/big?uploadId={id}&partNumber=1");
    refused(&with(&server, OTHER, "PUT", &uri, ("x-amz-copy-source", "/bucket/k"), "").await, 403, "AccessDenied");
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

async fn ended(server: &Server, body: Value) -> Value {
    let started = server.other("POST", "/signing-jobs", Some(body)).await.ok();
    server.pass_ms(100);
    server.get(&format!("/signing-jobs/{}", started["jobId"].as_str().expect("an id"))).await.ok()
}

#[tokio::test]
async fn a_job_uses_buckets_as_its_invoker() {
    let server = Server::new();
    server.source().await;
    server.profile("shared", LAMBDA).await;
    let grant = json!({"action": "signer:StartSigningJob", "principal": "444455556666", "statementId": "one"});
    server.post("/signing-profiles/shared/permissions", grant).await.ok();
    let body = |token: &str, source: &str, destination: &str| {
        let mut body = start_body("shared", "code.zip", token);
        body["profileOwner"] = json!("111122223333");
        body["source"]["s3"]["bucketName"] = json!(source);
        body["destination"]["s3"]["bucketName"] = json!(destination);
        body
    };
    for bucket in ["/their-sources", "/their-results"] {
        assert_eq!(by(&server, OTHER, "PUT", bucket, "").await.status, 200);
    }
    by(&server, OTHER, "PUT", "/their-sources/code.zip", archive(&[("a", "b")])).await;
    for (token, source, destination) in [("1", "sources", "their-results"), ("2", "their-sources", "results")] {
        let job = ended(&server, body(token, source, destination)).await;
        assert_eq!(job["status"], "Failed");
        assert!(job["statusReason"].as_str().is_some_and(|reason| reason.contains("another account's")), "{job}");
    }
    assert_eq!(all(&server.s3("GET", "/results", "").await, "Key"), Vec::<String>::new());
    let job = ended(&server, body("3", "their-sources", "their-results")).await;
    assert_eq!((&job["status"], &job["jobOwner"]), (&json!("Succeeded"), &json!("111122223333")), "{job}");
    for bucket in ["sources", "results"] {
        let policy = policy("s3:*Object*", &format!("arn:aws:s3:::{bucket}/*"));
        assert!(by(&server, OWNER, "PUT", &format!("/{bucket}?policy"), policy).await.status < 300);
    }
    assert_eq!(ended(&server, body("4", "sources", "results")).await["status"], "Succeeded");
}

#[tokio::test]
async fn a_bucket_tells_its_region_wherever_it_is_asked() {
    let server = Server::new();
    let constraint = |region: &str| {
        format!("<CreateBucketConfiguration><LocationConstraint>{region}</LocationConstraint></CreateBucketConfiguration>")
    };
    assert_eq!(by(&server, OWNER_IN_EUROPE, "PUT", "/europe", constraint("eu-west-1")).await.status, 200);
    assert_eq!(by(&server, OWNER, "PUT", "/asia", constraint("ap-south-1")).await.status, 200);
    assert_eq!(by(&server, OWNER, "PUT", "/america", "").await.status, 200);
    let elsewhere = by(&server, OWNER_IN_EUROPE, "PUT", "/elsewhere", constraint("eu-west-2")).await;
    refused(&elsewhere, 400, "IllegalLocationConstraintException");
    refused(&by(&server, OWNER_IN_EUROPE, "PUT", "/europe", constraint("eu-west-1")).await, 409, "BucketAlreadyOwnedByYou");
    for who in [OWNER, OWNER_IN_EUROPE] {
        for (bucket, region) in [("europe", "eu-west-1"), ("asia", "ap-south-1"), ("america", "us-east-1")] {
            let head = by(&server, who, "HEAD", &format!("/{bucket}"), "").await;
            assert_eq!((head.status, head.header("x-amz-bucket-region")), (200, region), "{bucket}");
            let place = by(&server, who, "GET", &format!("/{bucket}?location"), "").await;
            assert_eq!(place.text.contains(region), region != "us-east-1", "{bucket}: {place:?}");
        }
    }
}

#[tokio::test]
async fn a_job_over_a_bucket_of_another_region_fails_and_says_so() {
    let server = Server::new();
    server.source().await;
    server.profile("lambda", LAMBDA).await;
    by(&server, OWNER_IN_EUROPE, "PUT", "/europe", "").await;
    by(&server, OWNER_IN_EUROPE, "PUT", "/europe/code.zip", archive(&[("a", "b")])).await;
    for member in ["source", "destination"] {
        let mut body = start_body("lambda", "code.zip", member);
        body[member]["s3"]["bucketName"] = json!("europe");
        let started = server.post("/signing-jobs", body).await.ok();
        server.pass_ms(100);
        let job = server.get(&format!("/signing-jobs/{}", started["jobId"].as_str().expect("an id"))).await.ok();
        let reason = "The bucket is in Region eu-west-1, and the job in Region us-east-1";
        assert!(job["statusReason"].as_str().is_some_and(|told| told.contains(reason)), "{job}");
    }
}
