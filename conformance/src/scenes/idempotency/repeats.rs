//! A call again with its clientRequestToken: one token, one job, whatever has happened in between.

use serde_json::{Value, json};
use signer_schemas::Operation::StartSigningJob;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Told, with};
use crate::scenes::shared::inputs::{job_input, missing_input};
use crate::scenes::shared::steps::{ended, ends, outcome, plain_profile, profile, started};
use crate::scenes::shared::symbols::managed;

pub(crate) const SCENES: &[Scene] = &[SAME_PARAMETERS, AFTER_FAILURE, AFTER_REFUSAL, AFTER_END];

const SAME_PARAMETERS: Scene = Scene {
    name: "idempotency/same-parameters",
    operation: StartSigningJob,
    what: "the same call again and again: at once, after the job has ended, after others have come",
    requirements: &["StartSigningJob/token-replay", "StartSigningJob/token-lifetime"],
    play: &Conversation(|case| Box::pin(same_parameters(case))),
};

async fn same_parameters(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "same").await?;
    let input = job_input(case, &name, "a")?;
    let first = case.must("StartSigningJob/starts", StartSigningJob, input.clone()).await?;
    repeats(case, &first, &input).await?;
    outcome(case, &first.text("/jobId")).await?;
    repeats(case, &first, &input).await?;
    for number in 0..30 {
        started(case, &name, &number.to_string()).await?;
    }
    repeats(case, &first, &input).await?;
    case.open("StartSigningJob/token-lifetime", "at least while the run lasts");
    Ok(())
}

/// The call again is answered as it was the first time.
async fn repeats(case: &mut Case<'_>, first: &Told, input: &Value) -> Played {
    let again = case.ask(StartSigningJob, input.clone()).await?;
    let same = again.is_success() && again.body == first.body;
    case.hold("StartSigningJob/token-replay", same, &first.body.to_string(), &again.words());
    Ok(())
}

const AFTER_FAILURE: Scene = Scene {
    name: "idempotency/after-failure",
    operation: StartSigningJob,
    what: "a token again after its job has failed",
    requirements: &["StartSigningJob/token-replay"],
    play: &Conversation(|case| Box::pin(after_failure(case))),
};

async fn after_failure(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "failed").await?;
    let input = missing_input(case, &name, "a")?;
    let first = case.ask(StartSigningJob, input.clone()).await?;
    if !first.is_success() {
        return Err(case.skip("a missing source is refused at once"));
    }
    outcome(case, &first.text("/jobId")).await?;
    repeats(case, &first, &input).await
}

const AFTER_REFUSAL: Scene = Scene {
    name: "idempotency/after-refusal",
    operation: StartSigningJob,
    what: "a corrected call with the token of a refused one",
    requirements: &["StartSigningJob/token-after-refusal"],
    play: &Conversation(|case| Box::pin(after_refusal(case))),
};

async fn after_refusal(case: &mut Case<'_>) -> Played {
    let name = plain_profile(case, "right").await?;
    let input = job_input(case, &name, "a")?;
    let wrong = with(input.clone(), &json!({ "profileName": case.fresh("none") }));
    let refused = case.must_refuse("StartSigningJob/unknown-profile", StartSigningJob, wrong).await?;
    let told = case.ask(StartSigningJob, input).await?;
    let answer = match told.class() {
        _ if told.is_success() => "a new job".to_owned(),
        class if class == refused.class() => "the first refusal again".to_owned(),
        class => class,
    };
    case.open("StartSigningJob/token-after-refusal", &answer);
    Ok(())
}

const AFTER_END: Scene = Scene {
    name: "idempotency/after-end",
    operation: StartSigningJob,
    what: "a token again after its profile was canceled, or revoked",
    requirements: &["StartSigningJob/token-replay"],
    play: &Conversation(|case| Box::pin(after_end(case))),
};

async fn after_end(case: &mut Case<'_>) -> Played {
    for (end, text) in ends(case.edition()) {
        let (name, creation) = profile(case, text, managed(case)).await?;
        let input = job_input(case, &name, "a")?;
        let first = case.must("StartSigningJob/starts", StartSigningJob, input.clone()).await?;
        outcome(case, &first.text("/jobId")).await?;
        ended(case, *end, &name, &creation).await?;
        repeats(case, &first, &input).await?;
    }
    Ok(())
}
