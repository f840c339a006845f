//! The clientRequestToken: one token, one job, whatever happens in between; and what the documents leave open about it.

use serde_json::json;
use signer_model::{Account, EffectiveTime};
use signer_schemas::{Edition, Operation};

use super::Scene;
use super::calls::{job_input, made, managed, outcome, plain, profile_input};
use crate::runner::{Case, Played, Told, with};

const START: Operation = Operation::StartSigningJob;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "idempotency/same-parameters",
        operation: START,
        what: "the same call again and again: at once, after the job has ended, after others have come",
        requirements: &["StartSigningJob/token-replay", "StartSigningJob/token-lifetime"],
        play: |case| Box::pin(same_parameters(case)),
    },
    Scene {
        name: "idempotency/other-token",
        operation: START,
        what: "equal calls with different tokens",
        requirements: &["StartSigningJob/token-other"],
        play: |case| Box::pin(other_token(case)),
    },
    Scene {
        name: "idempotency/other-parameters",
        operation: START,
        what: "a token again with another destination, another source, another profile",
        requirements: &["StartSigningJob/token-replay-other-parameters"],
        play: |case| Box::pin(other_parameters(case)),
    },
    Scene {
        name: "idempotency/after-failure",
        operation: START,
        what: "a token again after its job has failed",
        requirements: &["StartSigningJob/token-replay"],
        play: |case| Box::pin(after_failure(case)),
    },
    Scene {
        name: "idempotency/after-refusal",
        operation: START,
        what: "a corrected call with the token of a refused one",
        requirements: &["StartSigningJob/token-after-refusal"],
        play: |case| Box::pin(after_refusal(case)),
    },
    Scene {
        name: "idempotency/after-end",
        operation: START,
        what: "a token again after its profile was canceled, or revoked",
        requirements: &["StartSigningJob/token-replay"],
        play: |case| Box::pin(after_end(case)),
    },
    Scene {
        name: "idempotency/other-account",
        operation: START,
        what: "two accounts use one token, each for a profile of its own",
        requirements: &["StartSigningJob/token-scope"],
        play: |case| Box::pin(other_account(case)),
    },
    Scene {
        name: "idempotency/empty-token",
        operation: START,
        what: "an empty token, and a very long one",
        requirements: &["StartSigningJob/token-empty"],
        play: |case| Box::pin(empty_token(case)),
    },
];

const REPLAY: &str = "StartSigningJob/token-replay";

/// The answer is the first one's.
fn replays(case: &mut Case<'_>, first: &Told, again: &Told) {
    case.hold(REPLAY, again.is_success() && again.body == first.body, &first.body.to_string(), &again.words());
}

async fn same_parameters(case: &mut Case<'_>) -> Played {
    let name = case.fresh("same");
    made(case, &name, plain(case)).await?;
    let input = job_input(case, &name, &format!("{name}-a"))?;
    let first = case.must("StartSigningJob/starts", START, input.clone()).await?;
    let again = case.ask(START, input.clone()).await?;
    replays(case, &first, &again);
    outcome(case, &first.text("/jobId")).await?;
    let again = case.ask(START, input.clone()).await?;
    replays(case, &first, &again);
    for number in 0..30 {
        let other = job_input(case, &name, &format!("{name}-{number}"))?;
        case.must("StartSigningJob/starts", START, other).await?;
    }
    let again = case.ask(START, input).await?;
    replays(case, &first, &again);
    case.open("StartSigningJob/token-lifetime", "at least while the run lasts");
    Ok(())
}

async fn other_token(case: &mut Case<'_>) -> Played {
    let name = case.fresh("two");
    made(case, &name, plain(case)).await?;
    let mut ids = Vec::new();
    // Some differ in case, in one being the beginning of the other, in a blank, and far behind.
    let long = "x".repeat(64);
    for token in ["token", "other", "TOKEN", "toke", "toke ", &format!("{long}1"), &format!("{long}2")] {
        let input = job_input(case, &name, &format!("{name}-{token}"))?;
        let told = case.ask(START, input).await?;
        // Nobody says how long a token may be, or whether it may have a blank.
        let is_strange = token.contains(' ') || token.len() > long.len();
        if told.is_success() || !is_strange {
            case.accepted("StartSigningJob/starts", &told);
            ids.push(told.text("/jobId"));
        }
    }
    let mut distinct = ids.clone();
    distinct.sort_unstable();
    distinct.dedup();
    case.hold("StartSigningJob/token-other", distinct.len() == ids.len(), "as many jobs as tokens", &format!("{ids:?}"));
    Ok(())
}

async fn other_parameters(case: &mut Case<'_>) -> Played {
    let (name, next) = (case.fresh("first"), case.fresh("second"));
    for profile in [&name, &next] {
        made(case, profile, plain(case)).await?;
    }
    let input = job_input(case, &name, &format!("{name}-a"))?;
    let first = case.must("StartSigningJob/starts", START, input.clone()).await?;
    let mut elsewhere = input.clone();
    elsewhere["destination"]["s3"]["prefix"] = json!("elsewhere/");
    let mut another = input.clone();
    another["source"]["s3"]["key"] = json!("missing.zip");
    for changed in [elsewhere, another, with(input, &json!({ "profileName": next }))] {
        let told = case.ask(START, changed).await?;
        let is_first = told.is_success() && told.text("/jobId") == first.text("/jobId");
        case.hold("StartSigningJob/token-replay-other-parameters", is_first, "the first answer again", &told.words());
    }
    Ok(())
}

async fn after_failure(case: &mut Case<'_>) -> Played {
    let name = case.fresh("failed");
    made(case, &name, plain(case)).await?;
    let mut input = job_input(case, &name, &format!("{name}-a"))?;
    input["source"]["s3"]["key"] = json!("missing.zip");
    input["source"]["s3"]["version"] = json!("null");
    let first = case.ask(START, input.clone()).await?;
    if !first.is_success() {
        case.skip("a missing source is refused at once");
        return Ok(());
    }
    outcome(case, &first.text("/jobId")).await?;
    let again = case.ask(START, input).await?;
    replays(case, &first, &again);
    Ok(())
}

async fn after_refusal(case: &mut Case<'_>) -> Played {
    let name = case.fresh("right");
    made(case, &name, plain(case)).await?;
    let input = job_input(case, &name, &format!("{name}-a"))?;
    let wrong = with(input.clone(), &json!({ "profileName": case.fresh("none") }));
    let refused = case.ask(START, wrong).await?;
    case.refused("StartSigningJob/unknown-profile", &refused);
    let told = case.ask(START, input).await?;
    let answer = if told.is_success() {
        "a new job".to_owned()
    } else if told.class() == refused.class() {
        "the first refusal again".to_owned()
    } else {
        told.class()
    };
    case.open("StartSigningJob/token-after-refusal", &answer);
    Ok(())
}

async fn after_end(case: &mut Case<'_>) -> Played {
    let ends = match case.edition() {
        Edition::Current => ["canceled", "revoked"].as_slice(),
        Edition::May2019 => &["canceled"],
    };
    for end in ends {
        let name = case.fresh(end);
        let version = made(case, &name, managed(case)).await?.text("/profileVersion");
        let input = job_input(case, &name, &format!("{name}-a"))?;
        let first = case.must("StartSigningJob/starts", START, input.clone()).await?;
        outcome(case, &first.text("/jobId")).await?;
        if *end == "canceled" {
            case.must("CancelSigningProfile/cancels", Operation::CancelSigningProfile, json!({ "profileName": name })).await?;
        } else {
            let at = case.context().effective_time(EffectiveTime::Later);
            let input = json!({ "profileName": name, "profileVersion": version, "reason": "conformance", "effectiveTime": at });
            case.must("RevokeSigningProfile/revokes", Operation::RevokeSigningProfile, input).await?;
        }
        let told = case.ask(START, input).await?;
        replays(case, &first, &told);
    }
    Ok(())
}

async fn other_account(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let name = case.fresh("each");
    let platform = plain(case);
    made(case, &name, platform).await?;
    let input = profile_input(case, &name, platform)?;
    let told = case.ask_by(Account::Other, Operation::PutSigningProfile, input).await?;
    case.accepted("PutSigningProfile/created", &told);
    let input = job_input(case, &name, &format!("{name}-a"))?;
    let mine = case.must("StartSigningJob/starts", START, input.clone()).await?;
    let theirs = case.ask_by(Account::Other, START, input).await?;
    let answer = match (theirs.is_success(), theirs.text("/jobId") == mine.text("/jobId")) {
        (true, false) => "another request, another job".to_owned(),
        (true, true) => "the same request, the first answer".to_owned(),
        (false, _) => theirs.class(),
    };
    case.open("StartSigningJob/token-scope", &answer);
    if case.edition() == Edition::Current && theirs.is_success() && theirs.text("/jobId") != mine.text("/jobId") {
        case.same("StartSigningJob/job-owner", &json!(case.context().other_account.clone()), theirs.at("/jobOwner"));
    }
    Ok(())
}

async fn empty_token(case: &mut Case<'_>) -> Played {
    let name = case.fresh("empty");
    made(case, &name, plain(case)).await?;
    for token in [String::new(), "t".repeat(1000)] {
        let input = job_input(case, &name, &token)?;
        let told = case.ask(START, input).await?;
        case.open_by_class("StartSigningJob/token-empty", &told);
    }
    Ok(())
}
