use crate::server::{LAMBDA, Server};
use axum::body::Body;
use axum::http::Request;
use serde_json::json;

#[tokio::test]
async fn every_answer_has_a_request_id_and_json_where_there_is_a_body() {
    let server = Server::new();
    for reply in [
        server.put("/signing-profiles/wired", json!({"platformId": LAMBDA})).await,
        server.get("/signing-profiles/wired").await,
        server.get("/signing-profiles/absent").await,
        server.delete("/signing-profiles/wired").await,
    ] {
        assert_eq!(reply.header("x-amzn-requestid").len(), 36, "{reply:?}");
        assert_eq!(reply.header("content-type") == "application/json", !reply.text.is_empty(), "{reply:?}");
    }
}

#[tokio::test]
async fn unknown_members_and_nulls_are_passed_over() {
    let server = Server::new();
    let body = json!({"platformId": LAMBDA, "tags": null, "signingMaterial": null, "future": {"a": [1]}, "overrides": {"signingImageFormat": null}});
    server.put("/signing-profiles/lenient", body).await.ok();
    assert!(server.get("/signing-profiles/lenient").await.ok().get("overrides").is_none());
}

#[tokio::test]
async fn bodies_that_do_not_parse_are_refused() {
    let server = Server::new();
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    for body in
        ["{", "[]", "\"text\"", "5", "{\"platformId\": \"x\"} trailing", "{\"platformId\": 5}", deep.as_str()]
    {
        let reply = server.raw("PUT", "/signing-profiles/broken", body.to_owned()).await;
        reply.refused(400, "SerializationException");
    }
    server
        .raw("PUT", "/signing-profiles/broken", vec![0xff, 0xfe])
        .await
        .refused(400, "SerializationException");
    server.raw("PUT", "/signing-profiles/broken", "").await.refused(400, "ValidationException");
    server.raw("PUT", "/signing-profiles/br%FFoken", "{}").await.refused(400, "ValidationException");
}

#[tokio::test]
async fn large_bodies_are_refused() {
    let server = Server::new();
    let reply = server.raw("PUT", "/signing-profiles/large", vec![b' '; (1 << 20) + 1]).await;
    reply.refused(413, "RequestEntityTooLargeException");
    server.profile("after", LAMBDA).await;
}

#[tokio::test]
async fn unknown_routes_are_told() {
    let server = Server::new();
    for (method, uri) in [
        ("GET", "/nothing"),
        ("POST", "/signing-profiles/x"),
        ("PATCH", "/signing-jobs"),
        ("GET", "/signing-jobs/x/revoke/more"),
        ("GET", "/"),
    ] {
        server.raw(method, uri, "").await.refused(404, "UnknownOperationException");
    }
    let gateway = Server::with_freedom("common/unknown-route", "MissingAuthenticationTokenException");
    gateway.raw("GET", "/nothing", "").await.refused(403, "MissingAuthenticationTokenException");
}

#[tokio::test]
async fn media_types_are_ignored_unless_chosen_otherwise() {
    let server = Server::new();
    let put = |uri: &str, media_type: &str| {
        let request = Request::builder().method("PUT").uri(uri).header("content-type", media_type);
        request.body(Body::from(json!({"platformId": LAMBDA}).to_string())).expect("a request")
    };
    server.send(put("/signing-profiles/p1", "application/json; charset=utf-8")).await.ok();
    server.send(put("/signing-profiles/p2", "text/plain")).await.ok();
    let strict = Server::with_freedom("common/media-type", "UnsupportedMediaTypeException");
    strict.send(put("/signing-profiles/p1", "Application/JSON; charset=utf-8")).await.ok();
    strict
        .send(put("/signing-profiles/p2", "text/plain"))
        .await
        .refused(415, "UnsupportedMediaTypeException");
}

#[tokio::test]
async fn empty_path_labels_are_bad_names() {
    let server = Server::new();
    server.put("/signing-profiles/", json!({"platformId": LAMBDA})).await.refused(400, "ValidationException");
    server.get("/signing-jobs/").await.refused(404, "ResourceNotFoundException");
}

#[tokio::test]
async fn the_small_s3_keeps_versions() {
    let server = Server::new();
    assert_eq!(server.s3("PUT", "/bucket/key", "early").await.status, 404);
    assert_eq!(server.s3("HEAD", "/bucket", "").await.status, 404);
    server.s3("PUT", "/bucket", "").await;
    assert_eq!(server.s3("HEAD", "/bucket", "").await.status, 200);
    let first = server.s3("PUT", "/bucket/a%2Fb/c", "one").await;
    server.s3("PUT", "/bucket/a/b/c", "two").await;
    assert_eq!(server.s3("GET", "/bucket/a/b/c", "").await.text, "two");
    assert_eq!(server.s3("GET", "/bucket/a/b/c?versionId=null", "").await.text, "two");
    let uri = format!("/bucket/a/b/c?versionId={}", first.header("x-amz-version-id"));
    assert_eq!(server.s3("GET", &uri, "").await.text, "one");
    assert_eq!(server.s3("GET", "/bucket/a/b/c?versionId=x", "").await.status, 404);
    let list = server.s3("GET", "/bucket?list-type=2&prefix=a%2F", "").await;
    assert!(
        list.text.contains("<Key>a/b/c</Key>") && list.text.contains("<KeyCount>1</KeyCount>"),
        "{list:?}"
    );
    assert_eq!(server.s3("DELETE", "/bucket", "").await.status, 409);
    server.s3("DELETE", "/bucket/a/b/c", "").await;
    assert_eq!(server.s3("DELETE", "/bucket", "").await.status, 204);
}

#[tokio::test]
async fn calls_without_a_body_leave_one_alone() {
    let server = Server::new();
    server.profile("wired", LAMBDA).await;
    server.raw("DELETE", "/signing-profiles/wired", "not JSON at all").await.ok();
}

#[tokio::test]
async fn a_missing_media_type_one_without_a_body_and_what_a_client_accepts_are_ignored_unless_chosen_otherwise()
 {
    let bare = || Request::builder().method("PUT").uri("/signing-profiles/p1");
    let without = || bare().body(Body::from(json!({"platformId": LAMBDA}).to_string())).expect("a request");
    let get = |name: &str, value: &str| {
        let request = Request::builder().uri("/signing-platforms").header(name, value);
        request.body(Body::empty()).expect("a request")
    };
    let server = Server::new();
    for request in [without(), get("content-type", "application/json"), get("accept", "text/html")] {
        server.send(request).await.ok();
    }
    let refused = "UnsupportedMediaTypeException";
    Server::with_freedom("common/media-type-absent", refused).send(without()).await.refused(415, refused);
    let strict = Server::with_freedom("common/media-type-without-body", refused);
    strict.send(get("content-type", "application/json")).await.refused(415, refused);
    strict.send(get("accept", "*/*")).await.ok();
    let strict = Server::with_freedom("common/accept", "NotAcceptableException");
    strict.send(get("accept", "text/html;q=0.9, application/*")).await.ok();
    strict.send(get("accept", "text/html")).await.refused(406, "NotAcceptableException");
}

#[tokio::test]
async fn the_text_of_an_error_of_the_front_may_have_a_capital() {
    let server = Server::with_freedom("common/front-error-text", "Message");
    let reply = server.raw("PUT", "/signing-profiles/broken", "{").await;
    assert!(reply.text.contains("\"Message\":") && !reply.text.contains("\"message\":"), "{}", reply.text);
    let reply = server.get("/signing-profiles/absent").await;
    assert!(reply.text.contains("\"message\":"), "{}", reply.text);
}
