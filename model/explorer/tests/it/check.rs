//! Check: what holds, and what shows it.

use signer_model::{check, mutants, scope};

use crate::site::{Site, count};

#[tokio::test]
async fn the_verdicts_are_those_of_the_model() {
    let site = Site::new();
    let found = &site.found("/tags/check").await["found"];
    let report = check(&scope("tags").expect("a scope"));
    assert_eq!(found["unique"], report.unique);
    assert_eq!(count(&found["properties"]), report.properties.len());
    assert_eq!(count(&found["requirements"]), report.witnesses.len());
    assert_eq!(count(&found["open"]), report.ambiguities.len());
    assert!(
        found["properties"].as_array().expect("properties").iter().all(|property| property["holds"] == true)
    );
}

#[tokio::test]
async fn a_wrong_definition_fails_as_it_should_and_its_counterexample_opens_where_it_breaks() {
    let site = Site::new();
    for wrong in mutants().into_iter().filter(|wrong| ["upsert", "canceled-stops"].contains(&wrong.name)) {
        let found = &site.found(&format!("/{}/check", wrong.name)).await["found"];
        let properties = found["properties"].as_array().expect("properties");
        let failing: Vec<_> = properties.iter().filter(|property| property["holds"] == false).collect();
        let mut names: Vec<_> =
            failing.iter().map(|property| property["name"].as_str().expect("a name")).collect();
        let mut expected = wrong.breaks.to_vec();
        names.sort_unstable();
        expected.sort_unstable();
        assert_eq!(names, expected, "{}", wrong.name);
        let shown = failing.iter().find(|property| property["link"].is_string()).expect("a counterexample");
        let trace = site.json(shown["link"].as_str().expect("a link")).await;
        assert_eq!(count(&trace["rows"]), count(&shown["steps"]) + count(&shown["lasso"]), "{shown}");
    }
    let page = site.page("/upsert/check").await;
    assert!(page.contains("A wrong definition, on purpose") && page.contains("FAILS"), "{page}");
}

#[tokio::test]
async fn a_broken_property_is_shown_in_the_state_that_breaks_it() {
    let site = Site::new();
    let found = &site.found("/upsert/check").await["found"];
    let trace = found["properties"][0]["link"].as_str().expect("a link").replace("/trace?", "/walk?");
    let walk = site.json(&trace).await;
    let broken = walk["properties"]
        .as_array()
        .expect("properties")
        .iter()
        .filter(|property| property["holds"] == false)
        .count();
    assert!(broken > 0, "{}", walk["properties"]);
}

#[tokio::test]
async fn a_long_check_starts_when_somebody_says_so_and_stops_when_somebody_says_so() {
    let site = Site::new();
    let before = site.page("/joint/check").await;
    assert!(before.contains("Start the check"), "{before}");
    let body = format!("token={}", site.token().await);
    assert_eq!(site.ask("POST", "/joint/check", &body).await.status, 303);
    let running = site.json("/joint/check").await;
    assert_eq!(running["progress"]["ended"], false, "{running}");
    assert_eq!(site.ask("POST", "/joint/check/stop", &body).await.status, 303);
    let stopped = site.found("/joint/check").await;
    assert_eq!(stopped["progress"]["stopped"], true);
    assert!(site.page("/joint/check").await.contains("was stopped at"));
}

#[tokio::test]
async fn what_cannot_be_searched_says_what_to_do_instead() {
    let site = Site::new();
    assert!(site.page("/wide/check").await.contains("check --scope wide"));
    assert!(site.page("/current/check").await.contains("Each scope can be checked"));
}
