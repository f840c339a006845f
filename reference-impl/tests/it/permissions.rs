//! Policies of profiles, and what another account may do by them.

mod sizes;

use crate::server::{FREERTOS, LAMBDA, NOTATION, Server, payload_body, start_body};
use serde_json::{Value, json};

const URI: &str = "/signing-profiles/shared/permissions";

fn statement(id: &str, action: &str, revision: Option<&str>) -> Value {
    json!({"statementId": id, "action": action, "principal": "444455556666", "revisionId": revision})
}

async fn add(server: &Server, id: &str, action: &str, revision: Option<&str>) -> String {
    let added = server.post(URI, statement(id, action, revision)).await.ok();
    added["revisionId"].as_str().expect("a revision").to_owned()
}

#[tokio::test]
async fn a_policy_grows_and_shrinks_under_its_revision() {
    let server = Server::new();
    server.profile("shared", LAMBDA).await;
    server.get(URI).await.refused(404, "ResourceNotFoundException");
    server
        .post(URI, statement("s1", "signer:GetSigningProfile", Some("x")))
        .await
        .refused(400, "ValidationException");
    let first = add(&server, "s1", "signer:GetSigningProfile", Some("")).await;
    server
        .post(URI, statement("s2", "signer:RevokeSignature", None))
        .await
        .refused(400, "ValidationException");
    server
        .post(URI, statement("s2", "signer:RevokeSignature", Some("x")))
        .await
        .refused(409, "ConflictException");
    let second = add(&server, "s2", "signer:RevokeSignature", Some(&first)).await;
    assert_ne!(first, second);
    assert_eq!(
        add(&server, "s2", "signer:RevokeSignature", Some(&second)).await,
        second,
        "an exact repeat changes nothing"
    );
    let other = statement("s2", "signer:StartSigningJob", Some(&second));
    server.post(URI, other).await.refused(400, "ValidationException");
    let list = server.get(URI).await.ok();
    assert_eq!(list["revisionId"], json!(second));
    assert!(list["policySizeBytes"].as_u64().expect("a size") > 0);
    assert_eq!(
        list["permissions"],
        json!([
            {"statementId": "s1", "action": "signer:GetSigningProfile", "principal": "444455556666"},
            {"statementId": "s2", "action": "signer:RevokeSignature", "principal": "444455556666"},
        ])
    );
    server.delete(&format!("{URI}/s1?revisionId={first}")).await.refused(409, "ConflictException");
    server
        .delete(&format!("{URI}/nothing?revisionId={second}"))
        .await
        .refused(404, "ResourceNotFoundException");
    server.delete(&format!("{URI}/s1")).await.refused(400, "ValidationException");
    let removed = server.delete(&format!("{URI}/s1?revisionId={second}")).await.ok();
    let third = removed["revisionId"].as_str().expect("a revision").to_owned();
    assert_ne!(second, third);
    server.delete(&format!("{URI}/s2?revisionId={third}")).await.ok();
    server.get(URI).await.refused(404, "ResourceNotFoundException");
    add(&server, "s3", "signer:GetSigningProfile", None).await;
}

#[tokio::test]
async fn statements_must_fit_the_profile() {
    let server = Server::new();
    let version = server.profile("shared", NOTATION).await;
    let with = |change: Value| {
        let mut body = statement("s1", "signer:SignPayload", None);
        body.as_object_mut().expect("an object").extend(change.as_object().expect("an object").clone());
        server.post(URI, body)
    };
    for principal in
        ["junk", "11112222333", "arn:aws:iam::444455556666:user/u", "arn:aws:iam::444455556666:role/path/r"]
    {
        with(json!({"principal": principal})).await.refused(400, "ValidationException");
    }
    with(json!({"action": "signer:StartSigningJob"})).await.refused(400, "ValidationException");
    with(json!({"profileVersion": "AAAAAAAAAA"})).await.refused(404, "ResourceNotFoundException");
    with(json!({"profileVersion": "short"})).await.refused(400, "ValidationException");
    with(json!({"profileVersion": version, "principal": "arn:aws:iam::444455556666:role/r"})).await.ok();
    server
        .post("/signing-profiles/absent/permissions", statement("s", "signer:SignPayload", None))
        .await
        .refused(404, "ResourceNotFoundException");
    server.profile("device", FREERTOS).await;
    let device = statement("s", "signer:GetSigningProfile", None);
    server.post("/signing-profiles/device/permissions", device).await.refused(400, "ValidationException");
}

#[tokio::test]
async fn a_policy_of_a_profile_that_is_not_active_stands_still() {
    let server = Server::new();
    server.profile("shared", LAMBDA).await;
    let revision = add(&server, "s1", "signer:GetSigningProfile", None).await;
    server.delete("/signing-profiles/shared").await.ok();
    let list = server.get(URI).await.ok();
    assert_ne!(list["revisionId"], json!(revision), "canceling gives a new revision");
    let revision = list["revisionId"].as_str().expect("a revision");
    server
        .post(URI, statement("s2", "signer:GetSigningProfile", Some(revision)))
        .await
        .refused(400, "ValidationException");
    server.delete(&format!("{URI}/s1?revisionId={revision}")).await.refused(400, "ValidationException");
}

#[tokio::test]
async fn a_statement_id_has_no_slash_and_the_path_of_one_leads_to_no_statement() {
    let server = Server::new();
    server.profile("shared", LAMBDA).await;
    server
        .post(URI, statement("s/1", "signer:GetSigningProfile", None))
        .await
        .refused(400, "ValidationException");
    let revision = add(&server, "s", "signer:GetSigningProfile", None).await;
    let gone = server.delete(&format!("{URI}/s%2F1?revisionId={revision}")).await;
    gone.refused(404, "ResourceNotFoundException");
    assert_eq!(gone.json()["message"], "No policy named s/1 associated with shared profile");
}

#[tokio::test]
async fn a_statement_id_has_letters_digits_hyphens_and_underscores_and_at_most_64_of_them() {
    let server = Server::new();
    server.profile("shared", LAMBDA).await;
    for id in ["", "s/1", "s 1", "s.1", "\u{fc}", &"s".repeat(65)] {
        server
            .post(URI, statement(id, "signer:GetSigningProfile", None))
            .await
            .refused(400, "ValidationException");
    }
    let revision = add(&server, &"s".repeat(64), "signer:GetSigningProfile", None).await;
    let revision = add(&server, "S-1_", "signer:GetSigningProfile", Some(&revision)).await;
    server.delete(&format!("{URI}/S%2D1%5F?revisionId={revision}")).await.ok();
}

#[tokio::test]
async fn of_several_faults_the_first_in_the_observed_order_is_told() {
    let server = Server::new();
    server.profile("shared", LAMBDA).await;
    let stale = add(&server, "s1", "signer:GetSigningProfile", None).await;
    let current = add(&server, "s2", "signer:GetSigningProfile", Some(&stale)).await;
    let mut wrong = statement("s1", "signer:RevokeSignature", Some(&stale));
    server.post(URI, wrong.clone()).await.refused(400, "ValidationException");
    wrong["profileVersion"] = json!("AAAAAAAAAA");
    server.post(URI, wrong.clone()).await.refused(404, "ResourceNotFoundException");
    wrong["action"] = json!("signer:SignPayload");
    server.post(URI, wrong).await.refused(400, "ValidationException");
    for revision in [None, Some(stale.as_str()), Some(&current)] {
        assert_eq!(
            add(&server, "s1", "signer:GetSigningProfile", revision).await,
            current,
            "an exact repeat changes nothing"
        );
    }
    server.delete(&format!("{URI}/s3?revisionId={stale}")).await.refused(409, "ConflictException");
    server.delete(&format!("{URI}/s3?revisionId=x")).await.refused(409, "ConflictException");
}

#[tokio::test]
async fn what_was_never_seen_of_a_revoked_profile_and_of_a_stranger_can_be_chosen() {
    for (choice, status) in
        [("ValidationException", 400), ("ResourceNotFoundException", 404), ("accepted", 200)]
    {
        let server = Server::with_freedom("AddProfilePermission/revoked", choice);
        let version = server.profile("shared", LAMBDA).await;
        let body = json!({"profileVersion": version, "reason": "r", "effectiveTime": 0});
        server.put("/signing-profiles/shared/revoke", body).await.ok();
        assert_eq!(
            server.post(URI, statement("s1", "signer:GetSigningProfile", None)).await.status,
            status,
            "{choice}"
        );
    }
    let server =
        Server::with_freedom("AddProfilePermission/unresolved-principal", "ResourceNotFoundException");
    server.profile("shared", LAMBDA).await;
    let mut role = statement("s1", "signer:GetSigningProfile", None);
    role["principal"] = json!("arn:aws:iam::444455556666:role/none");
    server.post(URI, role).await.refused(404, "ResourceNotFoundException");
}

#[tokio::test]
async fn another_account_does_what_it_is_permitted() {
    let server = Server::new();
    server.source().await;
    // Jobs read and write as their invoker.
    let allow =
        json!({"Effect": "Allow", "Principal": {"AWS": "444455556666"}, "Action": "s3:*", "Resource": "*"});
    for bucket in ["sources", "results"] {
        let policy = json!({"Version": "2012-10-17", "Statement": allow}).to_string();
        assert!(server.s3("PUT", &format!("/{bucket}?policy"), policy).await.status < 300);
    }
    let get = || server.other("GET", "/signing-profiles/shared?profileOwner=111122223333", None);
    get().await.refused(403, "AccessDeniedException");
    server.profile("shared", LAMBDA).await;
    get().await.refused(403, "AccessDeniedException");
    server.other("GET", "/signing-profiles/shared", None).await.refused(404, "ResourceNotFoundException");
    let revision = add(&server, "s1", "signer:GetSigningProfile", None).await;
    assert_eq!(get().await.ok()["profileName"], "shared");
    let mut start = start_body("shared", "code.zip", "t");
    start["profileOwner"] = json!("111122223333");
    server.other("POST", "/signing-jobs", Some(start.clone())).await.refused(403, "AccessDeniedException");
    let revision = add(&server, "s2", "signer:StartSigningJob", Some(&revision)).await;
    let job = server.other("POST", "/signing-jobs", Some(start)).await.ok();
    assert_eq!(job["jobOwner"], "111122223333");
    let id = job["jobId"].as_str().expect("an id");
    server.pass_ms(60);
    let shown = server.get(&format!("/signing-jobs/{id}")).await.ok();
    assert_eq!((&shown["jobOwner"], &shown["jobInvoker"]), (&json!("111122223333"), &json!("444455556666")));
    assert_eq!(shown["requestedBy"], "arn:aws:iam::444455556666:user/other");
    let listed = server.get("/signing-jobs?jobInvoker=444455556666").await.ok();
    assert_eq!(listed["jobs"][0]["jobId"], json!(id));
    let revoke = json!({"reason": "r", "jobOwner": "111122223333"});
    let uri = format!("/signing-jobs/{id}/revoke");
    server.other("PUT", &uri, Some(revoke.clone())).await.refused(403, "AccessDeniedException");
    server.other("PUT", &uri, Some(json!({"reason": "r"}))).await.refused(404, "ResourceNotFoundException");
    add(&server, "s3", "signer:RevokeSignature", Some(&revision)).await;
    server.other("PUT", &uri, Some(revoke)).await.ok();
    // The owner's own account may be named.
    server.get("/signing-profiles/shared?profileOwner=111122223333").await.ok();
}

#[tokio::test]
async fn another_account_signs_payloads_for_the_owner() {
    let server = Server::new();
    server.profile("shared", NOTATION).await;
    let mut body = payload_body("shared");
    body["profileOwner"] = json!("111122223333");
    let uri = "/signing-jobs/with-payload";
    server.other("POST", uri, Some(body.clone())).await.refused(403, "AccessDeniedException");
    add(&server, "s1", "signer:SignPayload", None).await;
    assert_eq!(server.other("POST", uri, Some(body)).await.ok()["jobOwner"], "111122223333");
}
