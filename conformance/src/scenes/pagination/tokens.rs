//! Tokens of pages where they do not belong.

use serde_json::{Value, json};
use signer_model::Account;
use signer_schemas::Edition;
use signer_schemas::Operation::{ListSigningJobs, ListSigningPlatforms, ListSigningProfiles};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::Played;
use crate::scenes::pagination::sizes::{own, plain_profiles};
use crate::scenes::shared::bytes::half;
use crate::scenes::shared::inputs::NO_TOKEN;
use crate::scenes::shared::lists::{JOBS, List, PLATFORMS};
use crate::scenes::shared::steps::known_jobs;

pub(crate) const SCENES: &[Scene] = &[OTHER_FILTERS, FOREIGN_TOKENS, JOB_TOKENS];

const OTHER_FILTERS: Scene = Scene {
    name: "pagination/other-filters",
    operation: ListSigningProfiles,
    what: "a nextToken with other filters than its own",
    requirements: &["common/token-and-filters"],
    play: &Conversation(|case| Box::pin(other_filters(case))),
};

async fn other_filters(case: &mut Case<'_>) -> Played {
    plain_profiles(case, "f", 3).await?;
    let first =
        case.must("ListSigningProfiles/complete", ListSigningProfiles, json!({ "maxResults": 1 })).await?;
    let Some(token) = Case::token(&first.body) else {
        return Err(case.skip("a page of one item has no nextToken"));
    };
    let filter = match case.edition() {
        Edition::Current => json!({ "maxResults": 1, "statuses": ["Canceled"], "nextToken": token }),
        Edition::May2019 => json!({ "maxResults": 1, "includeCanceled": true, "nextToken": token }),
    };
    let told = case.ask(ListSigningProfiles, filter).await?;
    let canceled = |profile: &Value| profile["status"] == "Canceled";
    let new = told.at("/profiles").as_array().is_none_or(|profiles| profiles.iter().all(canceled));
    if case.edition() == Edition::May2019 && told.is_success() {
        // There the filters differ in what they add, and all profiles of the scene pass both.
        case.exercise("common/token-and-filters");
        return Ok(());
    }
    let success = if new { "the new filters hold" } else { "the first call's filters hold" };
    case.open_by_success("common/token-and-filters", &told, success);
    Ok(())
}

const FOREIGN_TOKENS: Scene = Scene {
    name: "pagination/foreign-tokens",
    operation: ListSigningProfiles,
    what: "tokens that were never issued, of another list, of another account, and each list's own broken \
        ones",
    requirements: &["ListSigningProfiles/bad-token", "ListSigningPlatforms/bad-token"],
    play: &Conversation(|case| Box::pin(foreign_tokens(case))),
};

async fn foreign_tokens(case: &mut Case<'_>) -> Played {
    let names = plain_profiles(case, "t", 2).await?;
    let told = case.ask(ListSigningProfiles, json!({ "nextToken": NO_TOKEN })).await?;
    case.open_by_success("ListSigningProfiles/bad-token", &told, "the first page");
    let mine = case.ask(ListSigningProfiles, json!({ "maxResults": 1 })).await?;
    let of_platforms = case.ask(ListSigningPlatforms, json!({ "maxResults": 1 })).await?;
    if let Some(token) = Case::token(&mine.body) {
        // The token of another list was not issued by this one; half a token, and one with a letter added,
        // are none.
        case.must_refuse(
            "ListSigningPlatforms/bad-token",
            ListSigningPlatforms,
            json!({ "nextToken": token }),
        )
        .await?;
        for token in [token.clone(), half(&token), format!("{token}x")] {
            case.must_refuse("ListSigningJobs/bad-token", ListSigningJobs, json!({ "nextToken": token }))
                .await?;
        }
        if case.two_accounts().is_ok() {
            let input = json!({ "nextToken": token, "maxResults": 1 });
            let told = case.ask_by(Account::Other, ListSigningProfiles, input).await?;
            let leaked = own(&[told.body], &names);
            let none = leaked.is_empty();
            case.hold(
                "ListSigningProfiles/own-account",
                none,
                "no profile of another account",
                &format!("{leaked:?}"),
            );
        }
    }
    if let Some(token) = Case::token(&of_platforms.body) {
        case.must_refuse("ListSigningJobs/bad-token", ListSigningJobs, json!({ "nextToken": token })).await?;
        broken(case, "ListSigningPlatforms/bad-token", PLATFORMS, &token).await?;
    }
    Ok(())
}

/// A part of a list's own token was not issued either, nor was one with more to it.
async fn broken(case: &mut Case<'_>, requirement: &str, list: List, token: &str) -> Played {
    for broken in [half(token), format!("{token}x"), format!("{token}AAA"), format!("{token}=")] {
        case.must_refuse(requirement, list.operation, json!({ "nextToken": broken, "maxResults": 1 }))
            .await?;
    }
    Ok(())
}

const JOB_TOKENS: Scene = Scene {
    name: "pagination/job-tokens",
    operation: ListSigningJobs,
    what: "the token of a list of jobs, broken, and in another account's hands",
    requirements: &["ListSigningJobs/bad-token", "ListSigningJobs/own-account"],
    play: &Conversation(|case| Box::pin(job_tokens(case))),
};

async fn job_tokens(case: &mut Case<'_>) -> Played {
    let known = known_jobs(case).await?;
    let first = case.ask(ListSigningJobs, json!({ "maxResults": 1 })).await?;
    let Some(token) = Case::token(&first.body) else {
        return Err(case.skip("a page of one item has no nextToken"));
    };
    broken(case, "ListSigningJobs/bad-token", JOBS, &token).await?;
    case.two_accounts()?;
    let told =
        case.ask_by(Account::Other, ListSigningJobs, json!({ "maxResults": 1, "nextToken": token })).await?;
    // All jobs of this list are the owner's; whether those that the other account invoked are listed for it
    // is open.
    let pages = [told.body];
    let is_known = |job: &&Value| known.iter().any(|known| job["jobId"] == known["jobId"]);
    let leaked = JOBS.entries(&pages).filter(is_known).count();
    case.hold(
        "ListSigningJobs/own-account",
        leaked == 0,
        "no job of another account",
        &format!("{leaked} jobs"),
    );
    Ok(())
}
