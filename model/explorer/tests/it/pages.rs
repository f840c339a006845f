//! What holds of every page.

use signer_model::{mutants, scopes};

use crate::site::Site;

const PAGES: [&str; 9] = [
    "/",
    "/help",
    "/tags/walk",
    "/tags/trace",
    "/tags/beside",
    "/tags/map",
    "/tags/check",
    "/tags/targets",
    "/nope/walk",
];

#[tokio::test]
async fn every_page_allows_nothing_but_what_this_server_gives() {
    let site = Site::new();
    for path in PAGES {
        let answer = site.ask("GET", path, "").await;
        let policy =
            answer.header("content-security-policy").unwrap_or_else(|| panic!("{path} has a policy"));
        assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        for foreign in ["http://", "https://", "//cdn", " style=\"", " onclick="] {
            assert!(!answer.text.contains(foreign), "{path} holds {foreign}");
        }
        assert!(answer.text.contains("<html lang=\"en\">") && answer.text.contains("<h1"), "{path}");
    }
}

#[tokio::test]
async fn the_first_page_leads_to_every_scope_and_every_wrong_definition() {
    let site = Site::new();
    let page = site.page("/").await;
    for scope in scopes() {
        assert!(page.contains(&format!("href=\"/{}/walk\"", scope.name)), "{}", scope.name);
        let walk = site.page(&format!("/{}/walk", scope.name)).await;
        let title = format!("<title>Walk: {}, {} · Signer explorer</title>", scope.name, scope.edition);
        assert!(walk.contains(&title), "{}", scope.name);
    }
    for wrong in mutants() {
        assert!(page.contains(&format!("href=\"/{}/check\"", wrong.name)), "{}", wrong.name);
    }
}

#[tokio::test]
async fn the_first_page_has_a_twin_in_json() {
    let site = Site::new();
    let json = site.json("/scopes").await;
    let names: Vec<&str> =
        json["scopes"].as_array().expect("scopes").iter().filter_map(|row| row["name"].as_str()).collect();
    for scope in scopes() {
        assert!(names.contains(&scope.name), "{names:?}");
    }
    assert_eq!(json["wrong"].as_array().map(Vec::len), Some(mutants().len()));
    site.found("/profiles-2019/check").await;
    let row = |json: serde_json::Value| {
        json["scopes"].as_array()?.iter().find(|row| row["name"] == "profiles-2019").cloned()
    };
    assert_eq!(
        row(site.json("/scopes").await).expect("it is there")["states"],
        15,
        "what was counted is told"
    );
}

#[tokio::test]
async fn a_page_of_a_step_stays_small() {
    let site = Site::new();
    for scope in ["profiles", "jobs", "joint", "permissions"] {
        let page = site.page(&format!("/{scope}/walk")).await;
        assert!(page.len() < 60_000, "{scope}: {} bytes", page.len());
    }
    for asset in ["explorer.js", "style.css", "icon.svg"] {
        assert!(!site.page(&format!("/assets/{asset}")).await.is_empty());
    }
    assert!(site.page("/assets/explorer.js").await.lines().count() <= 300);
}
