//! A link opens what its sender saw, and says so where it cannot.

use crate::site::{Site, count, walked};

#[tokio::test]
async fn a_link_gives_the_same_page_each_time_and_a_new_explorer_opens_it() {
    let site = Site::new();
    let at =
        walked(&site, "tags", &[("PutSigningProfile p0", "created"), ("TagResource p0 k0=A", "done")]).await;
    let (one, again) = (site.json(&at).await, site.json(&at).await);
    assert_eq!(one, again);
    assert_eq!(one, Site::new().json(&at).await);
    assert!(at.contains("&m="), "it tells the model that it was made with: {at}");
}

#[tokio::test]
async fn every_view_takes_the_same_link() {
    let site = Site::new();
    let at = walked(&site, "tags", &[("PutSigningProfile p0", "created")]).await;
    let query = at.split_once('?').expect("a query").1;
    for view in ["walk", "trace", "map", "check"] {
        let page = site.page(&format!("/tags/{view}?{query}")).await;
        let step = query.split('&').next().expect("the steps");
        assert!(page.contains(&format!("/tags/walk?{step}")), "{view} leads back to the same place");
    }
}

#[tokio::test]
async fn a_link_of_another_model_says_where_it_parts() {
    let site = Site::new();
    let at = walked(&site, "tags", &[("PutSigningProfile p0", "created")]).await;
    let step = at.split_once("t=").expect("steps").1.split('&').next().expect("a step").to_owned();
    let page = site.page(&format!("/tags/walk?t={step}.zzzzzzz&m=00000000")).await;
    assert!(page.contains("made with another model") && page.contains("After 1 of its 2 steps"), "{page}");
    let walk = site.json(&format!("/tags/walk?t={step}.zzzzzzz&m=00000000")).await;
    assert_eq!((walk["at"].as_u64(), count(&walk["trace"])), (Some(1), 1), "what is there is walked");
    assert!(count(&walk["next"]["calls"]) > 0, "and what is possible instead is shown");
}

#[tokio::test]
async fn garbage_in_a_link_gives_a_page_that_says_so() {
    let site = Site::new();
    let long = format!("t={}", vec!["aaaaaaa"; 501].join("."));
    for query in
        ["t=%00", "t=../../etc", "at=-1", "t=%3Cscript%3Ealert(1)%3C/script%3E", long.as_str(), "o=x"]
    {
        let answer = site.ask("GET", &format!("/tags/walk?{query}"), "").await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text);
        assert!(answer.text.contains("The link cannot be read"), "{}", answer.text);
        assert!(!answer.text.contains("<script>alert"), "it is shown as text: {}", answer.text);
    }
    for (path, what) in [
        ("/nope/walk", "No scope is called"),
        ("/tags/nope", "has no page"),
        ("/tags/goto?to=state:p9%3DGone", "no state"),
        ("/requirement?id=nope", "No requirement"),
        ("/a/b/c/d", "No page"),
    ] {
        let answer = site.ask("GET", path, "").await;
        assert_eq!(answer.status, 404, "{path}: {}", answer.text);
        assert!(answer.text.contains(what), "{path}: {}", answer.text);
    }
    let report = site.ask("GET", "/tags/walk?as=nobody", "").await;
    assert!(report.status == 404 && report.text.contains("No report is called"), "{}", report.text);
    for path in [
        "/current/goto?to=cell:jobs:0.0",
        "/wide/goto?to=cell:jobs:0.0",
        "/current/goto?to=requirement:common/none",
    ] {
        assert_eq!(
            site.ask("GET", path, "").await.status,
            404,
            "{path}: what is too large is not searched to its end"
        );
    }
    let live = site.ask("GET", "/tags/walk?live=evil:1", "").await;
    assert!(live.status == 400 && live.text.contains("nobody who can be asked"), "{}", live.text);
}

#[tokio::test]
async fn a_long_trace_is_walked_in_full() {
    let site = Site::new();
    let put = walked(&site, "tags", &[("PutSigningProfile p0", "created")]).await;
    let once = walked(
        &site,
        "tags",
        &[("PutSigningProfile p0", "created"), ("ListTagsForResource p0", "tags: none")],
    )
    .await;
    let step = |at: &str, nth: usize| {
        let steps = at.split_once("t=").expect("steps").1.split('&').next().expect("steps");
        steps.split('.').nth(nth).expect("a step").to_owned()
    };
    let steps = [vec![step(&put, 0)], vec![step(&once, 1); 499]].concat().join(".");
    let walk = site.json(&format!("/tags/walk?t={steps}")).await;
    assert_eq!(walk["at"], 500);
}
