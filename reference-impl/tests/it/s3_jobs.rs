//! Signing jobs and their objects: why jobs fail, and an S3 elsewhere.

use crate::server::{FREERTOS, LAMBDA, Server, archive, start_body};
use rusty_s3::{Bucket, Credentials, S3Action as _, UrlStyle};
use serde_json::{Value, json};
use signer_objects::{Remote, Versioning};
use signer_reference::identity::{OWNER_ACCESS_KEY, OWNER_SECRET_KEY};
use signer_reference::{Config, serve};
use std::time::Duration;
use tokio::net::TcpListener;

/// How the job of that body ends.
async fn ended(server: &Server, body: Value) -> Value {
    let started = server.post("/signing-jobs", body).await.ok();
    server.pass_ms(50);
    server.get(&format!("/signing-jobs/{}", started["jobId"].as_str().expect("an id"))).await.ok()
}

#[track_caller]
fn failed(job: &Value, reason: &str) {
    let told = job["statusReason"].as_str().unwrap_or_default();
    assert!(job["status"] == "Failed" && told.contains(reason), "{reason:?} is not in {job}");
    assert!(job.get("signedObject").is_none(), "{job}");
}

#[tokio::test]
async fn a_job_that_cannot_sign_says_why() {
    let server = Server::new();
    let version = server.source().await;
    server.profile("lambda", LAMBDA).await;
    server.profile("device", FREERTOS).await;
    let put = async |key: &str, content: Vec<u8>| server.s3("PUT", &format!("/sources/{key}"), content).await;
    put("text.zip", b"no archive".to_vec()).await;
    put("nothing.zip", Vec::new()).await;
    put("empty.zip", archive(&[])).await;
    put("large.bin", vec![0; (16 << 20) + 1]).await;
    put("full.bin", vec![0; 16 << 20]).await;
    let deleted = put("deleted.zip", archive(&[("a", "b")])).await.header("x-amz-version-id").to_owned();
    let marker = server.s3("DELETE", "/sources/deleted.zip", "").await.header("x-amz-version-id").to_owned();
    let signed = ended(&server, start_body("lambda", "code.zip", "good")).await;
    let signed_key = signed["signedObject"]["s3"]["key"].as_str().expect("a signed object").to_owned();
    let body = |profile: &str, key: &str, version: &str| {
        let mut body = start_body(profile, key, &format!("{profile}-{key}-{version}"));
        body["source"]["s3"]["version"] = json!(version);
        body
    };
    let changed = |pointer: &str, value: &str| {
        let mut body = body("lambda", "code.zip", &version);
        body["clientRequestToken"] = json!(pointer);
        *body.pointer_mut(pointer).expect("a member") = json!(value);
        body
    };
    let twice = {
        let mut body = changed("/source/s3/bucketName", "results");
        body["source"]["s3"]["key"] = json!(signed_key);
        body["source"]["s3"]["version"] = json!("null");
        body["clientRequestToken"] = json!("twice");
        body
    };
    for (body, reason) in [
        (changed("/source/s3/bucketName", "none"), "bucket does not exist"),
        (changed("/destination/s3/bucketName", "none"), "bucket does not exist"),
        (body("lambda", "none.zip", "null"), "version does not exist"),
        (body("lambda", "code.zip", "none"), "version does not exist"),
        (body("lambda", "deleted.zip", &marker), "delete marker"),
        (body("lambda", "text.zip", "null"), "malformed"),
        (body("lambda", "nothing.zip", "null"), "empty"),
        (body("lambda", "empty.zip", "null"), "empty"),
        (twice, "already has a signature"),
        (body("device", "large.bin", "null"), "at most 16 MB"),
    ] {
        failed(&ended(&server, body).await, reason);
    }
    for good in [body("device", "full.bin", "null"), body("lambda", "deleted.zip", &deleted)] {
        assert_eq!(ended(&server, good).await["status"], "Succeeded");
    }
}

#[tokio::test]
async fn a_job_reads_the_version_null_of_a_bucket_without_versions() {
    let server = Server::with(|config| Config { bucket_versioning: Versioning::Off, ..config });
    assert_eq!(server.source().await, "", "there is no version to tell");
    server.profile("lambda", LAMBDA).await;
    assert_eq!(ended(&server, start_body("lambda", "code.zip", "t")).await["status"], "Succeeded");
}

/// The embedded S3 of another server, as an S3 elsewhere.
struct Elsewhere {
    endpoint: String,
}

impl Elsewhere {
    async fn new() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let endpoint = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(serve(Config::default(), listener, std::future::pending()));
        Self { endpoint }
    }

    fn remote(&self, secret: &str) -> Remote {
        Remote::new(&self.endpoint, "us-east-1", (OWNER_ACCESS_KEY, secret, None)).expect("a remote S3")
    }

    /// Makes a bucket. Not for asynchronous code.
    fn create(&self, bucket: &str) {
        let url = self.endpoint.parse().expect("a URL");
        let bucket = Bucket::new(url, UrlStyle::Path, bucket.to_owned(), "us-east-1").expect("a bucket");
        let credentials = Credentials::new(OWNER_ACCESS_KEY, OWNER_SECRET_KEY);
        let url = bucket.create_bucket(&credentials).sign(Duration::from_mins(1));
        assert_eq!(ureq::put(url.as_str()).send_empty().expect("it answers").status(), 200);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn sources_and_results_may_be_in_an_s3_elsewhere() {
    let elsewhere = Elsewhere::new().await;
    let remote = elsewhere.remote(OWNER_SECRET_KEY);
    let elsewhere = tokio::task::spawn_blocking(move || {
        elsewhere.create("sources");
        elsewhere.create("results");
        let remote = elsewhere.remote(OWNER_SECRET_KEY);
        remote.put("sources", "a b/ü+.zip", &archive(&[("index.js", "the code")])).expect("it is written");
        remote.put("sources", "large.bin", &vec![0; (16 << 20) + 1]).expect("it is written");
        assert!(remote.has_bucket("sources") && !remote.has_bucket("none"));
        assert!(
            remote.has_object("sources", "large.bin", None) && !remote.has_object("sources", "none", None)
        );
        elsewhere
    });
    let elsewhere = elsewhere.await.expect("it is prepared");
    let server = Server::with(|config| Config { s3: Some(remote.clone()), ..config });
    server.profile("lambda", LAMBDA).await;
    server.profile("device", FREERTOS).await;
    let job = ended(&server, start_body("lambda", "a b/ü+.zip", "good")).await;
    assert_eq!(job["status"], "Succeeded", "{job}");
    let key = job["signedObject"]["s3"]["key"].as_str().expect("a key").to_owned();
    let read = tokio::task::spawn_blocking(move || remote.get("results", &key, None, 1 << 20));
    let signed = read.await.expect("it is read").expect("the signed object");
    assert!(String::from_utf8_lossy(&signed).contains("aws_signer_signature"));
    failed(&ended(&server, start_body("lambda", "none.zip", "none")).await, "NoSuch");
    failed(&ended(&server, start_body("device", "large.bin", "large")).await, "at most 16 MB");
    failed(&ended(&server, start_body("lambda", "a/../b", "dots")).await, "cannot be written as a URL");
    let mut nowhere = start_body("lambda", "a b/ü+.zip", "nowhere");
    nowhere["destination"]["s3"]["bucketName"] = json!("none");
    failed(&ended(&server, nowhere).await, "NoSuchBucket");
    let told = server.s3("GET", "/sources", "").await;
    assert!(told.status == 501 && told.text.contains(&elsewhere.endpoint), "{told:?}");
    let stranger = Server::with(|config| Config { s3: Some(elsewhere.remote("wrong")), ..config });
    stranger.profile("lambda", LAMBDA).await;
    failed(&ended(&stranger, start_body("lambda", "a b/ü+.zip", "stranger")).await, "SignatureDoesNotMatch");
    let silent = Remote::new("http://127.0.0.1:1", "us-east-1", ("a", "b", None)).expect("a remote S3");
    let silent = Server::with(|config| Config { s3: Some(silent), ..config });
    silent.profile("lambda", LAMBDA).await;
    failed(&ended(&silent, start_body("lambda", "a b/ü+.zip", "silent")).await, "does not answer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn an_s3_elsewhere_is_asked_at_once_where_the_answer_depends_on_it() {
    let elsewhere = Elsewhere::new().await;
    let remote = elsewhere.remote(OWNER_SECRET_KEY);
    let server = Server::with(|config| {
        let config = Config { s3: Some(remote), ..config };
        config
            .with_freedom("StartSigningJob/missing-source", "AccessDeniedException")
            .expect("the freedom is known")
    });
    server.profile("lambda", LAMBDA).await;
    server
        .post("/signing-jobs", start_body("lambda", "none", "t"))
        .await
        .refused(403, "AccessDeniedException");
}

#[test]
fn an_s3_endpoint_that_cannot_be_used_is_refused_with_the_way_out() {
    for (endpoint, told) in [
        ("https://s3.example.com", "http://"),
        ("s3.example.com", "is not a URL"),
        ("ftp://host", "ftp://host"),
    ] {
        let error = Remote::new(endpoint, "us-east-1", ("a", "b", None)).expect_err("it is refused");
        assert!(error.contains(told) && error.contains(endpoint), "{error}");
    }
}
