//! Tokens of pages where they do not belong.

use serde_json::{Value, json};
use signer_model::Account;
use signer_schemas::{Edition, Operation};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, with};
use crate::scenes::calls::entries;
use crate::scenes::filters::known_jobs;
use crate::scenes::pagination::{own, some};

const PROFILES: Operation = Operation::ListSigningProfiles;

const JOBS: Operation = Operation::ListSigningJobs;

const PLATFORMS: Operation = Operation::ListSigningPlatforms;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "pagination/other-filters",
        operation: PROFILES,
        what: "a nextToken with other filters than its own",
        requirements: &["common/token-and-filters"],
        play: |case| Box::pin(other_filters(case)),
    },
    Scene {
        name: "pagination/foreign-tokens",
        operation: PROFILES,
        what: "tokens that were never issued, of another list, of another account, and each list's own broken ones",
        requirements: &["ListSigningProfiles/bad-token", "ListSigningPlatforms/bad-token"],
        play: |case| Box::pin(foreign_tokens(case)),
    },
    Scene {
        name: "pagination/job-tokens",
        operation: JOBS,
        what: "the token of a list of jobs, broken, and in another account's hands",
        requirements: &["ListSigningJobs/bad-token", "ListSigningJobs/own-account"],
        play: |case| Box::pin(job_tokens(case)),
    },
];

async fn other_filters(case: &mut Case<'_>) -> Played {
    some(case, "f", 3).await?;
    let first = case.must("ListSigningProfiles/complete", PROFILES, json!({ "maxResults": 1 })).await?;
    let Some(token) = Case::token(&first.body) else {
        case.skip("a page of one item has no nextToken");
        return Ok(());
    };
    let filter = match case.edition() {
        Edition::Current => json!({ "maxResults": 1, "statuses": ["Canceled"], "nextToken": token }),
        Edition::May2019 => json!({ "maxResults": 1, "includeCanceled": true, "nextToken": token }),
    };
    let told = case.ask(PROFILES, filter).await?;
    if !told.is_success() {
        case.open_by_class("common/token-and-filters", &told);
        return Ok(());
    }
    let canceled = |profile: &Value| profile["status"] == "Canceled";
    let new = told.at("/profiles").as_array().is_none_or(|profiles| profiles.iter().all(canceled));
    let answer = match (case.edition(), new) {
        (Edition::Current, true) => "the new filters hold",
        (Edition::Current, false) => "the first call's filters hold",
        (Edition::May2019, _) => "accepted",
    };
    case.open("common/token-and-filters", answer);
    Ok(())
}

async fn foreign_tokens(case: &mut Case<'_>) -> Played {
    let names = some(case, "t", 2).await?;
    let told = case.ask(PROFILES, json!({ "nextToken": "bm8tc3VjaC10b2tlbg" })).await?;
    if told.is_success() {
        case.open("ListSigningProfiles/bad-token", "the first page");
    } else {
        case.open_by_class("ListSigningProfiles/bad-token", &told);
    }
    let mine = case.ask(PROFILES, json!({ "maxResults": 1 })).await?;
    let of_platforms = case.ask(PLATFORMS, json!({ "maxResults": 1 })).await?;
    // The token of another list was not issued by this one.
    if let Some(token) = Case::token(&mine.body) {
        for (operation, input) in [(PLATFORMS, json!({})), (JOBS, json!({}))] {
            let told = case.ask(operation, with(input, &json!({ "nextToken": token }))).await?;
            case.refused(&format!("{operation}/bad-token"), &told);
        }
        // Half a token, and one with a letter changed, are none.
        let half: String = token.chars().take(token.chars().count() / 2).collect();
        for broken in [half, format!("{token}x")] {
            let told = case.ask(JOBS, json!({ "nextToken": broken })).await?;
            case.refused("ListSigningJobs/bad-token", &told);
        }
        if case.two_accounts().is_ok() {
            let told = case.ask_by(Account::Other, PROFILES, json!({ "nextToken": token, "maxResults": 1 })).await?;
            let pages = [told.body.clone()];
            let leaked = own(&pages, &names);
            case.hold(
                "ListSigningProfiles/own-account",
                leaked.is_empty(),
                "no profile of another account",
                &format!("{leaked:?}"),
            );
        }
    }
    if let Some(token) = Case::token(&of_platforms.body) {
        let told = case.ask(JOBS, json!({ "nextToken": token })).await?;
        case.refused("ListSigningJobs/bad-token", &told);
        broken(case, PLATFORMS, &token).await?;
    }
    Ok(())
}

/// What is left of a list's own token, and what has more than it, was not issued either.
async fn broken(case: &mut Case<'_>, list: Operation, token: &str) -> Played {
    let half: String = token.chars().take(token.chars().count() / 2).collect();
    for broken in [half, format!("{token}x"), format!("{token}AAA"), format!("{token}=")] {
        let told = case.ask(list, json!({ "nextToken": broken, "maxResults": 1 })).await?;
        case.refused(&format!("{list}/bad-token"), &told);
    }
    Ok(())
}

async fn job_tokens(case: &mut Case<'_>) -> Played {
    let known = known_jobs(case).await?;
    let first = case.ask(JOBS, json!({ "maxResults": 1 })).await?;
    let Some(token) = Case::token(&first.body) else {
        case.skip("a page of one item has no nextToken");
        return Ok(());
    };
    broken(case, JOBS, &token).await?;
    case.two_accounts()?;
    let told = case.ask_by(Account::Other, JOBS, json!({ "maxResults": 1, "nextToken": token })).await?;
    // All jobs of this list are the owner's; whether those that the other account invoked are listed for it is open.
    let pages = [told.body];
    let strange = entries(&pages, "jobs");
    let leaked = strange.iter().filter(|job| known.iter().any(|known| job["jobId"] == known.id)).count();
    case.hold("ListSigningJobs/own-account", leaked == 0, "no job of another account", &format!("{leaked} jobs"));
    Ok(())
}
