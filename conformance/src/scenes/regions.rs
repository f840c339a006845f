//! Two Regions: what is made in one is in no other, under whatever name, and what was revoked in one is revoked in all.

use serde_json::{Value, json};
use signer_model::{EffectiveTime, Platform, SignatureTime};
use signer_schemas::Operation;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::scenes::calls::{P0, entries, job_input, keys, made, outcome, plain, profile_input, revoke};
use crate::scenes::permissions::{list, statement};
use crate::scenes::revocation::{question, subjects};
use crate::scenes::signing::{notation, payload, payload_input, signed};

const PUT: Operation = Operation::PutSigningProfile;

const GET: Operation = Operation::GetSigningProfile;

const CANCEL: Operation = Operation::CancelSigningProfile;

const DESCRIBE: Operation = Operation::DescribeSigningJob;

const START: Operation = Operation::StartSigningJob;

const TAG: Operation = Operation::TagResource;

const REGIONAL: &str = "common/regional";

const SAME_REGION: &str = "StartSigningJob/same-region";

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "regions/profiles",
        operation: PUT,
        what: "profiles of one name in two Regions, and one that is in the other Region only",
        requirements: &[REGIONAL, "common/arn-partition"],
        play: |case| Box::pin(profiles(case)),
    },
    Scene {
        name: "regions/permissions-and-tags",
        operation: Operation::AddProfilePermission,
        what: "statements and tags for a profile of the other Region",
        requirements: &[REGIONAL, "TagResource/foreign-arn"],
        play: |case| Box::pin(permissions_and_tags(case)),
    },
    Scene {
        name: "regions/payloads",
        operation: DESCRIBE,
        what: "a signed payload is no job of the other Region: not shown, not listed, not revoked",
        requirements: &[REGIONAL],
        play: |case| Box::pin(payloads(case)),
    },
    Scene {
        name: "regions/tokens",
        operation: START,
        what: "one clientRequestToken in two Regions, each with a profile of that name",
        requirements: &[REGIONAL],
        play: |case| Box::pin(tokens(case)),
    },
    Scene {
        name: "regions/buckets",
        operation: START,
        what: "an object in a bucket of the other Region, and a bucket there for the result",
        requirements: &[SAME_REGION],
        play: |case| Box::pin(buckets(case)),
    },
    Scene {
        name: "regions/revocation",
        operation: Operation::GetRevocationStatus,
        what: "the other Region is asked about what was revoked in this one, and about another partition",
        requirements: &["RevokeSigningProfile/all-regions", "GetRevocationStatus/other-partition"],
        play: |case| Box::pin(revocation(case)),
    },
];

/// What the other Region says of a profile.
async fn seen_there(case: &mut Case<'_>, there: &str, name: &str) -> Result<Told, Stop> {
    case.ask_in(there, GET, json!({ "profileName": name })).await
}

/// What is in one Region is not to be had in the other. How that is said is a matter of other requirements.
fn apart(case: &mut Case<'_>, told: &Told) {
    case.hold(REGIONAL, !told.is_success(), "a refusal", &told.words());
}

/// A profile that the other Region has for itself.
async fn made_there(case: &mut Case<'_>, there: &str, name: &str, platform: Platform) -> Result<Told, Stop> {
    let input = profile_input(case, name, platform)?;
    let told = case.ask_in(there, PUT, input).await?;
    case.accepted(REGIONAL, &told);
    if told.is_success() { Ok(told) } else { Err(Stop) }
}

/// No list is read further than this, in pages: the other Region may hold much that is not of this run.
const MOST_PAGES: usize = 50;

/// The items that the other Region lists.
async fn listed_there(case: &mut Case<'_>, there: &str, operation: Operation) -> Result<Vec<Value>, Stop> {
    let mut pages = Vec::new();
    let mut input = json!({});
    for _ in 0..MOST_PAGES {
        let told = case.ask_in(there, operation, input).await?;
        case.accepted(&format!("{operation}/lists"), &told);
        let token = Case::token(&told.body);
        pages.push(told.body);
        match token {
            Some(token) => input = json!({ "nextToken": token }),
            None => break,
        }
    }
    Ok(pages)
}

async fn profiles(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let [both, here] = ["both", "here"].map(|text| case.fresh(text));
    let platform = plain(case);
    let mine = made(case, &both, platform).await?;
    let only = made(case, &here, platform).await?;

    let told = seen_there(case, &there, &both).await?;
    apart(case, &told);
    let theirs = made_there(case, &there, &both, platform).await?;
    let arn = theirs.text("/arn");
    let begins = mine.text("/arn").replacen(&format!(":{}:", case.context().region), &format!(":{there}:"), 1);
    case.same("common/arn-partition", &json!(begins), &json!(arn));
    let differ = theirs.text("/profileVersion") != mine.text("/profileVersion");
    case.hold(REGIONAL, differ, "another version than that of the profile in the other Region", &theirs.words());
    for (region, told) in [(case.context().region.clone(), &mine), (there.clone(), &theirs)] {
        let view = case.ask_in(&region, GET, json!({ "profileName": both })).await?;
        case.same(REGIONAL, told.at("/profileVersionArn"), view.at("/profileVersionArn"));
    }

    // What ends there does not end here.
    let told = case.ask_in(&there, CANCEL, json!({ "profileName": both })).await?;
    case.accepted("CancelSigningProfile/cancels", &told);
    let told = case.ask_in(&there, CANCEL, json!({ "profileName": here })).await?;
    apart(case, &told);
    for (name, before) in [(&both, &mine), (&here, &only)] {
        let view = case.ask(GET, json!({ "profileName": name })).await?;
        case.same(REGIONAL, &json!("Active"), view.at("/status"));
        case.same(REGIONAL, before.at("/arn"), view.at("/arn"));
    }
    let listed = keys(&listed_there(case, &there, Operation::ListSigningProfiles).await?, "profiles", "profileName");
    case.hold(REGIONAL, !listed.contains(&here), &format!("no {here}, which is in the other Region"), &format!("{listed:?}"));
    Ok(())
}

async fn permissions_and_tags(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let name = case.fresh("here");
    let arn = made(case, &name, Platform::Lambda).await?.text("/arn");
    let input = statement(case, &name, "mine");
    case.must("AddProfilePermission/adds", Operation::AddProfilePermission, input).await?;
    let told = case.ask_in(&there, Operation::ListProfilePermissions, json!({ "profileName": name })).await?;
    let leaks = told.at("/permissions").as_array().is_some_and(|statements| !statements.is_empty());
    case.hold(REGIONAL, !leaks, "no statement of a profile of the other Region", &told.words());
    let input = statement(case, &name, "theirs");
    let told = case.ask_in(&there, Operation::AddProfilePermission, input).await?;
    apart(case, &told);
    let listed = keys(&list(case, &name).await?, "permissions", "statementId");
    case.same(REGIONAL, &json!(["mine"]), &json!(listed));

    let told = case.ask_in(&there, TAG, json!({ "resourceArn": arn, "tags": { "from": "there" } })).await?;
    apart(case, &told);
    case.open_by_class("TagResource/foreign-arn", &told);
    let tags = case.ask(Operation::ListTagsForResource, json!({ "resourceArn": arn })).await?;
    case.hold(REGIONAL, tags.text("/tags/from").is_empty(), "no tag that was refused", &tags.words());
    Ok(())
}

async fn payloads(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let (name, _) = notation(case, "payload").await?;
    let told = signed(case, &name, &payload(300)).await?;
    case.accepted("SignPayload/signs", &told);
    let id = told.text("/jobId");
    let told = case.ask_in(&there, Operation::SignPayload, payload_input(&name, &payload(300))).await?;
    apart(case, &told);
    let told = case.ask_in(&there, DESCRIBE, json!({ "jobId": id })).await?;
    apart(case, &told);
    let listed = entries(&listed_there(case, &there, Operation::ListSigningJobs).await?, "jobs");
    let leaks = listed.iter().any(|job| job["jobId"] == id.as_str());
    case.hold(REGIONAL, !leaks, "no job of the other Region", &format!("{id} among {} jobs", listed.len()));
    let input = json!({ "jobId": id, "reason": "conformance" });
    let told = case.ask_in(&there, Operation::RevokeSignature, input).await?;
    apart(case, &told);
    let view = case.ask(DESCRIBE, json!({ "jobId": id })).await?;
    case.hold(REGIONAL, view.at("/revocationRecord").is_null(), "no revocationRecord", &view.words());
    Ok(())
}

async fn tokens(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let name = case.fresh("token");
    let platform = plain(case);
    made(case, &name, platform).await?;
    let input = job_input(case, &name, &format!("{name}-a"))?;
    let told = case.ask_in(&there, START, with(input.clone(), &json!({ "clientRequestToken": format!("{name}-b") }))).await?;
    apart(case, &told);
    made_there(case, &there, &name, platform).await?;
    let first = case.must("StartSigningJob/starts", START, input.clone()).await?;
    // It may well be refused, as the buckets are in this Region.
    let told = case.ask_in(&there, START, input).await?;
    let another = !told.is_success() || told.text("/jobId") != first.text("/jobId");
    case.hold(REGIONAL, another, "another job, or a refusal", &told.words());
    Ok(())
}

async fn buckets(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let fixture = case.fixture()?;
    let name = case.fresh("bucket");
    made(case, &name, plain(case)).await?;
    let Some(content) = case.load(&fixture.source_bucket, &fixture.key).await? else {
        case.skip("the S3 does not give back what was put into it");
        return Ok(());
    };
    let bucket = format!("{}-there", case.fresh("r").to_lowercase());
    let Some(version) = case.store_in(&there, &bucket, &fixture.key, &content).await? else {
        case.skip("the S3 beside the target knows no Regions");
        return Ok(());
    };
    let own = job_input(case, &name, &format!("{name}-source"))?;
    let mut source = own.clone();
    source["source"]["s3"] = json!({ "bucketName": bucket, "key": fixture.key, "version": version });
    let mut destination = with(own, &json!({ "clientRequestToken": format!("{name}-destination") }));
    destination["destination"]["s3"]["bucketName"] = json!(bucket);
    for input in [source, destination] {
        let told = case.ask(START, input).await?;
        if !told.is_success() {
            case.refused(SAME_REGION, &told);
            continue;
        }
        let ended = outcome(case, &told.text("/jobId")).await?;
        case.hold(SAME_REGION, ended.text("/status") == "Failed", "a refusal, or a job that fails", &ended.words());
    }
    Ok(())
}

async fn revocation(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let (arn, job) = subjects(case).await?;
    case.model(revoke(P0, EffectiveTime::Earlier)).await?;
    let input = question(&arn, &job, case.context().signature_time(SignatureTime::AfterLater));
    let told = case.ask_in(&there, Operation::GetRevocationStatus, input.clone()).await?;
    let listed = told.at("/revokedEntities").as_array().into_iter().flatten().filter_map(Value::as_str);
    let is_listed = listed.into_iter().any(|entry| entry == arn || arn.starts_with(&format!("{entry}/")));
    case.hold("RevokeSigningProfile/all-regions", is_listed, &format!("{arn} among the revokedEntities"), &told.words());

    let partition = arn.split(':').nth(1).unwrap_or_default();
    let foreign = if partition == "aws-us-gov" { "aws" } else { "aws-us-gov" };
    let abroad = |arn: &str| arn.replacen(&format!("arn:{partition}:"), &format!("arn:{foreign}:"), 1);
    let input = with(input, &json!({ "profileVersionArn": abroad(&arn), "jobArn": abroad(&job) }));
    let told = case.ask(Operation::GetRevocationStatus, input).await?;
    case.hold("GetRevocationStatus/other-partition", told.response.status == 400, "a refusal with status 400", &told.words());
    Ok(())
}
