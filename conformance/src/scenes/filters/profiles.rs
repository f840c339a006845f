//! The filters of the list of profiles, alone and together.

use serde_json::{Map, Value, json};
use signer_model::Platform;
use signer_schemas::Operation::ListSigningProfiles;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop};
use crate::scenes::shared::inputs::NO_PLATFORM;
use crate::scenes::shared::lists::PROFILES;
use crate::scenes::shared::question::{Answers, Given, Question};
use crate::scenes::shared::selection::Selection;
use crate::scenes::shared::steps::{End, ended, profile};
use crate::scenes::shared::views::is_nothing;

pub(crate) const SCENES: &[Scene] = &[BY_EACH_FILTER, UNKNOWN_PLATFORM.scene()];

const COMBINE: &str = "ListSigningProfiles/filters-combine";

const BY_EACH_FILTER: Scene = Scene {
    name: "filters/profiles",
    operation: ListSigningProfiles,
    what: "profiles of two platforms in each status, by each combination of filters",
    requirements: &[COMBINE, "ListSigningProfiles/complete"],
    play: &Conversation(|case| Box::pin(by_each_filter(case))),
};

async fn by_each_filter(case: &mut Case<'_>) -> Played {
    let items = in_each_status(case).await?;
    // Whether others than Active ones are listed by their status without includeCanceled is open.
    let is_open = |item: &Value, input: &Map<String, Value>| {
        input.contains_key("statuses") && !input.contains_key("includeCanceled") && item["status"] != "Active"
    };
    let selection = Selection { is_open, ..Selection::among(PROFILES, &items) };
    let platforms = [Platform::Lambda, Platform::Notation, Platform::FreeRtosDefault];
    let platforms = platforms.map(|platform| json!({ "platformId": platform.id() }));
    let any_platform = [&[json!({})], platforms.as_slice()].concat();
    let one = ["Active", "Canceled", "Revoked"].map(|status| json!({ "statuses": [status] }));
    let several =
        [&["Active", "Revoked"] as &[&str], &["Canceled", "Revoked"], &["Active", "Canceled", "Revoked"]];
    let several = several.map(|statuses| json!({ "statuses": statuses }));
    let combine = |_: &Map<String, Value>| vec![COMBINE.to_owned()];
    selection
        .every_combination(case, &[&any_platform, &[one.as_slice(), &several].concat()], combine)
        .await?;
    // Walks of single items over a whole account are few.
    selection.every_combination(case, &[&platforms, &one, &[json!({ "maxResults": 1 })]], combine).await?;
    for platform in [Platform::Lambda, Platform::FreeRtosDefault] {
        // Whether includeCanceled shows revoked profiles is open.
        let is_open = |item: &&Value| item["status"] == "Revoked" && item["platformId"] == platform.id();
        let items: Vec<Value> = items.iter().filter(|item| !is_open(item)).cloned().collect();
        let input = json!({ "includeCanceled": true, "platformId": platform.id() });
        Selection { items: &items, ..selection }.every_combination(case, &[&[input]], combine).await?;
    }
    named_twice(case, &selection).await
}

/// A status that is named twice lists each of its profiles once, and no others.
async fn named_twice(case: &mut Case<'_>, selection: &Selection<'_>) -> Played {
    let listed = selection.listed(case, json!({ "statuses": ["Active", "Active"] })).await?;
    let names = selection.items.iter().filter(|item| item["status"] == "Active");
    let names: Vec<&str> = names.filter_map(|item| item["profileName"].as_str()).collect();
    let (active, others): (Vec<&String>, Vec<&String>) =
        listed.iter().partition(|name| names.contains(&name.as_str()));
    let permitted = format!("{} Active profiles, each once", names.len());
    case.hold(
        "ListSigningProfiles/complete",
        active.len() == names.len(),
        &permitted,
        &format!("{active:?}"),
    );
    let observed = format!("{others:?} as well");
    case.hold("ListSigningProfiles/statuses-filter", others.is_empty(), "Active profiles alone", &observed);
    Ok(())
}

/// Profiles of two platforms in each status, as they tell of themselves.
async fn in_each_status(case: &mut Case<'_>) -> Result<Vec<Value>, Stop> {
    let mut items = Vec::new();
    for platform in [Platform::Lambda, Platform::Notation] {
        for (status, end) in
            [("Active", None), ("Canceled", Some(End::Canceled)), ("Revoked", Some(End::Revoked))]
        {
            let (name, creation) = profile(case, &format!("{status}{platform:?}"), platform).await?;
            if let Some(end) = end {
                ended(case, end, &name, &creation).await?;
            }
            items.push(json!({ "profileName": name, "platformId": platform.id(), "status": status }));
        }
    }
    Ok(items)
}

const UNKNOWN_PLATFORM: Question = Question {
    name: "filters/unknown-platform",
    point: ["ListSigningProfiles/unknown-platform"],
    operation: ListSigningProfiles,
    what: "a platformId that no platform has, as a filter",
    given: Given::NoProfile(""),
    inputs: |_, _| Ok(vec![json!({ "platformId": NO_PLATFORM })]),
    answers: Answers::Success(|told| {
        if is_nothing(told.at("/profiles")) { "an empty list" } else { "the filter is ignored" }
    }),
};
