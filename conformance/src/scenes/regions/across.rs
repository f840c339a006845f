//! What reaches across Regions: objects, which may not, and revocations, which do.

use serde_json::{Value, json};
use signer_model::{EffectiveTime, P0, Request as Ask, SignatureTime};
use signer_schemas::Operation::{GetRevocationStatus, StartSigningJob};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, with};
use crate::scenes::shared::inputs::{job_input, status_input};
use crate::scenes::shared::steps::{outcome, plain_profile, subjects};

pub(crate) const SCENES: &[Scene] = &[BUCKETS, REVOCATION];

const SAME_REGION: &str = "StartSigningJob/same-region";

const BUCKETS: Scene = Scene {
    name: "regions/buckets",
    operation: StartSigningJob,
    what: "an object in a bucket of the other Region, and a bucket there for the result",
    requirements: &[SAME_REGION],
    play: &Conversation(|case| Box::pin(buckets(case))),
};

async fn buckets(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let fixture = case.fixture()?;
    let name = plain_profile(case, "bucket").await?;
    let Some(content) = case.load(&fixture.source_bucket, &fixture.key).await? else {
        return Err(case.skip("the S3 does not give back what was put into it"));
    };
    let bucket = format!("{}-there", case.fresh("r").to_lowercase());
    let Some(version) = case.store_in(&there, &bucket, &fixture.key, &content).await? else {
        return Err(case.skip("the S3 beside the target knows no Regions"));
    };
    let mut source = job_input(case, &name, "source")?;
    source["source"]["s3"] = json!({ "bucketName": bucket, "key": fixture.key, "version": version });
    let mut destination = job_input(case, &name, "destination")?;
    destination["destination"]["s3"]["bucketName"] = json!(bucket);
    for input in [source, destination] {
        let told = case.ask(StartSigningJob, input).await?;
        if !told.is_success() {
            case.refused(SAME_REGION, &told);
            continue;
        }
        let ended = outcome(case, &told.text("/jobId")).await?;
        case.hold(
            SAME_REGION,
            ended.text("/status") == "Failed",
            "a refusal, or a job that fails",
            &ended.words(),
        );
    }
    Ok(())
}

const REVOCATION: Scene = Scene {
    name: "regions/revocation",
    operation: GetRevocationStatus,
    what: "the other Region is asked about what was revoked in this one, and about another partition",
    requirements: &["RevokeSigningProfile/all-regions", "GetRevocationStatus/other-partition"],
    play: &Conversation(|case| Box::pin(revocation(case))),
};

async fn revocation(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let (arn, job) = subjects(case).await?;
    case.model(Ask::revoke(P0, EffectiveTime::Earlier)).await?;
    let input = status_input(&arn, &job, &json!(case.context().signature_time(SignatureTime::AfterLater)));
    let told = case.ask_in(&there, GetRevocationStatus, input.clone()).await?;
    let listed = told.at("/revokedEntities").as_array().into_iter().flatten().filter_map(Value::as_str);
    let is_listed = listed.into_iter().any(|entry| entry == arn || arn.starts_with(&format!("{entry}/")));
    case.hold(
        "RevokeSigningProfile/all-regions",
        is_listed,
        &format!("{arn} among the revokedEntities"),
        &told.words(),
    );

    let partition = arn.split(':').nth(1).unwrap_or_default();
    let foreign = if partition == "aws-us-gov" { "aws" } else { "aws-us-gov" };
    let abroad = |arn: &str| arn.replacen(&format!("arn:{partition}:"), &format!("arn:{foreign}:"), 1);
    let input = with(input, &json!({ "profileVersionArn": abroad(&arn), "jobArn": abroad(&job) }));
    let told = case.ask(GetRevocationStatus, input).await?;
    case.hold(
        "GetRevocationStatus/other-partition",
        told.response.status == 400,
        "a refusal with status 400",
        &told.words(),
    );
    Ok(())
}
