//! The first steps of most conversations: what has to be there before the question is asked.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use signer_model::{Account, Action, J0, P0, Platform, Request as Ask};
use signer_schemas::{Edition, Operation};

use crate::data::body::Json;
use crate::judge::runner::case::Case;
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::judge::runner::waiting::{FIRST_PAUSE, longer};
use crate::scenes::shared::inputs::{
    effective, job_arn, job_input, missing_input, payload, payload_input, profile_input, removal_input,
    revocation_input, statement,
};
use crate::scenes::shared::lists::STATEMENTS;
use crate::scenes::shared::symbols::plain;
use crate::scenes::shared::views::shows_record;

/// A profile of that name; a refusal ends the scene.
pub(crate) async fn made(case: &mut Case<'_>, name: &str, platform: Platform) -> Result<Told, Stop> {
    let input = profile_input(case, name, platform)?;
    case.must("PutSigningProfile/created", Operation::PutSigningProfile, input).await
}

/// The same for the other account.
pub(crate) async fn made_by_other(case: &mut Case<'_>, name: &str, platform: Platform) -> Result<Told, Stop> {
    let input = profile_input(case, name, platform)?;
    let told = case.ask_by(Account::Other, Operation::PutSigningProfile, input).await?;
    case.accepted("PutSigningProfile/created", &told);
    if told.is_success() { Ok(told) } else { Err(Stop) }
}

/// A profile under a name of the case's own that ends in the text, with the response to its creation.
pub(crate) async fn profile(
    case: &mut Case<'_>,
    text: &str,
    platform: Platform,
) -> Result<(String, Told), Stop> {
    let name = case.fresh(text);
    let told = made(case, &name, platform).await?;
    Ok((name, told))
}

/// The name of a profile on the platform of [`plain`].
pub(crate) async fn plain_profile(case: &mut Case<'_>, text: &str) -> Result<String, Stop> {
    Ok(profile(case, text, plain(case)).await?.0)
}

/// The profile as it shows itself; a refusal ends the scene.
pub(crate) async fn profile_view(case: &mut Case<'_>, name: &str) -> Result<Told, Stop> {
    case.must("GetSigningProfile/view", Operation::GetSigningProfile, json!({ "profileName": name })).await
}

/// There is no such profile, as the call was refused that would have made it.
pub(crate) async fn is_unmade(case: &mut Case<'_>, requirement: &str, name: &str) -> Played {
    let view = ask_profile(case, name).await?;
    case.hold(requirement, !view.is_success(), "no profile was made", &view.words());
    Ok(())
}

/// Asks for the profile, which may be refused.
pub(crate) async fn ask_profile(case: &mut Case<'_>, name: &str) -> Result<Told, Stop> {
    case.ask(Operation::GetSigningProfile, json!({ "profileName": name })).await
}

/// The job as it shows itself; a refusal ends the scene.
pub(crate) async fn job_view(case: &mut Case<'_>, id: &str) -> Result<Told, Stop> {
    case.must("DescribeSigningJob/view", Operation::DescribeSigningJob, json!({ "jobId": id })).await
}

/// Asks for the job, which may be refused.
pub(crate) async fn ask_job(case: &mut Case<'_>, id: &str) -> Result<Told, Stop> {
    case.ask(Operation::DescribeSigningJob, json!({ "jobId": id })).await
}

/// Who has revoked the job's signature, as its record tells; without a record the scene ends.
pub(crate) async fn revoker(case: &mut Case<'_>, id: &str) -> Result<String, Stop> {
    let view = ask_job(case, id).await?;
    shows_record(case, "DescribeSigningJob/revocation-record", &view)?;
    Ok(view.text("/revocationRecord/revokedBy"))
}

/// How a profile ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum End {
    Canceled,
    Revoked,
}

/// Cancels the profile.
pub(crate) async fn canceled(case: &mut Case<'_>, name: &str) -> Result<Told, Stop> {
    let input = json!({ "profileName": name });
    case.must("CancelSigningProfile/cancels", Operation::CancelSigningProfile, input).await
}

/// Revokes the version that the profile's creation returned.
pub(crate) async fn revoked(case: &mut Case<'_>, name: &str, creation: &Told) -> Result<Told, Stop> {
    let input = revocation_input(name, &creation.text("/profileVersion"), &effective(case));
    case.must("RevokeSigningProfile/revokes", Operation::RevokeSigningProfile, input).await
}

/// Ends the profile in that way.
pub(crate) async fn ended(case: &mut Case<'_>, end: End, name: &str, creation: &Told) -> Result<Told, Stop> {
    match end {
        End::Canceled => canceled(case, name).await,
        End::Revoked => revoked(case, name, creation).await,
    }
}

/// Starts a job over the object of the run.
pub(crate) async fn started(case: &mut Case<'_>, profile: &str, token: &str) -> Result<Told, Stop> {
    let input = job_input(case, profile, token)?;
    case.must("StartSigningJob/starts", Operation::StartSigningJob, input).await
}

/// Describes the job until it has ended, left alone for a moment first.
pub(crate) async fn outcome(case: &mut Case<'_>, job: &str) -> Result<Told, Stop> {
    case.wait(FIRST_PAUSE).await;
    Ok(watched(case, job).await?.0)
}

/// The same, and when the job was seen in progress for the last time, by the service's clock.
pub(crate) async fn watched(case: &mut Case<'_>, job: &str) -> Result<(Told, Option<f64>), Stop> {
    let (mut pause, mut waited) = (FIRST_PAUSE, Duration::ZERO);
    let mut in_progress = None;
    loop {
        let told = ask_job(case, job).await?;
        if told.text("/status") != "InProgress" {
            case.job_ended(waited);
            return Ok((told, in_progress));
        }
        in_progress = told.date_s();
        case.wait_for_job(pause, waited).await?;
        waited += pause;
        pause = longer(pause);
    }
}

/// A profile that signs payloads, with the response to its creation.
pub(crate) async fn notation(case: &mut Case<'_>, text: &str) -> Result<(String, Told), Stop> {
    profile(case, text, Platform::Notation).await
}

/// Asks for a signature over a payload in base64, which may be refused.
pub(crate) async fn signed(case: &mut Case<'_>, profile: &str, payload: &str) -> Result<Told, Stop> {
    case.ask(Operation::SignPayload, payload_input(profile, payload)).await
}

/// Signs a payload of common size; a refusal ends the scene.
pub(crate) async fn payload_signed(case: &mut Case<'_>, profile: &str) -> Result<Told, Stop> {
    case.must("SignPayload/signs", Operation::SignPayload, payload_input(profile, &payload(300))).await
}

/// The platform whose jobs cost least: no object is read or written where payloads are signed.
pub(crate) fn quick_platform(case: &Case<'_>) -> Platform {
    match case.edition() {
        Edition::Current => Platform::Notation,
        Edition::May2019 => plain(case),
    }
}

/// One of many jobs under a profile on the [`quick_platform`], by its id.
pub(crate) async fn quick_job(case: &mut Case<'_>, profile: &str, number: usize) -> Result<String, Stop> {
    let job = match case.edition() {
        Edition::Current => payload_signed(case, profile).await?,
        Edition::May2019 => started(case, profile, &number.to_string()).await?,
    };
    Ok(job.text("/jobId"))
}

/// Revokes the signature of the job.
pub(crate) async fn signature_revoked(case: &mut Case<'_>, job: &str) -> Result<Told, Stop> {
    let input = json!({ "jobId": job, "reason": "conformance" });
    case.must("RevokeSignature/revokes", Operation::RevokeSignature, input).await
}

/// Jobs of both kinds, ended, as far as target and edition have them: what each shows, and whether it was
/// revoked.
pub(crate) async fn known_jobs(case: &mut Case<'_>) -> Result<Vec<Value>, Stop> {
    let mut ids = Vec::new();
    let mut revoked = None;
    if case.edition() == Edition::Current {
        let (name, _) = notation(case, "images").await?;
        for _ in 0..3 {
            let id = payload_signed(case, &name).await?.text("/jobId");
            if revoked.is_none() {
                signature_revoked(case, &id).await?;
                revoked = Some(id.clone());
            }
            ids.push(id);
        }
    }
    if case.context().fixture.is_some() {
        let name = plain_profile(case, "objects").await?;
        for input in [job_input(case, &name, "a")?, missing_input(case, &name, "b")?] {
            let told = case.ask(Operation::StartSigningJob, input).await?;
            if told.is_success() {
                ids.push(told.text("/jobId"));
            }
        }
    }
    let mut jobs = Vec::new();
    for id in ids {
        let view = outcome(case, &id).await?.body;
        jobs.push(with(
            Arc::unwrap_or_clone(view),
            &json!({ "jobId": id, "isRevoked": revoked.as_ref() == Some(&id) }),
        ));
    }
    Ok(jobs)
}

/// Adds a statement for the other account on top of that revision.
pub(crate) async fn added(
    case: &mut Case<'_>,
    profile: &str,
    id: &str,
    revision: Option<&str>,
) -> Result<Told, Stop> {
    let mut input = statement(case, profile, id);
    if let Some(revision) = revision {
        input["revisionId"] = json!(revision);
    }
    case.must("AddProfilePermission/adds", Operation::AddProfilePermission, input).await
}

/// Adds the profile's first statement, which permits the other account that action.
pub(crate) async fn permitted(case: &mut Case<'_>, profile: &str, action: Action) -> Played {
    let input = with(statement(case, profile, "s"), &json!({ "action": action.id() }));
    case.must("AddProfilePermission/adds", Operation::AddProfilePermission, input).await?;
    Ok(())
}

/// Removes the statement on top of that revision.
pub(crate) async fn removed(
    case: &mut Case<'_>,
    profile: &str,
    id: &str,
    revision: &str,
) -> Result<Told, Stop> {
    let input = removal_input(profile, id, revision);
    case.must("RemoveProfilePermission/removes", Operation::RemoveProfilePermission, input).await
}

/// Every page of the profile's statements.
pub(crate) async fn policy(case: &mut Case<'_>, profile: &str) -> Result<Vec<Json>, Stop> {
    case.pages(STATEMENTS.operation, json!({ "profileName": profile })).await
}

/// A profile and a job of its own, which the model knows as [`P0`] and [`J0`], by their ARNs.
pub(crate) async fn subjects(case: &mut Case<'_>) -> Result<(String, String), Stop> {
    case.model(Ask::put(case.edition(), P0, Platform::Notation)).await?;
    case.model(Ask::sign(J0, P0)).await?;
    let view = case.model(Ask::get(P0)).await?;
    let arn = view["profileVersionArn"].as_str().unwrap_or_default().to_owned();
    let view = case.model(Ask::describe(J0)).await?;
    let job = job_arn(&arn, view["jobId"].as_str().unwrap_or_default());
    Ok((arn, job))
}

/// The ends that a profile can come to in the edition, and a text that names each.
pub(crate) const fn ends(edition: Edition) -> &'static [(End, &'static str)] {
    match edition {
        Edition::Current => &[(End::Canceled, "canceled"), (End::Revoked, "revoked")],
        Edition::May2019 => &[(End::Canceled, "canceled")],
    }
}
