//! A job uses the buckets of its invoker, in its Region.

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
    let credential = format!(
        "AWS4-HMAC-SHA256 Credential={key}/20260102/{region}/s3/aws4_request, SignedHeaders=host, Signature=0"
    );
    let request = Request::builder().method(method).uri(uri).header("authorization", credential);
    server.send(request.header("x-amz-date", "20260102T030405Z").body(body.into()).expect("a request")).await
}

fn policy(action: &str, resource: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"}, "Action": action, "Resource": resource,
    }]})
    .to_string()
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
    let grant =
        json!({"action": "signer:StartSigningJob", "principal": "444455556666", "statementId": "one"});
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
    for (token, source, destination) in [("1", "sources", "their-results"), ("2", "their-sources", "results")]
    {
        let job = ended(&server, body(token, source, destination)).await;
        assert_eq!(job["status"], "Failed");
        assert!(
            job["statusReason"].as_str().is_some_and(|reason| reason.contains("another account's")),
            "{job}"
        );
    }
    let results = server.s3("GET", "/results", "").await;
    assert!(!results.text.contains("<Key>"), "{results:?}");
    let job = ended(&server, body("3", "their-sources", "their-results")).await;
    assert_eq!((&job["status"], &job["jobOwner"]), (&json!("Succeeded"), &json!("111122223333")), "{job}");
    for bucket in ["sources", "results"] {
        let policy = policy("s3:*Object*", &format!("arn:aws:s3:::{bucket}/*"));
        assert!(by(&server, OWNER, "PUT", &format!("/{bucket}?policy"), policy).await.status < 300);
    }
    assert_eq!(ended(&server, body("4", "sources", "results")).await["status"], "Succeeded");
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
        let job =
            server.get(&format!("/signing-jobs/{}", started["jobId"].as_str().expect("an id"))).await.ok();
        let reason = "The bucket is in Region eu-west-1, and the job in Region us-east-1";
        assert!(job["statusReason"].as_str().is_some_and(|told| told.contains(reason)), "{job}");
    }
}
