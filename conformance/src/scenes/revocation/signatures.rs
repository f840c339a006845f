//! Revoked signatures: their record, and whose they are.

use serde_json::json;
use signer_model::{J0, J1, P0, Platform, Request as Ask};
use signer_schemas::Operation::RevokeSignature;

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Told};
use crate::scenes::shared::steps::{ask_job, canceled, job_view, signature_revoked};
use crate::scenes::shared::views::{shows_record, without};

pub(crate) const SCENES: &[Scene] = &[SIGNATURE, OWNER];

const SIGNATURE: Scene = Scene {
    name: "revocation/signature",
    operation: RevokeSignature,
    what: "a revoked signature, its record, and its neighbours",
    requirements: &[
        "RevokeSignature/reason-shown",
        "RevokeSignature/revoked-at",
        "RevokeSignature/status-unchanged",
        "RevokeSignature/irreversible",
        "RevokeSignature/revoked-by",
        "RevokeSignature/other-jobs",
    ],
    play: &Conversation(|case| Box::pin(signature(case))),
};

async fn signature(case: &mut Case<'_>) -> Played {
    case.model(Ask::put(case.edition(), P0, Platform::Notation)).await?;
    case.model(Ask::sign(J0, P0)).await?;
    case.model(Ask::sign(J1, P0)).await?;
    let before = case.model(Ask::describe(J0)).await?;
    let neighbour = case.model(Ask::describe(J1)).await?;
    let id = before["jobId"].as_str().unwrap_or_default();
    // Of the greatest length, with what is easily lost at its ends.
    let reason = format!(" {:x<498} ", "lost key: \"é\", <b>, \u{1f511} ");
    let input = json!({ "jobId": id, "reason": reason });
    let told = case.must("RevokeSignature/revokes", RevokeSignature, input).await?;
    let after = job_view(case, id).await?;
    shows_record(case, "DescribeSigningJob/revocation-record", &after)?;
    case.same_member("RevokeSignature/reason-shown", "/revocationRecord/reason", &json!(reason), &after.body);
    revoked_at_call(case, "RevokeSignature/revoked-at", &told, &after);
    case.same_member("RevokeSignature/status-unchanged", "/status", &before["status"], &after.body);
    let by = after.text("/revocationRecord/revokedBy");
    case.open_entity("RevokeSignature/revoked-by", &by);
    let again = ask_job(case, neighbour["jobId"].as_str().unwrap_or_default()).await?;
    case.same("RevokeSignature/other-jobs", &without(&neighbour, &[]), &without(&again.body, &[]));
    // Nothing takes a revocation back: not another one, not the end of the profile.
    case.ask(RevokeSignature, json!({ "jobId": id, "reason": "again" })).await?;
    let name = case.name_of(P0);
    canceled(case, &name).await?;
    let last = ask_job(case, id).await?;
    let still = !last.at("/revocationRecord").is_null();
    case.hold("RevokeSignature/irreversible", still, "a revocationRecord", &last.words());
    Ok(())
}

/// The record tells the time of the call.
pub(crate) fn revoked_at_call(case: &mut Case<'_>, requirement: &str, call: &Told, view: &Told) {
    let (told, called) = (view.at("/revocationRecord/revokedAt").as_f64(), call.date_s());
    let near = told.is_some_and(|told| called.is_none_or(|called| (told - called).abs() <= 5.0));
    case.hold(requirement, near, &format!("{called:?}, the time of the call"), &format!("{told:?}"));
}

const OWNER: Scene = Scene {
    name: "revocation/owner",
    operation: RevokeSignature,
    what: "a jobOwner that is the caller, and one that does not own the job",
    requirements: &["RevokeSignature/own-owner", "RevokeSignature/wrong-owner"],
    play: &Conversation(|case| Box::pin(owner(case))),
};

async fn owner(case: &mut Case<'_>) -> Played {
    case.model(Ask::put(case.edition(), P0, Platform::Notation)).await?;
    case.model(Ask::sign(J0, P0)).await?;
    let id = case.model(Ask::describe(J0)).await?["jobId"].as_str().unwrap_or_default().to_owned();
    let input = |owner: &str| json!({ "jobId": id, "reason": "conformance", "jobOwner": owner });
    let stranger = input(&case.context().other_account);
    let told = case.must_refuse("RevokeSignature/wrong-owner", RevokeSignature, stranger).await?;
    case.open_by_class("RevokeSignature/wrong-owner", &told);
    let own = input(&case.context().owner_account);
    let told = case.ask(RevokeSignature, own).await?;
    case.accepted("RevokeSignature/own-owner", &told);
    let view = ask_job(case, &id).await?;
    let recorded = !view.at("/revocationRecord").is_null();
    if !recorded {
        // Where the owner is not named there is a record, or it is not the owner that matters.
        signature_revoked(case, &id).await?;
        let again = ask_job(case, &id).await?;
        shows_record(case, "DescribeSigningJob/revocation-record", &again)?;
    }
    case.hold("RevokeSignature/own-owner", recorded, "a revocationRecord", &view.words());
    Ok(())
}
