//! What another account does with a permission, and who is told to have done it.

use serde_json::json;
use signer_model::{Account, Platform};
use signer_schemas::Operation::{AddProfilePermission, ListProfilePermissions, RevokeSignature, SignPayload};

use crate::judge::runner::case::Case;
use crate::judge::runner::scene::{Conversation, Scene};
use crate::judge::runner::talk::{Played, Stop, Told, with};
use crate::scenes::shared::envelopes::names_job;
use crate::scenes::shared::inputs::{of_owner, payload, payload_input, statement};
use crate::scenes::shared::lists::STATEMENTS;
use crate::scenes::shared::steps::{
    added, ask_job, made_by_other, notation, payload_signed, policy, profile, revoker,
};

pub(crate) const SCENES: &[Scene] = &[BOUND_TO_VERSION, NAMESAKES, WHO_DID_IT];

const APART: &str = "common/accounts-apart";

const BOUND_TO_VERSION: Scene = Scene {
    name: "permissions/bound-to-version",
    operation: AddProfilePermission,
    what: "a statement that names the profile's version lets the other account sign",
    requirements: &["SignPayload/cross-account-granted"],
    play: &Conversation(|case| Box::pin(bound_to_version(case))),
};

async fn bound_to_version(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let (name, creation) = notation(case, "bound").await?;
    let grant = json!({ "action": "signer:SignPayload", "profileVersion": creation.text("/profileVersion") });
    let input = with(statement(case, &name, "s"), &grant);
    case.must("AddProfilePermission/adds", AddProfilePermission, input).await?;
    signed_by_other(case, &name).await?;
    Ok(())
}

/// The other account signs with a profile of the owner's, as a statement lets it.
async fn signed_by_other(case: &mut Case<'_>, profile: &str) -> Result<Told, Stop> {
    let input = of_owner(payload_input(profile, &payload(300)), case);
    let told = case.ask_by(Account::Other, SignPayload, input).await?;
    case.accepted("SignPayload/cross-account-granted", &told);
    Ok(told)
}

const NAMESAKES: Scene = Scene {
    name: "permissions/namesakes",
    operation: ListProfilePermissions,
    what: "profiles of one name in two accounts have a policy each",
    requirements: &["ListProfilePermissions/lists"],
    play: &Conversation(|case| Box::pin(namesakes(case))),
};

async fn namesakes(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let (name, _) = profile(case, "both", Platform::Lambda).await?;
    made_by_other(case, &name, Platform::Lambda).await?;
    added(case, &name, "mine", None).await?;
    let told = case.ask_by(Account::Other, ListProfilePermissions, json!({ "profileName": name })).await?;
    let leaked = told.at("/permissions").as_array().is_some_and(|statements| !statements.is_empty());
    case.hold(
        "ListProfilePermissions/lists",
        !leaked,
        "no statement of another account's profile",
        &told.words(),
    );
    let input = with(statement(case, &name, "theirs"), &json!({ "principal": case.context().owner_account }));
    let told = case.ask_by(Account::Other, AddProfilePermission, input).await?;
    case.accepted("AddProfilePermission/adds", &told);
    let listed = STATEMENTS.keys(&policy(case, &name).await?);
    case.same("ListProfilePermissions/lists", &json!(["mine"]), &json!(listed));
    Ok(())
}

const WHO_DID_IT: Scene = Scene {
    name: "permissions/who-did-it",
    operation: RevokeSignature,
    what: "another account signs and revokes: job and envelope are the owner's, the deeds its own",
    requirements: &[
        "SignPayload/cross-account-granted",
        "SignPayload/envelope-attributes",
        "DescribeSigningJob/requested-by",
        "RevokeSignature/cross-account-granted",
        "RevokeSignature/revoker",
        "RevokeSignature/error/AccessDeniedException",
    ],
    play: &Conversation(|case| Box::pin(who_did_it(case))),
};

async fn who_did_it(case: &mut Case<'_>) -> Played {
    case.two_accounts()?;
    let (owner, other) = (case.context().owner_account.clone(), case.context().other_account.clone());
    let (name, creation) = notation(case, "shared").await?;
    let mine = payload_signed(case, &name).await?;
    let revocation =
        |told: &Told| json!({ "jobId": told.text("/jobId"), "reason": "conformance", "jobOwner": owner });
    let told = case.must_refuse_to(Account::Other, APART, RevokeSignature, revocation(&mine)).await?;
    case.has_status("RevokeSignature/error/AccessDeniedException", &told);
    let mut revision = json!({});
    for action in ["signer:SignPayload", "signer:RevokeSignature"] {
        let id = action.replace(':', "-");
        let input = with(with(statement(case, &name, &id), &json!({ "action": action })), &revision);
        let told = case.must("AddProfilePermission/adds", AddProfilePermission, input).await?;
        revision = json!({ "revisionId": told.text("/revisionId") });
    }
    let theirs = signed_by_other(case, &name).await?;
    names_job(case, &theirs, &creation.text("/profileVersionArn"));

    let by = ask_job(case, &theirs.text("/jobId")).await?.text("/requestedBy");
    let is_caller = by.starts_with("arn:") && by.contains(&format!(":{other}:"));
    case.hold(
        "DescribeSigningJob/requested-by",
        is_caller,
        &format!("an ARN of {other}, which asked for it"),
        &by,
    );

    case.must("RevokeSignature/own-owner", RevokeSignature, revocation(&mine)).await?;
    let told = case.ask_by(Account::Other, RevokeSignature, revocation(&theirs)).await?;
    case.accepted("RevokeSignature/cross-account-granted", &told);
    if told.is_success() {
        let view = ask_job(case, &theirs.text("/jobId")).await?;
        let is_revoked = !view.at("/revocationRecord").is_null();
        case.hold("RevokeSignature/cross-account-granted", is_revoked, "a revocationRecord", &view.words());
    }
    let mut by = Vec::new();
    for job in [&mine, &theirs] {
        by.push(revoker(case, &job.text("/jobId")).await?);
    }
    let differs = by[0] != by[1] && by.iter().all(|by| !by.is_empty()) && !by[1].contains(&owner);
    let observed = format!("{:?} for the owner, {:?} for the other account", by[0], by[1]);
    case.hold(
        "RevokeSignature/revoker",
        differs,
        "another revokedBy than where the owner has revoked",
        &observed,
    );
    Ok(())
}
