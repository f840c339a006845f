//! Calls that differ: in the token alone, in everything but the token, or in who calls.

use serde_json::json;
use signer_model::Account;
use signer_schemas::Edition;
use signer_schemas::Operation::StartSigningJob;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, with};
use crate::scenes::shared::inputs::job_input;
use crate::scenes::shared::lists::sorted;
use crate::scenes::shared::question::{Answers, Given, Question};
use crate::scenes::shared::steps::{made_by_other, plain_profile, profile};
use crate::scenes::shared::symbols::plain;

pub(crate) const SCENES: &[Scene] = &[OTHER_TOKEN, OTHER_PARAMETERS, OTHER_ACCOUNT, EMPTY_TOKEN.scene()];

const OTHER_TOKEN: Scene = Scene {
    name: "idempotency/other-token",
    operation: StartSigningJob,
    what: "equal calls with different tokens",
    requirements: &["StartSigningJob/token-other"],
    play: &Conversation(|case| Box::pin(other_token(case))),
};

async fn other_token(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "two").await?;
    let mut ids = Vec::new();
    // Some differ in case, in one being the beginning of the other, in a blank, and only at the end of a long
    // text.
    let long = "x".repeat(64);
    for token in ["token", "other", "TOKEN", "toke", "toke ", &format!("{long}1"), &format!("{long}2")] {
        let input = job_input(case, &name, token)?;
        let told = case.ask(StartSigningJob, input).await?;
        // The documents do not say how long a token may be, or whether it may have a blank.
        let is_strange = token.contains(' ') || token.len() > long.len();
        if told.is_success() || !is_strange {
            case.accepted("StartSigningJob/starts", &told);
            ids.push(told.text("/jobId"));
        }
    }
    let mut distinct = sorted(ids.clone());
    distinct.dedup();
    case.hold(
        "StartSigningJob/token-other",
        distinct.len() == ids.len(),
        "as many jobs as tokens",
        &format!("{ids:?}"),
    );
    Ok(())
}

const OTHER_PARAMETERS: Scene = Scene {
    name: "idempotency/other-parameters",
    operation: StartSigningJob,
    what: "a token again with another destination, another source, another profile",
    requirements: &["StartSigningJob/token-replay-other-parameters"],
    play: &Conversation(|case| Box::pin(other_parameters(case))),
};

async fn other_parameters(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "first").await?;
    let next = plain_profile(case, "second").await?;
    let input = job_input(case, &name, "a")?;
    let first = case.must("StartSigningJob/starts", StartSigningJob, input.clone()).await?;
    let mut destination = input.clone();
    destination["destination"]["s3"]["prefix"] = json!("elsewhere/");
    let mut source = input.clone();
    source["source"]["s3"]["key"] = json!("missing.zip");
    for changed in [destination, source, with(input, &json!({ "profileName": next }))] {
        let told = case.ask(StartSigningJob, changed).await?;
        let is_first = told.is_success() && told.text("/jobId") == first.text("/jobId");
        case.hold(
            "StartSigningJob/token-replay-other-parameters",
            is_first,
            "the first answer again",
            &told.words(),
        );
    }
    Ok(())
}

const OTHER_ACCOUNT: Scene = Scene {
    name: "idempotency/other-account",
    operation: StartSigningJob,
    what: "two accounts use one token, each for a profile of its own",
    requirements: &["StartSigningJob/token-scope"],
    play: &Conversation(|case| Box::pin(other_account(case))),
};

async fn other_account(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let platform = plain(case);
    let (name, _) = profile(case, "each", platform).await?;
    made_by_other(case, &name, platform).await?;
    let input = job_input(case, &name, "a")?;
    let mine = case.must("StartSigningJob/starts", StartSigningJob, input.clone()).await?;
    let theirs = case.ask_by(Account::Other, StartSigningJob, input).await?;
    let is_another = theirs.is_success() && theirs.text("/jobId") != mine.text("/jobId");
    let answer = match theirs.is_success() {
        true if is_another => "another request, another job".to_owned(),
        true => "the same request, the first answer".to_owned(),
        false => theirs.class(),
    };
    case.open("StartSigningJob/token-scope", &answer);
    if case.edition() == Edition::Current && is_another {
        case.same_member(
            "StartSigningJob/job-owner",
            "/jobOwner",
            &json!(case.context().other_account.clone()),
            &theirs.body,
        );
    }
    Ok(())
}

const EMPTY_TOKEN: Question = Question {
    name: "idempotency/empty-token",
    point: ["StartSigningJob/token-empty"],
    operation: StartSigningJob,
    what: "an empty token, and a very long one",
    given: Given::Profile("empty"),
    inputs: |case, name| {
        let input = job_input(case, name, "")?;
        let tokens = [String::new(), "t".repeat(1000)];
        Ok(tokens.map(|token| with(input.clone(), &json!({ "clientRequestToken": token }))).to_vec())
    },
    answers: Answers::Class,
};
