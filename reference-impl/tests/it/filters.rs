use crate::server::{LAMBDA, NOTATION, START, Server};
use serde_json::{Value, json};

const PLATFORMS: [&str; 2] = [LAMBDA, NOTATION];

/// All items of a list, two to a page.
async fn whole(server: &Server, uri: &str, list: &str) -> Vec<Value> {
    let (mut items, mut token) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("{uri}&maxResults=2&nextToken={token}")).await.ok();
        items.extend(page[list].as_array().expect("a list").iter().cloned());
        match page["nextToken"].as_str() {
            Some(next) => next.clone_into(&mut token),
            None => return items,
        }
    }
}

/// A filter shows what the whole list has of it, in the order of the whole list.
async fn check(
    server: &Server,
    list: &str,
    uri: &str,
    filter: &str,
    passes: impl Fn(&Value) -> bool,
) -> usize {
    let mut expected = whole(server, uri, list).await;
    expected.retain(passes);
    assert_eq!(whole(server, &format!("{uri}&{filter}"), list).await, expected, "{uri}&{filter}");
    expected.len()
}

#[tokio::test]
async fn profiles_are_listed_by_name_whatever_their_status_and_platform_have_been() {
    let server = Server::new();
    for nth in 0..24 {
        // Names come in another order than that of the alphabet.
        let name = format!("p{:02}", nth * 7 % 24);
        let version = server.profile(&name, PLATFORMS[nth % 2]).await;
        let revocation = json!({"profileVersion": version, "reason": "lost", "effectiveTime": START});
        if nth % 3 > 0 {
            server.delete(&format!("/signing-profiles/{name}")).await.ok();
        }
        if nth % 3 > 1 || nth % 5 == 0 {
            server.put(&format!("/signing-profiles/{name}/revoke"), revocation).await.ok();
        }
    }
    let every = "/signing-profiles?includeCanceled=true&statuses=Active&statuses=Canceled&statuses=Revoked";
    assert_eq!(whole(&server, every, "profiles").await.len(), 24);
    for platform in PLATFORMS {
        let is_it = |profile: &Value| profile["platformId"] == platform;
        assert_eq!(check(&server, "profiles", every, &format!("platformId={platform}"), is_it).await, 12);
    }
    for status in ["Active", "Canceled", "Revoked"] {
        let shown = format!("/signing-profiles?includeCanceled=true&statuses={status}");
        let mut expected = whole(&server, every, "profiles").await;
        expected.retain(|profile| profile["status"] == status);
        assert!(expected.len() > 2, "{status}");
        assert_eq!(whole(&server, &shown, "profiles").await, expected, "{status}");
    }
}

#[tokio::test]
async fn jobs_are_listed_as_they_were_made_whatever_has_become_of_them() {
    let server = Server::new();
    server.source().await;
    for platform in PLATFORMS {
        server.profile(&platform[..6].replace('-', "_"), platform).await;
    }
    for nth in 0..24 {
        if nth % 4 == 0 {
            let job = server.sign("Notati").await;
            let uri = format!("/signing-jobs/{}/revoke", job["jobId"].as_str().expect("an id"));
            if nth % 8 == 0 {
                server.put(&uri, json!({"reason": "lost"})).await.ok();
            }
        } else {
            server.start("AWSLam", ["code.zip", "absent"][nth % 2], &nth.to_string()).await;
        }
        if nth == 17 {
            server.pass_ms(60_000);
        }
    }
    let every = "/signing-jobs?requestedBy=arn%3Aaws%3Aiam%3A%3A111122223333%3Auser%2Fowner";
    assert_eq!(whole(&server, every, "jobs").await.len(), 24);
    for status in ["InProgress", "Failed", "Succeeded"] {
        let is_it = |job: &Value| job["status"] == status;
        assert!(check(&server, "jobs", every, &format!("status={status}"), is_it).await > 2, "{status}");
    }
    for platform in PLATFORMS {
        let is_it = |job: &Value| job["platformId"] == platform;
        assert!(
            check(&server, "jobs", every, &format!("platformId={platform}"), is_it).await > 2,
            "{platform}"
        );
    }
    for wanted in [true, false] {
        let is_it = |job: &Value| job["isRevoked"] == wanted;
        assert!(check(&server, "jobs", every, &format!("isRevoked={wanted}"), is_it).await > 2, "{wanted}");
    }
}
