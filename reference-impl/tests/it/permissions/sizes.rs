//! How large a policy is, and may be.

use super::{URI, add, statement};
use crate::server::{LAMBDA, Server};
use serde_json::{Value, json};

#[tokio::test]
async fn a_policy_has_at_most_2000_bytes() {
    let server = Server::new();
    server.profile("shared", LAMBDA).await;
    let mut revision = None;
    let last = loop {
        let id = format!("{}{}", "s".repeat(20), revision.as_deref().unwrap_or_default());
        let reply = server.post(URI, statement(&id, "signer:GetSigningProfile", revision.as_deref())).await;
        if reply.status != 200 {
            break reply;
        }
        revision = reply.ok()["revisionId"].as_str().map(str::to_owned);
    };
    last.refused(402, "ServiceLimitExceededException");
    assert_eq!(last.json()["code"], "ServiceLimitExceeded");
}

/// As it was observed: 2000 bytes are accepted, and 2001 refused, whatever size is told.
#[tokio::test]
async fn the_limit_of_a_policy_counts_an_account_by_its_id_and_its_size_by_the_root() {
    let server = Server::new();
    server.profile("shared", LAMBDA).await;
    let arn = "arn:aws:signer:us-east-1:111122223333:/signing-profiles/shared";
    let counted = |ids: &[String], principal: &str| {
        let statement = |id: &String| {
            let (effect, action) = ("Allow", "signer:GetSigningProfile");
            let principal = json!({"AWS": principal});
            json!({"Sid": id, "Effect": effect, "Principal": principal, "Action": action, "Resource": arn})
        };
        Value::Array(ids.iter().map(statement).collect()).to_string().len()
    };
    let mut ids: Vec<String> = (0..9).map(|number| format!("{number:02}")).collect();
    let left = 2000 - counted(&ids, "444455556666");
    for (number, id) in ids.iter_mut().enumerate() {
        let share = left / 9 + usize::from(number < left % 9);
        id.push_str(&"s".repeat(share));
    }
    assert_eq!(counted(&ids, "444455556666"), 2000);
    let (last, others) = ids.split_last().expect("there are some");
    let mut revision = None;
    for id in others {
        revision = Some(add(&server, id, "signer:GetSigningProfile", revision.as_deref()).await);
    }
    let too_long = statement(&format!("{last}s"), "signer:GetSigningProfile", revision.as_deref());
    server.post(URI, too_long).await.refused(402, "ServiceLimitExceededException");
    add(&server, last, "signer:GetSigningProfile", revision.as_deref()).await;
    let told = server.get(URI).await.ok()["policySizeBytes"].as_u64().expect("a size");
    assert_eq!(told, counted(&ids, "arn:aws:iam::444455556666:root") as u64);
}

#[tokio::test]
async fn a_statement_for_one_version_counts_its_condition() {
    let server = Server::new();
    let version = server.profile("shared", LAMBDA).await;
    let role = "arn:aws:iam::444455556666:role/r";
    let mut body = statement("s", "signer:GetSigningProfile", None);
    body["profileVersion"] = json!(version);
    body["principal"] = json!(role);
    server.post(URI, body).await.ok();
    let counted = json!([{
        "Sid": "s", "Effect": "Allow", "Principal": {"AWS": role}, "Action": "signer:GetSigningProfile",
        "Resource": "arn:aws:signer:us-east-1:111122223333:/signing-profiles/shared",
        "Condition": {"StringEquals": {"signer:ProfileVersion": version}},
    }]);
    assert_eq!(server.get(URI).await.ok()["policySizeBytes"], json!(counted.to_string().len()));
}
