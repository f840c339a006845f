//! Starting a job: which profile may start one, and how it is named.

use serde_json::json;
use signer_schemas::Operation::StartSigningJob;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, with};
use crate::scenes::shared::inputs::job_input;
use crate::scenes::shared::question::{Answers, Given, Question};
use crate::scenes::shared::steps::notation;
use crate::scenes::shared::views::without;

pub(crate) const SCENES: &[Scene] = &[UNSUPPORTED_PLATFORM, EMPTY_OWNER.scene(), NO_PROFILE_NAME.scene()];

const UNSUPPORTED_PLATFORM: Scene = Scene {
    name: "jobs/unsupported-platform",
    operation: StartSigningJob,
    what: "a profile for container images starts no job",
    requirements: &["StartSigningJob/unsupported-platform"],
    play: &Conversation(|case| Box::pin(unsupported_platform(case))),
};

async fn unsupported_platform(case: &mut Case<'_>) -> Played {
    let (name, _) = notation(case, "image").await?;
    let input = job_input(case, &name, "a")?;
    case.must_refuse("StartSigningJob/unsupported-platform", StartSigningJob, input).await?;
    Ok(())
}

const EMPTY_OWNER: Question = Question {
    name: "jobs/empty-owner",
    point: ["StartSigningJob/empty-owner"],
    operation: StartSigningJob,
    what: "an empty profileOwner in the body",
    given: Given::Profile("owner"),
    inputs: |case, name| Ok(vec![with(job_input(case, name, "a")?, &json!({ "profileOwner": "" }))]),
    answers: Answers::Success(|_| "as if left out"),
};

const NO_PROFILE_NAME: Question = Question {
    name: "jobs/no-profile-name",
    point: ["StartSigningJob/no-profile-name"],
    operation: StartSigningJob,
    what: "no profileName, which one edition does not require",
    given: Given::Profile("named"),
    inputs: |case, name| Ok(vec![without(&job_input(case, name, "a")?, &["profileName"])]),
    answers: Answers::Class,
};
