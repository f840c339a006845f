use crate::server::{LAMBDA, Server};
use serde_json::Value;
use serde_json::json;

async fn walk(server: &Server, uri: &str, list: &str, id: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut token = String::new();
    loop {
        let page = server.get(&format!("{uri}&nextToken={token}")).await.ok();
        let items = page[list].as_array().expect("a list");
        pages.push(items.iter().map(|item| item[id].as_str().expect("an id").to_owned()).collect());
        match &page["nextToken"] {
            Value::String(next) => token.clone_from(next),
            other => {
                assert!(other.is_null(), "{other}");
                return pages;
            }
        }
    }
}

#[tokio::test]
async fn pages_give_each_item_once() {
    let server = Server::new();
    for name in ["p1", "p2", "p3", "p4", "p5"] {
        server.profile(name, LAMBDA).await;
    }
    let pages = walk(&server, "/signing-profiles?maxResults=2", "profiles", "profileName").await;
    assert_eq!(pages, [vec!["p1", "p2"], vec!["p3", "p4"], vec!["p5"]]);
    let pages = walk(&server, "/signing-profiles?maxResults=5", "profiles", "profileName").await;
    assert_eq!(pages.len(), 1, "a full last page has no token");
    let pages = walk(&server, "/signing-platforms?maxResults=1", "platforms", "platformId").await;
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1, 1, 1]);
    server.source().await;
    let mut jobs = Vec::new();
    for token in ["t1", "t2", "t3"] {
        jobs.push(server.start("p1", "code.zip", token).await);
    }
    let pages = walk(&server, "/signing-jobs?maxResults=2", "jobs", "jobId").await;
    assert_eq!(pages.concat(), jobs);
}

#[tokio::test]
async fn a_cursor_survives_changes_between_pages() {
    let server = Server::new();
    for name in ["a1", "c1", "e1"] {
        server.profile(name, LAMBDA).await;
    }
    let first = server.get("/signing-profiles?maxResults=2").await.ok();
    let token = first["nextToken"].as_str().expect("a token");
    server.delete("/signing-profiles/c1").await.ok();
    server.profile("b1", LAMBDA).await;
    server.profile("d1", LAMBDA).await;
    let second = server.get(&format!("/signing-profiles?nextToken={token}")).await.ok();
    let names: Vec<_> = second["profiles"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|entry| entry["profileName"].clone())
        .collect();
    assert_eq!(names, ["d1", "e1"]);
}

#[tokio::test]
async fn a_foreign_token_is_refused() {
    let server = Server::new();
    server.profile("a1", LAMBDA).await;
    server.profile("a2", LAMBDA).await;
    let permission =
        json!({"action": "signer:StartSigningJob", "principal": "444455556666", "statementId": "one"});
    server.post("/signing-profiles/a1/permissions", permission).await.ok();
    let token = server.get("/signing-profiles?maxResults=1").await.ok()["nextToken"]
        .as_str()
        .expect("a token")
        .to_owned();
    for uri in [
        format!("/signing-profiles?nextToken={token}&includeCanceled=true"),
        format!("/signing-platforms?nextToken={token}"),
        "/signing-jobs?nextToken=junk".to_owned(),
        "/signing-platforms?nextToken=%2F".to_owned(),
        "/signing-profiles/a1/permissions?nextToken=junk".to_owned(),
    ] {
        server.get(&uri).await.refused(400, "ValidationException");
    }
    server
        .other("GET", &format!("/signing-profiles?nextToken={token}"), None)
        .await
        .refused(400, "ValidationException");
}

#[tokio::test]
async fn page_sizes_lie_between_1_and_25() {
    let server = Server::new();
    for uri in ["/signing-profiles", "/signing-platforms", "/signing-jobs"] {
        for size in ["0", "26", "-1"] {
            server.get(&format!("{uri}?maxResults={size}")).await.refused(400, "ValidationException");
        }
        for size in ["x", "1.5", "99999999999999999999"] {
            server.get(&format!("{uri}?maxResults={size}")).await.refused(400, "SerializationException");
        }
        server.get(&format!("{uri}?maxResults=25")).await.ok();
    }
}
