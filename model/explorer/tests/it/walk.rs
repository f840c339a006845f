//! Walk: what can come next, and what the state is.

use signer_model::{Admission, Graph, choices, scope};

use crate::site::{Site, count, link, walked};

const CANCELED: [(&str, &str); 3] = [
    ("PutSigningProfile p0", "created"),
    ("StartSigningJob j0 with p0 over an object", "j0"),
    ("CancelSigningProfile p0", "done"),
];

#[tokio::test]
async fn calls_that_change_something_come_first_and_the_others_say_why_they_do_not() {
    let site = Site::new();
    let walk = site.json(&walked(&site, "joint", &CANCELED).await).await;
    assert_eq!(walk["at"], 3);
    let calls = walk["next"]["calls"].as_array().expect("calls");
    assert!((3..=6).contains(&calls.len()), "few calls change anything here: {calls:?}");
    let ends = calls.iter().find(|choice| choice["call"] == "j0 ends").expect("the job can end");
    assert_eq!(ends["answers"][0]["reply"], "Succeeded");
    let idle = walk["next"]["idle"].as_array().expect("folded calls");
    assert!(idle.len() > 30, "{}", idle.len());
    for choice in idle {
        for answer in choice["answers"].as_array().expect("answers") {
            assert!(answer["requirement"]["id"].is_string(), "it says why: {choice}");
            assert_eq!(answer["leads"], "stays", "{choice}");
        }
    }
}

#[tokio::test]
async fn an_answer_has_its_admission_its_basis_and_the_sentence_of_the_ledger() {
    let site = Site::new();
    let walk = site.json(&walked(&site, "joint", &CANCELED).await).await;
    for list in ["calls", "idle", "against"] {
        for answer in walk["next"][list]
            .as_array()
            .expect("a list")
            .iter()
            .flat_map(|one| one["answers"].as_array().expect("answers"))
        {
            let Some(id) = answer["requirement"]["id"].as_str() else { continue };
            let row = signer_schemas::requirement(id).expect("it is in the ledger");
            assert_eq!(answer["requirement"]["statement"], row.statement);
            assert_eq!(answer["requirement"]["source"], row.source);
            assert_eq!(answer["requirement"]["basis"], row.basis.id());
            let admission = answer["admission"].as_str().expect("an admission");
            assert_eq!(
                admission == "contradicted",
                answer["link"].is_null(),
                "what a source speaks against cannot be taken: {answer}"
            );
        }
    }
}

#[tokio::test]
async fn what_can_be_taken_is_what_the_model_offers_in_every_state_of_a_scope() {
    let site = Site::new();
    let scope = scope("profiles-2019").expect("a scope");
    let graph = Graph::build(&scope);
    for (place, state) in graph.states.iter().enumerate() {
        let mut at = "/profiles-2019/walk".to_owned();
        for by in graph.path(place) {
            let (call, reply) = match by {
                signer_model::Move::Call(call, reply) => (call.to_string(), reply.to_string()),
                signer_model::Move::Ends(job, status) => (format!("{job} ends"), status.to_string()),
            };
            at = link(&site.json(&at).await, &call, &reply);
        }
        let next = &site.json(&at).await["next"];
        let taken = |list: &str| {
            let choices = next[list].as_array().expect("a list").iter();
            choices
                .flat_map(|choice| choice["answers"].as_array().expect("answers"))
                .filter(|answer| answer["link"].is_string())
                .count()
        };
        let expected = choices(&scope, state);
        assert!(expected.iter().all(|choice| choice.admission != Admission::Contradicted));
        assert_eq!(taken("calls") + taken("idle"), expected.len(), "in {state}");
    }
}

#[tokio::test]
async fn the_last_step_is_marked_in_the_state() {
    let site = Site::new();
    let at = walked(&site, "joint", &CANCELED).await;
    let walk = site.json(&at).await;
    let status = &walk["cards"][0]["lines"][0];
    assert_eq!(
        (&status["field"], &status["value"], &status["was"]),
        (&"status".into(), &"Canceled".into(), &"Active".into())
    );
    assert_eq!(status["changed"], true);
    assert!(
        walk["said"].as_str().is_some_and(|said| said.contains("p0: Active → Canceled")),
        "{}",
        walk["said"]
    );
    let page = site.page(&at).await;
    assert!(page.contains("becomes") && page.contains("<strong>Canceled</strong>"), "in words, too: {page}");
}

#[tokio::test]
async fn an_answer_that_is_not_heard_leaves_worlds_and_a_later_one_tells_which() {
    let site = Site::new();
    let canceled = walked(
        &site,
        "profiles",
        &[("PutSigningProfile p0", "created"), ("CancelSigningProfile p0", "done")],
    )
    .await;
    let walk = site.json(&canceled).await;
    let calls = walk["next"]["calls"].as_array().expect("calls");
    let open = calls
        .iter()
        .find(|choice| choice["unheard"].is_string())
        .expect("an open point changes something here");
    let unheard = site.json(open["unheard"].as_str().expect("a link")).await;
    assert_eq!(unheard["worlds"], 2, "{unheard}");
    assert_eq!(count(&unheard["apart"]), 2);
    let why = unheard["why"].as_array().expect("reasons");
    assert_eq!(why.len(), 1, "one step left it open: {why:?}");
    assert_eq!((&why[0]["number"], &why[0]["before"], &why[0]["after"]), (&3.into(), &1.into(), &2.into()));
    let status =
        unheard["cards"][0]["lines"].as_array().expect("lines").iter().find(|line| line["field"] == "status");
    let status = status.expect("a status");
    assert!(
        status["differs"] == true && status["value"].as_str().is_some_and(|value| value.contains(" or ")),
        "{status}"
    );
    let told = site.json(&link(&unheard, "GetSigningProfile p0", "Canceled")).await;
    assert_eq!(told["worlds"], 1, "the answer tells which world it is: {told}");
    assert_eq!(count(&told["why"]), 0, "nothing is open any more");
}

#[tokio::test]
async fn a_search_leaves_out_what_does_not_fit_and_stays_over_steps() {
    let site = Site::new();
    let walk = site.json("/joint/walk?q=tagresource%20p0").await;
    assert!(count(&walk["next"]["calls"]) + count(&walk["next"]["idle"]) < 4, "{}", walk["next"]);
    assert!(walk["next"]["left_out"].as_u64().is_some_and(|left| left > 30));
    assert!(link(&walk, "TagResource p0", "").contains("q=tagresource"), "a link keeps the search");
}

#[tokio::test]
async fn going_on_otherwise_keeps_both_continuations() {
    let site = Site::new();
    let at = walked(&site, "joint", &CANCELED).await;
    let steps = at.split_once("t=").expect("steps").1.split('&').next().expect("steps").to_owned();
    let back = format!("/joint/walk?t={steps}&at=1");
    let other = link(&site.json(&back).await, "RevokeSigningProfile p0", "done");
    let walk = site.json(&other).await;
    assert_eq!(count(&walk["trace"]), 2);
    let branch = &walk["trace"][0]["branches"][0];
    assert!(
        branch["words"]
            .as_str()
            .is_some_and(|words| words.contains("StartSigningJob j0") && words.contains("1 more")),
        "{branch}"
    );
    let first = site.json(branch["link"].as_str().expect("a link")).await;
    assert_eq!(count(&first["trace"]), 3, "the first continuation is the trace again");
    assert_eq!(count(&first["trace"][0]["branches"]), 1, "and the other one is kept beside it");
}

#[tokio::test]
async fn the_shortest_way_to_a_state_is_found() {
    let site = Site::new();
    let at = site.leads("/joint/goto?to=state:p0%3DRevoked").await;
    let walk = site.json(&at).await;
    assert_eq!(walk["at"], 2, "put and revoke");
    assert!(walk["cards"][0]["lines"].to_string().contains("Revoked"));
    let at = site.leads("/joint/goto?to=property:a+signature+is+revoked").await;
    assert!(site.json(&at).await["at"].as_u64().is_some_and(|steps| (3..=5).contains(&steps)));
    let at = site.leads("/joint/goto?to=requirement:StartSigningJob/not-active").await;
    assert!(site.page(&at).await.contains("StartSigningJob/not-active"), "it is shown where it is at work");
}

#[tokio::test]
async fn a_refusal_whose_error_is_open_says_by_which_requirement_it_is_one() {
    let site = Site::new();
    let at =
        walked(&site, "jobs", &[("PutSigningProfile p0", "created"), ("CancelSigningProfile p0", "done")])
            .await;
    let walk = site.json(&at).await;
    let answers = walk["next"]["idle"].as_array().expect("calls").iter().filter(|choice| {
        choice["call"]
            .as_str()
            .is_some_and(|call| call.starts_with("StartSigningJob j0 with p0 over an object"))
    });
    let rules: Vec<_> = answers
        .flat_map(|choice| choice["answers"].as_array().expect("answers"))
        .map(|answer| &answer["requirement"])
        .collect();
    assert!(rules.iter().any(|rule| rule["id"] == "StartSigningJob/not-active-error"), "{rules:?}");
    for rule in rules.iter().filter(|rule| rule["id"] == "StartSigningJob/not-active-error") {
        assert_eq!(rule["refuses"]["id"], "StartSigningJob/not-active");
    }
    let page = site.page("/requirement?id=StartSigningJob/not-active-error").await;
    assert!(
        page.contains("Why it is refused") && page.contains("id=StartSigningJob%2Fnot-active\""),
        "{page}"
    );
}

#[tokio::test]
async fn a_refusal_says_how_what_it_names_stands_here() {
    let site = Site::new();
    let here = async |steps: &[(&str, &str)], call: &str| {
        let walk = site.json(&walked(&site, "joint", steps).await).await;
        let idle = walk["next"]["idle"].as_array().expect("folded calls").clone();
        let choice =
            idle.into_iter().find(|choice| choice["call"] == call).unwrap_or_else(|| panic!("{walk}"));
        choice["here"].clone()
    };
    assert_eq!(here(&[], "CancelSigningProfile p0").await, "no p0");
    assert_eq!(here(&CANCELED, "CancelSigningProfile p1").await, "no p1");
    let start = "StartSigningJob j1 with p0 over a missing object";
    assert_eq!(here(&CANCELED, start).await, "p0 is Canceled, on Lambda; no j1");
}
