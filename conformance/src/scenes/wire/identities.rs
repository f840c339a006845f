//! Identities: one that is known and that no policy permits anything, and temporary credentials.

use serde_json::{Value, json};
use signer_schemas::Operation;
use signer_schemas::Operation::{ListSigningPlatforms, PutSigningProfile};
use signer_schemas::operations;

use crate::data::signature::Signature;
use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told};
use crate::scenes::shared::altered::signed_so;
use crate::scenes::shared::inputs::{
    NO_JOB, effective, job_arn, job_input, payload, payload_input, plain_input, removal_input,
    revocation_input, statement, status_input,
};
use crate::scenes::shared::steps::{is_unmade, profile, profile_view};
use crate::scenes::shared::symbols::plain;

pub(crate) const SCENES: &[Scene] = &[NO_PERMISSION, SESSION_TOKEN];

const REFUSED: &str = "common/no-permission-refused";
const ERROR: &str = "common/no-permission-error";
const UNDECLARED: &str = "TagResource/denied-undeclared";

const NO_PERMISSION: Scene = Scene {
    name: "wire/no-permission",
    operation: ListSigningPlatforms,
    what: "each operation, called by an identity of the owner's account that no policy permits anything",
    requirements: &[
        REFUSED,
        ERROR,
        "common/iam-refusal-text",
        "AddProfilePermission/error/AccessDeniedException",
        "CancelSigningProfile/error/AccessDeniedException",
        "DescribeSigningJob/error/AccessDeniedException",
        "GetRevocationStatus/error/AccessDeniedException",
        "GetSigningPlatform/error/AccessDeniedException",
        "ListProfilePermissions/error/AccessDeniedException",
        "ListSigningJobs/error/AccessDeniedException",
        "ListSigningPlatforms/error/AccessDeniedException",
        "ListSigningProfiles/error/AccessDeniedException",
        "PutSigningProfile/error/AccessDeniedException",
        "RemoveProfilePermission/error/AccessDeniedException",
        "RevokeSigningProfile/error/AccessDeniedException",
        UNDECLARED,
    ],
    play: &Conversation(|case| Box::pin(no_permission(case))),
};

async fn no_permission(case: &mut Case<'_>) -> Played {
    case.denied_identity()?;
    let (name, creation) = profile(case, "guarded", plain(case)).await?;
    let before = profile_view(case, &name).await?;
    for document in operations(case.edition()) {
        let operation = document.operation;
        if case.lacks(operation) {
            continue;
        }
        let Some(input) = input(case, operation, &name, &creation)? else { continue };
        let told = signed_so(case, Signature::Denied, operation, input).await?;
        case.refused(REFUSED, &told);
        case.open_by_class(ERROR, &told);
        if document.errors.iter().any(|error| error.name == "AccessDeniedException") {
            case.has_status(&format!("{operation}/error/AccessDeniedException"), &told);
        }
        let has_text = told.is_success() || told.at("/Message").is_string();
        case.hold("common/iam-refusal-text", has_text, "a text in Message", &told.words());
        if operation == Operation::TagResource {
            let error = told.response.error_type().unwrap_or_default();
            let is_common = ["AccessDeniedException", "NotAuthorized"].contains(&error.as_str());
            case.hold(UNDECLARED, is_common, "AccessDeniedException or NotAuthorized", &told.words());
        }
    }
    let view = profile_view(case, &name).await?;
    case.same(REFUSED, &before.body, &view.body);
    let unmade = case.fresh("unmade");
    is_unmade(case, REFUSED, &unmade).await
}

/// What the owner might ask of that profile and around it; none where that takes an S3 that is not there.
fn input(
    case: &mut Case<'_>,
    operation: Operation,
    name: &str,
    creation: &Told,
) -> Result<Option<Value>, Stop> {
    let of_profile = json!({ "profileName": name });
    let arn = creation.text("/arn");
    Ok(Some(match operation {
        Operation::AddProfilePermission => statement(case, name, "s"),
        Operation::CancelSigningProfile
        | Operation::GetSigningProfile
        | Operation::ListProfilePermissions => of_profile,
        Operation::DescribeSigningJob => json!({ "jobId": NO_JOB }),
        Operation::GetRevocationStatus => {
            let version = creation.text("/profileVersionArn");
            status_input(&version, &job_arn(&version, NO_JOB), &effective(case))
        }
        Operation::GetSigningPlatform => json!({ "platformId": plain(case).id() }),
        Operation::ListSigningJobs | Operation::ListSigningPlatforms | Operation::ListSigningProfiles => {
            json!({})
        }
        Operation::ListTagsForResource => json!({ "resourceArn": arn }),
        Operation::PutSigningProfile => {
            let unmade = case.fresh("unmade");
            plain_input(case, &unmade)?
        }
        Operation::RemoveProfilePermission => removal_input(name, "s", NO_JOB),
        Operation::RevokeSignature => json!({ "jobId": NO_JOB, "reason": "conformance" }),
        Operation::RevokeSigningProfile => {
            revocation_input(name, &creation.text("/profileVersion"), &effective(case))
        }
        Operation::SignPayload => payload_input(name, &payload(300)),
        Operation::StartSigningJob if case.context().fixture.is_none() => return Ok(None),
        Operation::StartSigningJob => job_input(case, name, "denied")?,
        Operation::TagResource => json!({ "resourceArn": arn, "tags": { "stage": "beta" } }),
        Operation::UntagResource => json!({ "resourceArn": arn, "tagKeys": ["stage"] }),
    }))
}

const SESSION_TOKEN: Scene = Scene {
    name: "wire/session-token",
    operation: PutSigningProfile,
    what: "temporary credentials with their session token, without it, and with another",
    requirements: &["common/session-token"],
    play: &Conversation(|case| Box::pin(session_token(case))),
};

async fn session_token(case: &mut Case<'_>) -> Played {
    const RULE: &str = "common/session-token";
    case.temporary_credentials()?;
    let name = case.fresh("session");
    let input = plain_input(case, &name)?;
    for signature in [Signature::NoToken, Signature::OtherToken] {
        let told = signed_so(case, signature, PutSigningProfile, input.clone()).await?;
        case.refused(RULE, &told);
        is_unmade(case, RULE, &name).await?;
    }
    let told = signed_so(case, Signature::Temporary, PutSigningProfile, input).await?;
    case.accepted(RULE, &told);
    Ok(())
}
