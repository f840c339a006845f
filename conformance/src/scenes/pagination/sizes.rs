//! Pages of every size: together they hold each item once, and nothing of another account.

use serde_json::json;
use signer_model::{Account, Platform};
use signer_schemas::Edition;
use signer_schemas::Operation::{ListSigningPlatforms, ListSigningProfiles, PutSigningProfile};

use crate::data::body::Json;
use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop};
use crate::scenes::shared::inputs::plain_input;
use crate::scenes::shared::lists::{List, PLATFORMS, PROFILES, sorted};
use crate::scenes::shared::steps::plain_profile;

pub(crate) const SCENES: &[Scene] = &[EVERY_SIZE, OWN_ACCOUNT, OF_PLATFORMS, DEFAULT_SIZE];

const EVERY_SIZE: Scene = Scene {
    name: "pagination/sizes",
    operation: ListSigningProfiles,
    what: "26 profiles at pages of every size, with a filter kept on every page",
    requirements: &["ListSigningProfiles/complete", "common/short-pages", "common/list-order"],
    play: &Conversation(|case| Box::pin(every_size(case))),
};

async fn every_size(case: &mut Case<'_>) -> Played {
    // One more than the largest page holds, so that each size breaks the list among them.
    let names = plain_profiles(case, "s", 26).await?;
    let mut orders = Vec::new();
    case.foresee(ListSigningProfiles, (1..=25).rev().map(|size| json!({ "maxResults": size }))).await;
    for size in (1..=25).rev().chain([25]) {
        let pages = case.pages(ListSigningProfiles, json!({ "maxResults": size })).await?;
        let listed = own(&pages, &names);
        exactly(case, &listed, &names, &format!("maxResults {size}"));
        orders.push(listed);
        let count = |page: &Json| page["profiles"].as_array().map_or(0, Vec::len);
        if let Some((_, full)) = pages.split_last().filter(|(_, before)| !before.is_empty()) {
            let answer = match full.iter().map(count).min().unwrap_or_default() {
                0 => "empty pages",
                least if least < size => "short pages",
                _ => "full pages only",
            };
            case.open("common/short-pages", answer);
        }
    }
    let same = orders.windows(2).all(|pair| pair[0] == pair[1]);
    case.open(
        "common/list-order",
        if same { "any order, the same in each call" } else { "any order, changing between calls" },
    );
    let pages = case.pages(ListSigningProfiles, json!({ "includeCanceled": true, "maxResults": 9 })).await?;
    exactly(case, &own(&pages, &names), &names, "includeCanceled");
    if case.edition() == Edition::Current {
        // The filter holds on every page.
        let pages =
            case.pages(ListSigningProfiles, json!({ "statuses": ["Canceled"], "maxResults": 1 })).await?;
        let listed = own(&pages, &names).len();
        let observed = format!("{listed} Active profiles with statuses=Canceled");
        case.hold("ListSigningProfiles/statuses-filter", listed == 0, "canceled profiles only", &observed);
        let input = json!({ "platformId": Platform::Notation.id(), "maxResults": 1 });
        let listed = own(&case.pages(ListSigningProfiles, input).await?, &names).len();
        let observed = format!("{listed} profiles of another platform");
        case.hold("ListSigningProfiles/platform-filter", listed == 0, "none of them", &observed);
    }
    Ok(())
}

/// So many profiles on the platform of [`plain`].
pub(crate) async fn plain_profiles(
    case: &mut Case<'_>,
    text: &str,
    count: usize,
) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    for number in 0..count {
        names.push(plain_profile(case, &format!("{text}{number}")).await?);
    }
    Ok(names)
}

/// The own profiles among the pages, in the order in which they come.
pub(crate) fn own(pages: &[Json], names: &[String]) -> Vec<String> {
    PROFILES.keys(pages).into_iter().filter(|name| names.contains(name)).collect()
}

/// The list holds exactly these of the own profiles, each once.
pub(crate) fn exactly(case: &mut Case<'_>, listed: &[String], expected: &[String], what: &str) {
    let (listed, expected) = (sorted(listed.to_vec()), sorted(expected.to_vec()));
    let missing: Vec<&String> = expected.iter().filter(|name| !listed.contains(name)).take(3).collect();
    let observed = format!("{} with {what}, missing {missing:?}", listed.len());
    let permitted = format!("{} profiles, each once", expected.len());
    case.hold("ListSigningProfiles/complete", listed == expected, &permitted, &observed);
}

const OWN_ACCOUNT: Scene = Scene {
    name: "pagination/own-account",
    operation: ListSigningProfiles,
    what: "another account's profile shows on no page",
    requirements: &["ListSigningProfiles/complete"],
    play: &Conversation(|case| Box::pin(own_account(case))),
};

async fn own_account(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let name = case.fresh("theirs");
    let input = plain_input(case, &name)?;
    let told = case.ask_by(Account::Other, PutSigningProfile, input).await?;
    case.accepted("PutSigningProfile/created", &told);
    let mine = plain_profiles(case, "m", 2).await?;
    let pages = case.pages(ListSigningProfiles, json!({ "maxResults": 1 })).await?;
    exactly(case, &own(&pages, &mine), &mine, "maxResults 1");
    let leaked = PROFILES.keys(&pages).contains(&name);
    case.hold("ListSigningProfiles/own-account", !leaked, "no profile of another account", &name);
    Ok(())
}

const OF_PLATFORMS: Scene = Scene {
    name: "pagination/platforms",
    operation: ListSigningPlatforms,
    what: "the platforms at every page size",
    requirements: &["ListSigningPlatforms/complete"],
    play: &Conversation(|case| Box::pin(of_platforms(case))),
};

async fn of_platforms(case: &mut Case<'_>) -> Played {
    let whole = PLATFORMS.listed(case, json!({})).await?;
    for size in 1..=whole.len() + 1 {
        let listed = PLATFORMS.listed(case, json!({ "maxResults": size })).await?;
        let observed = format!("{listed:?} with maxResults {size}");
        let same = sorted(whole.clone()) == sorted(listed);
        case.hold("ListSigningPlatforms/complete", same, &format!("{whole:?}"), &observed);
    }
    Ok(())
}

const DEFAULT_SIZE: Scene = Scene {
    name: "pagination/default-size",
    operation: ListSigningPlatforms,
    what: "how many platforms a page holds unless told otherwise",
    requirements: &["ListSigningPlatforms/default-page-size"],
    play: &Conversation(|case| Box::pin(default_size(case))),
};

async fn default_size(case: &mut Case<'_>) -> Played {
    let pages = case.pages(ListSigningPlatforms, json!({})).await?;
    let answer = page_length(&pages, PLATFORMS, PLATFORMS.keys(&pages).len());
    case.open("ListSigningPlatforms/default-page-size", &answer);
    Ok(())
}

/// How many items the first of several pages holds; on a single page, that it can hold all of them.
pub(crate) fn page_length(pages: &[Json], list: List, all: usize) -> String {
    let first = pages.first().filter(|_| pages.len() > 1).and_then(|page| page.get(list.items)?.as_array());
    match first.map(Vec::len) {
        Some(25) => "25".to_owned(),
        Some(length) => format!("another number: {length}"),
        None => format!("another number: {all} and more"),
    }
}
