//! What is made in one Region is in no other, under whatever name.

use serde_json::json;
use signer_model::Platform;
use signer_schemas::Operation;
use signer_schemas::Operation::{
    AddProfilePermission, CancelSigningProfile, DescribeSigningJob, GetSigningProfile,
    ListProfilePermissions, ListSigningJobs, ListSigningProfiles, ListTagsForResource, PutSigningProfile,
    RevokeSignature, SignPayload, StartSigningJob, TagResource,
};

use crate::data::body::Json;
use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told};
use crate::scenes::shared::inputs::{job_input, payload, payload_input, profile_input, statement};
use crate::scenes::shared::lists::{JOBS, PROFILES, STATEMENTS};
use crate::scenes::shared::steps::{ask_job, ask_profile, notation, payload_signed, policy, profile};
use crate::scenes::shared::symbols::plain;

pub(crate) const SCENES: &[Scene] = &[OF_ONE_NAME, PERMISSIONS_AND_TAGS, PAYLOADS, TOKENS];

pub(crate) const REGIONAL: &str = "common/regional";

const OF_ONE_NAME: Scene = Scene {
    name: "regions/profiles",
    operation: PutSigningProfile,
    what: "profiles of one name in two Regions, and one that is in the other Region only",
    requirements: &[REGIONAL, "common/arn-partition"],
    play: &Conversation(|case| Box::pin(of_one_name(case))),
};

async fn of_one_name(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let platform = plain(case);
    let (both, mine) = profile(case, "both", platform).await?;
    let (here, only) = profile(case, "here", platform).await?;

    let told = case.ask_in(&there, GetSigningProfile, json!({ "profileName": both })).await?;
    apart(case, &told);
    let theirs = made_there(case, &there, &both, platform).await?;
    let arn = theirs.text("/arn");
    let begins =
        mine.text("/arn").replacen(&format!(":{}:", case.context().region), &format!(":{there}:"), 1);
    case.same("common/arn-partition", &json!(begins), &json!(arn));
    let differ = theirs.text("/profileVersion") != mine.text("/profileVersion");
    case.hold(
        REGIONAL,
        differ,
        "another version than that of the profile in the other Region",
        &theirs.words(),
    );
    for (region, told) in [(case.context().region.clone(), &mine), (there.clone(), &theirs)] {
        let view = case.ask_in(&region, GetSigningProfile, json!({ "profileName": both })).await?;
        case.same_member(REGIONAL, "/profileVersionArn", told.at("/profileVersionArn"), &view.body);
    }

    // What ends there does not end here.
    let told = case.ask_in(&there, CancelSigningProfile, json!({ "profileName": both })).await?;
    case.accepted("CancelSigningProfile/cancels", &told);
    let told = case.ask_in(&there, CancelSigningProfile, json!({ "profileName": here })).await?;
    apart(case, &told);
    for (name, before) in [(&both, &mine), (&here, &only)] {
        let view = ask_profile(case, name).await?;
        case.same_member(REGIONAL, "/status", &json!("Active"), &view.body);
        case.same_member(REGIONAL, "/arn", before.at("/arn"), &view.body);
    }
    let listed = PROFILES.keys(&listed_there(case, &there, ListSigningProfiles).await?);
    case.hold(
        REGIONAL,
        !listed.contains(&here),
        &format!("no {here}, which is in the other Region"),
        &format!("{listed:?}"),
    );
    Ok(())
}

/// A profile that the other Region has for itself.
async fn made_there(case: &mut Case<'_>, there: &str, name: &str, platform: Platform) -> Result<Told, Stop> {
    let input = profile_input(case, name, platform)?;
    let told = case.ask_in(there, PutSigningProfile, input).await?;
    case.accepted(REGIONAL, &told);
    if told.is_success() { Ok(told) } else { Err(Stop) }
}

/// What is in one Region is not to be had in the other. How that is said is a matter of other requirements.
fn apart(case: &mut Case<'_>, told: &Told) {
    case.hold(REGIONAL, !told.is_success(), "a refusal", &told.words());
}

/// No list is read further than this, in pages: the other Region may hold much that is not of this run.
const MOST_PAGES: usize = 50;

/// The items that the other Region lists.
async fn listed_there(case: &mut Case<'_>, there: &str, operation: Operation) -> Result<Vec<Json>, Stop> {
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

const PERMISSIONS_AND_TAGS: Scene = Scene {
    name: "regions/permissions-and-tags",
    operation: AddProfilePermission,
    what: "statements and tags for a profile of the other Region",
    requirements: &[REGIONAL, "TagResource/foreign-arn"],
    play: &Conversation(|case| Box::pin(permissions_and_tags(case))),
};

async fn permissions_and_tags(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let (name, creation) = profile(case, "here", Platform::Lambda).await?;
    let arn = creation.text("/arn");
    let input = statement(case, &name, "mine");
    case.must("AddProfilePermission/adds", AddProfilePermission, input).await?;
    let told = case.ask_in(&there, ListProfilePermissions, json!({ "profileName": name })).await?;
    let leaks = told.at("/permissions").as_array().is_some_and(|statements| !statements.is_empty());
    case.hold(REGIONAL, !leaks, "no statement of a profile of the other Region", &told.words());
    let input = statement(case, &name, "theirs");
    let told = case.ask_in(&there, AddProfilePermission, input).await?;
    apart(case, &told);
    let listed = STATEMENTS.keys(&policy(case, &name).await?);
    case.same(REGIONAL, &json!(["mine"]), &json!(listed));

    let told =
        case.ask_in(&there, TagResource, json!({ "resourceArn": arn, "tags": { "from": "there" } })).await?;
    apart(case, &told);
    case.open_by_class("TagResource/foreign-arn", &told);
    let tags = case.ask(ListTagsForResource, json!({ "resourceArn": arn })).await?;
    case.hold(REGIONAL, tags.text("/tags/from").is_empty(), "no tag that was refused", &tags.words());
    Ok(())
}

const PAYLOADS: Scene = Scene {
    name: "regions/payloads",
    operation: DescribeSigningJob,
    what: "a signed payload is no job of the other Region: not shown, not listed, not revoked",
    requirements: &[REGIONAL],
    play: &Conversation(|case| Box::pin(payloads(case))),
};

async fn payloads(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let (name, _) = notation(case, "payload").await?;
    let id = payload_signed(case, &name).await?.text("/jobId");
    let told = case.ask_in(&there, SignPayload, payload_input(&name, &payload(300))).await?;
    apart(case, &told);
    let told = case.ask_in(&there, DescribeSigningJob, json!({ "jobId": id })).await?;
    apart(case, &told);
    let listed = JOBS.keys(&listed_there(case, &there, ListSigningJobs).await?);
    let leaks = listed.contains(&id);
    case.hold(REGIONAL, !leaks, "no job of the other Region", &format!("{id} among {} jobs", listed.len()));
    let input = json!({ "jobId": id, "reason": "conformance" });
    let told = case.ask_in(&there, RevokeSignature, input).await?;
    apart(case, &told);
    let view = ask_job(case, &id).await?;
    case.has_no_member(REGIONAL, "revocationRecord", &view.body);
    Ok(())
}

const TOKENS: Scene = Scene {
    name: "regions/tokens",
    operation: StartSigningJob,
    what: "one clientRequestToken in two Regions, each with a profile of that name",
    requirements: &[REGIONAL],
    play: &Conversation(|case| Box::pin(tokens(case))),
};

async fn tokens(case: &mut Case<'_>) -> Played {
    let there = case.second_region()?;
    let platform = plain(case);
    let (name, _) = profile(case, "token", platform).await?;
    let (input, other) = (job_input(case, &name, "a")?, job_input(case, &name, "b")?);
    let told = case.ask_in(&there, StartSigningJob, other).await?;
    apart(case, &told);
    made_there(case, &there, &name, platform).await?;
    let first = case.must("StartSigningJob/starts", StartSigningJob, input.clone()).await?;
    // It may well be refused, as the buckets are in this Region.
    let told = case.ask_in(&there, StartSigningJob, input).await?;
    let another = !told.is_success() || told.text("/jobId") != first.text("/jobId");
    case.hold(REGIONAL, another, "another job, or a refusal", &told.words());
    Ok(())
}
