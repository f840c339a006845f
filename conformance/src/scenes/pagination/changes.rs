//! A list that changes while it is read.

use serde_json::json;
use signer_schemas::Operation::ListSigningProfiles;

use crate::data::body::Json;
use crate::data::exchange::Silence;
use crate::judge::runner::case::Case;
use crate::judge::runner::followed::MOST_SMALL_PAGES;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop};
use crate::scenes::pagination::sizes::{exactly, own, plain_profiles};
use crate::scenes::shared::steps::{canceled, plain_profile};

pub(crate) const SCENES: &[Scene] = &[CHANGING];

const CHANGING: Scene = Scene {
    name: "pagination/changing",
    operation: ListSigningProfiles,
    what: "profiles are made and canceled between two pages",
    requirements: &["common/live-pages"],
    play: &Conversation(|case| Box::pin(changing(case))),
};

async fn changing(case: &mut Case<'_>) -> Played {
    let names = plain_profiles(case, "c", 5).await?;
    let (mut pages, token) = first_two(case, &names).await?;
    let seen = own(&pages, &names);
    let Some(token) = token.filter(|_| seen.len() == 2) else {
        case.exercise("common/live-pages");
        return Ok(());
    };
    // The one shown last ends, which the token may stand for, and one not shown yet; another is made. Those
    // that stay must be shown once.
    let Some(ends) = names.iter().find(|name| !seen.contains(name)).cloned() else { return Ok(()) };
    for name in [&seen[1], &ends] {
        canceled(case, name).await?;
    }
    let new = plain_profile(case, "new").await?;
    pages.extend(case.pages(ListSigningProfiles, json!({ "maxResults": 1, "nextToken": token })).await?);
    let listed = own(&pages, &[names.as_slice(), &[new]].concat());
    let stayed: Vec<String> =
        names.iter().filter(|name| **name != ends && **name != seen[1]).cloned().collect();
    let shown: Vec<String> = listed.iter().filter(|name| stayed.contains(name)).cloned().collect();
    exactly(case, &shown, &stayed, "changes between two pages");
    let snapshot = listed.contains(&ends);
    case.open(
        "common/live-pages",
        if snapshot { "a snapshot of the first call" } else { "the state at each call" },
    );
    Ok(())
}

/// The first pages up to one that holds the second of the own profiles, and the token after it.
async fn first_two(case: &mut Case<'_>, names: &[String]) -> Result<(Vec<Json>, Option<String>), Stop> {
    let mut pages = Vec::new();
    let mut input = json!({ "maxResults": 1 });
    loop {
        let page = case.must("ListSigningProfiles/complete", ListSigningProfiles, input.clone()).await?.body;
        let token = Case::token(&page);
        pages.push(page);
        let found = own(&pages, names).len() == 2;
        match token {
            Some(_) if !found && pages.len() >= MOST_SMALL_PAGES => {
                return Err(case.skip(&Silence::Crowded(MOST_SMALL_PAGES).to_string()));
            }
            Some(token) if !found => input["nextToken"] = json!(token),
            token => return Ok((pages, token)),
        }
    }
}
