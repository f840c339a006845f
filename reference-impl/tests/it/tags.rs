use crate::server::{LAMBDA, NOTATION, START, Server, tags_uri};
use serde_json::json;

#[tokio::test]
async fn tags_merge_overwrite_and_go() {
    let server = Server::new();
    server.profile("tagged", LAMBDA).await;
    let uri = tags_uri("tagged");
    let tagged = server.post(&uri, json!({"tags": {"a": "1", "b": "2"}})).await;
    assert_eq!((tagged.status, tagged.text.as_str()), (200, ""));
    server.post(&uri, json!({"tags": {"b": "3", "c:d": ""}})).await.ok();
    assert_eq!(server.get(&uri).await.ok(), json!({"tags": {"a": "1", "b": "3", "c:d": ""}}));
    assert_eq!(
        server.get("/signing-profiles/tagged").await.ok()["tags"],
        json!({"a": "1", "b": "3", "c:d": ""})
    );
    let untagged = server.delete(&format!("{uri}?tagKeys=a&tagKeys=c%3Ad&tagKeys=absent")).await;
    assert_eq!((untagged.status, untagged.text.as_str()), (200, ""));
    assert_eq!(server.get(&uri).await.ok(), json!({"tags": {"b": "3"}}));
}

#[tokio::test]
async fn an_arn_that_is_not_encoded_is_understood_too() {
    let server = Server::new();
    server.profile("plain", LAMBDA).await;
    let uri = "/tags/arn:aws:signer:us-east-1:111122223333:/signing-profiles/plain";
    server.post(uri, json!({"tags": {"a": "1"}})).await.ok();
    assert_eq!(server.get(&tags_uri("plain")).await.ok(), json!({"tags": {"a": "1"}}));
}

#[tokio::test]
async fn tag_errors_have_their_own_names() {
    let server = Server::new();
    server.profile("gone", LAMBDA).await;
    server.delete("/signing-profiles/gone").await.ok();
    let tag = json!({"tags": {"a": "b"}});
    for (uri, status, error) in [
        (tags_uri("absent"), 404, "NotFoundException"),
        (tags_uri("gone"), 400, "BadRequestException"),
        ("/tags/nonsense".to_owned(), 400, "BadRequestException"),
        (tags_uri("gone").replace("us-east-1", "eu-west-1"), 400, "BadRequestException"),
        (tags_uri("gone").replace("signing-profiles", "signing-jobs"), 400, "BadRequestException"),
        (tags_uri("gone").replace("111122223333", "444455556666"), 404, "NotFoundException"),
    ] {
        server.post(&uri, tag.clone()).await.refused(status, error);
        server.get(&uri).await.refused(status, error);
        server.delete(&format!("{uri}?tagKeys=a")).await.refused(status, error);
    }
}

#[tokio::test]
async fn broken_tags_are_refused() {
    let server = Server::new();
    server.profile("tagged", LAMBDA).await;
    let uri = tags_uri("tagged");
    for tags in [
        json!({"aws:a": "b"}),
        json!({"a b": "c"}),
        json!({"": "c"}),
        json!({"a": "b".repeat(257)}),
        json!({}),
    ] {
        server.post(&uri, json!({"tags": tags})).await.refused(400, "BadRequestException");
    }
    server.post(&uri, json!({})).await.refused(400, "BadRequestException");
    server.post(&uri, json!({"tags": {"a": null}})).await.refused(400, "SerializationException");
    server.delete(&uri).await.refused(400, "BadRequestException");
    // 200 at once are allowed, one more is not.
    let many: serde_json::Map<_, _> = (0..200).map(|number| (format!("k{number}"), json!("v"))).collect();
    server.post(&uri, json!({"tags": many})).await.ok();
    server.post(&uri, json!({"tags": {"another": "one"}})).await.refused(400, "BadRequestException");
}

#[tokio::test]
async fn a_revoked_profile_keeps_its_tags_unless_the_freedom_says_otherwise() {
    for (choice, status) in [("accepted", 200), ("BadRequestException", 400)] {
        let server = Server::with_freedom("TagResource/revoked", choice);
        let version = server.profile("revoked", NOTATION).await;
        let revocation = json!({"profileVersion": version, "reason": "r", "effectiveTime": START});
        server.put("/signing-profiles/revoked/revoke", revocation).await.ok();
        assert_eq!(
            server.post(&tags_uri("revoked"), json!({"tags": {"a": "b"}})).await.status,
            status,
            "{choice}"
        );
    }
}
