//! Profiles that have ended: what they keep, and what they no longer do.

use serde_json::{Value, json};
use signer_model::{EffectiveTime, P0, P1, Platform, Request, Request as Ask, TagValue};
use signer_schemas::Edition;
use signer_schemas::Operation::{
    CancelSigningProfile, GetSigningProfile, ListSigningJobs, PutSigningProfile, RevokeSigningProfile,
    StartSigningJob, TagResource,
};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::Played;
use crate::operations::notes::member_words;
use crate::scenes::shared::bytes::seconds;
use crate::scenes::shared::inputs::{full_input, job_input};
use crate::scenes::shared::lists::{JOBS, PROFILES};
use crate::scenes::shared::steps::{
    End, ask_job, ask_profile, canceled, ended, ends, outcome, profile, profile_view, started,
};
use crate::scenes::shared::symbols::managed;
use crate::scenes::shared::views::{tells, without};

pub(crate) const SCENES: &[Scene] =
    &[CANCEL_KEEPS_THE_REST, REVOKE_KEEPS_THE_REST, ENDED_STARTS_NOTHING, STATUS_REASON];

const CANCEL_KEEPS_THE_REST: Scene = Scene {
    name: "profiles/cancel-keeps-the-rest",
    operation: CancelSigningProfile,
    what: "a canceled profile keeps all but its status, and nothing brings it back",
    requirements: &[
        "CancelSigningProfile/other-fields-kept",
        "CancelSigningProfile/viewable",
        "CancelSigningProfile/no-way-back",
        "CancelSigningProfile/name-stays-taken",
    ],
    play: &Conversation(|case| Box::pin(cancel_keeps_the_rest(case))),
};

async fn cancel_keeps_the_rest(case: &mut Case<'_>) -> Played {
    let name = case.fresh("ended");
    let input = full_input(case, &name)?;
    let look = json!({ "profileName": name });
    let creation = case.must("PutSigningProfile/created", PutSigningProfile, input.clone()).await?;
    let before = profile_view(case, &name).await?;
    canceled(case, &name).await?;
    let after = case.must("CancelSigningProfile/viewable", GetSigningProfile, look.clone()).await?;
    let rest = ["status", "statusReason"];
    case.same(
        "CancelSigningProfile/other-fields-kept",
        &without(&before.body, &rest),
        &without(&after.body, &rest),
    );
    let listed = PROFILES.listed(case, json!({ "includeCanceled": true })).await?.contains(&name);
    case.hold("CancelSigningProfile/viewable", listed, "listed with includeCanceled", "not listed");
    let hidden = !PROFILES.listed(case, json!({ "includeCanceled": false })).await?.contains(&name);
    // What no list shows is left out by none.
    case.hold_if("ListSigningProfiles/include-canceled-false", listed, hidden, "not listed", "listed");
    if case.edition() == Edition::Current {
        case.ask(TagResource, json!({ "resourceArn": creation.text("/arn"), "tags": { "again": "1" } }))
            .await?;
    }
    case.ask(CancelSigningProfile, look).await?;
    let status = ask_profile(case, &name).await?.text("/status");
    case.hold("CancelSigningProfile/no-way-back", status != "Active", "not Active", &status);
    case.must_refuse("CancelSigningProfile/name-stays-taken", PutSigningProfile, input).await?;
    Ok(())
}

const REVOKE_KEEPS_THE_REST: Scene = Scene {
    name: "profiles/revoke-keeps-the-rest",
    operation: RevokeSigningProfile,
    what: "a revoked profile keeps all but its status, its reason and its record, and nothing brings it back",
    requirements: &[
        "RevokeSigningProfile/other-fields-kept",
        "RevokeSigningProfile/irreversible",
        "GetSigningProfile/revocation-record",
        "GetSigningProfile/effective-from",
        "GetSigningProfile/revoked-by",
        "ListSigningProfiles/revoked-by-default",
    ],
    play: &Conversation(|case| Box::pin(revoke_keeps_the_rest(case))),
};

async fn revoke_keeps_the_rest(case: &mut Case<'_>) -> Played {
    let mut with_tags = Ask::put(case.edition(), P0, Platform::Notation);
    if let Request::PutSigningProfile { tags, .. } = &mut with_tags {
        tags[0] = TagValue::A;
    }
    case.model(with_tags).await?;
    let before = case.model(Ask::get(P0)).await?;
    case.model(Ask::revoke(P0, EffectiveTime::Later)).await?;
    let after = case.model(Ask::get(P0)).await?;
    let rest = ["status", "statusReason", "revocationRecord"];
    case.same("RevokeSigningProfile/other-fields-kept", &without(&before, &rest), &without(&after, &rest));
    let record = &after["revocationRecord"];
    let is_whole =
        ["revocationEffectiveFrom", "revokedAt", "revokedBy"].iter().all(|member| tells(record, member));
    let what = "revocationEffectiveFrom, revokedAt and revokedBy, no reason";
    case.hold(
        "GetSigningProfile/revocation-record",
        is_whole && !tells(record, "reason"),
        what,
        &member_words("revocationRecord", record),
    );
    let expected = seconds(case.context().effective_time(EffectiveTime::Later));
    let told = record["revocationEffectiveFrom"].as_f64().unwrap_or_default();
    case.hold(
        "GetSigningProfile/effective-from",
        (told - expected).abs() < 1.0,
        &expected.to_string(),
        &format!("revocationEffectiveFrom: {told}"),
    );
    case.open_entity("GetSigningProfile/revoked-by", record["revokedBy"].as_str().unwrap_or_default());
    let name = case.name_of(P0);
    let listed = PROFILES.listed(case, json!({})).await?.contains(&name);
    case.hold("ListSigningProfiles/revoked-by-default", !listed, "not listed", "listed");
    case.model(Ask::cancel(P0)).await?;
    case.model(Ask::put(case.edition(), P0, Platform::Notation)).await?;
    let view = case.model(Ask::get(P0)).await?;
    case.hold(
        "RevokeSigningProfile/irreversible",
        view["status"] != "Active",
        "not Active",
        &member_words("status", &view["status"]),
    );
    Ok(())
}

const ENDED_STARTS_NOTHING: Scene = Scene {
    name: "profiles/ended-starts-nothing",
    operation: StartSigningJob,
    what: "profiles that are canceled or revoked start no job, and the jobs that they made stay",
    requirements: &[
        "StartSigningJob/not-active",
        "CancelSigningProfile/no-new-jobs",
        "CancelSigningProfile/jobs-stay",
        "RevokeSigningProfile/no-new-jobs",
        "ListSigningJobs/canceled-profile",
    ],
    play: &Conversation(|case| Box::pin(ended_starts_nothing(case))),
};

async fn ended_starts_nothing(case: &mut Case<'_>) -> Played {
    for (end, text) in ends(case.edition()) {
        let (name, creation) = profile(case, text, managed(case)).await?;
        let job = started(case, &name, "before").await?.text("/jobId");
        outcome(case, &job).await?;
        ended(case, *end, &name, &creation).await?;
        let requirement = match end {
            End::Canceled => "CancelSigningProfile/no-new-jobs",
            End::Revoked => "RevokeSigningProfile/no-new-jobs",
        };
        let input = job_input(case, &name, "after")?;
        let told = case.must_refuse("StartSigningJob/not-active", StartSigningJob, input).await?;
        case.refused(requirement, &told);
        let view = ask_job(case, &job).await?;
        case.accepted("CancelSigningProfile/jobs-stay", &view);
        let pages = case.pages(ListSigningJobs, json!({})).await?;
        // In 2019 an entry does not name the profile: its own job is all that can be looked for.
        let own = |entry: &&Value| entry["profileName"] == json!(name) || entry["jobId"] == json!(job);
        let ids: Vec<&str> =
            JOBS.entries(&pages).filter(own).filter_map(|entry| entry["jobId"].as_str()).collect();
        let stays = ids.contains(&job.as_str());
        case.hold("ListSigningJobs/canceled-profile", stays, "the job made before", &format!("{ids:?}"));
        case.hold(requirement, ids.len() <= 1, "no job but the one made before", &format!("{ids:?}"));
    }
    Ok(())
}

const STATUS_REASON: Scene = Scene {
    name: "profiles/status-reason",
    operation: GetSigningProfile,
    what: "whether a profile in each status has a reason for it",
    requirements: &["GetSigningProfile/status-reason"],
    play: &Conversation(|case| Box::pin(status_reason(case))),
};

async fn status_reason(case: &mut Case<'_>) -> Played {
    case.model(Ask::put(case.edition(), P0, Platform::Notation)).await?;
    case.model(Ask::put(case.edition(), P1, Platform::Notation)).await?;
    let active = tells(&*case.model(Ask::get(P0)).await?, "statusReason");
    case.model(Ask::cancel(P0)).await?;
    let canceled = tells(&*case.model(Ask::get(P0)).await?, "statusReason");
    case.model(Ask::revoke(P1, EffectiveTime::Later)).await?;
    let revoked = tells(&*case.model(Ask::get(P1)).await?, "statusReason");
    let answer = match (active, canceled, revoked) {
        (false, false, false) => "never",
        (false, true, true) => "when it is not Active",
        (true, true, true) => "always",
        _ => "in some statuses",
    };
    case.open("GetSigningProfile/status-reason", answer);
    Ok(())
}
