//! Two traces side by side.

use crate::site::{Site, link, walked};

fn steps(link: &str) -> &str {
    link.split_once("t=").expect("steps").1.split('&').next().expect("steps")
}

#[tokio::test]
async fn what_two_traces_share_stands_in_one_row_and_the_first_difference_is_marked() {
    let site = Site::new();
    let put = ("PutSigningProfile p0", "created");
    let one = walked(
        &site,
        "jobs",
        &[
            put,
            ("CancelSigningProfile p0", "done"),
            ("StartSigningJob j0 with p0 over an object", "ValidationException"),
        ],
    )
    .await;
    let other = walked(&site, "jobs", &[put, ("StartSigningJob j0 with p0 over an object", "j0")]).await;
    let pasted: String = form_urlencoded::byte_serialize(other.as_bytes()).collect();
    let to = site.leads(&format!("/jobs/beside?t={}&link={pasted}", steps(&one))).await;
    let beside = site.json(&to).await;
    let marks: Vec<&str> =
        beside["rows"].as_array().expect("rows").iter().filter_map(|row| row["mark"].as_str()).collect();
    assert_eq!(marks, ["same", "only-here", "other-answer"]);
    assert_eq!(beside["first"], 1);
    assert!(
        beside["other_end"].to_string().contains("\"was\":\"Canceled\""),
        "the end is marked where it differs: {beside}"
    );
    let swapped = site.json(beside["swapped"].as_str().expect("a link")).await;
    assert_eq!(swapped["rows"][1]["mark"], "only-there");
    let page = site.page(&to).await;
    assert!(page.contains("the first difference") && page.contains("id=\"first\""), "{page}");
}

#[tokio::test]
async fn a_continuation_that_was_left_is_compared_with_the_one_that_was_taken() {
    let site = Site::new();
    let at =
        walked(&site, "jobs", &[("PutSigningProfile p0", "created"), ("CancelSigningProfile p0", "done")])
            .await;
    let back = format!("/jobs/walk?t={}&at=1", steps(&at));
    let other = link(&site.json(&back).await, "StartSigningJob j0 with p0 over an object", "j0");
    let branch = site.json(&other).await["trace"][0]["branches"][0].clone();
    let beside = site.json(branch["beside"].as_str().expect("a link")).await;
    assert_eq!(beside["rows"].as_array().expect("rows").len(), 3);
    assert_eq!(beside["first"], 1);
}

#[tokio::test]
async fn a_trace_is_the_same_as_itself() {
    let site = Site::new();
    let at = walked(&site, "jobs", &[("PutSigningProfile p0", "created")]).await;
    let beside = site.json(&format!("/jobs/beside?t={0}&b={0}", steps(&at))).await;
    assert!(beside["first"].is_null(), "{beside}");
    assert!(site.page("/jobs/beside").await.contains("Neither trace has a step"));
}

#[tokio::test]
async fn a_link_without_steps_is_refused_in_words() {
    let site = Site::new();
    for pasted in ["nonsense", "https://example.com/", "/jobs/walk?t=nonsense"] {
        let pasted: String = form_urlencoded::byte_serialize(pasted.as_bytes()).collect();
        let answer = site.ask("GET", &format!("/jobs/beside?link={pasted}"), "").await;
        assert!(answer.status == 400 && answer.text.contains("cannot be compared"), "{}", answer.text);
    }
}
