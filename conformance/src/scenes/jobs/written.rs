//! What a job reads and writes: no more than it has to, with the rights of who asks for it, and nothing
//! beyond what its platform signs.

use serde_json::{Value, json};
use signer_model::{Account, Action, Platform};
use signer_schemas::Operation::{AddProfilePermission, GetSigningPlatform, StartSigningJob};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told};
use crate::scenes::shared::inputs::{job_input, missing_input, of_owner};
use crate::scenes::shared::objects::{ARCHIVE, object_signed};
use crate::scenes::shared::steps::{made, outcome, permitted, plain_profile, profile};

pub(crate) const SCENES: &[Scene] = &[NOTHING_ELSE, CALLER_RIGHTS, TOO_LARGE];

const NOTHING_ELSE: Scene = Scene {
    name: "jobs/nothing-else",
    operation: StartSigningJob,
    what: "a job that succeeds writes one object, one that fails writes none, and both leave the source's \
        bucket as it was",
    requirements: &["StartSigningJob/nothing-else-written"],
    play: &Conversation(|case| Box::pin(nothing_else(case))),
};

async fn nothing_else(case: &mut Case<'_>) -> Played {
    const RULE: &str = "StartSigningJob/nothing-else-written";
    let fixture = case.fixture()?;
    let name = plain_profile(case, "alone").await?;
    let key = format!("{name}.zip");
    let job = object_signed(case, &name, &key, ARCHIVE).await?;
    let missing = missing_input(case, &name, "missing")?;
    let told = case.ask(StartSigningJob, missing).await?;
    if told.is_success() {
        outcome(case, &told.text("/jobId")).await?;
    }
    let signed = job.text("/signedObject/s3/key");
    if signed.is_empty() {
        return Err(case.skip("the job does not say what it has written"));
    }
    let there = case.keys(&fixture.destination_bucket, &format!("{name}/")).await?;
    let here = case.keys(&fixture.source_bucket, &key).await?;
    let (Some(there), Some(here)) = (there, here) else {
        return Err(case.skip("the S3 lists no objects"));
    };
    case.same(RULE, &json!([signed]), &json!(there));
    case.same(RULE, &json!([key]), &json!(here));
    Ok(())
}

const CALLER_RIGHTS: Scene = Scene {
    name: "jobs/caller-rights",
    operation: AddProfilePermission,
    what: "another account signs with a profile of this one, from a bucket that it may read, and from one \
        that it may not",
    requirements: &[
        "StartSigningJob/caller-rights",
        "StartSigningJob/job-owner",
        "StartSigningJob/signed-object-exists",
        "DescribeSigningJob/invoker",
    ],
    play: &Conversation(|case| Box::pin(caller_rights(case))),
};

async fn caller_rights(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let fixture = case.fixture()?;
    let (name, _) = profile(case, "shared", Platform::Lambda).await?;
    permitted(case, &name, Action::StartSigningJob).await?;
    let private = format!("{}-private", case.fresh("b").to_lowercase());
    if !case.bucket(&private).await? {
        return Err(case.skip("the S3 takes no further bucket"));
    }
    let version = case.store(&private, "code.zip", ARCHIVE).await?;
    if case.is_public(&private, "code.zip").await? {
        return Err(case.skip("the S3 lets anybody read"));
    }

    let open = job_input(case, &name, "open")?;
    let job = by_other(case, open).await?;
    if job.text("/status") != "Succeeded" {
        return Err(case.skip("the S3 does not let the other account in, whatever the bucket's policy"));
    }
    let (owner, other) = (case.context().owner_account.clone(), case.context().other_account.clone());
    case.same_member("StartSigningJob/job-owner", "/jobOwner", &json!(owner), &job.body);
    case.same_member("DescribeSigningJob/invoker", "/jobInvoker", &json!(other), &job.body);
    let written = case.load(&fixture.destination_bucket, &job.text("/signedObject/s3/key")).await?;
    let is_there = written.is_some_and(|bytes| !bytes.is_empty());
    case.hold("StartSigningJob/signed-object-exists", is_there, "the object", "nothing");

    let mut closed = job_input(case, &name, "closed")?;
    closed["source"]["s3"] = json!({ "bucketName": private, "key": "code.zip", "version": version });
    let job = by_other(case, closed).await?;
    came_to_nothing(case, "StartSigningJob/caller-rights", &job);
    Ok(())
}

/// Of a job that must not be: it was refused, or has failed.
fn came_to_nothing(case: &mut Case<'_>, requirement: &str, job: &Told) {
    let nothing = !job.is_success() || job.text("/status") == "Failed";
    case.hold(requirement, nothing, "a refusal, or a job that becomes Failed", &job.words());
}

/// A job of the other account's with a profile of the owner's: the refusal, or how it has ended.
async fn by_other(case: &mut Case<'_>, input: Value) -> Result<Told, Stop> {
    let input = of_owner(input, case);
    let told = case.ask_by(Account::Other, StartSigningJob, input).await?;
    if told.is_success() { outcome(case, &told.text("/jobId")).await } else { Ok(told) }
}

const TOO_LARGE: Scene = Scene {
    name: "jobs/too-large",
    operation: StartSigningJob,
    what: "an object that is larger than its platform signs",
    requirements: &["StartSigningJob/job-too-large", "GetSigningPlatform/max-size"],
    play: &Conversation(|case| Box::pin(too_large(case))),
};

/// Larger objects than this many megabytes are not sent over the network for one answer.
const MOST_MB: u64 = 16;

async fn too_large(case: &mut Case<'_>) -> Played {
    let fixture = case.fixture()?;
    let Some((platform, limit)) = smallest(case).await? else {
        return Err(case.skip("no platform that signs objects has a limit of 16 MB or less"));
    };
    let name = case.fresh("large");
    made(case, &name, platform).await?;
    // By either reckoning it is more than so many megabytes.
    let size = usize::try_from(limit << 20).unwrap_or(usize::MAX).saturating_add(1);
    let key = format!("{name}.bin");
    let version = case.store_large(&fixture.source_bucket, &key, size).await?;
    let mut input = job_input(case, &name, "large")?;
    input["source"]["s3"]["key"] = json!(key);
    input["source"]["s3"]["version"] = json!(version);
    let told = case.ask(StartSigningJob, input).await?;
    let job = if told.is_success() { outcome(case, &told.text("/jobId")).await? } else { told };
    for rule in ["StartSigningJob/job-too-large", "GetSigningPlatform/max-size"] {
        came_to_nothing(case, rule, &job);
    }
    Ok(())
}

/// The platform for objects with the smallest limit, as the target tells it, if that is small enough.
async fn smallest(case: &mut Case<'_>) -> Result<Option<(Platform, u64)>, Stop> {
    let mut smallest: Option<(Platform, u64)> = None;
    for platform in Platform::ALL {
        let is_listed = case.context().platforms.contains(platform);
        if !is_listed || platform == Platform::Notation {
            continue;
        }
        let told = case.ask(GetSigningPlatform, json!({ "platformId": platform.id() })).await?;
        let limit = told.at("/maxSizeInMB").as_u64().filter(|limit| (1..=MOST_MB).contains(limit));
        let limit = limit.filter(|limit| smallest.is_none_or(|(_, least)| *limit < least));
        smallest = limit.map(|limit| (platform, limit)).or(smallest);
    }
    Ok(smallest)
}
