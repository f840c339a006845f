//! Pages: exact unions at every size, long lists, and lists that change while they are read.

use serde_json::{Value, json};
use signer_model::{Account, Platform};
use signer_schemas::{Edition, Operation};

use super::Scene;
use super::calls::{job_input, keys, made, outcome, plain, plain_input};
use crate::runner::{Case, Played, Stop};

const PROFILES: Operation = Operation::ListSigningProfiles;
const JOBS: Operation = Operation::ListSigningJobs;
const PLATFORMS: Operation = Operation::ListSigningPlatforms;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "pagination/sizes",
        operation: PROFILES,
        what: "26 profiles at pages of every size, with a filter kept on every page",
        requirements: &["ListSigningProfiles/complete", "common/short-pages", "common/list-order"],
        play: |case| Box::pin(sizes(case)),
    },
    Scene {
        name: "pagination/own-account",
        operation: PROFILES,
        what: "another account's profile shows on no page",
        requirements: &["ListSigningProfiles/complete"],
        play: |case| Box::pin(own_account(case)),
    },
    Scene {
        name: "pagination/platforms",
        operation: PLATFORMS,
        what: "the platforms at every page size",
        requirements: &["ListSigningPlatforms/complete"],
        play: |case| Box::pin(platforms(case)),
    },
    Scene {
        name: "pagination/changing",
        operation: PROFILES,
        what: "profiles are made and canceled between two pages",
        requirements: &["common/live-pages"],
        play: |case| Box::pin(changing(case)),
    },
    Scene {
        name: "pagination/many-jobs",
        operation: JOBS,
        what: "25, 26, 50 and 51 jobs",
        requirements: &["ListSigningJobs/complete", "ListSigningJobs/default-page-size"],
        play: |case| Box::pin(many_jobs(case)),
    },
    Scene {
        name: "pagination/many-profiles",
        operation: PROFILES,
        what: "25, 26, 50, 51, 200 and 201 profiles",
        requirements: &["ListSigningProfiles/complete", "ListSigningProfiles/default-page-size"],
        play: |case| Box::pin(many_profiles(case)),
    },
    Scene {
        name: "pagination/default-size",
        operation: PLATFORMS,
        what: "how many platforms a page holds unless told otherwise",
        requirements: &["ListSigningPlatforms/default-page-size"],
        play: |case| Box::pin(default_size(case)),
    },
];

/// The own profiles among the pages, in the order in which they come.
pub(super) fn own(pages: &[Value], names: &[String]) -> Vec<String> {
    keys(pages, "profiles", "profileName").into_iter().filter(|name| names.contains(name)).collect()
}

/// So many profiles, all on one platform.
pub(super) async fn some(case: &mut Case<'_>, text: &str, count: usize) -> Result<Vec<String>, Stop> {
    let mut names = Vec::new();
    for number in 0..count {
        let name = case.fresh(&format!("{text}{number}"));
        made(case, &name, plain(case)).await?;
        names.push(name);
    }
    Ok(names)
}

/// The list holds exactly these of the own ones, each once.
fn exactly(case: &mut Case<'_>, listed: &[String], expected: &[String], what: &str) {
    let mut listed = listed.to_vec();
    listed.sort_unstable();
    let mut expected = expected.to_vec();
    expected.sort_unstable();
    let missing: Vec<&String> = expected.iter().filter(|name| !listed.contains(name)).take(3).collect();
    let observed = format!("{} with {what}, missing {missing:?}", listed.len());
    case.hold("ListSigningProfiles/complete", listed == expected, &format!("{} profiles, each once", expected.len()), &observed);
}

async fn sizes(case: &mut Case<'_>) -> Played {
    // One more than the largest page holds, so that each size breaks the list among them.
    let names = some(case, "s", 26).await?;
    let mut orders = Vec::new();
    for size in (1..=25).rev().chain([25]) {
        let pages = case.pages(PROFILES, json!({ "maxResults": size })).await?;
        let listed = own(&pages, &names);
        exactly(case, &listed, &names, &format!("maxResults {size}"));
        orders.push(listed);
        let count = |page: &Value| page["profiles"].as_array().map_or(0, Vec::len);
        if let Some((_, full)) = pages.split_last().filter(|(_, before)| !before.is_empty()) {
            let least = full.iter().map(count).min().unwrap_or_default();
            case.open(
                "common/short-pages",
                match least {
                    0 => "empty pages",
                    least if least < size => "short pages",
                    _ => "full pages only",
                },
            );
        }
    }
    let same = orders.windows(2).all(|pair| pair[0] == pair[1]);
    case.open("common/list-order", if same { "any order, the same in each call" } else { "any order, changing between calls" });
    let input = json!({ "includeCanceled": true, "maxResults": 9 });
    let pages = case.pages(PROFILES, input).await?;
    exactly(case, &own(&pages, &names), &names, "includeCanceled");
    if case.edition() == Edition::Current {
        // The filter holds on every page.
        let pages = case.pages(PROFILES, json!({ "statuses": ["Canceled"], "maxResults": 1 })).await?;
        let listed = own(&pages, &names).len();
        let observed = format!("{listed} Active profiles with statuses=Canceled");
        case.hold("ListSigningProfiles/statuses-filter", listed == 0, "canceled profiles only", &observed);
        let pages = case.pages(PROFILES, json!({ "platformId": Platform::Notation.id(), "maxResults": 1 })).await?;
        exactly(case, &own(&pages, &names), &[], "another platformId");
    }
    Ok(())
}

/// Pages of one item hold nobody else's profiles.
async fn own_account(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let name = case.fresh("theirs");
    let input = plain_input(case, &name)?;
    let told = case.ask_by(Account::Other, Operation::PutSigningProfile, input).await?;
    case.accepted("PutSigningProfile/created", &told);
    let mine = some(case, "m", 2).await?;
    let pages = case.pages(PROFILES, json!({ "maxResults": 1 })).await?;
    let listed = keys(&pages, "profiles", "profileName");
    exactly(case, &own(&pages, &mine), &mine, "maxResults 1");
    case.hold("ListSigningProfiles/own-account", !listed.contains(&name), "no profile of another account", &name);
    Ok(())
}

async fn platforms(case: &mut Case<'_>) -> Played {
    let whole = keys(&case.pages(PLATFORMS, json!({})).await?, "platforms", "platformId");
    for size in 1..=whole.len() + 1 {
        let listed = keys(&case.pages(PLATFORMS, json!({ "maxResults": size })).await?, "platforms", "platformId");
        let (mut one, mut other) = (whole.clone(), listed.clone());
        one.sort_unstable();
        other.sort_unstable();
        case.hold(
            "ListSigningPlatforms/complete",
            one == other,
            &format!("{whole:?}"),
            &format!("{listed:?} with maxResults {size}"),
        );
    }
    Ok(())
}

/// The first pages up to one that holds the second of the own profiles, and the token after it.
async fn first_two(case: &mut Case<'_>, names: &[String]) -> Result<(Vec<Value>, Option<String>), Stop> {
    let mut pages = Vec::new();
    let mut input = json!({ "maxResults": 1 });
    loop {
        let page = case.must("ListSigningProfiles/complete", PROFILES, input.clone()).await?.body;
        let token = Case::token(&page);
        pages.push(page);
        let found = own(&pages, names).len() == 2;
        match token {
            Some(token) if !found && pages.len() < 5000 => input["nextToken"] = json!(token),
            token => return Ok((pages, token)),
        }
    }
}

async fn changing(case: &mut Case<'_>) -> Played {
    let names = some(case, "c", 5).await?;
    let (mut pages, token) = first_two(case, &names).await?;
    let seen = own(&pages, &names);
    let Some(token) = token.filter(|_| seen.len() == 2) else {
        case.exercise("common/live-pages");
        return Ok(());
    };
    // The one shown last ends, which the token may stand for, and one not shown yet; another is made. Those that stay must be
    // shown once.
    let Some(ends) = names.iter().find(|name| !seen.contains(name)).cloned() else { return Ok(()) };
    for name in [&seen[1], &ends] {
        case.must("CancelSigningProfile/cancels", Operation::CancelSigningProfile, json!({ "profileName": name })).await?;
    }
    let new = case.fresh("new");
    made(case, &new, plain(case)).await?;
    let rest = case.pages(PROFILES, json!({ "maxResults": 1, "nextToken": token })).await?;
    pages.extend(rest);
    let mut all = names.clone();
    all.push(new.clone());
    let listed = own(&pages, &all);
    let stayed: Vec<String> = names.iter().filter(|name| **name != ends && **name != seen[1]).cloned().collect();
    let shown: Vec<String> = listed.iter().filter(|name| stayed.contains(name)).cloned().collect();
    exactly(case, &shown, &stayed, "changes between two pages");
    let snapshot = listed.contains(&ends);
    case.open("common/live-pages", if snapshot { "a snapshot of the first call" } else { "the state at each call" });
    Ok(())
}

/// How many items the first of several pages holds.
fn page_length(pages: &[Value], items: &str) -> Option<String> {
    let length = pages.first().filter(|_| pages.len() > 1)?.get(items)?.as_array()?.len();
    Some(if length == 25 { "25".to_owned() } else { format!("another number: {length}") })
}

async fn many_jobs(case: &mut Case<'_>) -> Played {
    let mut ids: Vec<String> = Vec::new();
    let current = case.edition() == Edition::Current;
    let name = case.fresh("jobs");
    let platform = if current { Platform::Notation } else { plain(case) };
    made(case, &name, platform).await?;
    for count in [25, 26, 50, 51] {
        while ids.len() < count {
            let (operation, input) = if current {
                let input = json!({
                    "profileName": name, "payload": super::signing::payload(300),
                    "payloadFormat": "application/vnd.cncf.notary.payload.v1+json",
                });
                (Operation::SignPayload, input)
            } else {
                (Operation::StartSigningJob, job_input(case, &name, &format!("{name}-{}", ids.len()))?)
            };
            let requirement = if current { "SignPayload/signs" } else { "StartSigningJob/starts" };
            let id = case.must(requirement, operation, input).await?.text("/jobId");
            if !current {
                outcome(case, &id).await?;
            }
            ids.push(id);
        }
        for size in [None, Some(25), Some(7)] {
            let input = size.map_or_else(|| json!({}), |size| json!({ "maxResults": size }));
            let pages = case.pages(JOBS, input).await?;
            let mut listed: Vec<String> = keys(&pages, "jobs", "jobId").into_iter().filter(|id| ids.contains(id)).collect();
            listed.sort_unstable();
            let mut expected = ids.clone();
            expected.sort_unstable();
            let observed = format!("{} with maxResults {size:?}", listed.len());
            case.hold("ListSigningJobs/complete", listed == expected, &format!("{count} jobs, each once"), &observed);
            if size.is_none() {
                let length = page_length(&pages, "jobs").unwrap_or_else(|| format!("another number: {count} and more"));
                case.open("ListSigningJobs/default-page-size", &length);
            }
        }
    }
    Ok(())
}

async fn many_profiles(case: &mut Case<'_>) -> Played {
    let mut names: Vec<String> = Vec::new();
    for count in [25, 26, 50, 51, 200, 201] {
        while names.len() < count {
            let name = case.fresh(&format!("n{}", names.len()));
            made(case, &name, plain(case)).await?;
            names.push(name);
        }
        for size in [None, Some(25), Some(7)] {
            let input = size.map_or_else(|| json!({}), |size| json!({ "maxResults": size }));
            let pages = case.pages(PROFILES, input).await?;
            exactly(case, &own(&pages, &names), &names, &format!("maxResults {size:?}"));
            if size.is_none() {
                let length = page_length(&pages, "profiles").unwrap_or_else(|| format!("another number: {count} and more"));
                case.open("ListSigningProfiles/default-page-size", &length);
            }
        }
        // The last one is as good as the first.
        if let Some(last) = names.last() {
            case.must("GetSigningProfile/view", Operation::GetSigningProfile, json!({ "profileName": last })).await?;
        }
    }
    let name = names.first().cloned().unwrap_or_default();
    let input = plain_input(case, &name)?;
    let told = case.ask(Operation::PutSigningProfile, input).await?;
    case.refused("PutSigningProfile/name-taken", &told);
    Ok(())
}

async fn default_size(case: &mut Case<'_>) -> Played {
    let pages = case.pages(PLATFORMS, json!({})).await?;
    let count = keys(&pages, "platforms", "platformId").len();
    let answer = page_length(&pages, "platforms").unwrap_or_else(|| format!("another number: {count} and more"));
    case.open("ListSigningPlatforms/default-page-size", &answer);
    Ok(())
}
