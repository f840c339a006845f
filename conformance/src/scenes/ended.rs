//! Profiles that have ended: what they keep, and what they no longer do.

use serde_json::{Value, json};
use signer_model::{EffectiveTime, Platform, Request, TagValue};
use signer_schemas::{Edition, Operation};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::Scene;
use crate::judge::runner::talk::Played;
use crate::scenes::calls::{
    P0, P1, cancel, full_input, get, job_input, keys, made, managed, outcome, put, revoke, tells, without,
};

const PUT: Operation = Operation::PutSigningProfile;

const GET: Operation = Operation::GetSigningProfile;

const LIST: Operation = Operation::ListSigningProfiles;

pub(super) const SCENES: &[Scene] = &[
    Scene {
        name: "profiles/cancel-keeps-the-rest",
        operation: Operation::CancelSigningProfile,
        what: "a canceled profile keeps all but its status, and nothing brings it back",
        requirements: &[
            "CancelSigningProfile/other-fields-kept",
            "CancelSigningProfile/viewable",
            "CancelSigningProfile/no-way-back",
            "CancelSigningProfile/name-stays-taken",
        ],
        play: |case| Box::pin(cancel_keeps_the_rest(case)),
    },
    Scene {
        name: "profiles/revoke-keeps-the-rest",
        operation: Operation::RevokeSigningProfile,
        what: "a revoked profile keeps all but its status, its reason and its record, and nothing brings it back",
        requirements: &[
            "RevokeSigningProfile/other-fields-kept",
            "RevokeSigningProfile/irreversible",
            "GetSigningProfile/revocation-record",
            "GetSigningProfile/effective-from",
            "GetSigningProfile/revoked-by",
            "ListSigningProfiles/revoked-by-default",
        ],
        play: |case| Box::pin(revoke_keeps_the_rest(case)),
    },
    Scene {
        name: "profiles/ended-starts-nothing",
        operation: Operation::StartSigningJob,
        what: "profiles that are canceled or revoked start no job, and the jobs that they made stay",
        requirements: &[
            "StartSigningJob/not-active",
            "CancelSigningProfile/no-new-jobs",
            "CancelSigningProfile/jobs-stay",
            "RevokeSigningProfile/no-new-jobs",
            "ListSigningJobs/canceled-profile",
        ],
        play: |case| Box::pin(ended_starts_nothing(case)),
    },
    Scene {
        name: "profiles/status-reason",
        operation: GET,
        what: "whether a profile in each status has a reason for it",
        requirements: &["GetSigningProfile/status-reason"],
        play: |case| Box::pin(status_reason(case)),
    },
];

async fn cancel_keeps_the_rest(case: &mut Case<'_>) -> Played {
    let name = case.fresh("ended");
    let input = full_input(case, &name)?;
    let answer = case.must("PutSigningProfile/created", PUT, input.clone()).await?;
    let before = case.must("GetSigningProfile/view", GET, json!({ "profileName": name })).await?;
    case.must("CancelSigningProfile/cancels", Operation::CancelSigningProfile, json!({ "profileName": name })).await?;
    let after = case.must("CancelSigningProfile/viewable", GET, json!({ "profileName": name })).await?;
    let rest = ["status", "statusReason"];
    case.same("CancelSigningProfile/other-fields-kept", &without(&before.body, &rest), &without(&after.body, &rest));
    let pages = case.pages(LIST, json!({ "includeCanceled": true })).await?;
    let listed = keys(&pages, "profiles", "profileName");
    case.hold("CancelSigningProfile/viewable", listed.contains(&name), "listed with includeCanceled", "not listed");
    if case.edition() == Edition::Current {
        case.ask(Operation::TagResource, json!({ "resourceArn": answer.text("/arn"), "tags": { "again": "1" } })).await?;
    }
    case.ask(Operation::CancelSigningProfile, json!({ "profileName": name })).await?;
    let view = case.ask(GET, json!({ "profileName": name })).await?;
    case.hold("CancelSigningProfile/no-way-back", view.text("/status") != "Active", "not Active", &view.text("/status"));
    let told = case.ask(PUT, input).await?;
    case.refused("CancelSigningProfile/name-stays-taken", &told);
    Ok(())
}

async fn revoke_keeps_the_rest(case: &mut Case<'_>) -> Played {
    let mut with_tags = put(case.edition(), P0, Platform::Notation);
    if let Request::PutSigningProfile { tags, .. } = &mut with_tags {
        tags[0] = TagValue::A;
    }
    case.model(with_tags).await?;
    let before = case.model(get(P0)).await?;
    case.model(revoke(P0, EffectiveTime::Later)).await?;
    let after = case.model(get(P0)).await?;
    let rest = ["status", "statusReason", "revocationRecord"];
    case.same("RevokeSigningProfile/other-fields-kept", &without(&before, &rest), &without(&after, &rest));
    let record = &after["revocationRecord"];
    let is_whole = ["revocationEffectiveFrom", "revokedAt", "revokedBy"].iter().all(|member| tells(record, member));
    let what = "revocationEffectiveFrom, revokedAt and revokedBy, no reason";
    case.hold("GetSigningProfile/revocation-record", is_whole && !tells(record, "reason"), what, &record.to_string());
    #[expect(clippy::cast_precision_loss, reason = "seconds of this century fit")]
    let expected = case.context().effective_time(EffectiveTime::Later) as f64;
    let told = record["revocationEffectiveFrom"].as_f64().unwrap_or_default();
    case.hold("GetSigningProfile/effective-from", (told - expected).abs() < 1.0, &expected.to_string(), &told.to_string());
    let by = record["revokedBy"].as_str().unwrap_or_default().to_owned();
    case.open_entity("GetSigningProfile/revoked-by", &by);
    let name = case.name_of(P0);
    let pages = case.pages(LIST, json!({})).await?;
    let listed = keys(&pages, "profiles", "profileName").contains(&name);
    case.hold("ListSigningProfiles/revoked-by-default", !listed, "not listed", "listed");
    case.model(cancel(P0)).await?;
    case.model(put(case.edition(), P0, Platform::Notation)).await?;
    let view = case.model(get(P0)).await?;
    case.hold("RevokeSigningProfile/irreversible", view["status"] != "Active", "not Active", &view["status"].to_string());
    Ok(())
}

async fn ended_starts_nothing(case: &mut Case<'_>) -> Played {
    const START: Operation = Operation::StartSigningJob;
    let current = case.edition() == Edition::Current;
    let ends = if current { ["canceled", "revoked"].as_slice() } else { ["canceled"].as_slice() };
    for end in ends {
        let name = case.fresh(end);
        let answer = made(case, &name, managed(case)).await?;
        let input = job_input(case, &name, &format!("{name}-before"))?;
        let job = case.must("StartSigningJob/starts", START, input).await?.text("/jobId");
        outcome(case, &job).await?;
        let requirement = if *end == "canceled" {
            case.must("CancelSigningProfile/cancels", Operation::CancelSigningProfile, json!({ "profileName": name })).await?;
            "CancelSigningProfile/no-new-jobs"
        } else {
            let input = json!({
                "profileName": name, "profileVersion": answer.text("/profileVersion"), "reason": "conformance",
                "effectiveTime": case.context().effective_time(EffectiveTime::Later),
            });
            case.must("RevokeSigningProfile/revokes", Operation::RevokeSigningProfile, input).await?;
            "RevokeSigningProfile/no-new-jobs"
        };
        let input = job_input(case, &name, &format!("{name}-after"))?;
        let told = case.ask(START, input).await?;
        case.refused("StartSigningJob/not-active", &told);
        case.refused(requirement, &told);
        let view = case.ask(Operation::DescribeSigningJob, json!({ "jobId": job })).await?;
        case.accepted("CancelSigningProfile/jobs-stay", &view);
        let pages = case.pages(Operation::ListSigningJobs, json!({})).await?;
        let entries = pages.iter().filter_map(|page| page.get("jobs")?.as_array()).flatten();
        // In 2019 an entry does not name the profile: its own job is all that can be looked for.
        let own = |entry: &&Value| entry["profileName"] == json!(name) || entry["jobId"] == json!(job);
        let ids: Vec<&str> = entries.filter(own).filter_map(|entry| entry["jobId"].as_str()).collect();
        case.hold("ListSigningJobs/canceled-profile", ids.contains(&job.as_str()), "the job made before", &format!("{ids:?}"));
        case.hold(requirement, ids.len() <= 1, "no job but the one made before", &format!("{ids:?}"));
    }
    Ok(())
}

async fn status_reason(case: &mut Case<'_>) -> Played {
    case.model(put(case.edition(), P0, Platform::Notation)).await?;
    case.model(put(case.edition(), P1, Platform::Notation)).await?;
    let active = tells(&case.model(get(P0)).await?, "statusReason");
    case.model(cancel(P0)).await?;
    let canceled = tells(&case.model(get(P0)).await?, "statusReason");
    case.model(revoke(P1, EffectiveTime::Later)).await?;
    let revoked = tells(&case.model(get(P1)).await?, "statusReason");
    case.open(
        "GetSigningProfile/status-reason",
        match (active, canceled, revoked) {
            (false, false, false) => "never",
            (false, true, true) => "when it is not Active",
            (true, true, true) => "always",
            (false, false, true) => "when it is Revoked",
            _ => "in some statuses",
        },
    );
    Ok(())
}
