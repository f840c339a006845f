//! One profile, used often: hundreds of calls that name it, hundreds of jobs that it makes.

use serde_json::json;
use signer_model::Platform;
use signer_schemas::{Edition, Operation};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::Played;
use crate::scenes::calls::{job_input, keys, made, plain};
use crate::scenes::signing::{SIGN, payload, payload_input};

const GET: Operation = Operation::GetSigningProfile;

const START: Operation = Operation::StartSigningJob;

const LIST: Operation = Operation::ListSigningJobs;

pub(super) const PROFILES: &[Scene] = &[Scene {
    name: "profiles/many-calls",
    operation: GET,
    what: "a profile is looked at 300 times",
    requirements: &["GetSigningProfile/view"],
    play: |case| Box::pin(many_calls(case)),
}];

pub(super) const JOBS: &[Scene] = &[Scene {
    name: "jobs/many-of-one-profile",
    operation: LIST,
    what: "201 jobs of one profile",
    requirements: &["ListSigningJobs/complete"],
    play: |case| Box::pin(many_of_one_profile(case)),
}];

async fn many_calls(case: &mut Case<'_>) -> Played {
    let name = case.fresh("popular");
    made(case, &name, plain(case)).await?;
    let look = json!({ "profileName": name });
    let first = case.must("GetSigningProfile/view", GET, look.clone()).await?;
    for _ in 1..300 {
        let again = case.must("GetSigningProfile/view", GET, look.clone()).await?;
        case.same("GetSigningProfile/view", &first.body, &again.body);
    }
    Ok(())
}

async fn many_of_one_profile(case: &mut Case<'_>) -> Played {
    let current = case.edition() == Edition::Current;
    let name = case.fresh("busy");
    let platform = if current { Platform::Notation } else { plain(case) };
    made(case, &name, platform).await?;
    let mut ids = Vec::new();
    for number in 0..201 {
        let told = if current {
            case.must("SignPayload/signs", SIGN, payload_input(&name, &payload(300))).await?
        } else {
            let input = job_input(case, &name, &format!("{name}-{number}"))?;
            case.must("StartSigningJob/starts", START, input).await?
        };
        ids.push(told.text("/jobId"));
    }
    let listed = keys(&case.pages(LIST, json!({ "maxResults": 25 })).await?, "jobs", "jobId");
    let mut own: Vec<String> = listed.into_iter().filter(|id| ids.contains(id)).collect();
    own.sort_unstable();
    ids.sort_unstable();
    let observed = format!("{} of them", own.len());
    case.hold("ListSigningJobs/complete", own == ids, "201 jobs, each once", &observed);
    Ok(())
}
